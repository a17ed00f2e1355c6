"""`runbook print`: a process for paper, as a checklist or as the empty form to type it in from."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from runbook import app
from runbook.cli.arguments import process_argument
from runbook.cli.choosing import chosen_process
from runbook.cli.given import given, input_options
from runbook.cli.options import echo, workspace
from runbook.cli.processes import written
from runbook.cli.speaking import language_option, spoken
from runbook.errors import MachineRefuses, Misuse


@click.command(
    epilog="""\b
Examples:
  runbook print changes/standard-change > checklist.html
  runbook print changes/standard-change -i change=CHG-7 --format pdf --output checklist.pdf
  runbook print changes/standard-change --language de > checkliste.html
  runbook print changes/standard-change --form yaml --output filled-in.yaml
""",
    help="Print a process as a checklist: every step with a box to tick, its command, its fields, and room for times, "
    "initials and signatures; the hash of its definition stands on each page.\n\n"
    "Values that are given with -i, and usual ones, are filled in; a blank stands for each of the others. With --form "
    "it is the empty form instead, which is filled in from the paper and handed to `runbook import-record`.",
)
@process_argument
@input_options
@click.option("--format", "form", type=click.Choice(["html", "pdf"]), help="How the checklist is written; else HTML.")
@click.option("--form", "blank", type=click.Choice(["yaml", "csv"]), help="The empty form instead of the checklist.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@language_option
@workspace
def command(
    process: str | None,
    pairs: tuple[str, ...],
    inputs_file: str | None,
    form: str | None,
    blank: str | None,
    output: Path | None,
    language: str | None,
    workspace: app.Workspace,
) -> None:
    """Print a process."""
    if form and blank:
        raise Misuse("--format is for the checklist, and --form is another thing", "leave one of them out")
    if language and blank:
        raise Misuse("--language is for the checklist; the words of a form are always the same", "leave it out")
    if form == "pdf" and output is None and sys.stdout.isatty():
        raise Misuse("a PDF is nothing for a terminal", "name a file with --output")
    process = chosen_process(workspace, process, "print")
    library = written(workspace, process)
    values = given(library.project.processes[process], pairs, inputs_file)
    if blank:
        _write(app.blank_form(workspace, library, process, values, blank == "csv"), output)
        return
    html = app.checklist(workspace, library, process, values, spoken(language, library.project))
    _write(app.as_pdf(html) if form == "pdf" else html, output)


def _write(content: str | bytes, output: Path | None) -> None:
    if output is None:
        if isinstance(content, bytes):
            sys.stdout.buffer.write(content)
        else:
            click.echo(content, nl=False)
        return
    try:
        output.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    except OSError as error:
        raise MachineRefuses(f"{output} can't be written: {error.strerror}", "check the folder") from None
    echo(f"{output} written")
