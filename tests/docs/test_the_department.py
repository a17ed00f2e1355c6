"""The tutorial about the department is played on the example, freshly made, at the time at which its story ends."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.department import END, made

from .console import commands
from .pages import ROOT, blocks

PAGE = ROOT / "docs/tutorials/the-department.md"


def test_the_tutorial_shows_what_the_terminal_shows(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder = made(tmp_path / "department", weeks=10)
    environment = {
        **os.environ,
        "PATH": f"{_runbook(tmp_path)}:{os.environ['PATH']}",
        "NO_COLOR": "1",
        "COLUMNS": "110",
    }
    environment.pop("RUNBOOK_HOME", None)
    update = request.config.getoption("--update-golden")
    text, moved, different = PAGE.read_text("utf-8"), 0, []

    for block in blocks(PAGE, "console"):
        lines: list[str] = []
        for command, expected in commands(block.text):
            done = subprocess.run(
                ["/bin/bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
            )
            shown = [line.rstrip() for line in (done.stdout + done.stderr).rstrip().splitlines()]
            assert "this is a bug" not in done.stderr, done.stderr
            if not _agrees(shown, expected):
                different.append("\n".join([f"{block.name}: $ {command}", *shown, "--- instead of", *expected]))
            lines += [f"$ {command}", *(shown if update and "..." not in expected else expected)]
        new = "\n".join(lines) + "\n"
        start = block.start + moved
        text = text[:start] + new + text[start + len(block.text) :]
        moved += len(new) - len(block.text)

    if update:
        PAGE.write_text(text, "utf-8")
    assert not different, "\n\n".join(different)


def _agrees(shown: list[str], expected: list[str]) -> bool:
    """True when these lines are shown; `...` stands for any number of them."""
    wanted = "".join(r"(?:.*\n)*" if line == "..." else re.escape(line.rstrip()) + r"\n" for line in expected)
    return re.fullmatch(wanted, "".join(f"{line}\n" for line in shown)) is not None


def _runbook(folder: Path) -> Path:
    """A folder with the program, its clock set to the end of the story."""
    program = folder / "bin" / "runbook"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m tests.then {END} "$@"\n')
    program.chmod(0o755)
    return program.parent
