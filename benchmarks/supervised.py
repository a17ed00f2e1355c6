"""Ours in the row of programs: a run whose steps start `true`, with journal, lease and supervisor.

`python -m benchmarks.supervised FOLDER SHAPE STEPS SLOTS`
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from benchmarks.shapes import needs
from runbook.engine.book import Book
from runbook.engine.executor import Executor
from runbook.engine.identity import Actor
from runbook.engine.lease import hold
from runbook.engine.plans import plan_of
from runbook.journal.sqlite import Journal
from runbook.kind import Kinds
from runbook.kinds import builtin
from runbook.reading.build import build_process
from runbook.run.plan import Plan

RUN = "measured"


def plan(shape: str, steps: int, kinds: Kinds) -> Plan:
    """A process of so many steps that start `true`, as a run is bound to it."""
    listed: list[dict[str, Any]] = [
        {"id": f"s{number}", "title": "Nothing", "needs": list(needs(shape, number)), "command": ["true"]}
        for number in range(steps)
    ]
    data = {"runbook": 1, "title": "Measured", "steps": listed}
    process = build_process("measured/steps", "processes/measured/steps.yaml", data, kinds, "nobody")
    return plan_of(process.id, {process.id: process}, kinds)


def carry_out(folder: Path, shape: str, steps: int, slots: int) -> str:
    """The whole run as one holder carries it out; the status it ends with."""
    kinds = builtin()
    book = Book(Journal(folder / "journal.db"), kinds)
    actor = Actor("bench", "here")
    book.begin(RUN, plan(shape, steps, kinds), {}, str(folder), actor)
    with hold(folder / "leases", RUN, actor):
        epoch = book.store.take(RUN)
        return Executor(book, RUN, actor, epoch, folder, folder, slots).carry_on().status


def main() -> None:
    """Carry a run out; it has to succeed."""
    status = carry_out(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    assert status == "succeeded", status


if __name__ == "__main__":
    main()
