"""Row 1: how long it takes to say something at all, against an interpreter that does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.content import write_project
from benchmarks.measure import Contender, compare, cpu
from benchmarks.results import Result, result
from benchmarks.setting import PEERS, PYTHON, RUNBOOK, Setting
from benchmarks.twelve import write_process

_LINES = (("--help", 5.0), ("status", 6.0), ("list", 6.0), ("alone", 6.0))
_PASSES = 5
"""Starts of the bare interpreter in one round: it is short, so one would be noise."""


def rows(setting: Setting) -> Iterator[Result]:
    """`--help`, `status RUN`, `list` and `runbook` alone in a project of 1,000 processes with one run."""
    root = setting.folder("startup")
    write_project(root)
    write_process(root)
    cpu([RUNBOOK, "run", "--yes", "twelve/true"], root)
    asked = {"--help": ["--help"], "status": ["status", "last"], "list": ["list"], "alone": []}
    for arguments in asked.values():
        cpu([RUNBOOK, *arguments], root)
    ours = [
        Contender(f"runbook {name}", partial(cpu, [RUNBOOK, *arguments], root)) for name, arguments in asked.items()
    ]
    measured = compare(lambda: _bare(root), [*ours, *_peers(setting, root)], setting.rounds)
    for name, target in _LINES:
        first = name == "--help"
        yield result(
            1,
            f"runbook {name}",
            "python -c pass",
            measured,
            target,
            ["dagu 1.4"] if first else [],
            ours=f"runbook {name}",
            with_peers=first,
        )


def _bare(folder: Path) -> float:
    return sum(cpu([PYTHON, "-c", "pass"], folder) for _ in range(_PASSES)) / _PASSES


def _peers(setting: Setting, folder: Path) -> Iterator[Contender]:
    if setting.peers is None:
        return
    yield Contender("lazy click", lambda: cpu([setting.peer("python"), PEERS / "lazy_click.py", "--help"], folder), 3)
    quick = ("doit", "nox", "check-jsonschema", "mkdocs", "ansible-playbook")
    for tool, rounds in (*((tool, 3) for tool in quick), ("prefect", 2), ("dbos", 2)):
        yield Contender(tool, partial(_help, setting, tool, folder), rounds)


def _help(setting: Setting, tool: str, folder: Path) -> float:
    return cpu([setting.peer(tool), "help" if tool == "doit" else "--help"], folder)
