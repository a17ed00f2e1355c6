"""The work items of a department: the one writer of their events, and what they are as the journal has them.

Rule 1: in one transaction it folds what it needs, asks the decider, and appends all that was decided.
Rule 2: whatever ends an item lets those go on that waited for it, in the same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from runbook.engine.identity import Actor
from runbook.errors import JournalDamaged, Misuse
from runbook.journal.codec import canonical, content_hash
from runbook.journal.streams import DEPARTMENT
from runbook.journal.transaction import RESTORE
from runbook.operations.board import boards_of
from runbook.operations.department import UNKNOWN, Operations
from runbook.operations.facts import Facts
from runbook.operations.item import PREFIXES, Item, item_of
from runbook.operations.judges import Judges
from runbook.operations.seconds import instant_of, seconds

if TYPE_CHECKING:
    from runbook.journal.streams import Streams, Writing
    from runbook.operations import commands as c
    from runbook.outcome import Json
    from runbook.run.events import Event, Recorded

_MOST_OPEN = 100_000
"""Items that may be open at a time."""


@dataclass(frozen=True, slots=True)
class Worklist:
    """The items of one journal, for one person."""

    streams: Streams
    actor: Actor
    operations: Operations = UNKNOWN
    """The department as its files describe it now."""
    rev: str = ""
    """The git commit of these files; empty when there is none."""
    judges: Judges = field(init=False, repr=False, compare=False)
    """What the items are judged by."""

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "judges", Judges(self.operations, self.pinned, lambda: self.streams.events(DEPARTMENT))
        )

    @property
    def person(self) -> str:
        """The id of whoever acts."""
        return self.operations.organisation.person_of(self.actor.name)

    def item(self, id: str) -> Item:
        """One item; `Misuse` when there is none of that id."""
        events = self.streams.events(id)
        if not events or id == "department":
            raise Misuse(f"there is no item {id}", "see `runbook item list`")
        return item_of(id, events)

    def open_items(self) -> list[Item]:
        """All open items, oldest first."""
        return [item_of(id, events) for id, events in self.streams.open()]

    def all_items(self, since: str = "") -> Iterator[Item]:
        """Every item in which something has happened since then, oldest first."""
        return (item_of(id, events) for id, events in self.streams.all(since))

    def open(self, command: c.Open, keys: Sequence[str] = (), at: str = "") -> Item:
        """Open an item, judged by the policies of now; `keys` happen once only (a duty at its instant)."""
        pinned = canonical(self.operations.pinned())
        command = replace(command, policies=content_hash(pinned), rev=self.rev)
        with self.streams.write() as writing:
            facts = self._facts(writing, "", at)
            if self.streams.open_count() >= _MOST_OPEN:
                raise Misuse(f"there are {_MOST_OPEN} open items", "resolve or cancel some first")
            events = _decide(None, command, facts)
            id = writing.number(PREFIXES[command.kind])
            writing.define(command.policies, pinned)
            return self._append(writing, Item(id, kind=command.kind), events, at, keys)

    def ask(self, id: str, *commands: c.Command, at: str = "", keys: Sequence[str] = ()) -> Item:
        """Carry out requests about an item in one go; the item as it is then."""
        with self.streams.write() as writing:
            events = writing.events(id)
            if not events or id == "department":
                raise Misuse(f"there is no item {id}", "see `runbook item list`")
            item = item_of(id, events)
            for command in commands:
                item = self._append(writing, item, _decide(item, command, self._facts(writing, id, at)), at, keys)
                keys = ()
            return item

    def restate(self, id: str, pinned: str, rev: str, reason: str) -> Item:
        """Judge an item by other policies from now on: `pinned` is their text, `rev` the commit they are of."""
        from runbook.operations.commands import Restate

        with self.streams.write() as writing:
            item = item_of(id, writing.events(id))
            command = Restate(content_hash(pinned), rev, reason)
            writing.define(command.policies, pinned)
            return self._append(writing, item, _decide(item, command, self._facts(writing, id, "")), "", ())

    def record(self, id: str, events: Sequence[Event], keys: Sequence[str] = (), at: str = "") -> Item:
        """Record what was decided elsewhere: that a threshold or a rung fired, what became of a ticket."""
        with self.streams.write() as writing:
            return self._append(writing, item_of(id, writing.events(id)), events, at, keys)

    def pinned(self, hash: str) -> Mapping[str, Json]:
        """The policies and calendars that were pinned under a hash, by path."""
        body = self.streams.definition(hash)
        found = json.loads(body) if content_hash(body) == hash else None
        if not isinstance(found, dict):
            raise JournalDamaged(f"what is stored as definition {hash[:12]} is not what was agreed", RESTORE)
        return found

    def wake(self, id: str, at: str = "") -> Item:
        """Record what time has made happen to an item, each of it once; the item as it is then."""
        from runbook.operations.commands import Proceed

        with self.streams.write() as writing:
            item = item_of(id, writing.events(id))
            now = seconds(at or writing.now)
            woken = self.judges.woken(item, now)
            events = list(woken.events)
            if woken.resumes:
                events += _decide(item, Proceed(by_clock=True), self._facts(writing, id, at))
            if not events:
                writing.settle(id, self._woken(item, now))
                return item
            return self._append(writing, item, events, at, woken.keys)

    def _append(self, writing: Writing, item: Item, events: Sequence[Event], at: str, keys: Sequence[str]) -> Item:
        told = [*item.events, *_numbered(item, events, at or writing.now, self.person)]
        after = item_of(item.id, told)
        done = writing.append(
            item.id, after.kind, events, self.person, open=after.is_open,
            wake=self._woken(after, seconds(at or writing.now)), keys=keys, at=at, where=self.actor.where,
        )  # fmt: skip
        after = item_of(item.id, [*item.events, *done])
        from runbook.operations.decide import freed

        for other, event in freed(after, self._others(writing, item.id)) if item.is_open else ():
            self._append(writing, other, [event], at, ())
        return after

    def _woken(self, item: Item, now: int) -> str:
        wake = self.judges.wake(item, now) if item.is_open else 0
        return instant_of(wake) if wake else ""

    def _facts(self, writing: Writing, id: str, at: str) -> Facts:
        others: list[Item] = []
        read = False

        def all_others() -> Sequence[Item]:
            nonlocal read
            if not read:
                others.extend(self._others(writing, id))
                read = True
            return others

        return self.judges.facts(
            Facts(
                seconds(at or writing.now),
                self.person,
                all_others,
                lambda other: bool(writing.events(other)),
                boards_of(self.operations.data),
                self.operations.organisation,
            )
        )

    def _others(self, writing: Writing, id: str) -> Iterator[Item]:
        return (item_of(other, events) for other, events in writing.open() if other != id)


def _decide(item: Item | None, command: c.Command, facts: Facts) -> tuple[Event, ...]:
    """What becomes of a request; whoever only looks does not load what decides."""
    from runbook.operations.decide import decide

    return decide(item, command, facts)


def _numbered(item: Item, events: Sequence[Event], at: str, by: str) -> Iterator[Recorded]:
    from runbook.run.events import Recorded

    first = item.events[-1].seq + 1 if item.events else 1
    return (Recorded(seq, at, by, event) for seq, event in enumerate(events, first))
