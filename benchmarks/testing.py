"""Row 7: trying processes out by their tests, against an interpreter that does nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.measure import Contender, compare, cpu
from benchmarks.results import Result, result
from benchmarks.setting import PYTHON, RUNBOOK, Setting

_LIBRARY = Path(__file__).resolve().parents[1]
_PASSES = 5
"""Starts of the bare interpreter in one round: it is short, so one would be noise."""
_LINES = (("one process", ["backup/restore-file"], 40.0), ("the library", [], 150.0))


def rows(setting: Setting) -> Iterator[Result]:
    """`runbook test` of one process with its tests, and of the whole library, by one worker."""
    root = setting.folder("testing")
    shutil.copy(_LIBRARY / "runbook.yaml", root)
    shutil.copytree(_LIBRARY / "processes", root / "processes", dirs_exist_ok=True)
    ours = [
        Contender(f"runbook test, {name}", partial(cpu, [RUNBOOK, "test", "-n", "1", *words], root))
        for name, words, _ in _LINES
    ]
    measured = compare(lambda: _bare(root), ours, setting.rounds)
    for name, _, target in _LINES:
        yield result(7, f"test {name}", "python -c pass", measured, target, [], ours=f"runbook test, {name}")


def _bare(folder: Path) -> float:
    return sum(cpu([PYTHON, "-c", "pass"], folder) for _ in range(_PASSES)) / _PASSES
