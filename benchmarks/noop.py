"""Ours in the row of durable steps: a whole run of steps that do nothing, through book, decider and journal.

`python -m benchmarks.noop FOLDER SHAPE STEPS SLOTS` prints its CPU seconds without those of starting, and the bytes
of memory that the plan and the run took at most.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.shapes import needs
from runbook.blocks import Block
from runbook.definition import Process, Step
from runbook.engine.book import Book
from runbook.engine.identity import Actor
from runbook.engine.plans import plan_of
from runbook.journal.sqlite import Journal
from runbook.kind import Kinds, Reader, StepKind, Values, kinds_of
from runbook.outcome import Act, Finished, Outcome
from runbook.run.commands import Claim, Command, Settle
from runbook.run.plan import Plan

RUN = "measured"
RUNNER = {"folder": "none", "pid": 1, "start": 1, "boot": "none"}
"""Who carries steps out, as long as a supervisor's name is."""


LATE = ("runbook.run.decide", "runbook.run.locks", "runbook.engine.plans", "runbook.journal.codec")
"""What the book imports when it is first needed: that is a part of starting."""


def _read(value: Any, reader: Reader) -> None:
    return None


def _perform(spec: None, values: Values) -> Outcome:
    return Act(("true",), shown="true")


def _describe(spec: None) -> Iterator[Block]:
    return iter(())


NOOP = StepKind("noop", "does nothing", {}, _read, _perform, _describe, acts=True)


def plan(shape: str, steps: int) -> Plan:
    """A process of so many steps that do nothing, as a run is bound to it."""
    listed = [(f"s{number}", needs(shape, number)) for number in range(steps)]
    data = {"title": "Measured", "steps": [{"id": id, "needs": list(wanted), "noop": {}} for id, wanted in listed]}
    process = Process(
        id="measured/steps",
        title="Measured",
        file="processes/measured/steps.yaml",
        data=data,
        steps=tuple(
            Step(id=id, title=id, kind="noop", spec=None, at=("steps", number), needs=wanted)
            for number, (id, wanted) in enumerate(listed)
        ),
    )
    kinds: Kinds = kinds_of([NOOP])
    return plan_of(process.id, {process.id: process}, kinds)


def carry_out(plan: Plan, folder: Path, slots: int) -> int:
    """The whole run, each turn settling what ended and claiming what is next; the number of events."""
    book = Book(Journal(folder / "journal.db"), plan.kinds)
    actor = Actor("bench", "here")
    book.begin(RUN, plan, {}, "", actor)
    epoch = book.store.take(RUN)
    commands: list[Command] = []
    while book.known(RUN).status == "running":
        recorded = book.advance(RUN, [*commands, Claim(slots, RUNNER)], actor, epoch)
        started = [each.event for each in recorded if each.event.type == "StepStarted"]
        commands = [Settle(event.step or "", event.attempt or 0, Finished(0)) for event in started]
    state = book.known(RUN)
    assert state.status == "succeeded", state.reason
    book.store.close()
    return state.seq


def main() -> None:
    """Carry a run out, and say what it cost."""
    folder, shape, steps, slots = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    for module in LATE:
        import_module(module)
    empty = _peak()
    made = plan(shape, steps)
    before = resource.getrusage(resource.RUSAGE_SELF)
    events = carry_out(made, folder, slots)
    after = resource.getrusage(resource.RUSAGE_SELF)
    assert events == 2 * steps + 2, events
    print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, _peak() - empty)


def _peak() -> int:
    """The most memory this program has had, in bytes; `getrusage` would give that of its parent when that had more."""
    told = Path("/proc/self/status").read_text()
    return 1024 * int(told.partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main()
