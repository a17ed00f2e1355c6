"""A terminal's screen as a person sees it: what a program writes, drawn by an emulator."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

import pexpect
import pyte  # type: ignore[import-untyped]  # it has no types

from tests.cli.conftest import Desk
from tests.waiting import PATIENCE

_ASKS = re.compile(r"\? help$|ctrl-x ctrl-e: editor$|^\d \w+  |^y yes  n no")
"""The last line of a screen that waits for a key or for a line."""


class Screen:
    """The command line at an emulated terminal."""

    def __init__(self, desk: Desk, *words: object, columns: int = 80, rows: int = 24, **environment: str) -> None:
        self.terminal = desk.terminal(*words, columns=columns, plain=False, **environment)
        self.terminal.setwinsize(rows, columns)
        self.raw = ""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)

    @property
    def lines(self) -> list[str]:
        """The lines that are not empty."""
        return [line.rstrip() for line in self._screen.display if line.strip()]

    @property
    def text(self) -> str:
        """The whole screen."""
        return "\n".join(self.lines)

    @property
    def styles(self) -> Mapping[str, set[str]]:
        """The colours in the foreground, and where they stand in the background."""
        cells = [cell for row in self._screen.buffer.values() for cell in row.values()]
        return {"fg": {cell.fg for cell in cells}, "bg": {cell.bg for cell in cells}}

    def wait(self, pattern: str) -> re.Match[str]:
        """Read on until the screen shows it."""
        until = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.text, re.M)):
            assert time.monotonic() < until, f"{pattern!r} is not on the screen:\n{self.text}"
            try:
                self._feed(self.terminal.read_nonblocking(4096, timeout=0.2))
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                found = re.search(pattern, self.text, re.M)
                assert found, f"{pattern!r} was never on the screen:\n{self.text}"
                return found
        return found

    def type(self, keys: str) -> None:
        """Press keys."""
        self.terminal.send(keys)

    def press(self, keys: str, shows: str, asks: bool = True) -> None:
        """Press keys, and read on until the screen shows it once more than before, and `asks` something, or ends."""
        before = len(re.findall(shows, self.text, re.M))
        self.terminal.send(keys)
        until = time.monotonic() + PATIENCE
        while len(re.findall(shows, self.text, re.M)) <= before:
            assert time.monotonic() < until, f"{keys!r} never led to {shows!r}:\n{self.text}"
            try:
                self._feed(self.terminal.read_nonblocking(4096, timeout=0.2))
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                assert len(re.findall(shows, self.text, re.M)) > before, f"it ended without {shows!r}:\n{self.text}"
                return
        while asks and not _ASKS.search(self.lines[-1]):
            assert time.monotonic() < until, f"nothing is asked after {keys!r}:\n{self.text}"
            try:
                self._feed(self.terminal.read_nonblocking(4096, timeout=PATIENCE))
            except pexpect.EOF:
                return

    def end(self) -> int:
        """Read to the end; the exit code."""
        try:
            while True:
                self._feed(self.terminal.read_nonblocking(4096, timeout=PATIENCE))
        except pexpect.EOF:
            self.terminal.wait()
        code: int = self.terminal.exitstatus
        return code

    def _feed(self, text: str) -> None:
        self.raw += text
        self._stream.feed(text)
