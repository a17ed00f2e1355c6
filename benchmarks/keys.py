"""Row 6: how long a person waits between a key and the screen that answers it, in the operator's loop."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect  # type: ignore[import-untyped]  # there are no stubs for it

from benchmarks.measure import cpu
from benchmarks.results import Result
from benchmarks.setting import PYTHON, RUNBOOK, Setting

_KEYS = 40
"""Keys of each sort that are pressed."""
_TARGET = 50.0
"""Milliseconds within which the screen answers."""
_PROCESS = """\
runbook: 1
title: Wait for keys
steps:
  - {id: look, title: Look, why: To see how quick it is., manual: Look at it.}
"""


def rows(setting: Setting) -> Iterator[Result]:
    """A single key at a step, and a letter typed into a note: the median of many, in milliseconds."""
    root = setting.folder("keys")
    _write(root)
    floor = f"1 ms (python -c pass: {cpu([PYTHON, '-c', 'pass'], root) * 1000:.0f} ms)"
    terminal = pexpect.spawn(
        str(RUNBOOK), ["run", "keys/wait"], cwd=str(root), timeout=30, dimensions=(40, 80), encoding="utf-8",
        env={**os.environ, "TERM": "xterm-256color"},
    )  # fmt: skip
    terminal.delaybeforesend = None
    terminal.expect_exact("help")
    yield Result(6, "a key to its screen", floor, _median(terminal, "w", "To see how quick"), _TARGET)
    _settle(terminal)
    terminal.send("n")
    terminal.expect_exact("editor")
    yield Result(6, "a letter to its screen", floor, _median(terminal, "x", "x"), _TARGET)
    terminal.close(force=True)


def _median(terminal: pexpect.spawn, key: str, shows: str) -> float:
    waits = []
    for _ in range(_KEYS):
        _settle(terminal)
        began = time.perf_counter()
        terminal.send(key)
        terminal.expect_exact(shows)
        waits.append(time.perf_counter() - began)
    return statistics.median(waits) * 1000


def _settle(terminal: pexpect.spawn) -> None:
    """Read what is still being drawn, so that only the answer to the next key is waited for."""
    while True:
        try:
            terminal.read_nonblocking(65536, timeout=0.05)
        except pexpect.TIMEOUT:
            return


def _write(root: Path) -> None:
    folder = root / "processes" / "keys"
    folder.mkdir(parents=True)
    (root / "runbook.yaml").write_text("runbook: 1\ntitle: Keys\n")
    (folder / "group.yaml").write_text("title: Keys\nowner: nobody\n")
    (folder / "wait.yaml").write_text(_PROCESS)
