"""`runbook import-record`: a form that was filled in from paper becomes a run."""

from __future__ import annotations

import re
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
  runbook import-record filled-in.yaml --evidence swap:bay-photo=bay4.jpg   # what a step asks for
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
    metavar="[STEP:ID=]FILE",
    multiple=True,
    help="A scan of the paper, kept with the run; or, with STEP:ID before it, what a step asks for.",
)
@json_option
@workspace
def command(file: Path, scans: tuple[str, ...], as_json: bool, workspace: app.Workspace) -> None:
    """Make a run of a form from paper."""
    run = app.transcribe(workspace, file, [_named(each) for each in scans])
    state = app.state(workspace, run)
    if as_json:
        echo(machine.line(machine.status(state)))
        return
    echo(f"Run {run} of {state.plan.root}")
    echo(manner(state))
    echo(terminal.ending(state, style()))


def _named(text: str) -> tuple[str, str, Path]:
    """The step and the piece that a file is, both empty for a scan of the paper, and the file."""
    found = re.fullmatch(r"([a-z0-9][a-z0-9./-]*):([a-z0-9-]+)=(.+)", text)
    return (found[1], found[2], Path(found[3])) if found else ("", "", Path(text))
