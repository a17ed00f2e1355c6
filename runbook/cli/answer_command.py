"""`runbook answer`: a person's reply to a step that waits."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import complete_answers, complete_people, complete_ways, open_run_argument, step_argument
from runbook.cli.chaining import check_may_go_on, go_on
from runbook.cli.options import json_option, workspace
from runbook.cli.replies import given_fields, given_files, pasted
from runbook.cli.signing import Signing, signing
from runbook.diagnostics import suggestion
from runbook.errors import Misuse, Refused
from runbook.form import OutOfLimits
from runbook.outcome import Json
from runbook.run.answers import OUTCOMES
from runbook.run.commands import Answer
from runbook.run.instructions import STREAMS


@click.command(
    epilog="""\b
Examples:
  runbook answer last read-gauge done -f pressure=2.4
  runbook answer last read-gauge done -f pressure=2.4 -f photo=@gauge.jpg
  runbook answer last read-gauge done -f pressure=7 --deviation 'The pump was just started'
  runbook answer last healthy --choose yes
  runbook answer last parts web database                            # several options of a decision
  runbook answer last clean-up skipped --reason 'Nothing to clean here'
  runbook answer last count done -f stdout=@count.txt               # a command that you ran yourself
  runbook answer last copy redo --reason 'The copy is not there'    # a step in doubt
  runbook answer last window done -f minutes=30 --next              # and on with what is yours next
  runbook answer last look done --key ~/.ssh/id_ed25519             # where it has to be signed
""",
    help="Answer a step that waits for a person, from any terminal.\n\n"
    "ANSWER is done, failed or skipped; for a step in doubt, or one that has failed, done, redo, skipped or failed, "
    "with a reason; for a decision, an option, or several of them.\n\n"
    "For a command that you ran yourself: -f exit_code=0, where they are needed -f stdout=@FILE and -f stderr=@FILE, "
    "and with a reason -f command=... when you ran another one.",
)
@open_run_argument
@step_argument
@click.argument("words", metavar="[ANSWER]...", nargs=-1, shell_complete=complete_answers)
@click.option(
    "fields",
    "-f",
    "--field",
    metavar="NAME=VALUE",
    multiple=True,
    help="A field of the step's form; a file as NAME=@PATH.",
)
@click.option(
    "--choose",
    metavar="OPTION",
    default="",
    shell_complete=complete_ways,
    help="The way of a decision; several with commas between.",
)
@click.option("--reason", default="", help="Why; required for everything but done.")
@click.option(
    "--by",
    metavar="PERSON",
    shell_complete=complete_people,
    default="",
    help="Who answers, when you only pass it on; both are recorded.",
)
@click.option("--deviation", metavar="REASON", help="Why values outside of their limits are taken all the same.")
@click.option("next_too", "--next", is_flag=True, help="Then go on with your next step of the same run, here.")
@signing
@json_option
@workspace
def command(
    run: str,
    step: str,
    words: tuple[str, ...],
    fields: tuple[str, ...],
    choose: str,
    reason: str,
    by: str,
    deviation: str | None,
    next_too: bool,
    signing: Signing,
    as_json: bool,
    workspace: app.Workspace,
) -> None:
    """Answer a step that waits."""
    if choose and words:
        raise Misuse("an answer has an outcome or a choice, not both", "leave one of them out")
    if not choose and not words:
        raise Misuse("there is no answer", "give done, failed or skipped, or --choose")
    outcome = words[0] if len(words) == 1 and words[0] in OUTCOMES else "choose"
    if words and outcome == "choose":
        choose = _chosen(workspace, run, step, words)
    if deviation is not None and not deviation.strip():
        raise Misuse("the deviation has no reason", "say why the values are taken all the same")
    pairs = given_fields(fields)
    if next_too:
        check_may_go_on(as_json or signing.only_text)
    run = app.resolve(workspace, run)
    given = given_files(workspace, run, step, _pasted(workspace, run, step, pairs))
    try:
        said = Answer(step, outcome, given, choose, reason, by, deviation or "")
        signing.give(workspace, run, said, as_json, goes_on=next_too)
    except OutOfLimits as error:
        raise Refused(str(error), f"{error.help}, or say why with --deviation") from None
    if next_too:
        go_on(workspace, run)


def _pasted(workspace: app.Workspace, run: str, step: str, fields: dict[str, Json]) -> dict[str, Json]:
    """The fields of the answer; what a program wrote may come from a file, `@FILE`."""
    if not any(str(fields.get(name, "")).startswith("@") for name in STREAMS):
        return fields
    found = app.state(workspace, run).steps.get(step)
    if found is None or not (found.act or "command" in found.prompt):
        return fields
    return {
        name: pasted(str(value)[1:]) if name in STREAMS and str(value).startswith("@") else value
        for name, value in fields.items()
    }


def _chosen(workspace: app.Workspace, run: str, step: str, words: tuple[str, ...]) -> str:
    """The options that the words name; `Misuse` where nothing can be chosen, so that it must be a misspelt outcome."""
    found = app.state(workspace, app.resolve(workspace, run)).steps.get(step)
    if found is None or found.step.kind != "decision":
        known = ", ".join(OUTCOMES)
        raise Misuse(f"`{' '.join(words)}` is not an answer", suggestion(words[0], OUTCOMES, f"give one of {known}"))
    return ",".join(words)
