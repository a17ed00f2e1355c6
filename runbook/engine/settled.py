"""Which work items need no look for their tickets: nothing has happened to them since the last one, and nothing is due.

Rule 1: an item is known by the hash of its newest event: what is remembered can't be about another history.
Rule 2: it holds for one way in which integrations and policies are written, and for the systems that take something in;
  with any other, all is looked at anew. It is never kept longer than the program runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class _Look:
    """What the last look at an item came to."""

    head: str
    at: int
    """When there is something to do about it; 0 when nothing is, until something happens to it."""
    gone: frozenset[str]
    """The systems that have said of its tickets that they take nothing any more."""


@dataclass(slots=True)
class Settled:
    """What is known of looks at items; empty at first."""

    _by: object = None
    _active: frozenset[str] | None = None
    _looks: dict[str, _Look] = field(default_factory=dict)

    def begin(self, by: object, heads: Mapping[str, str]) -> None:
        """Begin a pass over items with these newest events; `by` is what all looks hold for."""
        if by != self._by:
            self._by, self._active, self._looks = by, None, {}
        self._looks = {id: look for id, look in self._looks.items() if heads.get(id) == look.head}

    def wanted(self, heads: Mapping[str, str], now: int) -> list[str]:
        """The items that have to be looked at: what is new about them, or due by now."""
        looks = self._looks
        return [id for id in heads if (look := looks.get(id)) is None or 0 < look.at <= now]

    def fits(self, active: Iterable[str]) -> bool:
        """True when these systems take something in, as before; otherwise all looks are forgotten."""
        now = frozenset(active)
        same = self._active in (None, now)
        self._active = now
        if not same:
            self._looks.clear()
        return same

    def settle(self, id: str, head: str, at: int = 0, gone: Iterable[str] = ()) -> None:
        """That an item with this newest event needs no look before it has another one, or before that time."""
        self._looks[id] = _Look(head, at, frozenset(gone))

    def unsettle(self, id: str) -> None:
        """That an item has to be looked at again."""
        self._looks.pop(id, None)

    @property
    def gone(self) -> frozenset[str]:
        """The systems that take nothing any more, as the items say that are settled."""
        return frozenset[str]().union(*(look.gone for look in self._looks.values()))

    @property
    def next_at(self) -> int:
        """When the next of them is due; 0 for none."""
        return min((look.at for look in self._looks.values() if look.at), default=0)
