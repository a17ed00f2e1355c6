"""`runbook answer`: a person's reply to a step that waits."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import complete_ways, open_run_argument, step_argument
from runbook.cli.options import json_option, workspace
from runbook.cli.replies import given_fields, reply
from runbook.errors import Misuse
from runbook.run.answers import OUTCOMES
from runbook.run.commands import Answer


@click.command(
    epilog="""\b
Examples:
  runbook answer last read-gauge done -f pressure=2.4
  runbook answer last healthy --choose yes
  runbook answer last clean-up skipped --reason 'Nothing to clean here'
  runbook answer last copy redo --reason 'The copy is not there'    # a step in doubt
""",
    help="Answer a step that waits for a person, from any terminal.\n\n"
    "OUTCOME is done, failed or skipped; for a step in doubt, or one that has failed, done, redo, skipped or failed, "
    "with a reason.",
)
@open_run_argument
@step_argument
@click.argument("outcome", metavar="[OUTCOME]", required=False, type=click.Choice(OUTCOMES))
@click.option("fields", "-f", "--field", metavar="NAME=VALUE", multiple=True, help="A field of the step's form.")
@click.option("--choose", metavar="OPTION", default="", shell_complete=complete_ways, help="The way of a decision.")
@click.option("--reason", default="", help="Why; required for everything but done.")
@click.option("--by", metavar="PERSON", default="", help="Who answers, when you only pass it on; both are recorded.")
@json_option
@workspace
def command(
    run: str,
    step: str,
    outcome: str | None,
    fields: tuple[str, ...],
    choose: str,
    reason: str,
    by: str,
    as_json: bool,
    workspace: app.Workspace,
) -> None:
    """Answer a step that waits."""
    if choose and outcome:
        raise Misuse("an answer has an outcome or a choice, not both", "leave one of them out")
    if not choose and not outcome:
        raise Misuse("there is no answer", "give done, failed or skipped, or --choose")
    answer = Answer(step, "choose" if choose else outcome or "", given_fields(fields), choose, reason, by)
    reply(workspace, run, answer, as_json)
