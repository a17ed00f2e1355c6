"""CPU seconds of whole programs, their children included, compared side by side in interleaved rounds.

Rule 1: only ratios leave this file. Seconds say more about the machine than about the program.
Rule 2: a program that fails is reported as failed, never as fast.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


class Unmeasured(Exception):
    """A program could not be measured; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One program in a comparison: `cost` runs it once and gives its CPU seconds."""

    name: str
    cost: Callable[[], float]
    rounds: int = 99
    """The most rounds it takes part in: few for slow ones."""


def environment() -> dict[str, str]:
    """The environment of everything measured: modules may be kept compiled, as they are for users."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for name in ("RUNBOOK_HOME", "PYTHONUNBUFFERED", "PYTHONPATH"):
        env.pop(name, None)
    return {**env, "LC_ALL": "C.UTF-8"}


def cpu(
    argv: Sequence[str | Path], folder: Path, extra: Mapping[str, str] | None = None, timeout: float = 180.0
) -> float:
    """User and system seconds of a program and of all the children it waited for."""
    return finished(argv, folder, extra, timeout)[0]


def said(argv: Sequence[str | Path], folder: Path, extra: Mapping[str, str] | None = None) -> str:
    """What a program prints."""
    return finished(argv, folder, extra)[1]


def finished(
    argv: Sequence[str | Path], folder: Path, extra: Mapping[str, str] | None = None, timeout: float = 180.0
) -> tuple[float, str]:
    """CPU seconds of a program that has to succeed, and what it printed."""
    words = [str(word) for word in argv]
    with tempfile.TemporaryFile() as output:
        try:
            program = subprocess.Popen(
                words,
                cwd=folder,
                env={**environment(), **(extra or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            raise Unmeasured(f"{words[0]}: {error.strerror}") from None
        patience = threading.Timer(timeout, os.kill, (program.pid, signal.SIGKILL))
        patience.start()
        _, status, usage = os.wait4(program.pid, 0)
        patience.cancel()
        program.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    if program.returncode:
        last = next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "it said nothing")
        raise Unmeasured(f"{Path(words[0]).name} ended with {program.returncode}: {last[:160]}")
    return usage.ru_utime + usage.ru_stime, text


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many times the floor each contender took; or, for one that failed, why."""

    floor: float
    """CPU seconds of the floor, the median of the rounds."""
    ratios: Mapping[str, float]
    failures: Mapping[str, str]


def compare(floor: Callable[[], float], contenders: Sequence[Contender], rounds: int) -> Comparison:
    """Everybody takes a turn in each round; the median of each contender's ratios to the floor of its own round."""
    floors: list[float] = []
    ratios: dict[str, list[float]] = {}
    failures: dict[str, str] = {}
    for number in range(rounds):
        floors.append(floor())
        for each in contenders:
            if number >= each.rounds or each.name in failures:
                continue
            try:
                ratios.setdefault(each.name, []).append(each.cost() / floors[-1])
            except Unmeasured as error:
                failures[each.name] = str(error)
    medians = {name: statistics.median(taken) for name, taken in ratios.items() if taken and name not in failures}
    return Comparison(statistics.median(floors), medians, failures)
