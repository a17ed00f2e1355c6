"""`runbook fmt`: lay the definitions out in the one way."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from runbook import app
from runbook.cli.main import show_error
from runbook.cli.options import echo, finish, json_option, style, workspace
from runbook.errors import Misuse, RunbookError


@click.command(
    epilog="""\b
Examples:
  runbook fmt
  runbook fmt processes/backup
  runbook fmt --check               # in CI: exit code 1 when a file would change
  runbook fmt --diff processes/backup/restore-file.yaml
  runbook fmt --stdin-filename processes/backup/new.yaml - < draft.yaml
""",
    help="Lay the definitions out in the one way: fields in the order of the language, two spaces a level, an empty "
    "line between steps, quotes only where they are needed, text of several lines as a block. Comments stay with what "
    "they are about.\n\n"
    "What a file says is never changed: it is read again before it is written, and left alone when it would say "
    "anything else. Without PATH: every definition of the project, and the answers and tests beside them. `-` formats "
    "standard input. Exit code 1: a file would change (--check, --diff), or can't be read.",
)
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--check", is_flag=True, help="Write nothing; name the files that would change.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.option(
    "--stdin-filename", "named", metavar="FILE", type=click.Path(path_type=Path), help="What `-` is taken for."
)
@json_option
@workspace
def command(
    paths: tuple[Path, ...], check: bool, diff: bool, named: Path | None, as_json: bool, workspace: app.Workspace
) -> None:
    """Lay the definitions out in the one way."""
    from runbook.views import formatting

    if Path("-") in paths:
        if len(paths) > 1 or as_json:
            raise Misuse("`-` stands alone", "format standard input by itself, without --json")
        _stream(workspace, named or Path("stdin.yaml"), check, diff)
        return
    if named:
        raise Misuse("--stdin-filename goes with `-`", "add `-`, or leave the option out")
    files = list(_written(app.format_files(workspace, paths), write=not (check or diff)))
    if as_json:
        echo(formatting.as_json(files))
    else:
        for file in files:
            if file.error:
                show_error(file.error)
            elif diff and file.changed:
                echo(formatting.as_diff(file, style().colour))
        echo(formatting.as_lines(files, would=check or diff))
    finish(1 if any(file.error or (file.changed and (check or diff)) for file in files) else 0)


def _written(files: Iterator[app.Formatted], write: bool) -> Iterator[app.Formatted]:
    for file in files:
        try:
            if write and file.changed:
                app.write_formatted(file)
            yield file
        except RunbookError as error:
            yield app.Formatted(file.path, file.before, error=error)


def _stream(workspace: app.Workspace, named: Path, check: bool, diff: bool) -> None:
    from runbook.views import formatting

    content = sys.stdin.buffer.read()
    try:
        file = app.Formatted(named, content, app.format_text(workspace, named, content))
    except RunbookError as error:
        show_error(error)
        finish(1)
        return
    if diff:
        echo(formatting.as_diff(file, style().colour) if file.changed else [])
    elif not check:
        click.echo(file.after, nl=False)
    finish(1 if file.changed and (check or diff) else 0)
