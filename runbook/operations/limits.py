"""Limits on work in progress: the one check for every way in.

Rule 1: it is asked with the item as it would be afterwards, whatever makes it so: opened, moved, assigned, reopened.
Rule 2: a limit that was exceeded before, and by as much, is nobody's fault now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runbook.operations.board import Board, ClassLimit
from runbook.operations.item import Item


@dataclass(frozen=True, slots=True)
class Excess:
    """A limit that would be exceeded: `scope` is what it is on, such as `column doing` or `person ana`."""

    scope: str
    limit: int
    count: int
    hard: bool


def exceeded(
    board: Board, others: Sequence[Item], after: Item, before: Item | None = None, elsewhere: Sequence[Item] = ()
) -> tuple[Excess, ...]:
    """The limits that an item exceeds as it would be (`after`), and did not as it is (`before`).

    `others` are all other open items of the board; those of other boards (`elsewhere`) count for their person alone.
    """
    now = {each.scope: each.count for each in _all(board, others, before, elsewhere)} if before is not None else {}
    return tuple(each for each in _all(board, others, after, elsewhere) if each.count > now.get(each.scope, 0))


def loads(board: Board, items: Sequence[Item]) -> tuple[Excess, ...]:
    """Every limit of the board with what counts in it now, exceeded or not: for showing."""
    found: dict[str, Excess] = {}
    for item in items:
        for scope, limit, hard, _ in _limits(board, item):
            count = found[scope].count if scope in found else 0
            found[scope] = Excess(scope, limit, count + 1, hard)
    return tuple(found.values())


def _all(board: Board, others: Sequence[Item], item: Item, elsewhere: Sequence[Item]) -> Iterator[Excess]:
    wanted = {scope: (limit, hard, over) for scope, limit, hard, over in _limits(board, item)}
    if not wanted:
        return
    counts = dict.fromkeys(wanted, 1)
    for other in others:
        for scope, *_ in _limits(board, other):
            if scope in counts:
                counts[scope] += 1
    for other in elsewhere:
        if other.state == "active":
            for scope, *_ in _of_person(board, other):
                if scope in counts:
                    counts[scope] += 1
    for scope, (limit, hard, over) in wanted.items():
        if counts[scope] > limit and not over:
            yield Excess(scope, limit, counts[scope], hard)


def _limits(board: Board, item: Item) -> Iterator[tuple[str, int, bool, bool]]:
    """The limits an item counts in, as (scope, limit, hard, whether it may go over)."""
    if not _counts(board, item):
        return
    column, lane = board.place_of(item), board.lane_of(item)
    over = board.classes.get(item.item_class, ClassLimit()).over_column_limits
    if column.wip and column.state != "finished":
        yield f"column {column.id}", column.wip, column.hard, over
    for name in (item.item_class, item.kind):  # a kind may be limited like a class, such as projects
        if (found := board.classes.get(name)) is not None and found.wip:
            yield f"class {name}", found.wip, found.hard, False
    if column.state != "active":
        return
    if lane is not None and lane.wip:
        yield f"swimlane {lane.id}", lane.wip, lane.hard, over
    if board.wip:
        yield "board", board.wip, board.wip_hard, over
    yield from _of_person(board, item)


def _of_person(board: Board, item: Item) -> Iterator[tuple[str, int, bool, bool]]:
    """The limits of whoever has an item that is worked on."""
    most = board.person_of.get(item.accountable, board.person)
    if not item.accountable or not _counts(board, item):
        return
    if most:
        yield f"person {item.accountable}", most, board.person_hard, False
    if board.max_expedite and item.item_class == "expedite":
        yield f"expedited by {item.accountable}", board.max_expedite, board.person_hard, False


def _counts(board: Board, item: Item) -> bool:
    return item.is_open and (board.blocked_counts or not item.blocked)
