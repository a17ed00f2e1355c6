"""Questions in plain lines, asked before anything has begun: what is typed is checked at once, leaving leaves no trace.

Rule 1: Ctrl-C and the end of input leave; neither is ever an answer.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Callable, Mapping

import click

from runbook.errors import RunbookError
from runbook.views.visible import visible

Check = Callable[[str], str]
"""The answer that was meant; a `RunbookError` for what is none."""


def attended(*unattended: object) -> bool:
    """True when somebody sits at a terminal and none of the options says that nobody is to be asked."""
    return not any(unattended) and sys.stdin.isatty() and sys.stdout.isatty()


def is_plain(plain: bool = False) -> bool:
    """True when lists are numbered and answers typed: as wished, or for a terminal that can't do more."""
    return plain or bool(os.environ.get("RUNBOOK_PLAIN")) or os.environ.get("TERM", "dumb") == "dumb"


def line(question: str, default: str | None = None, check: Check | None = None) -> str:
    """One typed line that passes the check; asked again until it does. Without a default it can't be empty."""
    shown = f"{question} [{visible(default)}]: " if default else f"{question}: "
    while True:
        typed = _typed(shown) or default
        if typed is None:
            click.echo("  an answer is needed; Ctrl-C leaves")
            continue
        try:
            return check(typed) if check else typed
        except RunbookError as error:
            click.echo(f"  {visible(str(error))}" + (f": {visible(error.help)}" if error.help else ""))


def agreed(question: str) -> bool:
    """True when the person says yes; a word is needed, so that nothing is agreed to by the enter key."""
    from runbook.cli.matching import meant

    return line(f"{question}? (yes or no)", check=lambda typed: meant(typed, ["yes", "no"])) == "yes"


def optional(question: str, check: Check | None = None) -> str:
    """One typed line; empty for none."""
    return line(question, "", lambda typed: check(typed) if check and typed else typed)


def choice(question: str, options: Mapping[str, str], default: str) -> str:
    """One of a few words, by its number or its first letters; `options` are the words with what they mean."""
    from runbook.cli.matching import meant

    for number, (word, meaning) in enumerate(options.items(), 1):
        click.echo(f"  {number}) {word}: {meaning}")
    return line(question, default, lambda typed: meant(typed, list(options)))


def _typed(shown: str) -> str:
    try:
        typed = _read(shown)
    except UnicodeDecodeError:
        click.echo("  that is not UTF-8 text; type it again")
        return _typed(shown)
    except KeyboardInterrupt:
        click.echo("")  # what comes next begins on a line of its own
        raise
    if not typed:
        click.echo("")
        raise KeyboardInterrupt
    return typed.strip()


def _read(shown: str) -> str:
    """A line with its end; empty at the end of input."""
    if is_plain():
        return _read_plainly(shown)
    import readline  # noqa: F401  # it makes `input` a line that can be edited

    try:
        return input(shown) + "\n"
    except EOFError:
        return ""


def _read_plainly(shown: str) -> str:
    """The same; a Ctrl-C that comes between the question and the reading of the answer is not slept through."""
    if not sys.stdin.isatty():
        click.echo(shown, nl=False)
        return sys.stdin.readline()
    ringing, ring = os.pipe()
    os.set_blocking(ring, False)
    before = signal.set_wakeup_fd(ring, warn_on_full_buffer=False)
    try:
        click.echo(shown, nl=False)
        while sys.stdin not in select.select([sys.stdin, ringing], [], [])[0]:
            os.read(ringing, 64)
        return sys.stdin.readline()
    finally:
        signal.set_wakeup_fd(before)
        os.close(ring)
        os.close(ringing)
