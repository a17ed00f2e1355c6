"""`runbook validate`: check the project's definitions."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from runbook import __version__, app
from runbook.cli.options import echo, finish, style, workspace
from runbook.cli.progress import working
from runbook.diagnostics import Diagnostic, Severity
from runbook.engine.files import find_root
from runbook.errors import Misuse
from runbook.reading.layout import Role, entry_of, process_file


@click.command(
    epilog="""\b
Examples:
  runbook validate
  runbook validate processes/backup
  runbook validate --format github    # annotations in a pull request
  runbook validate --format sarif > findings.sarif
""",
    help="Check the project's definitions: every problem at once, each with its place and what to do.\n\n"
    "PATH limits what is shown and counted to these files or folders. Exit code 0: no errors (warnings are allowed); "
    "1: errors.",
)
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "sarif", "github"]), default="text", help="How to print."
)
@click.option("as_json", "--json", is_flag=True, help="The same as --format json.")
@workspace
def command(paths: tuple[Path, ...], form: str, as_json: bool, workspace: app.Workspace) -> None:
    """Check the project's definitions."""
    if paths and not workspace.project and find_root(workspace.start) is None:
        workspace = app.Workspace(paths[0].absolute(), None, workspace.home_folder)
    form = "json" if as_json else form
    wanted = [_inside(workspace.root, path) for path in paths] or ["."]
    if form == "text" and (processes := app.faultless(workspace)) is not None:
        echo(_summary(_counted(processes, wanted), []))
        return
    from runbook.views import diagnostics

    with working("Checking the project"):
        library = app.read_all(workspace)
    found = [each for each in library.diagnostics if _covers(wanted, each.place.file)]
    match form:
        case "json":
            echo(diagnostics.as_json(found))
        case "sarif":
            from runbook.reading.catalogue import catalogue

            echo(diagnostics.as_sarif(found, catalogue(workspace.kinds).values(), __version__))
        case "github":
            echo([text] if (text := diagnostics.as_github(found)) else [])
        case _:
            if found:
                echo(diagnostics.as_text(found, library.sources, style().colour))
            echo(_summary(_counted(library.interfaces, wanted), found))
    finish(1 if any(each.severity is Severity.ERROR for each in found) else 0)


def _inside(root: Path, path: Path) -> str:
    full = path.resolve()
    if not full.exists():
        raise Misuse(f"there is no file or folder `{path}`", "check the path")
    if not full.is_relative_to(root):
        raise Misuse(f"`{path}` is outside the project {root}", "name its project with --project")
    inside = full.relative_to(root).as_posix()
    if full.is_file() and entry_of(inside).role is Role.NONE:
        raise Misuse(f"`{path}` is no definition of the project", "name a file or folder of processes")
    return inside


def _covers(wanted: list[str], file: str) -> bool:
    return any(each in (".", file) or file.startswith(f"{each}/") for each in wanted)


def _counted(processes: Iterable[str], wanted: list[str]) -> int:
    return sum(1 for id in processes if _covers(wanted, process_file(id)))


def _summary(processes: int, found: list[Diagnostic]) -> str:
    errors = sum(1 for each in found if each.severity.value == "error")
    warnings = len(found) - errors
    counted = f"{processes} process" + ("es" if processes != 1 else "")
    if not found:
        hint = "" if processes else "; a process goes into processes/GROUP/NAME.yaml"
        return f"{counted} checked: no problems{hint}"
    parts = [f"{n} {word}{'s' if n != 1 else ''}" for n, word in ((errors, "error"), (warnings, "warning")) if n]
    return f"{counted} checked: {', '.join(parts)}"
