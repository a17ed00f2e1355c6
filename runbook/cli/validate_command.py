"""`runbook validate`: check the project's definitions."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runbook import __version__, app
from runbook.cli.options import echo, finish, style, workspace
from runbook.cli.progress import working
from runbook.diagnostics import Diagnostic, Severity
from runbook.engine.files import find_root
from runbook.errors import Misuse
from runbook.reading.layout import Role, entry_of, process_file

if TYPE_CHECKING:
    from runbook.reading.library import Library


_LEVELS = ("advice", "warning", "error")
_LEVEL = click.Choice(_LEVELS)


@click.command(
    epilog="""\b
Examples:
  runbook validate
  runbook validate processes/backup
  runbook validate --format github    # annotations in a pull request
  runbook validate --format sarif > findings.sarif
  runbook validate --fail-on warning  # in CI: warnings fail as well
  runbook validate --watch            # checks again whenever a file changes
""",
    help="Check the project's definitions: every problem at once, each with its place and what to do.\n\n"
    "PATH limits what is shown and counted to these files or folders. The level of a rule is set under `lint` in "
    "`runbook.yaml`; `# runbook: allow RULE because REASON` in its line, or right above, allows a finding that no run "
    "depends on. Exit code 0: no errors (warnings are allowed); 1: errors, or what --fail-on names.",
)
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "sarif", "github"]), default="text", help="How to print."
)
@click.option("as_json", "--json", is_flag=True, help="The same as --format json.")
@click.option("--level", type=_LEVEL, default="advice", help="Show nothing that weighs less; `advice` is everything.")
@click.option(
    "--fail-on", type=click.Choice([*_LEVELS, "never"]), default="error", help="The least that gives exit code 1."
)
@click.option("--watch", is_flag=True, help="Go on, and check again whenever a definition changes.")
@workspace
def command(
    paths: tuple[Path, ...],
    form: str,
    as_json: bool,
    level: str,
    fail_on: str,
    watch: bool,
    workspace: app.Workspace,
) -> None:
    """Check the project's definitions."""
    if paths and not workspace.project and find_root(workspace.start) is None:
        workspace = app.Workspace(paths[0].absolute(), None, workspace.home_folder)
    form = "json" if as_json else form
    wanted = [_inside(workspace.root, path) for path in paths] or ["."]
    if watch:
        if form != "text":
            raise Misuse("--watch shows text", "leave --format out")
        from runbook.cli.rechecking import recheck

        recheck(workspace, lambda library: _seen(library, wanted, level))
        return
    if form == "text" and (processes := app.faultless(workspace)) is not None:
        echo(_summary(_counted(processes, wanted), []))
        return
    from runbook.views import diagnostics

    with working("Checking the project"):
        library = app.read_all(workspace)
    every = [each for each in library.diagnostics if _covers(wanted, each.place.file)]
    allowed = [each for each in library.allowed if _covers(wanted, each.finding.place.file)]
    found = [each for each in every if _weighs(each, level)]
    match form:
        case "json":
            echo(diagnostics.as_json(found, allowed))
        case "sarif":
            from runbook.reading.catalogue import catalogue

            echo(diagnostics.as_sarif(found, catalogue(workspace.kinds).values(), __version__, allowed))
        case "github":
            echo([text] if (text := diagnostics.as_github(found)) else [])
        case _:
            if found:
                echo(diagnostics.as_text(found, library.sources, style().colour))
            echo(_summary(_counted(library.interfaces, wanted), every, len(allowed)))
    finish(1 if any(_weighs(each, fail_on) for each in every) else 0)


def _seen(library: Library, wanted: list[str], level: str) -> tuple[list[Diagnostic], str]:
    """What is shown of the findings, and the line that sums all of them up."""
    every = [each for each in library.diagnostics if _covers(wanted, each.place.file)]
    allowed = sum(1 for each in library.allowed if _covers(wanted, each.finding.place.file))
    summary = _summary(_counted(library.interfaces, wanted), every, allowed)
    return [each for each in every if _weighs(each, level)], summary


def _weighs(each: Diagnostic, level: str) -> bool:
    """True when a finding is of that level, or graver."""
    return level != "never" and _LEVELS.index(each.severity.value) >= _LEVELS.index(level)


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


def _summary(processes: int, found: list[Diagnostic], allowed: int = 0) -> str:
    errors, warnings, advice = (sum(1 for each in found if each.severity is level) for level in Severity)
    counted = f"{processes} process" + ("es" if processes != 1 else "")
    if not found and not allowed:
        hint = "" if processes else "; a process goes into processes/GROUP/NAME.yaml"
        return f"{counted} checked: no problems{hint}"
    parts = [f"{n} {word}{'s' if n != 1 else ''}" for n, word in ((errors, "error"), (warnings, "warning")) if n]
    parts += [f"{n} {word}" for n, word in ((advice, "advice"), (allowed, "allowed")) if n]
    return f"{counted} checked: {', '.join(parts)}"
