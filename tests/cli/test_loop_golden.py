"""What a person sees of the operator's loop, screen by screen, at 60, 80 and 140 columns."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable

from tests.cli.conftest import Desk
from tests.cli.screen import Screen
from tests.docs.console import masked


def test_screens_are_as_the_cases_show_them(desk: Desk, golden: Callable[[str, Callable[[str], str]], None]) -> None:
    def played(script: str) -> str:
        """The screen after a script: `columns N`, `runbook ...`, then `KEYS => PATTERN` until the screen shows it."""
        columns, call, *keys = script.strip().splitlines()
        screen = Screen(desk, *shlex.split(call)[1:], columns=int(columns.split()[1]), rows=60)
        screen.wait(r"^(\[enter\] done|y approve)")
        for line in keys:
            pressed, _, shows = line.partition(" => ")
            screen.press(pressed.encode().decode("unicode_escape"), shows)
        text = masked(screen.text)
        screen.terminal.close(force=True)
        return re.sub(r"\d+ s$", "3 s", text, flags=re.M) + "\n"

    golden("loop.md", played)
