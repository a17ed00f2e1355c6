"""`runbook record -- COMMANDS`: run commands, or what is typed line by line, and write the draft of a process."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runbook import app
from runbook.cli.options import echo, finish
from runbook.errors import Misuse

if TYPE_CHECKING:
    from runbook.engine.recording import Recorded


def record_session(workspace: app.Workspace, commands: Sequence[str], title: str, out: Path | None) -> None:
    """Run the commands given, or those typed, and write what they were as a process."""
    for command in commands:
        if command.startswith("-") or not command.strip():
            raise Misuse(
                f"`{command}` is no command", "put quotes around each command: runbook record -- 'df -h' 'uptime'"
            )
    if out:
        app.check_draft(workspace, out)
    recorded: list[Recorded] = []
    stopped: Misuse | None = None
    try:
        for each in _given(commands) if commands else _typed():
            recorded.append(each)
    except Misuse as error:  # what was run is kept
        stopped = error
    if stopped and not recorded:
        raise stopped
    if not recorded:
        raise Misuse("no command was run, so there is nothing to write", "type a command, or give some behind `--`")
    draft = app.draft_of(workspace, recorded, title, out)
    if out is None:
        click.echo(draft.text, nl=False)
    else:
        _keep(out, draft.text, recorded)
    if draft.wrong:
        click.echo(f"the draft is not yet a process that can be run: {draft.wrong}", err=True)
    if stopped:
        raise stopped
    finish(1 if draft.wrong else 0)


def _keep(out: Path, text: str, recorded: Sequence[Recorded]) -> None:
    app.write_draft(out, text)
    failed = [each.command for each in recorded if each.exit_code]
    click.echo(f"{out} written: {len(recorded)} step{'' if len(recorded) == 1 else 's'}", err=True)
    if failed:
        click.echo(f"ended with an error: {', '.join(f'`{each}`' for each in failed)}; see the notes in it", err=True)


def _given(commands: Sequence[str]) -> Iterator[Recorded]:
    from runbook.engine.recording import run_recorded

    start = folder = Path.cwd()
    for command in commands:
        if (changed := _led(command, folder)) is not None:
            folder = changed
            continue
        click.echo(f"$ {command}", err=True)
        yield run_recorded(command, start, folder, _show)


def _show(piece: bytes) -> None:
    sys.stderr.buffer.write(piece)
    sys.stderr.buffer.flush()


def _typed() -> Iterator[Recorded]:
    """Each line typed at the prompt, run at a terminal of its own; without a terminal, each line of standard input."""
    from runbook.engine.recording import run_at_terminal, run_recorded

    attended = sys.stdin.isatty() and sys.stdout.isatty()
    if attended:
        echo("Each line you type is run and becomes a step. Ctrl-D, or `exit`, ends the session.")
    start = folder = Path.cwd()
    while (line := _line(attended, folder)) is not None:
        if line.strip() in ("exit", "logout"):
            return
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            changed = _changed_folder(line, folder) if attended else _led(line, folder)
        except Misuse as error:
            if not attended:
                raise
            echo(str(error))
            continue
        if changed is not None:
            folder = changed
        elif attended:
            yield _with_code(run_at_terminal(line, start, folder))
        else:
            yield run_recorded(line, start, folder, _show)


def _line(attended: bool, folder: Path) -> str | None:
    """The next line; None when there is none any more."""
    try:
        if attended:
            return input(f"recording {folder.name or '/'} $ ")
        line = sys.stdin.readline()
        return line.rstrip("\n") if line else None
    except EOFError:
        echo("")
        return None
    except KeyboardInterrupt:
        echo("")
        return ""


def _with_code(recorded: Recorded) -> Recorded:
    if recorded.exit_code:
        echo(f"(exit code {recorded.exit_code})")
    return recorded


def _led(command: str, folder: Path) -> Path | None:
    """The same where nobody looks on: what comes behind a folder that is not there would be run in a wrong one."""
    try:
        return _changed_folder(command, folder)
    except Misuse as error:
        raise Misuse(f"{error}, so nothing behind `{command}` was run", error.help) from None


def _changed_folder(command: str, folder: Path) -> Path | None:
    """The folder that a plain `cd` leads to; None for every other command."""
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    if words[:1] != ["cd"] or len(words) > 2 or any(sign in command for sign in ";&|$`<>"):
        return None
    wanted = Path(os.path.normpath(folder / Path(words[1] if len(words) == 2 else "~").expanduser()))
    if not wanted.is_dir():
        raise Misuse(f"there is no folder `{wanted}`", "check the path")
    return wanted
