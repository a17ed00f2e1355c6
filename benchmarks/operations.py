"""Row 9: what is read of a department's journal: boards and lists of open items, and reports on a year of events."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.journals import write_department, write_journal
from benchmarks.measure import Contender, compare, cpu
from benchmarks.results import OURS, Result, result
from benchmarks.setting import RUNBOOK, Setting

SIZES = (1_000, 5_000)
"""Open items."""
YEAR = (500, 9_950, 2_400)
"""Open items, ended items and runs that give a year's journal of 200,000 events."""
_LISTS = (("item", "list"), ("board",), ("next",))
_REPORTS = (
    ("improve",),
    ("report", "service-review"),
    ("report", "cost"),
    ("report", "flow"),
    ("sla", "report"),
)
_LINEAR = 1.1
"""The most that time may grow with, as a power of the number of items."""
_SECOND = 1.0
_REPORT = 5.0
"""Seconds that a report may take."""


def rows(setting: Setting) -> Iterator[Result]:
    """Lists at two sizes, how they grow, and the reports; each as a ratio to reading the same events bare."""
    taken: dict[tuple[str, ...], dict[int, float]] = {words: {} for words in _LISTS}
    for size in SIZES:
        root = _department(setting, f"open-{size}", size)
        for words in _LISTS:
            yield from _measured(setting, root, words, "open", f"{size:,} open items", _SECOND, taken[words], size)
    few, many = SIZES
    empty = _department(setting, "empty", 0)
    for words, seconds in taken.items():
        if len(seconds) == len(SIZES):
            start = min(cpu([RUNBOOK, *words], empty) for _ in range(3))  # what it takes without any item
            exponent = math.log((seconds[many] - start) / (seconds[few] - start)) / math.log(many / few)
            yield Result(9, f"{' '.join(words)}: growth with open items", "exponent", exponent, _LINEAR)
    root = _department(setting, "year", *YEAR)
    for words in _REPORTS:
        yield from _measured(setting, root, words, "all", "200,000 events", _REPORT, {}, 0)


def _department(setting: Setting, name: str, *size: int) -> Path:
    root = setting.folder(f"operations-{name}")
    write_department(root)
    write_journal(root / ".runbook", *size)
    return root


def _measured(
    setting: Setting,
    root: Path,
    words: tuple[str, ...],
    read: str,
    of: str,
    most: float,
    taken: dict[int, float],
    size: int,
) -> Iterator[Result]:
    """One command: its ratio to the floor, and its CPU seconds with their target."""
    journal = root / ".runbook" / "journal.db"
    floor = partial(_floor, setting, journal, read)
    ours = Contender(OURS, partial(cpu, [RUNBOOK, *words], root))
    measured = compare(floor, [ours], min(setting.rounds, 3))
    name = f"{' '.join(words)}, {of}"
    yield result(9, name, "bare SQLite, read and JSON", measured, None)
    ratio = measured.ratios.get(OURS)
    if ratio is not None:
        taken[size] = ratio * measured.floor
        yield Result(9, f"{name}: CPU seconds", "1 s", taken[size], most)


def _floor(setting: Setting, journal: Path, read: str) -> float:
    return float(setting.floor("read", journal, read)[1])
