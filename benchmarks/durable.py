"""Row 3: steps that do nothing but are durable, against bare SQLite with the same promises."""

from __future__ import annotations

import math
import re
import shutil
import sqlite3
import statistics
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from benchmarks.measure import Contender, Unmeasured, compare, finished
from benchmarks.results import OURS, Result, result
from benchmarks.setting import FLOORS, HERE, PEERS, PYTHON, Setting
from runbook.journal.database import wal_is_safe

WIDTH = 8
"""Programs at once: what a project has when it does not say."""
MODE = "WAL" if wal_is_safe(sqlite3.sqlite_version_info) else "TRUNCATE"
"""What the journal of runs uses with this SQLite."""
SIZES = (1_000, 10_000, 100_000)
"""Steps of the runs whose growth is measured; against the floor, the first two."""
_SHAPES = ("chain", "fan-out", "random")
_SPIFF = 200
"""Steps for the peer whose cost grows with the square."""
_RANDOM = f"{OURS}, random"
_IN_MEMORY = Path("/dev/shm")


def rows(setting: Setting) -> Iterator[Result]:
    """Every shape against its floor at two sizes, and how time and memory grow with the number of steps."""
    single = f"bare SQLite, {MODE}, a commit a transition"
    grouped = f"bare SQLite, {MODE}, a commit for {WIDTH} steps"
    for steps, rounds in ((SIZES[0], 3), (SIZES[1], 1)):
        few = steps == SIZES[0]
        ours = Contender(OURS, _ours(setting, "chain", steps))
        also = Contender(_RANDOM, _ours(setting, "random", steps))
        peers = _peers(setting, steps) if few else ()
        measured = compare(_floor(setting, steps, 1), [ours, also, *peers], min(setting.rounds, rounds))
        notes = [*_syncs(setting), *_spiff(setting)] if few else []
        yield result(3, f"{steps:,} durable no-op steps, chain", single, measured, 3.0, notes=notes)
        yield result(3, f"{steps:,} durable no-op steps, random", single, measured, 3.0, ours=_RANDOM, with_peers=False)
        fan_out = Contender(OURS, _ours(setting, "fan-out", steps))
        measured = compare(_floor(setting, steps, 2 * WIDTH), [fan_out], min(setting.rounds, 5 if few else 1))
        yield result(3, f"{steps:,} durable no-op steps, fan-out", grouped, measured, 2.0)
    for shape in _SHAPES:
        yield from _growth(setting, shape)


def _growth(setting: Setting, shape: str) -> Iterator[Result]:
    """How time and memory grow. Runs are kept in memory here: the sync of each commit would hide what grows."""
    seconds: dict[int, float] = {}
    memory: dict[int, float] = {}
    with tempfile.TemporaryDirectory(dir=_IN_MEMORY if _IN_MEMORY.is_dir() else setting.work) as folder:
        there = replace(setting, work=Path(folder))
        for steps in SIZES:
            runs = [_run(there, shape, steps) for _ in range(min(setting.rounds, 3 if steps < SIZES[-1] else 1))]
            seconds[steps] = statistics.median(cpu for cpu, _ in runs)
            memory[steps] = statistics.median(peak for _, peak in runs)
    each = ", ".join(f"{cpu / steps * 1e6:.0f} µs a step at {steps:,}" for steps, cpu in seconds.items())
    yield Result(3, f"growth to {SIZES[-1]:,}, {shape}", "exponent", _exponent(seconds), 1.1, notes=(each,))
    each = ", ".join(f"{peak / steps:,.0f} bytes a step at {steps:,}" for steps, peak in memory.items())
    yield Result(3, f"memory to {SIZES[-1]:,}, {shape}", "exponent", _exponent(memory), 1.1, notes=(each,))


def _floor(setting: Setting, steps: int, group: int) -> Callable[[], float]:
    return lambda: float(setting.floor("commits", setting.folder("floor"), MODE, steps, group)[1])


def _ours(setting: Setting, shape: str, steps: int) -> Callable[[], float]:
    return lambda: _run(setting, shape, steps)[0]


def _run(setting: Setting, shape: str, steps: int) -> tuple[float, float]:
    """CPU seconds and bytes of one run of ours."""
    seconds, memory = setting.ours("noop", setting.folder("noop"), shape, steps, WIDTH)[1].split()
    return float(seconds), float(memory)


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


def _exponent(costs: Mapping[int, float]) -> float:
    """How a cost grows with the number of steps, 1 being in proportion: the slope of a line through logarithms."""
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
