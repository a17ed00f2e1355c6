"""The way of an item over its board, told from its events."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from runbook.operations.board import DEFAULT
from runbook.operations.flow import Block, Visit
from runbook.operations.item import Item, item_of
from runbook.operations.passages import Course, course_of, touched
from runbook.operations.seconds import instant_of
from runbook.run.events import Event, Recorded


def item(*events: tuple[int, str, dict[str, Any]]) -> Item:
    opened = (0, "ItemOpened", {"kind": "request", "title": "t", "column": "inbox"})
    told = [
        Recorded(seq, instant_of(at), "ana", Event(type, data=data))
        for seq, (at, type, data) in enumerate([opened, *events], 1)
    ]
    return item_of("REQ-1", told)


def course(*events: tuple[int, str, dict[str, Any]], now: int = 100) -> Course:
    return course_of(item(*events), DEFAULT, now)


def to(column: str, state: str) -> dict[str, str]:
    return {"column": column, "state": state}


WHOLE = (
    (10, "ItemMoved", to("ready", "committed")),
    (12, "ItemAssigned", {"to": "ana"}),
    (20, "ItemMoved", to("doing", "active")),
    (25, "ItemBlocked", {"reason": "supplier"}),
    (30, "ItemUnblocked", {}),
    (32, "ItemWaiting", {"reason": "waiting_requester", "party": "olga"}),
    (36, "ItemResumed", {}),
    (40, "ItemHandedOver", {"to": "bo", "note": "n"}),
    (50, "ItemResolved", {"resolution": "r"}),
    (50, "ItemMoved", to("done", "finished")),
)  # fmt: skip


def test_a_finished_item_has_its_visits_its_blocks_and_its_times() -> None:
    found = course(*WHOLE).passage

    assert found.visits == (
        Visit("inbox", "new", 0, 10), Visit("ready", "committed", 10, 20), Visit("doing", "active", 20, 50),
        Visit("done", "finished", 50),
    )  # fmt: skip
    assert found.blocks == (Block("supplier", 25, 30),)
    assert (found.opened, found.started, found.finished, found.cycle, found.lead) == (0, 10, 50, 40, 50)


def test_an_item_takes_time_of_whoever_has_it_while_nothing_holds_it_up() -> None:
    found = course(*WHOLE)

    assert [(each.start, each.end) for each in found.stretches("ana", 100)] == [(20, 25), (30, 32), (36, 40)]
    assert [(each.start, each.end) for each in found.stretches("bo", 100)] == [(40, 50)]
    assert found.stretches("cy", 100) == ()
    assert touched([found], {"ana": [(0, 31)], "bo": [(0, 100)]}, 100) == {"REQ-1": Fraction(6 + 10)}


def test_helpers_share_and_stop_when_they_leave_or_take_over() -> None:
    found = course(
        (5, "ItemAssigned", {"to": "ana"}), (6, "ItemMoved", to("doing", "active")),
        (10, "ItemHelped", {"person": "bo"}),
        (20, "ItemHelped", {"person": "bo", "leaves": True}), (30, "ItemHelped", {"person": "cy"}),
        (40, "ItemAssigned", {"to": "cy"}),
    )  # fmt: skip

    assert found.people == {"ana": ((5, 40),), "bo": ((10, 20),), "cy": ((30, 40), (40, 100))}


def test_what_goes_on_goes_on_until_now_and_what_is_cancelled_ends() -> None:
    blocked = course((10, "ItemMoved", to("doing", "active")), (20, "ItemBlocked", {"reason": "tool"}))
    gone = course((10, "ItemMoved", to("doing", "active")), (60, "ItemCancelled", {"reason": "r"}))

    assert blocked.passage.blocks == (Block("tool", 20, None),)
    assert blocked.passage.age(100) == 90
    assert (gone.passage.cancelled, gone.passage.visits[-1].end, gone.passage.finished) == (60, 60, None)


def test_a_reopened_item_is_not_finished_until_it_is_again() -> None:
    again = ((60, "ItemReopened", {"reason": "r"}), (60, "ItemMoved", to("doing", "active")))

    assert course(*WHOLE, *again).passage.finished is None
    assert course(*WHOLE, *again).passage.started == 10
    ended = course(*WHOLE, *again, (70, "ItemResolved", {"resolution": "r"})).passage
    assert (ended.finished, ended.cycle) == (70, 60)


def test_a_corrected_time_counts_instead() -> None:
    found = course(*WHOLE, (80, "TimeCorrected", {"seconds": 7200, "reason": "r"}))

    assert touched([found], {"ana": [(0, 100)]}, 100) == {"REQ-1": 7200}
    assert touched([course((90, "TimeCorrected", {"seconds": 1, "step": "a", "reason": "r"}))], {}, 100) == {}
