"""The laws of a run's events, wherever they are kept: each one there, unchanged, written by its holder, and possible.

Rule 1: it only looks, and needs no definition of a kind and no project, so that anybody can check any journal.
Rule 2: a chain alone proves nothing against somebody who rewrites all of it: compare it with an anchor kept elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from runbook.errors import JournalDamaged
from runbook.journal.codec import canonical, genesis, restored
from runbook.run.events import (
    ENDED,
    ENDS_ATTEMPT,
    ENDS_RUN,
    OPENS_ATTEMPT,
    RUN_EVENTS,
    SAYS_MORE,
    TRANSITIONS,
    WITH_FAILURES,
    Recorded,
    Status,
    due_of,
)

COLUMNS = ("seq", "at", "type", "step", "attempt", "actor", "place", "body", "epoch", "prev", "hash")
"""What is kept of an event, in this order."""

_AGAIN = ("UndoRequested", "RunReopened")
"""What may follow after the end of a run, and opens it again."""
_REMARKS = ("NoteAdded", "EvidenceAttached")
"""What may be said of a run after its end, and changes nothing about it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong: where it stands (a file, a table, a member), in which run or stream, at which event."""

    where: str
    what: str
    run: str = ""
    seq: int = 0
    """The number of the event; 0 when it is about no single one."""
    stream: str = ""
    """The work item whose stream it is in, or `department`; empty when it is in none."""

    def __str__(self) -> str:
        if self.stream:
            return f"{self.stream}: {self.what}"
        return f"run {self.run}: {self.what}" if self.run else self.what


@dataclass(slots=True)
class Chain:
    """The events of a run, or of a stream, as far as they follow one from the other, with the hash of each."""

    run: str
    """Its id; for a stream, that of the work item, or `department`."""
    where: str
    events: list[Recorded] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    is_stream: bool = False

    @property
    def head(self) -> tuple[int, bytes]:
        """The number of the newest event, and its hash; empty when there is none."""
        return len(self.hashes), self.hashes[-1] if self.hashes else b""

    def found(self, what: str, seq: int = 0) -> Finding:
        """A finding about this run or stream."""
        return self.at(self.where, what, seq)

    def at(self, where: str, what: str, seq: int = 0) -> Finding:
        """A finding about it that stands elsewhere."""
        return Finding(where, what, seq=seq, **{"stream" if self.is_stream else "run": self.run})


def followed(run: str, definition: str, rows: Iterable[Sequence[Any]], where: str, epoch: int | None = None) -> Chain:
    """The events in these rows (`COLUMNS`), up to the first that is missing or not what was written.

    `epoch` is that of the run's newest holder, where it is known.
    """
    return continued(Chain(run, where), genesis(run, definition), rows, epoch)


def continued(chain: Chain, last: bytes, rows: Iterable[Sequence[Any]], epoch: int | None = None) -> Chain:
    """The chain with the events of these rows, the first of which hangs on the hash `last`."""
    last_epoch = 0
    for row in rows:
        number = len(chain.events) + 1
        if row[0] != number:
            chain.findings.append(chain.found(f"event {number} is missing", number))
            break
        recorded: Recorded | None
        try:
            recorded = restored(chain.run, row)
        except JournalDamaged:
            recorded = None
        if recorded is None or not isinstance(recorded.event.data, dict):
            chain.findings.append(chain.found(f"event {number} is not what was written", number))
            break
        if row[-2] != last:
            chain.findings.append(chain.found(f"event {number} does not follow the one before it", number))
            break
        if row[-3] < last_epoch or (epoch is not None and row[-3] > epoch):
            what = f"event {number} was written by somebody who did not hold the run"
            chain.findings.append(chain.found(what, number))
        chain.events.append(recorded)
        chain.hashes.append(row[-1])
        last, last_epoch = row[-1], row[-3]
    return chain


def possible(chain: Chain) -> Iterator[Finding]:
    """Whether each event could happen when it did, by the table of transitions."""
    statuses: dict[str, Status] = {}
    over = False
    for recorded in chain.events:
        event = recorded.event
        name = f"event {recorded.seq} ({event.type})"
        again = event.type in (*_AGAIN, *_REMARKS) or (
            event.type == "StepReopened" and (event.step or "").endswith(".undo")
        )
        if (over and not again) or (event.type == "RunStarted") != (recorded.seq == 1):
            yield chain.found(f"{name} is not possible there", recorded.seq)
            return
        over = is_end(recorded) or (over and event.type not in _AGAIN)
        if event.type in TRANSITIONS:
            before, after = TRANSITIONS[event.type]
            status = statuses.get(event.step or "", Status.READY)
            if status not in before:
                yield chain.found(f"{name} is not possible: step `{event.step}` is `{status.value}`", recorded.seq)
                return
            statuses[event.step or ""] = after
        elif event.type not in RUN_EVENTS:
            yield chain.found(f"{name} is of a type that this runbook does not know", recorded.seq)


def definitions_of(definition: str, events: Iterable[Recorded]) -> dict[str, int]:
    """The hashes of the texts that a run goes by, each with the number of the event that names it first.

    They are its definition, those it has adopted on its way, and the organisation whose people it knows.
    """
    found = {definition: 1}
    for recorded in events:
        for name in _NAMES_TEXT.get(recorded.event.type, ()):
            if isinstance(hash := recorded.event.data.get(name), str) and hash:
                found.setdefault(hash, recorded.seq)
    return found


_NAMES_TEXT = {
    "RunStarted": ("organisation",),
    "OrganisationAdopted": ("organisation",),
    "DefinitionAdopted": ("definition",),
}
"""The fields that name a stored text by its hash, by event type."""


def status_after(events: Sequence[Recorded]) -> tuple[str, str]:
    """How a run has ended and when, by its newest event; empty while it goes on."""
    last = next((each for each in reversed(events) if each.event.type not in _REMARKS), None)
    if last is None or not is_end(last):
        return "", ""
    return WITH_FAILURES if last.event.data.get("failures") else ENDS_RUN[last.event.type], last.at


def fits(chain: Chain, entry: Sequence[str], where: str) -> Iterator[Finding]:
    """Whether the entry in the list of runs (process, definition, who, status, end) says what the events say."""
    if not chain.events:
        return
    process, definition, started_by, status, ended_at = entry
    first = chain.events[0]
    told = first.event.data
    starters = (first.by, told.get("by"))  # the second where somebody else wrote it down
    if (told.get("process"), told.get("definition")) != (process, definition) or started_by not in starters:
        yield Finding(where, "its entry names another beginning than its first event", chain.run, 1)
    ended = status_after(chain.events)
    right = (status, ended_at) == ended if ended[0] else status not in ENDED and not ended_at
    if not right:
        yield Finding(where, f"its entry says `{status}`, its events do not", chain.run, len(chain.events))


Attempt = tuple[str, int, str, str, str, str]
"""An open attempt as the journal keeps it: step, number, state, since, due, and what is known of it."""


def open_attempts(events: Iterable[Recorded]) -> list[Attempt]:
    """The attempts that these events leave open, by step."""
    open: dict[str, Attempt] = {}
    for recorded in events:
        event, step = recorded.event, recorded.event.step or ""
        if event.type == "StepOverdue" and step in open:
            open[step] = (*open[step][:4], str(event.data.get("until", "")), open[step][5])
        elif event.type in SAYS_MORE and step in open:
            open[step] = (*open[step][:5], _more(open[step][5], event.data))
        elif event.type in OPENS_ATTEMPT:
            about = canonical(event.data) if event.type in ("StepWaiting", "StepInDoubt") else "{}"
            state = OPENS_ATTEMPT[event.type]
            open[step] = (step, event.attempt or 0, state, recorded.at, due_of(event.data), about)
        elif event.type in ENDS_ATTEMPT:
            open.pop(step, None)
        elif is_end(recorded):
            open.clear()
    return sorted(open.values())


def _more(about: str, data: Mapping[str, Any]) -> str:
    """What is known of an open attempt, after an event that says more of it."""
    return canonical({**json.loads(about), **{name: data[name] for name in ("work", "awaits") if name in data}})


def is_end(recorded: Recorded) -> bool:
    """True for an event that ends the run; an undoing that stops may be that of a part only."""
    event = recorded.event
    part = event.type == "UndoStopped" and (event.step is not None or "prefix" in event.data)
    return event.type in ENDS_RUN and not part
