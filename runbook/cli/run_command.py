"""`runbook run`: carry out a process."""

from __future__ import annotations

from typing import Any

import click

from runbook import app
from runbook.cli.arguments import complete_players, process_argument
from runbook.cli.choosing import chosen_process
from runbook.cli.dry_run import WithDepth, check_depth, dry_run_options, show
from runbook.cli.given import given, given_roles, input_options
from runbook.cli.options import finish, json_option, workspace
from runbook.cli.questions import attended
from runbook.cli.sitting import session_options, sit
from runbook.errors import Misuse


@click.command(
    cls=WithDepth,
    epilog="""\b
Examples:
  runbook run                                # pick a process, fill in its inputs
  runbook run backup/                        # pick one of a group
  runbook run backup/sqlite-restore-drill
  runbook run storage/log-rotation -i folder=/var/log/app -i keep=7
  runbook run access/joiner --role manager=ana
  runbook run storage/log-rotation --dry-run              # what it would do
  runbook run storage/log-rotation --dry-run=probe        # and what is so now
  runbook run changes/normal-change --dry-run=simulate --all-branches
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
@dry_run_options
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
    depth: str | None,
    choices: tuple[str, ...],
    all_branches: bool,
    instructions: bool,
    workspace: app.Workspace,
    **options: Any,
) -> None:
    """Run a process."""
    from runbook.cli.processes import written

    check_depth(depth, choices, all_branches, instructions, options)
    if instructions and options["every_step"]:
        raise Misuse("--step asks before programs start, and with --instructions none does", "leave one of them out")
    asks = not (options["unattended"] or options["as_json"])
    plain = bool(options.get("plain"))
    name = chosen_process(workspace, process, "run", ask=asks, plain=plain)
    library = written(workspace, name)
    definition = library.project.processes[name]
    inputs, before = app.earlier_answers(workspace, name, from_run) if from_run else ({}, {})
    earlier = {key: value for key, value in inputs.items() if key in definition.inputs}
    values = given(definition, pairs, inputs_file)
    if attended(not asks):
        from runbook.cli.filling import filled

        values = filled(definition, values, earlier, every=every, review=name != process)
    values = {**earlier, **values}
    if depth:
        how: dict[str, Any] = {"depth": depth, "choices": choices, "every": all_branches, "as_json": options["as_json"]}
        show(workspace, library, name, values, roles, **how)
        return
    run = app.begin(workspace, library, name, values, options["answers"], given_roles(roles), instructions)
    finish(sit(workspace, run, before=before, **options))
