"""Row 4: steps that start a program, against starting the same programs in a bare loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.measure import Contender, compare, cpu
from benchmarks.results import OURS, Result, result
from benchmarks.setting import Setting, program
from benchmarks.twelve import write_doit

STEPS = 500
WIDTH = 8


def rows(setting: Setting) -> Iterator[Result]:
    """500 times `true`, one after the other and eight at once."""
    for what, shape, width in (("chain", "chain", 1), (f"{WIDTH} wide", "fan-out", WIDTH)):
        ours = Contender(OURS, _ours(setting, shape))
        peers = _peers(setting, width) if setting.peers is not None else ()
        measured = compare(_floor(setting, width), [ours, *peers], min(setting.rounds, 5))
        yield result(4, f"{STEPS} x true, {what}", "posix_spawn loop", measured, 4.0, ["dagu 20"])


def _floor(setting: Setting, width: int) -> Callable[[], float]:
    return lambda: setting.floor("spawn", STEPS, width)[0]


def _ours(setting: Setting, shape: str) -> Callable[[], float]:
    return lambda: setting.ours("supervised", setting.folder("supervised"), shape, STEPS, WIDTH)[0]


def _peers(setting: Setting, width: int) -> Iterator[Contender]:
    folder = setting.folder("programs-peers")
    chain = width == 1
    _write_make(folder, chain)
    _write_ninja(folder, chain)
    write_doit(folder, STEPS, chain)
    many = ["-j", str(width)]
    side_by_side = [] if chain else ["-n", str(width)]
    numbers = [str(number) for number in range(STEPS)]
    parallel = [*many, "true", ":::", *numbers]
    yield Contender("make", lambda: cpu([program("make"), "-s", *many], folder), 3)
    yield Contender("ninja", lambda: cpu([setting.peer("ninja"), "--quiet", *many], folder), 3)
    yield Contender("doit", lambda: cpu([setting.peer("doit"), *side_by_side], folder), 2)
    yield Contender("parallel", lambda: cpu([program("parallel"), *parallel], folder), 2)


def _before(number: int, chain: bool) -> str:
    return f" t{number - 1}" if chain and number else ""


def _write_make(folder: Path, chain: bool) -> None:
    names = " ".join(f"t{number}" for number in range(STEPS))
    rules = "".join(f"t{number}:{_before(number, chain)}\n\t@true\n" for number in range(STEPS))
    (folder / "Makefile").write_text(f".PHONY: all {names}\nall: {names}\n{rules}", "utf-8")


def _write_ninja(folder: Path, chain: bool) -> None:
    rules = "".join(f"build t{number}: nothing{_before(number, chain)}\n" for number in range(STEPS))
    (folder / "build.ninja").write_text(f"rule nothing\n  command = true\n{rules}", "utf-8")
