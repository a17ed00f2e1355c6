"""Events to put into a journal, and the definition they belong to."""

from __future__ import annotations

from typing import Any

from runbook.journal.codec import content_hash
from runbook.run.events import Event, Recorded

BODY = '{"a":"definition"}'
DEFINITION = content_hash(BODY)
AT = "2026-11-22T08:00:00.000Z"


def recorded(
    seq: int, type: str, step: str | None = None, attempt: int | None = None, by: str = "ada", **data: Any
) -> Recorded:
    return Recorded(seq, f"2026-11-22T08:00:{seq % 60:02}.000Z", by, Event(type, step, attempt, data), "host:tty")


def begun(run: str = "r") -> Recorded:
    return recorded(1, "RunStarted", run=run, process="g/p", definition=DEFINITION, inputs={}, root="")


def put(store: Any, *events: Recorded, run: str = "r", status: str = "running", epoch: int | None = None) -> None:
    with store.write(run, epoch) as transaction:
        transaction.append(list(events), status)
