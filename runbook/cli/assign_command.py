"""`runbook assign`: give a step, or a role, to somebody."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import complete_people, complete_roles, open_run_argument, some_step_argument
from runbook.cli.options import json_option, workspace
from runbook.cli.replies import say, take
from runbook.errors import Misuse
from runbook.run.commands import AssignRole, Work


@click.command(
    epilog="""\b
Examples:
  runbook assign last read-gauge --to bo
  runbook assign last read-gauge --to cy --reason 'Bo is ill; the first half is read'
  runbook assign last --role approver --to ivan
""",
    help="Give a step to somebody, or a role for the rest of the run. Whoever gets it has to be one who may do it. A "
    "step that "
    "somebody has begun needs a note; who may reassign is said by `privileges` of the process.",
)
@open_run_argument
@some_step_argument
@click.option(
    "people",
    "--to",
    metavar="PERSON",
    shell_complete=complete_people,
    multiple=True,
    required=True,
    help="Who gets it; of a role, several may.",
)
@click.option(
    "--role", metavar="ROLE", shell_complete=complete_roles, default="", help="Give the role, and not one step."
)
@click.option("--reason", default="", help="What they should know, or why it changes.")
@json_option
@workspace
def command(
    run: str,
    step: str | None,
    people: tuple[str, ...],
    role: str,
    reason: str,
    as_json: bool,
    workspace: app.Workspace,
) -> None:
    """Give a step, or a role, to somebody."""
    if bool(step) == bool(role):
        raise Misuse("either a step is given to somebody, or a role", "name a step, or a role with --role")
    if step and len(people) > 1:
        raise Misuse("a step is given to one person", "name one; others can help with `runbook assist`")
    if step:
        take(workspace, run, Work(step, "assign", people[0], reason), as_json)
    else:
        say(workspace, run, AssignRole(role, people, reason), as_json)
