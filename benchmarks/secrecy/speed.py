"""What masking costs: CPU seconds of a supervised program that prints 50 MB, beside one without secrets."""

from __future__ import annotations

import resource
import tempfile
from pathlib import Path
from random import Random

from benchmarks.secrecy.shapes import secrets
from runbook.engine.masks import forms
from runbook.engine.supervision import Ended, Gone, Supervisor
from runbook.outcome import Act

SIZE = 50_000_000
COUNTS = (0, 10, 100)
ROUNDS = 3


def table(where: Path | None = None) -> str:
    """A line for each number of secrets: the ratio to none, and of the whole output to its half."""
    with tempfile.TemporaryDirectory(prefix="runbook-speed-", dir=where) as name:
        folder = Path(name)
        whole, half = _log(folder / "whole", SIZE), _log(folder / "half", SIZE // 2)
        best = {
            count: [min(_cost(folder, path, count) for _ in range(ROUNDS)) for path in (whole, half)]
            for count in COUNTS
        }
    copying = best[0][0]
    lines = [f"{'secrets':>8} {'to copying':>11} {'to its half':>12}   ({SIZE // 10**6} MB of a log, CPU)"]
    for count, (all, part) in best.items():
        lines.append(f"{count:>8} {all / copying:>11.2f} {all / part:>12.2f}")
    return "\n".join(lines)


def _log(path: Path, size: int) -> Path:
    random = Random(size)
    lines = [
        f"2026-11-22T09:{number % 60:02}:00Z web{number % 7} INFO request {random.getrandbits(64):016x} took 0.3 s\n"
        for number in range(20_000)
    ]
    text = "".join(lines).encode()
    path.write_bytes((text * (size // len(text) + 1))[:size])
    return path


def _cost(folder: Path, path: Path, count: int) -> float:
    masked = forms(each for each in secrets(count, seed=7) if len(each) >= 8) if count else ()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    number = len(list(folder.iterdir()))
    supervisor = Supervisor.start(folder / f"s{number}")
    supervisor.submit("a", Act(("cat", str(path)), {"PATH": "/usr/bin:/bin"}), masked=masked)
    while not any(isinstance(message, Ended | Gone) for message in supervisor.poll(5.0)):
        pass
    supervisor.close()
    supervisor.join(10.0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


__all__ = ["table"]
