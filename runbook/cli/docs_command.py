"""`runbook docs`: the documentation of the project, as a site, as Markdown, as PDF, and whether it is kept up."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runbook import app
from runbook.cli.docs_check import check
from runbook.cli.docs_pdf import pdf
from runbook.cli.docs_serve import serve
from runbook.cli.options import echo, finish, json_option, workspace
from runbook.cli.processes import show_problems
from runbook.cli.progress import working
from runbook.views import machine

if TYPE_CHECKING:
    from runbook.engine.site_files import Built
    from runbook.reading.library import Library

_BUILT = {"html": "page", "markdown": "page", "mkdocs": "file"}


@click.group(
    name="docs",
    help="The documentation of the project's processes: build it, print it, and check that it is kept up to date.",
    epilog="""\b
Examples:
  runbook docs build
  runbook docs serve
  runbook docs pdf backup/restore-file --checklist -o checklist.pdf
  runbook docs check --max-age 180d
""",
)
def command() -> None:
    """Documentation of the project's processes."""


@command.command(
    name="build",
    epilog="""\b
Examples:
  runbook docs build
  runbook docs build -o /srv/www/runbooks --strict
  runbook docs build --only backup
  runbook docs build --format markdown -o wiki
  runbook docs build --format mkdocs -o pages
  runbook docs build --json
""",
    help="Build the documentation: a web site that needs no server, or the same as Markdown, or as a source for MkDocs."
    "\n\nFiles that are as they were are left alone; those of an earlier build that are no longer part of it are "
    "removed, and no others. A build that fails leaves everything as it was. Exit code 1: a definition has errors, or, "
    "with --strict, a warning, or a link that leads nowhere.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(_BUILT)),
    default="html",
    show_default=True,
    help="A web site, Markdown as GitHub and GitLab show it, or a source for MkDocs.",
)
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("site"),
    show_default=True,
    help="The folder to write to.",
)
@click.option("--only", metavar="GROUP[/PROCESS]", help="This group or process alone, with the processes it uses.")
@click.option("--strict", is_flag=True, help="Refuse to build with warnings, or links that lead nowhere.")
@json_option
@workspace
def build(form: str, output: Path, only: str | None, strict: bool, as_json: bool, workspace: app.Workspace) -> None:
    """Write the documentation."""
    with working("Checking the project"):
        library = app.read_all(workspace, keep=True)
        warnings = _refuse_flaws(workspace, library, strict)
        library = app.part_of(library, only) if only else library
    verbs: dict[str, Callable[..., Built]] = {
        "html": partial(app.build_site, strict=strict),
        "markdown": app.build_markdown,
        "mkdocs": app.build_mkdocs,
    }
    with working(f"Writing the {_BUILT[form]}s") as tell:
        built = verbs[form](workspace, library, output, tell)
    if as_json:
        told = {"pages": built.files, "folder": str(output), "format": form}
        echo(
            machine.line(
                {
                    **told,
                    "written": len(built.written),
                    "removed": len(built.removed),
                    "warnings": warnings,
                    "notes": built.notes,
                }
            )
        )
        return
    counted = f"{built.files} {_BUILT[form]}{'' if built.files == 1 else 's'}"
    changed = f"{len(built.written)} written" if built.written else "all as they were"
    echo(f"{counted} in {output}: {changed}{f', {len(built.removed)} removed' if built.removed else ''}")
    echo(built.notes)
    if warnings:
        echo(f"{warnings} warning{'' if warnings == 1 else 's'}: see `runbook validate`")


def _refuse_flaws(workspace: app.Workspace, library: Library, strict: bool) -> int:
    """How many warnings there are; ends with 1 for what must not be, each shown with file and line."""
    from runbook.diagnostics import Severity

    refused = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    found = [each for each in library.diagnostics if each.severity in refused]
    sources = library.sources
    if strict and not any(each.severity is Severity.ERROR for each in found):
        dead, more = app.dead_links(workspace)
        found, sources = [*found, *dead], {**sources, **more}
    if found:
        show_problems(found, sources)
        finish(1)
    return sum(each.severity is Severity.WARNING for each in library.diagnostics)


command.add_command(check)
command.add_command(pdf)
command.add_command(serve)
