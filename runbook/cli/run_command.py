"""`runbook run`: carry out a process."""

from __future__ import annotations

from typing import Any

import click

from runbook import app
from runbook.cli.arguments import complete_players, process_argument
from runbook.cli.choosing import chosen_process
from runbook.cli.given import given, given_roles, input_options
from runbook.cli.options import columns, echo, finish, json_option, style, workspace
from runbook.cli.questions import attended
from runbook.cli.sitting import session_options, sit
from runbook.errors import Misuse
from runbook.outcome import Json


@click.command(
    epilog="""\b
Examples:
  runbook run                                # pick a process, fill in its inputs
  runbook run backup/                        # pick one of a group
  runbook run backup/sqlite-restore-drill
  runbook run storage/log-rotation -i folder=/var/log/app -i keep=7
  runbook run access/joiner --role manager=ana
  runbook run storage/log-rotation --dry-run
  runbook run storage/log-rotation --from-run last
  runbook run capacity/capacity-report --yes --answers answers.yaml --json
  runbook run storage/log-rotation --instructions         # nothing is executed
""",
    help="Run a process: the machine does what it can, you are asked for the rest.\n\n"
    "At a terminal you may leave out the process and pick one; you are asked for its inputs before the run is made.\n\n"
    "Without a terminal, or with --yes, nobody is asked: answers come from --answers, and the run stops (exit code 4) "
    "where one is missing. With --json nobody is asked either, so that the output is for a program alone. Exit code 0: "
    "done; 1: failed; 4: it waits; `runbook resume` goes on.\n\n"
    "With --instructions nothing is executed, now or later: each command is shown to be copied, and its result pasted.",
)
@process_argument
@input_options
@click.option("every", "--ask", is_flag=True, help="Ask for every input, also for those with a usual value.")
@click.option(
    "roles",
    "--role",
    metavar="ROLE=PERSON",
    shell_complete=complete_players,
    multiple=True,
    help="Who plays a role in this run; several of them.",
)
@click.option("--from-run", metavar="RUN", help="Take the inputs of an earlier run, and offer its answers again.")
@click.option("--dry-run", is_flag=True, help="Show what a run would do; nothing is carried out, and no run is made.")
@click.option("--instructions", is_flag=True, help="Execute nothing: people copy each command and paste its result.")
@session_options
@json_option
@workspace
def command(
    process: str | None,
    pairs: tuple[str, ...],
    inputs_file: str | None,
    roles: tuple[str, ...],
    every: bool,
    from_run: str | None,
    dry_run: bool,
    instructions: bool,
    workspace: app.Workspace,
    **options: Any,
) -> None:
    """Run a process."""
    from runbook.cli.processes import checked

    if instructions and dry_run:
        raise Misuse("--dry-run makes no run, so there is none for --instructions", "leave one of them out")
    if instructions and options["every_step"]:
        raise Misuse("--step asks before programs start, and with --instructions none does", "leave one of them out")
    asks = not (options["unattended"] or options["as_json"])
    plain = bool(options.get("plain"))
    name = chosen_process(workspace, process, "run", ask=asks, plain=plain)
    library = checked(workspace, name)
    definition = library.project.processes[name]
    inputs, before = app.earlier_answers(workspace, name, from_run) if from_run else ({}, {})
    earlier = {key: value for key, value in inputs.items() if key in definition.inputs}
    values = given(definition, pairs, inputs_file)
    if attended(not asks):
        from runbook.cli.filling import filled

        values = filled(definition, values, earlier, every=every, review=name != process)
    values = {**earlier, **values}
    if dry_run:
        _foresee(workspace, library, name, values, options["as_json"])
        return
    run = app.begin(workspace, library, name, values, options["answers"], given_roles(roles), instructions)
    finish(sit(workspace, run, before=before, **options))


def _foresee(workspace: app.Workspace, library: Any, name: str, values: dict[str, Json], as_json: bool) -> None:
    from runbook.views import foresight, machine

    plan = app.plan(workspace, library, name)
    found = app.foreseen(workspace, plan, values)
    if as_json:
        echo(machine.pretty(foresight.as_json(found)))
    else:
        echo(foresight.as_text(found, plan, style(), columns()))
