"""Limits on work in progress: the one check for every way in.

Rule 1: it is asked with the item as it would be afterwards, whatever makes it so: opened, moved, assigned, reopened.
Rule 2: a limit that was exceeded before, and by as much, is nobody's fault now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runbook.operations.board import Board
from runbook.operations.item import Item


@dataclass(frozen=True, slots=True)
class Excess:
    """A limit that would be exceeded: `scope` is what it is on, such as `column doing` or `person ana`."""

    scope: str
    limit: int
    count: int
    hard: bool


def exceeded(board: Board, others: Sequence[Item], after: Item, before: Item | None = None) -> tuple[Excess, ...]:
    """The limits that an item exceeds as it would be (`after`), and did not as it is (`before`).

    `others` are all other open items of the board.
    """
    now = {excess.scope: excess.count for excess in _all(board, others, before)} if before is not None else {}
    return tuple(excess for excess in _all(board, others, after) if excess.count > now.get(excess.scope, 0))


def loads(board: Board, items: Sequence[Item]) -> tuple[Excess, ...]:
    """Every limit of the board with what counts in it now, exceeded or not: for showing."""
    found: dict[str, Excess] = {}
    for item in items:
        for scope, limit, hard, _ in _limits(board, item):
            count = found[scope].count if scope in found else 0
            found[scope] = Excess(scope, limit, count + 1, hard)
    return tuple(found.values())


def _all(board: Board, others: Sequence[Item], item: Item) -> Iterator[Excess]:
    wanted = {scope: (limit, hard, over) for scope, limit, hard, over in _limits(board, item)}
    if not wanted:
        return
    counts = dict.fromkeys(wanted, 1)
    for other in others:
        for scope, *_ in _limits(board, other):
            if scope in counts:
                counts[scope] += 1
    for scope, (limit, hard, over) in wanted.items():
        if counts[scope] > limit and not over:
            yield Excess(scope, limit, counts[scope], hard)


def _limits(board: Board, item: Item) -> Iterator[tuple[str, int, bool, bool]]:
    """The limits an item counts in, as (scope, limit, hard, whether it may go over)."""
    if not item.is_open or (item.blocked and not board.blocked_counts):
        return
    column, lane, limit = board.place_of(item), board.lane_of(item), board.classes.get(item.item_class)
    over = limit is not None and limit.over_column_limits
    if column.wip and column.state != "finished":
        yield f"column {column.id}", column.wip, column.hard, over
    for name in (item.item_class, item.kind):  # a kind may be limited like a class, such as projects
        if (found := board.classes.get(name)) is not None and found.wip:
            yield f"class {name}", found.wip, found.hard, False
    if column.state != "active":
        return
    if lane is not None and lane.wip:
        yield f"swimlane {lane.id}", lane.wip, lane.hard, False
    if board.wip:
        yield "board", board.wip, board.wip_hard, over
    if item.accountable and board.person:
        yield f"person {item.accountable}", board.person, board.person_hard, False
    if item.accountable and board.max_expedite and item.item_class == "expedite":
        yield f"expedited by {item.accountable}", board.max_expedite, board.person_hard, False
