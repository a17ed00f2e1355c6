"""`runbook run`: carry out a process."""

from __future__ import annotations

from typing import Any

import click

from runbook import app
from runbook.cli.arguments import complete_inputs, process_argument
from runbook.cli.choosing import chosen_process
from runbook.cli.options import finish, json_option, workspace
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
  runbook run capacity/capacity-report --yes --answers answers.yaml --json
""",
    help="Run a process: the machine does what it can, you are asked for the rest.\n\n"
    "At a terminal you may leave out the process and pick one; you are asked for its inputs before the run is made.\n\n"
    "Without a terminal, or with --yes, nobody is asked: answers come from --answers, and the run stops (exit code 4) "
    "where one is missing. Exit code 0: done; 1: failed; 4: it waits; `runbook resume` goes on.",
)
@process_argument
@click.option(
    "pairs",
    "-i",
    "--input",
    metavar="NAME=VALUE",
    multiple=True,
    shell_complete=complete_inputs,
    help="An input of the process.",
)
@click.option("every", "--ask", is_flag=True, help="Ask for every input, also for those with a usual value.")
@click.option("--inputs", "inputs_file", metavar="FILE", help="A YAML file with inputs; -i comes on top.")
@session_options
@json_option
@workspace
def command(
    process: str | None,
    pairs: tuple[str, ...],
    inputs_file: str | None,
    every: bool,
    workspace: app.Workspace,
    **options: Any,
) -> None:
    """Run a process."""
    from runbook.cli.processes import checked

    asks = not (options["unattended"] or options["as_json"])
    plain = bool(options.get("plain"))
    name = chosen_process(workspace, process, "run", ask=asks, plain=plain)
    library = checked(workspace, name)
    definition = library.project.processes[name]
    given = _given(definition, pairs, inputs_file)
    if attended(not asks):
        from runbook.cli.filling import filled

        given = filled(definition, given, every=every, review=name != process)
    process = name
    run = app.begin(workspace, library, process, given, options["answers"])
    finish(sit(workspace, run, **options))


def _given(process: Any, pairs: tuple[str, ...], inputs_file: str | None) -> dict[str, Json]:
    from runbook.cli.session import read_data
    from runbook.inputs import from_text

    given: dict[str, Json] = {}
    if inputs_file:
        data = read_data(inputs_file, "inputs")
        if not isinstance(data, dict):
            raise Misuse(f"the inputs file {inputs_file} is not a mapping of name to value", "write `name: value`")
        given.update(data)
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            raise Misuse(f"`{pair}` is not NAME=VALUE", "write for example -i host=web1")
        given[name] = from_text(process, name, text)
    return given
