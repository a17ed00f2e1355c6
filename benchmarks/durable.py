"""Row 3: steps that do nothing but are durable, against bare SQLite with the same promises."""

from __future__ import annotations

import math
import re
import shutil
import sqlite3
import statistics
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from benchmarks.measure import Contender, Unmeasured, compare, finished
from benchmarks.results import OURS, Result, result
from benchmarks.setting import FLOORS, HERE, PEERS, PYTHON, Setting
from runbook.journal.sqlite import wal_is_safe

WIDTH = 8
"""Programs at once: what a project has when it does not say."""
MODE = "WAL" if wal_is_safe(sqlite3.sqlite_version_info) else "TRUNCATE"
"""What the journal of runs uses with this SQLite."""
_SHAPES = ("chain", "fan-out", "random")
_SPIFF = 200
"""Steps for the peer whose cost grows with the square."""


def rows(setting: Setting) -> Iterator[Result]:
    """Chains of 1,000 and 10,000 steps, a fan-out, and how the cost grows with the number of steps."""
    few, many = 1_000, 10_000
    floor = f"bare SQLite, {MODE}, a commit a transition"
    contenders = [Contender(OURS, _ours(setting, "chain", few)), *_peers(setting, few)]
    measured = compare(_floor(setting, few, 1), contenders, min(setting.rounds, 3))
    notes = [*_syncs(setting), *_spiff(setting)]
    yield result(3, f"{few:,} durable no-op steps, chain", floor, measured, 3.0, notes=notes)
    grouped = f"bare SQLite, {MODE}, a commit for {WIDTH} steps"
    fan_out = [Contender(OURS, _ours(setting, "fan-out", few))]
    measured = compare(_floor(setting, few, 2 * WIDTH), fan_out, min(setting.rounds, 5))
    yield result(3, f"{few:,} durable no-op steps, {WIDTH} wide", grouped, measured, 2.0)
    costs = {shape: _costs(setting, shape, (few, many, 100_000) if setting.long else (few, many)) for shape in _SHAPES}
    already = Contender(OURS, lambda: costs["chain"][many])
    measured = compare(_floor(setting, many, 1), [already], 1)
    yield result(3, f"{many:,} durable no-op steps, chain", floor, measured, 3.0)
    for shape, measured_costs in costs.items():
        each = ", ".join(f"{cost / steps * 1e6:.0f} µs a step at {steps:,}" for steps, cost in measured_costs.items())
        yield Result(3, f"growth, {shape}", "exponent", _exponent(measured_costs), 1.1, notes=(each,))


def _floor(setting: Setting, steps: int, group: int) -> Callable[[], float]:
    return lambda: float(setting.floor("commits", setting.folder("floor"), MODE, steps, group)[1])


def _ours(setting: Setting, shape: str, steps: int) -> Callable[[], float]:
    return lambda: float(setting.ours("noop", setting.folder("noop"), shape, steps, WIDTH)[1])


def _script(setting: Setting, name: str, steps: int) -> float:
    script = [setting.peer("python"), PEERS / f"{name}.py", setting.folder(name), steps]
    return float(finished([str(word) for word in script], setting.work)[1].split()[-1])


def _peers(setting: Setting, steps: int) -> Iterator[Contender]:
    if setting.peers is not None:
        yield Contender("DBOS on SQLite", lambda: _script(setting, "dbos_steps", steps), 2)


def _spiff(setting: Setting) -> list[str]:
    """A peer that is measured on fewer steps, against its own floor."""
    if setting.peers is None:
        return []
    measured = compare(
        _floor(setting, _SPIFF, 1), [Contender("spiff", lambda: _script(setting, "spiff_steps", _SPIFF))], 1
    )
    if "spiff" in measured.failures:
        return [f"SpiffWorkflow: not measured, {measured.failures['spiff']}"]
    twice = compare(
        _floor(setting, 2 * _SPIFF, 1), [Contender("spiff", lambda: _script(setting, "spiff_steps", 2 * _SPIFF))], 1
    )
    ratios = [each.ratios.get("spiff", math.nan) for each in (measured, twice)]
    return [
        f"SpiffWorkflow, state kept after each step: {ratios[0]:.1f} at {_SPIFF} steps, {ratios[1]:.1f} at {2 * _SPIFF}"
    ]


def _costs(setting: Setting, shape: str, sizes: tuple[int, ...]) -> dict[int, float]:
    """CPU seconds of whole runs by their number of steps; the shortest before and after the others, as load changes."""
    costs: dict[int, list[float]] = {}
    for steps in (sizes[0], *sizes[1:], sizes[0], sizes[0]):
        costs.setdefault(steps, []).append(_ours(setting, shape, steps)())
    return {steps: statistics.median(taken) for steps, taken in costs.items()}


def _exponent(costs: Mapping[int, float]) -> float:
    """How the cost grows with the number of steps, 1 being in proportion: the slope of a line through logarithms."""
    xs, ys = [math.log(steps) for steps in costs], [math.log(cost) for cost in costs.values()]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


def _syncs(setting: Setting) -> list[str]:
    """Syncs a step, for us and for the floor: the difference between a long run and a short one."""
    if not shutil.which("strace"):
        return ["syncs are not counted: no strace on this machine"]
    workers: dict[str, Callable[[int], list[str | int | Path]]] = {
        "runbook, chain": lambda steps: [PYTHON, "-m", "benchmarks.noop", setting.folder("noop"), "chain", steps, 1],
        "runbook, 8 wide": lambda steps: [PYTHON, "-m", "benchmarks.noop", setting.folder("noop"), "fan-out", steps, 8],
        "floor": lambda steps: [PYTHON, FLOORS / "commits.py", setting.folder("floor"), MODE, steps, 1],
    }
    told = []
    for name, argv in workers.items():
        try:
            short, long = (_traced(setting, [str(word) for word in argv(steps)]) for steps in (40, 120))
        except Unmeasured as error:
            return [f"syncs are not counted: {error}"]
        told.append(f"{name} {(long - short) / 80:.2f}")
    return [f"syncs a step: {', '.join(told)}"]


def _traced(setting: Setting, argv: list[str]) -> int:
    report = setting.work / "syncs"
    finished(["strace", "-f", "-c", "-e", "trace=fsync,fdatasync", "-o", report, *argv], HERE.parent)
    counts = re.findall(
        r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)(?:\s+\d+)?\s+(?:fsync|fdatasync)$", report.read_text(), re.M
    )
    return sum(map(int, counts))
