"""What a sitting says: lines for the person, programs' output line by line, silence once nobody listens any more."""

from __future__ import annotations

import os
from contextlib import suppress

import click

from runbook.views.visible import visible

_LONGEST_LINE = 4_096
"""Characters of an unfinished line of a program that are kept back until the line is complete."""


class Voice:
    """Where a sitting's lines go; with `beside` to standard error, since standard output is for a program."""

    def __init__(self, beside: bool) -> None:
        self.beside = beside
        self._unfinished: dict[tuple[str, str], str] = {}

    def say(self, *lines: str, beside: bool | None = None) -> None:
        """Print lines. A reader that has gone, or a terminal that was closed, is no reason to stop the run."""
        error = self.beside if beside is None else beside
        try:
            for line in lines:
                click.echo(line, err=error)
        except OSError:
            mute(2 if error else 1)

    def report(self, line: str) -> None:
        """Print what a program waits for on standard output; only a reader that has gone may miss it."""
        try:
            click.echo(line)
        except BrokenPipeError:
            mute(1)

    def output(self, step: str, stream: str, text: str) -> None:
        """A stretch of a program's output; the end of it waits until its line is complete."""
        *lines, rest = (self._unfinished.pop((step, stream), "") + visible(text)).split("\n")
        if len(rest) > _LONGEST_LINE:
            lines, rest = [*lines, rest], ""
        if rest:
            self._unfinished[step, stream] = rest
        self.say(*(f"    {step} | {line}" for line in lines))

    def finish(self, step: str | None) -> None:
        """The step's programs write no more: what they left unfinished is printed too."""
        for stream in ("stdout", "stderr"):
            rest = self._unfinished.pop((step or "", stream), "")
            if rest:
                self.say(f"    {step} | {rest}")


def mute(handle: int) -> None:
    """Send what is still written there nowhere, so that nothing fails over it at the end."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, handle)
        os.close(nowhere)
