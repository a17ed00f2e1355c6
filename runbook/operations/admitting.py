"""Whether an item may come to stand where it is to stand: limits, classes, and columns that want other eyes."""

from __future__ import annotations

from runbook.errors import Refused
from runbook.operations.asking import event
from runbook.operations.board import Board, Column, board_for
from runbook.operations.facts import Facts
from runbook.operations.item import Item
from runbook.operations.limits import exceeded
from runbook.run.events import Event


def limited(board: Board, after: Item, before: Item | None, override: str, facts: Facts) -> list[Event]:
    """The limits that are exceeded when the item becomes so, each as an event; `Refused` for those that are hard."""
    others: dict[bool, list[Item]] = {True: [], False: []}
    for each in facts.others():
        if each.id != after.id:
            others[_on(board, each, facts)].append(each)
    events = []
    for excess in exceeded(board, others[True], after, before, others[False]):
        if excess.hard and not (override and facts.holds(board.override_roles)):
            why = f"{excess.scope} would have {excess.count} of {excess.limit}"
            roles = ", ".join(board.override_roles)
            if override:
                raise Refused(f"{why}, and {facts.by} may not go over it", f"ask one with the role {roles}")
            raise Refused(why, f"finish something first, or --override REASON{f' as {roles}' if roles else ''}")
        events.append(event(
            "WipExceeded", scope=excess.scope, limit=excess.limit, count=excess.count, reason=override
        ))  # fmt: skip
    return events


def check_class(board: Board, wanted: str, reason: str) -> None:
    """Nothing when an item may be of that class; `Refused` when the class asks for a reason and there is none."""
    limit = board.classes.get(wanted)
    if limit is not None and limit.reason_required and not reason:
        raise Refused(f"the class `{wanted}` needs a reason", "add --reason")


def _on(board: Board, item: Item, facts: Facts) -> bool:
    return board_for(facts.boards, item.team, item.board).id == board.id


def check_exits(board: Board, item: Item, here: Column, target: Column, facts: Facts) -> None:
    """Whoever takes an item past a column that asks for another person's eyes must be another person."""
    passed = board.columns[board.position(here.id) : board.position(target.id)]
    for column in passed:
        if "verified_by_other" in column.exit and facts.by in (item.accountable, *item.helpers):
            raise Refused(f"somebody else has to verify {item.id} before it leaves `{column.id}`", "ask a colleague")


def move(board: Board, target: Column, before: str) -> Event:
    """That the item is in another column now."""
    data = {"column": target.id, "state": target.state, "board": board.id, "from": before}
    return Event("ItemMoved", data={name: value for name, value in data.items() if value})
