"""The loop in plain lines: for screen readers, dumb terminals, and whoever likes it so. Nothing is ever redrawn."""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import click

from runbook.cli.loop.front import END, Aside, Line, Open, Overtaken, Pause, forget_typed
from runbook.cli.loop.keys import ENTER, RUNNING, Menu
from runbook.cli.loop.news import News
from runbook.cli.loop.outside import edited
from runbook.durations import in_words
from runbook.errors import Refused
from runbook.views.style import Style
from runbook.views.visible import visible

_BREATH = 0.2
"""Seconds in which news is gathered before a question is interrupted by it."""
_PATIENCE = 10.0
"""Seconds without news after which it is said what is still running; twice as many each time after that."""
_HINT = "  type one of the keys or words, or ? for help"
EDIT = (":e", ":edit")
"""What is typed to write an answer in the editor."""
ASIDE = (":b", ":back")
"""What is typed to come back to the question."""
CLEAR = (":c", ":clear")
"""What is typed to leave empty what was answered before."""


class Plain:
    """A terminal as lines that are shown and lines that are typed; `running` says what is under way."""

    def __init__(self, style: Style, running: Callable[[], str]) -> None:
        self.news = News()
        self.news.ring_for_signals()
        self.style = style
        self._running = running
        self._about = ""
        self._began = time.monotonic()
        self._patience = _PATIENCE

    @property
    def width(self) -> int:
        """Columns there are."""
        try:
            return os.get_terminal_size(sys.stdout.fileno()).columns or 80
        except OSError:
            return 80

    def say(self, *lines: str) -> None:
        """Show lines."""
        for line in lines:
            click.echo(line)

    def ask(self, about: str, *lines: str) -> None:
        """Show what is asked."""
        self._about = about
        self.say(*lines)

    def key(self, menu: Menu, open: Open, question: str = "", default: str = "") -> str:
        """The word of a key of the menu, typed as the key or as the word."""
        answers = ", ".join(
            f"[{key.key}] {key.label}" if key.key == ENTER else f"{key.key} {key.label}" for key in menu.answers
        )
        offered = f" [{default}]" if default else ""
        asks = f"  {question}{offered}: " if question else f"{answers}, ? help{offered} > "
        while True:
            typed = self._typed(asks, open)
            if question and typed in ASIDE:
                raise Aside
            word = default if default and not typed else menu.word(typed)
            if word:
                return word
            self.say("    type one of " + answers + ", or :back" if question else _HINT)

    def line(self, line: Line, open: Open) -> str:
        """A typed line, asked for until it passes its check; empty takes the default."""
        offered = line.typed or line.default
        if line.typed:
            self.say(f"  typed before: {visible(line.typed)} (:clear takes it away)")
        question = f"  {line.question}{f' [{visible(offered)}]' if offered else ''}: "
        while True:
            typed = self._lines(line, open) if line.several else self._typed(question, open)
            if typed in ASIDE:
                raise Aside
            try:
                if typed in EDIT:
                    typed = offered = edited(offered, line.typing)
                typed = "" if typed in CLEAR else typed or offered
                line.typing(typed)
                line.check(typed)
            except Refused as error:
                self.say(f"    {visible(str(error))}: {visible(error.help)}")
            else:
                return typed

    def _lines(self, line: Line, open: Open) -> str:
        """Several lines, up to one with nothing but a dot, or a word that stands alone on the first one."""
        self.say(f"  {line.question}; end it with a line that is only a dot:")
        typed: list[str] = []
        while (each := self._line("> ", open, fresh=not typed)).strip() != END:
            if not typed and each.strip() in (*EDIT, *ASIDE, *CLEAR):
                return each.strip()
            typed.append(each.rstrip())
            line.typing("\n".join(typed))
        return "\n".join(typed)

    def idle(self, open: Open) -> str | None:
        """Wait for news; what is still running is said from time to time, and a word may be typed meanwhile."""
        self._about = ""
        handle = sys.stdin.fileno()
        ready, _, _ = select.select([handle, self.news.bell], [], [], self._patience)
        if self.news.bell in ready:
            self.news.tell()
            self._began, self._patience = time.monotonic(), _PATIENCE
        elif ready:
            if (typed := _read(handle)) == b"":
                raise Pause
            word = typed.decode("utf-8", "replace").strip()
            if word and RUNNING.word(word) is None:
                self.say(_HINT)
            return RUNNING.word(word)
        elif running := self._running():
            self.say(f"  still running: {running} ({in_words(round(time.monotonic() - self._began))} without news)")
            self._patience *= 2
        return None

    def lent(self) -> AbstractContextManager[None]:
        """The terminal is as other programs want it."""
        return nullcontext()

    def close(self) -> None:
        """The terminal is as it was found, and nothing that was typed is left to the shell."""
        forget_typed(sys.stdin.fileno())
        self.news.close()

    def _typed(self, question: str, open: Open) -> str:
        return self._line(question, open).strip()

    def _line(self, question: str, open: Open, fresh: bool = True) -> str:
        """A typed line as it stands; one that is not `fresh` goes on with the line before, and may be there already."""
        handle, typed = sys.stdin.fileno(), b""
        if fresh:
            forget_typed(handle)
        click.echo(question, nl=False)
        while not typed.endswith(b"\n"):
            ready, _, _ = select.select([handle, self.news.bell], [], [])
            if self.news.bell in ready:
                if self.news.rang_late():
                    continue
                select.select([handle], [], [], _BREATH)
                click.echo("")
                self.news.tell()
                if self.news.over or not open():
                    raise Overtaken
                if self._about:
                    click.echo(f"--- {self._about}")
                click.echo(question, nl=False)
            elif (part := _read(handle)) == b"":
                click.echo("")
                raise Pause
            else:
                typed += part
        try:
            return typed.decode("utf-8")
        except UnicodeDecodeError:
            self.say("  that is not UTF-8 text; type it again")
            return self._line(question, open, fresh)


def _read(handle: int) -> bytes:
    """What was typed; empty at the end of input, or when the terminal is gone."""
    try:
        return os.read(handle, 4096)
    except OSError:
        return b""
