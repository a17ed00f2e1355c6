"""Enters a run that was transcribed from paper into the journal: all of it in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from runbook.engine.plans import stored
from runbook.engine.register import Known
from runbook.journal.codec import content_hash
from runbook.journal.store import Store, Transaction
from runbook.run.events import Recorded

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.plan import Plan
    from runbook.run.state import RunState


def enter(store: Store, run: str, plan: Plan, state: RunState, events: Sequence[Recorded], known: Known) -> None:
    """Make the run with these events, and with who was `known`; each keeps the time on the paper as `written_at`."""
    body = stored(plan)

    def first(transaction: Transaction) -> None:
        if known.hash:
            transaction.define(known.hash, known.text)
        transaction.append([_entered(each, transaction.now) for each in events], state.status)

    store.create(run, plan.root, content_hash(body), body, state.started_by, first)


def _entered(recorded: Recorded, now: str) -> Recorded:
    data: Mapping[str, Json] = {**recorded.event.data, "written_at": recorded.at}
    return recorded._replace(at=now, event=recorded.event._replace(data=data))


def earlier(store: Store, process: str, sha256: str) -> str:
    """The run that was transcribed from the form with that hash before; empty when there is none."""
    for row in store.runs():
        if row.process == process:
            first = next(iter(store.events(row.run)), None)
            if first and first.event.data.get("transcribed", {}).get("sha256") == sha256:
                return row.run
    return ""
