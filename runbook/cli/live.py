"""Something that is shown anew whenever it changes, until Ctrl-C: on a terminal in place, else one after the other."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence

from runbook import app
from runbook.cli.options import echo

_GLANCE = 0.5
"""Seconds between two looks at whether somebody has written."""
_AGAIN = 30.0
"""Seconds after which it is shown anew although nobody has: time passes for it."""


def live(workspace: app.Workspace, lines: Callable[[], Sequence[str]]) -> None:
    """Show the lines, and show them anew when the journal has changed or half a minute has passed."""
    if not sys.stdout.isatty():
        last: Sequence[str] = ()
        for found in _each(workspace, lines):
            if found != last:
                echo(found)
                sys.stdout.flush()
            last = found
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    with Live(console=Console(), screen=True, auto_refresh=False) as screen:
        for found in _each(workspace, lines):
            screen.update(Text.from_ansi("\n".join(found)), refresh=True)


def _each(workspace: app.Workspace, lines: Callable[[], Sequence[str]]) -> Iterator[Sequence[str]]:
    journal = workspace.existing_journal()
    changes, since = -1, 0.0
    while True:
        now = journal.changes() if journal else 0
        if now != changes or time.monotonic() - since > _AGAIN:
            changes, since = now, time.monotonic()
            yield lines()
        try:
            time.sleep(_GLANCE)
        except KeyboardInterrupt:
            return
