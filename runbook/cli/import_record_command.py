"""`runbook import-record`: a form that was filled in from paper becomes a run."""

from __future__ import annotations

from pathlib import Path

import click

from runbook import app
from runbook.cli.options import echo, json_option, style, workspace
from runbook.views import machine, terminal
from runbook.views.origin import manner


@click.command(
    epilog="""\b
Examples:
  runbook import-record filled-in.yaml
  runbook import-record filled-in.csv --evidence scan-1.pdf --evidence scan-2.pdf
""",
    help="Make a run of a form that was filled in on paper: the one that `runbook print PROCESS --form yaml` (or csv) "
    "wrote.\n\n"
    "Nothing is executed. Everything that a process rules is asked of the form as well, in the order and at the times "
    "that are written; a form that is refused makes no run, and the message names the line. Each answer is recorded "
    "with the person on the paper and with you, who transcribe it; the form is kept as evidence. Such a run is never "
    "carried on.",
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "scans",
    "--evidence",
    metavar="SCAN",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A scan of the paper, kept with the run; several times for several files.",
)
@json_option
@workspace
def command(file: Path, scans: tuple[Path, ...], as_json: bool, workspace: app.Workspace) -> None:
    """Make a run of a form from paper."""
    run = app.transcribe(workspace, file, scans)
    state = app.state(workspace, run)
    if as_json:
        echo(machine.line(machine.status(state)))
        return
    echo(f"Run {run} of {state.plan.root}")
    echo(manner(state))
    echo(terminal.ending(state, style()))
