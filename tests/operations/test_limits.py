"""Limits of a board: every scope, soft and hard, who may go past them, and what makes nothing worse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from runbook.errors import Refused
from runbook.operations.admitting import limited
from runbook.operations.board import Board, board_from
from runbook.operations.facts import Facts
from runbook.operations.item import Block, Item
from runbook.operations.limits import Excess, exceeded
from runbook.organisation import organisation_of

COLUMNS: list[dict[str, Any]] = [
    {"id": "inbox", "state": "new"},
    {"id": "ready", "state": "committed", "wip": 2},
    {"id": "doing", "state": "active", "wip": 2, "wip_mode": "hard"},
    {"id": "done", "state": "finished"},
]
STATES = {each["id"]: each["state"] for each in COLUMNS}


def board(columns: list[dict[str, Any]] = COLUMNS, **more: Any) -> Board:
    return board_from("infra", {"columns": columns, **more})


def free(**limits: Any) -> Board:
    """A board whose columns have no limits."""
    return board([{name: each[name] for name in ("id", "state")} for each in COLUMNS], limits=limits)


def item(id: str, column: str = "doing", person: str = "", **more: Any) -> Item:
    return Item(id, column=column, state=STATES[column], accountable=person, board="infra", **more)


def found(
    board: Board, now: list[Item], after: Item, before: Item | None = None, elsewhere: tuple[Item, ...] = ()
) -> list[tuple[str, int, int]]:
    excesses = exceeded(board, now, after, before, elsewhere)
    return [(each.scope, each.count, each.limit) for each in excesses]


def test_ops_2_5_a_column_has_its_limit() -> None:
    now = [item("A-1"), item("A-2")]

    assert exceeded(board(), now, item("A-3"), item("A-3", "ready")) == (Excess("column doing", 2, 3, hard=True),)
    assert exceeded(board(), now, item("A-4", "ready")) == ()
    (soft,) = exceeded(board(), [item("A-1", "ready"), item("A-2", "ready")], item("A-5", "ready"))
    assert not soft.hard


def test_ops_2_5_a_person_has_a_limit_over_all_boards() -> None:
    limited = free(person={"default": 2, "of": {"bo": 1}})
    now, elsewhere = [item("A-1", person="ana")], (item("D-1", person="ana"), item("D-2", "ready", person="ana"))

    assert found(limited, now, item("A-3", person="ana"), elsewhere=elsewhere) == [("person ana", 3, 2)]
    assert found(limited, now, item("A-3", person="ana")) == []
    assert found(limited, now, item("A-3", "ready", person="ana"), elsewhere=elsewhere) == []
    assert found(limited, now, item("A-3", person="cy"), elsewhere=elsewhere) == []
    assert found(limited, [item("A-1", person="bo")], item("A-2", person="bo")) == [("person bo", 2, 1)]


def test_ops_2_5_handing_over_in_a_full_column_asks_for_the_person_alone() -> None:
    full = [item("A-1", person="ana"), item("A-2", person="ana")]
    limited = replace(board(), person=2)
    before = item("A-3", person="bo")

    assert found(limited, full, item("A-3", person="ana"), before) == [("person ana", 3, 2)]
    assert found(limited, full, item("A-3", person="cy"), before) == []


def test_ops_2_5_a_person_has_few_expedite_items() -> None:
    now = [item("A-1", person="ana", item_class="expedite")]
    limited = free(person={"default": 5, "max_expedite": 1, "mode": "hard"})
    (excess,) = exceeded(limited, now, item("A-2", person="ana", item_class="expedite"))

    assert (excess.scope, excess.hard) == ("expedited by ana", True)
    assert found(limited, now, item("A-2", person="ana")) == []


def test_ops_2_5_a_class_of_service_and_a_kind_have_their_limits() -> None:
    limited = free(**{"class": {"expedite": {"wip": 1}, "project": {"wip": 1}}})
    now = [item("A-1", "ready", item_class="expedite"), item("P-1", kind="project")]

    assert found(limited, now, item("A-2", "ready", item_class="expedite")) == [("class expedite", 2, 1)]
    assert found(limited, now, item("P-2", "ready", kind="project")) == [("class project", 2, 1)]
    assert found(limited, now[1:], item("A-1", item_class="expedite"), now[0]) == []
    assert found(limited, now, item("A-3", "ready", item_class="expedite"), item("A-3", "ready")) != []


def test_ops_2_5_expedite_goes_past_full_columns_lanes_and_boards_where_it_may() -> None:
    one = {"class": {"expedite": {"wip": 1, "over_column_limits": True}}, "board": 2}
    limited = board(limits=one, swimlanes=[{"id": "all", "wip": 2}])
    now = [item("A-1"), item("A-2")]

    assert exceeded(limited, now, item("A-3", item_class="expedite")) == ()
    assert [each.scope for each in exceeded(limited, now, item("A-3"))] == ["column doing", "swimlane all", "board"]


def test_ops_2_5_a_swimlane_has_its_limit() -> None:
    lanes = [{"id": "vpn", "match": {"service": ["vpn", "network"]}, "wip": 1}, {"id": "rest"}]
    limited = board([{**each, "wip": 9} for each in COLUMNS], swimlanes=lanes)
    now = [item("A-1", service="vpn")]

    assert found(limited, now, item("A-2", service="network")) == [("swimlane vpn", 2, 1)]
    assert found(limited, now, item("A-2", service="mail")) == []


def test_ops_2_5_what_makes_nothing_worse_is_free() -> None:
    over = [item(f"A-{number}") for number in range(5)]

    assert exceeded(board(), over[1:], over[0], over[0]) == ()
    assert exceeded(board(), over[1:], item("A-0", "done"), over[0]) == ()


def test_ops_2_5_blocked_items_count_unless_the_board_says_otherwise() -> None:
    stuck = item("A-1", blocked=Block("supplier", "", "", 0, 0, ""))
    lenient = board(blocked={"counts_in_wip": False})

    assert len(exceeded(board(), [stuck, item("A-2")], item("A-3"))) == 1
    assert exceeded(lenient, [stuck, item("A-2")], item("A-3")) == ()
    back = replace(stuck, blocked=None)
    assert found(lenient, [item("A-2"), item("A-3")], back, stuck) == [("column doing", 3, 2)], "it counts again"


def facts(now: list[Item], by: str = "ana", limits: dict[str, Any] | None = None) -> tuple[Board, Facts]:
    people = organisation_of({"people": {"ana": {}, "lea": {"roles": ["team-lead"]}}})
    one = board(limits=limits or {"override_roles": ["team-lead"]})
    return one, Facts(0, by, lambda: now, bool, {one.id: one}, people)


FULL = [item("A-1"), item("A-2")]


@pytest.mark.parametrize(
    ("by", "override", "words"),
    [
        ("ana", "", "column doing would have 3 of 2"),
        ("lea", "", "column doing would"),
        ("ana", "it burns", "may not go over"),
    ],
)
def test_ops_2_5_a_hard_limit_refuses(by: str, override: str, words: str) -> None:
    one, known = facts(FULL, by)

    with pytest.raises(Refused, match=words) as caught:
        limited(one, item("A-3"), None, override, known)

    assert caught.value.help


def test_ops_2_5_a_hard_limit_gives_way_to_a_role_with_a_reason_and_that_is_recorded() -> None:
    one, known = facts(FULL, "lea")
    (told,) = limited(one, item("A-3"), None, "it burns", known)

    assert (told.type, told.data["scope"], told.data["reason"]) == ("WipExceeded", "column doing", "it burns")


def test_ops_2_5_the_items_of_a_person_on_other_boards_count_for_them() -> None:
    one, known = facts(
        [replace(item("D-1", person="ana"), board="desk")], limits={"person": {"default": 1, "mode": "hard"}}
    )
    other = replace(one, id="desk")
    known = replace(known, boards={"infra": one, "desk": other})

    with pytest.raises(Refused, match="person ana would have 2 of 1"):
        limited(one, item("A-3", person="ana"), None, "", known)
