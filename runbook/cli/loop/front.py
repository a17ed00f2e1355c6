"""What the loop needs of a terminal: lines to show, a key, a line of text. `plain` and `screen` are the two there are.

Rule 1: nothing is taken for an answer that was not typed after its question was shown.
Rule 2: the end of input, or a terminal that is gone, is never an answer: it pauses.
"""

from __future__ import annotations

import os
import termios
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from typing import Protocol

from runbook.cli.loop.keys import Menu
from runbook.cli.loop.news import News
from runbook.views.style import Style

Open = Callable[[], bool]
"""Whether a question is still to be answered."""


class Pause(Exception):
    """The person leaves the run as it is."""


class Later(Exception):
    """The person leaves this step for later, or for somebody else."""


class Aside(Exception):
    """The person does not go on with what a key began, and comes back to the question."""


class Overtaken(Exception):
    """The step does not wait any more: somebody else, or time, was first."""


@dataclass(frozen=True, slots=True)
class Line:
    """A question that is answered with a line of text.

    `check` raises `Refused` for what can't be an answer. `default` is taken when nothing is typed; `typed` is what was
    typed before and may be changed; `typing` is told what stands there at every key. `help` says what is expected.
    """

    question: str
    check: Callable[[str], object]
    default: str = ""
    typed: str = ""
    typing: Callable[[str], None] = lambda text: None
    help: str = ""
    suggestions: tuple[str, ...] = ()
    ignored: str = ""
    """What is no answer: the rest of the word whose first letter was taken for a key."""
    files: bool = False
    """True when it is the path of a file."""
    several: bool = False
    """True when it may have several lines, pasted for example; a line with nothing but a dot ends it."""


END = "."
"""The line that ends an answer of several lines."""


class Front(Protocol):
    """A terminal with a person at it; what happens meanwhile is told as it comes."""

    news: News
    style: Style

    @property
    def width(self) -> int:
        """Columns there are."""

    def say(self, *lines: str) -> None:
        """Show lines."""

    def ask(self, about: str, *lines: str) -> None:
        """Show what is asked; `about` names it again once something else was shown below it."""

    def key(self, menu: Menu, open: Open, question: str = "", default: str = "") -> str:
        """The word of one key of the menu; `default` for the enter key when the menu has none for it.

        `Aside` when the person goes back from a `question`, one of several, to what is asked.
        """

    def line(self, line: Line, open: Open) -> str:
        """What was typed, checked."""

    def idle(self, open: Open) -> str | None:
        """Wait for news while nothing is asked; the word of a key that was pressed meanwhile, if any."""

    def lent(self) -> AbstractContextManager[None]:
        """The terminal is another program's while the block runs: an editor's, a shell's."""

    def close(self) -> None:
        """Leave the terminal as it was found."""


def forget_typed(handle: int) -> None:
    """Throw away what was typed at the terminal `handle` before a question was there: rule 1.

    It is read away, not flushed: a flush would also throw away a Ctrl-C that the terminal has not looked at yet.
    """
    with suppress(termios.error, OSError):
        found = termios.tcgetattr(handle)
        at_once = [*found[:3], found[3] & ~termios.ICANON, *found[4:6], list(found[6])]
        at_once[6][termios.VMIN] = at_once[6][termios.VTIME] = 0
        try:
            termios.tcsetattr(handle, termios.TCSANOW, at_once)
            while os.read(handle, 4096):
                pass
        finally:
            termios.tcsetattr(handle, termios.TCSANOW, found)
