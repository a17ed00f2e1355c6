"""What may be on a board at once: the one check that every way of opening, moving, handing over or classifying asks.

Rule 1: a limit is exceeded by what makes it worse. Moving on within a full board, or out of a full column, is free.
Rule 2: a hard limit refuses, whatever the way in; who has a role that the board names may go past it with a reason.
Rule 3: a soft limit lets go on and says so, and what it said is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from runbook.errors import Refused
from runbook.operations.board import ACTIVE, COMMITTED, Board, ClassLimit, Limit
from runbook.operations.priority import EXPEDITE


@dataclass(frozen=True, slots=True)
class Occupant:
    """One item as the limits see it."""

    id: str
    board: str
    column: str
    state: str
    """What its column means: `new`, `committed`, `active` or `finished`."""
    item_class: str = "standard"
    person: str = ""
    """Who is accountable for it."""
    kind: str = ""
    priority: str = ""
    service: str = ""
    team: str = ""
    blocked: bool = False

    def facts(self) -> dict[str, str]:
        """What lanes are chosen by."""
        return {
            "class": self.item_class, "kind": self.kind, "priority": self.priority, "service": self.service,
            "team": self.team, "person": self.person,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Excess:
    """One limit that a change goes past, and by how much."""

    scope: str
    """`column`, `swimlane`, `person`, `expedite` (of one person), `class` or `board`."""
    name: str
    limit: int
    count: int
    hard: bool

    def text(self) -> str:
        """The excess in words."""
        what = f"`{self.name}`" if self.scope in ("person", "expedite") else f"the {self.scope} `{self.name}`"
        return f"{what} would have {self.count} of {self.limit}{' expedite' if self.scope == 'expedite' else ''}"


Counts = Callable[[Occupant], bool]


def exceeded(board: Board, occupancy: Iterable[Occupant], move: Occupant) -> tuple[Excess, ...]:
    """The limits that an item goes past when it becomes `move`; `occupancy` is everything that is open now.

    Whatever is done to it (opened, pulled, moved, assigned, classified, unblocked), `move` is how it is afterwards.
    Items on other boards count for their person alone.
    """
    now = tuple(occupancy)
    others = [each for each in now if each.id != move.id]
    before = [each for each in now if each.id == move.id]
    free = board.classes.get(move.item_class, ClassLimit()).over_column_limits
    found = []
    for scope, name, limit, counts in _limits(board, move):
        if free and scope in ("column", "swimlane", "board"):
            continue
        count = sum(counts(each) for each in others)
        after, was = count + counts(move), count + sum(map(counts, before))
        if after > limit.most and after > was:
            found.append(Excess(scope, name, limit.most, after, limit.hard))
    return tuple(found)


def _limits(board: Board, move: Occupant) -> Iterator[tuple[str, str, Limit, Counts]]:
    """Every limit that has to do with the item, and what it counts."""
    column = board.column(move.column)
    if column is not None and column.limit:
        yield "column", column.id, column.limit, lambda each: _here(board, each) and each.column == move.column
    lane = board.lane(move.facts())
    for each_lane in board.swimlanes:
        if each_lane.id == lane and each_lane.limit:
            yield (
                "swimlane",
                lane,
                each_lane.limit,
                lambda each: _under_way(board, each) and board.lane(each.facts()) == lane,
            )
    yield from _of_person(board, move)
    for name in dict.fromkeys((move.item_class, move.kind)):
        if limit := board.classes.get(name, ClassLimit()).limit:
            yield "class", name, limit, partial(_of_class, board, name)
    if board.whole:
        yield "board", board.id, board.whole, lambda each: _under_way(board, each)


def _of_person(board: Board, move: Occupant) -> Iterator[tuple[str, str, Limit, Counts]]:
    if not move.person:
        return
    usual = board.person.usual
    own = board.person.of.get(move.person)
    limit = usual if own is None else replace(usual or Limit(own), most=own)

    def theirs(each: Occupant) -> bool:
        return each.person == move.person and each.state == ACTIVE and (board.blocked_counts or not each.blocked)

    if limit:
        yield "person", move.person, limit, theirs
    if board.person.most_expedite:
        most = Limit(board.person.most_expedite, bool(limit and limit.hard))
        yield "expedite", move.person, most, lambda each: theirs(each) and each.item_class == EXPEDITE


def _here(board: Board, each: Occupant) -> bool:
    return each.board == board.id and (board.blocked_counts or not each.blocked)


def _under_way(board: Board, each: Occupant) -> bool:
    return _here(board, each) and each.state in (COMMITTED, ACTIVE)


def _of_class(board: Board, name: str, each: Occupant) -> bool:
    return _under_way(board, each) and name in (each.item_class, each.kind)


def check(found: Collection[Excess], board: Board, roles: Collection[str], override: bool, reason: str) -> None:
    """Refuse what goes past a hard limit, unless somebody with a role for it overrides it with a reason."""
    hard = [each for each in found if each.hard]
    if not hard:
        return
    what = "; ".join(each.text() for each in hard)
    may = [role for role in board.override_roles if role in roles]
    if not override:
        help = "finish something first"
        raise Refused(what, f"{help}, or go past it with `--override --reason`" if may else help)
    if not may:
        if not board.override_roles:
            raise Refused(f"{what}; nobody may go past it", "finish something first")
        who = ", ".join(f"`{role}`" for role in board.override_roles)
        raise Refused(f"{what}; only {who} may go past it", "ask one of them, or finish something first")
    if not reason.strip():
        raise Refused(f"{what}; going past it takes a reason", "give one with `--reason`")


def needs_reason(board: Board, item_class: str) -> bool:
    """True when making an item one of that class takes a reason."""
    return board.classes.get(item_class, ClassLimit()).reason_required
