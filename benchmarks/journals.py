"""A department's journal of a year, the same for the same seed: items and runs, as the program would write them."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from runbook.instants import instant, later
from runbook.journal.codec import content_hash
from runbook.journal.sqlite import Journal
from runbook.run.events import Event, Recorded

SEED = 20_261_126
_PEOPLE = tuple(f"person-{number:02}" for number in range(20))
_DAY = 86_400
_STEPS = 10
_BODY = '{"a":"definition"}'
_PROJECT = "runbook: 1\ntitle: A department\nsummary: Made for measuring.\n"
_PROCESS = """\
runbook: 1
title: Restart service {number}
steps:
{steps}"""


def write_department(root: Path, processes: int = 20) -> None:
    """The files of a department with so many processes and twenty people."""
    texts = {"runbook.yaml": _PROJECT, "processes/web/group.yaml": "title: Web\nowner: person-00\n"}
    for number in range(processes):
        steps = "".join(f"  - {{id: s{step}, title: Step {step}, manual: Do it.}}\n" for step in range(_STEPS))
        texts[f"processes/web/restart-{number:02}.yaml"] = _PROCESS.format(number=number, steps=steps)
    for person in _PEOPLE:
        texts[f"operations/people/{person}.yaml"] = f"name: {person.capitalize()}\nroles: [operator]\n"
    texts["operations/policies/capacity.yaml"] = "rates: {operator: 80}\n"
    for path, text in texts.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")


def write_journal(home: Path, open_items: int, ended_items: int = 0, runs: int = 0, seed: int = SEED) -> int:
    """The journal in a folder: items that are open now, items and runs that ended in the last year; how many events."""
    home.mkdir(parents=True, mode=0o700, exist_ok=True)
    chance, journal, events = random.Random(seed), Journal(home / "journal.db"), 0
    now = instant(datetime.now(UTC))
    with journal.streams.write() as writing:
        for number in range(open_items + ended_items):
            ends = number >= open_items
            told = list(_item(chance, number, later(now, -chance.uniform(1, 360 if ends else 20) * _DAY), ends))
            id = f"INC-{number + 1}"
            for at, event in told:
                writing.append(id, "incident", [event], "person-00", open=not ends, at=at)
            events += len(told)
    begun = {}
    for number in range(runs):
        run, at = f"run-{number:06}", later(now, -chance.uniform(1, 360) * _DAY)
        process = f"web/restart-{number % 20:02}"
        journal.create(run, process, content_hash(_BODY), _BODY, "person-00")
        with journal.write(run) as transaction:
            told = list(_run(chance, run, process, at))
            transaction.append(told, "succeeded")
            events += len(told)
        begun[run] = at
    journal.close()
    with sqlite3.connect(home / "journal.db") as db:  # runs begin when they are written; these began long ago
        db.executemany("UPDATE run SET started_at = ? WHERE run = ?", ((at, run) for run, at in begun.items()))
    db.close()
    return events


def _item(chance: random.Random, number: int, opened: str, ends: bool) -> Iterator[tuple[str, Event]]:
    severity = chance.choice(("critical", "major", "moderate", "minor"))
    given = {"kind": "incident", "title": f"Service {number % 50} is slow ({number})", "severity": severity}
    yield opened, Event("ItemOpened", data={**given, "service": f"service-{number % 12}", "requester": "somebody"})
    person, at = chance.choice(_PEOPLE), opened
    steps = [
        ("ItemAssigned", {"to": person}),
        ("ItemMoved", {"column": "doing", "state": "active"}),
        ("FirstResponse", {"how": "mail"}),
        ("NoteAdded", {"text": "looked at the log of the queue"}),
        ("ItemBlocked", {"reason": "supplier"}),
        ("ItemUnblocked", {}),
        ("UpdateSent", {"text": "we are at it"}),
    ]
    for type, data in steps if ends or number % 3 else steps[: 1 + number % 5]:
        at = later(at, chance.uniform(60, 7200))
        yield at, Event(type, data=data)
    if ends:
        at = later(at, chance.uniform(60, 7200))
        told = {"resolution": "restarted", "proof": "seen", "cause": f"cause-{number % 9}"}
        yield at, Event("ItemResolved", data=told)
        yield later(at, 60), Event("ItemClosed", data={})


def _run(chance: random.Random, run: str, process: str, at: str) -> Iterator[Recorded]:
    seq = 0

    def told(type: str, step: str | None = None, attempt: int | None = None, **data: object) -> Recorded:
        nonlocal seq
        seq += 1
        return Recorded(seq, at, chance.choice(_PEOPLE), Event(type, step, attempt, data), "host")

    yield told("RunStarted", run=run, process=process, definition=content_hash(_BODY), inputs={}, root="")
    for number in range(_STEPS):
        step, work = f"s{number}", {"by": chance.choice(_PEOPLE), "since": at, "state": "allocated"}
        yield told("StepStarted", step, 1)
        yield told("StepWaiting", step, 1, **{"for": "person", "kind": "manual", "title": step, "prompt": {}})
        at = later(at, chance.uniform(10, 3600))
        yield told("WorkClaimed", step, 1, work=work)
        at = later(at, chance.uniform(60, 1800))
        yield told("StepSucceeded", step, 1, outputs={}, answers={}, reply={"by": work["by"], "outcome": "done"})
    yield told("RunSucceeded", outputs={})
