"""`runbook show`: a process, or one of its steps, in the terminal."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import complete_steps, process_argument
from runbook.cli.choosing import chosen_process
from runbook.cli.options import columns, echo, json_option, style, workspace
from runbook.cli.processes import checked
from runbook.definition import Process, Step
from runbook.diagnostics import suggestion
from runbook.errors import Misuse


@click.command(
    epilog="""\b
Examples:
  runbook show backup/sqlite-restore-drill
  runbook show backup/sqlite-restore-drill --step backup
  runbook show backup/sqlite-restore-drill --json
""",
    help="Show a process: what it is for, who does it, what it needs, and its steps.\n\n"
    "With --step it is one step with everything: why it is there, what must come out of it, what its failure means.",
)
@process_argument
@click.option("--step", "id", metavar="ID", shell_complete=complete_steps, help="Only this step, with everything.")
@json_option
@workspace
def command(process: str | None, id: str | None, as_json: bool, workspace: app.Workspace) -> None:
    """Show a process, or one of its steps."""
    from runbook.views import outline
    from runbook.views.machine import pretty
    from runbook.views.outline_step import step_lines
    from runbook.views.step import place_of

    name = chosen_process(workspace, process, "show", ask=not as_json)
    library = checked(workspace, name)
    definition, kinds = library.project.processes[name], workspace.kinds
    if id is not None:
        step = _step(definition, id)
        if as_json:
            echo(pretty(outline.step_as_json(definition, step)))
        else:
            echo(step_lines(step, place_of(definition, library.project, kinds), style(), columns(), everything=True))
    elif as_json:
        echo(pretty(outline.as_json(definition, library.project, kinds)))
    else:
        echo(outline.as_text(definition, library.project, kinds, style(), columns()))


def _step(process: Process, id: str) -> Step:
    steps = {step.id: step for step in process.every_step()}
    if id not in steps:
        listed = f"its steps are {', '.join(f'`{each}`' for each in steps)}"
        raise Misuse(f"`{id}` is not a step of {process.id}", suggestion(id, steps, listed))
    return steps[id]
