"""Lines that a person types, while what happens meanwhile is told.

Rule 1: only a line ended with the enter key is an answer; the end of input never is.
Rule 2: what was typed before a step was shown is thrown away, so that no key confirms a step unseen.
"""

from __future__ import annotations

import os
import queue
import select
import sys
import termios
from collections.abc import Callable
from contextlib import suppress

import click

from runbook.cli.prompts import Overtaken, Pause

_BREATH = 0.2
"""Seconds in which news is gathered before a question is interrupted by it."""

News = Callable[[], None]
"""Something to tell, when it is called."""


class Keyboard:
    """Typed lines and news, whichever comes first; news may be put in from any thread."""

    def __init__(self) -> None:
        self.over = False
        """True when there will be no more news."""
        self._news: queue.SimpleQueue[News | None] = queue.SimpleQueue()
        self._bell, self._ring = os.pipe()
        os.set_blocking(self._ring, False)

    def put(self, news: News | None) -> None:
        """Have something told; None when nothing more will come."""
        self._news.put(news)
        with suppress(BlockingIOError):
            os.write(self._ring, b".")

    def tell(self) -> None:
        """Tell everything that has happened so far."""
        while True:
            try:
                news = self._news.get_nowait()
            except queue.Empty:
                return
            if news is None:
                self.over = True
            else:
                news()

    def wait(self) -> None:
        """Wait for news, and tell it."""
        select.select([self._bell], [], [])
        os.read(self._bell, 4096)
        self.tell()

    def forget_typed(self) -> None:
        """Throw away what was typed too early."""
        with suppress(termios.error, OSError):
            termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)

    def line(self, question: str, open: Callable[[], bool]) -> str:
        """One typed line; `Pause` at the end of input, `Overtaken` when the question is not `open` any more."""
        handle = sys.stdin.fileno()
        typed = b""
        click.echo(question, nl=False)
        while not typed.endswith(b"\n"):
            ready, _, _ = select.select([handle, self._bell], [], [])
            if self._bell in ready:
                select.select([handle], [], [], _BREATH)
                os.read(self._bell, 4096)
                click.echo("")
                self.tell()
                if self.over or not open():
                    raise Overtaken
                click.echo(question, nl=False)
            elif (part := _read(handle)) == b"":
                click.echo("")
                raise Pause
            else:
                typed += part
        try:
            return typed.decode("utf-8").strip()
        except UnicodeDecodeError:
            click.echo("  that is not UTF-8 text; type it again")
            return self.line(question, open)

    def close(self) -> None:
        """Let go of the bell."""
        os.close(self._bell)
        os.close(self._ring)


def _read(handle: int) -> bytes:
    """What was typed; empty at the end of input, or when the terminal is gone."""
    try:
        return os.read(handle, 4096)
    except OSError:
        return b""
