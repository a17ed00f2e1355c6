"""The quick door: the plainest forms of what is asked most, answered before click is imported.

Rule 1: it answers exactly as the wide door does (a test holds the two together), or it leaves the question to it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence

TYPE_CHECKING = False  # as in `typing`, which is not imported for a call this short
if TYPE_CHECKING:
    from runbook.app import Workspace

HELP = "help.txt"
"""What `runbook --help` prints on 80 columns and more; written by `make generated`."""


def quick(arguments: Sequence[str]) -> bool:
    """Answer, if it is one of the plain forms; False when the wide door has to."""
    match list(arguments):
        case ["-h"] | ["--help"]:
            return _help()
        case [*options] if (found := _options(options)) is not None and not found.as_json:
            from runbook.cli.glances import home

            _print(home(found.workspace()))
            return True
        case ["list", *options] if (found := _options(options)) is not None:
            from runbook.cli.glances import listing

            _print(listing(found.workspace(), None, found.as_json))
            return True
        case ["status", run, *options] if run[:1] != "-" and (found := _options(options)) is not None:
            from runbook.cli.glances import standing

            _print(standing(found.workspace(), run, found.as_json))
            return True
    return False


class _Found:
    """The options of a plain form."""

    def __init__(self) -> None:
        self.as_json = False
        self.project = ""
        self.home = os.environ.get("RUNBOOK_HOME", "")

    def workspace(self) -> Workspace:
        from pathlib import Path

        from runbook.app import Workspace, here

        return Workspace(here(), Path(self.project) if self.project else None, Path(self.home) if self.home else None)


def _options(words: Sequence[str]) -> _Found | None:
    """What `--json`, `--project DIR` and `--home DIR` say; None when anything else is there."""
    found = _Found()
    left = list(words)
    while left:
        word = left.pop(0)
        if word == "--json":
            found.as_json = True
        elif word in ("--project", "--home") and left and left[0][:1] != "-":
            setattr(found, word[2:], left.pop(0))
        else:
            return None
    return found


def _help() -> bool:
    if "COLUMNS" in os.environ or (sys.stdout.isatty() and os.get_terminal_size().columns < 80):
        return False
    with open(os.path.join(os.path.dirname(__file__), HELP), encoding="utf-8") as stream:
        sys.stdout.write(stream.read())
    return True


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)
