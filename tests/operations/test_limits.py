"""Limits of a board: every scope, soft and hard, who may go past them, and what makes nothing worse."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runbook.errors import Refused
from runbook.operations.board import Board, board_from
from runbook.operations.limits import Excess, Occupant, check, exceeded, needs_reason

COLUMNS = [
    {"id": "inbox", "state": "new"},
    {"id": "ready", "state": "committed", "wip": 2},
    {"id": "doing", "state": "active", "wip": 2, "wip_mode": "hard"},
    {"id": "done", "state": "finished"},
]
STATES = {each["id"]: each["state"] for each in COLUMNS}


def board(columns: list[dict[str, object]] = COLUMNS, **more: object) -> Board:  # type: ignore[assignment]
    return board_from("infra", {"columns": columns, **more})


def free(**limits: object) -> Board:
    """A board whose columns have no limits."""
    return board([{name: each[name] for name in ("id", "state")} for each in COLUMNS], limits=limits)


def item(id: str, column: str = "doing", person: str = "", **more: object) -> Occupant:
    return Occupant(id, "infra", column, STATES[column], person=person, **more)  # type: ignore[arg-type]


def found(board: Board, now: list[Occupant], move: Occupant) -> list[tuple[str, str, int, int]]:
    return [(each.scope, each.name, each.count, each.limit) for each in exceeded(board, now, move)]


def test_ops_2_5_a_column_has_its_limit() -> None:
    now = [item("A-1"), item("A-2"), item("A-3", "ready")]

    assert exceeded(board(), now, item("A-3")) == (Excess("column", "doing", 2, 3, hard=True),)
    assert exceeded(board(), now, item("A-4", "ready")) == ()
    assert exceeded(board(), [*now, item("A-4", "ready")], item("A-5", "ready"))[0].hard is False


def test_ops_2_5_a_person_has_a_limit_over_all_boards() -> None:
    now = [item("A-1", person="ana"), replace(item("A-2", person="ana"), board="desk")]
    limited = free(person={"default": 2, "of": {"bo": 1}})

    assert found(limited, now, item("A-3", person="ana")) == [("person", "ana", 3, 2)]
    assert found(limited, now, item("A-3", "ready", person="ana")) == []
    assert found(limited, now, item("A-3", person="cy")) == []
    assert found(limited, [item("A-1", person="bo")], item("A-2", person="bo")) == [("person", "bo", 2, 1)]


def test_ops_2_5_handing_over_in_a_full_column_asks_for_the_person_alone() -> None:
    full = [item("A-1", person="ana"), item("A-2", person="ana"), item("A-3", person="bo")]
    limited = replace(board(), person=free(person={"default": 2}).person)

    assert found(limited, full, item("A-3", person="ana")) == [("person", "ana", 3, 2)]
    assert found(limited, full, item("A-3", person="cy")) == []


def test_ops_2_5_a_person_has_few_expedite_items() -> None:
    now = [item("A-1", person="ana", item_class="expedite")]
    limited = free(person={"default": 5, "max_expedite": 1, "mode": "hard"})
    (excess,) = exceeded(limited, now, item("A-2", person="ana", item_class="expedite"))

    assert (excess.scope, excess.hard, excess.text()) == ("expedite", True, "`ana` would have 2 of 1 expedite")
    assert found(limited, now, item("A-2", person="ana")) == []


def test_ops_2_5_a_class_of_service_has_its_limit_wherever_its_items_are() -> None:
    limited = free(**{"class": {"expedite": {"wip": 1}, "project": {"wip": 1}}})
    now = [item("A-1", "ready", item_class="expedite"), item("P-1", kind="project")]

    assert found(limited, now, item("A-2", "ready", item_class="expedite")) == [("class", "expedite", 2, 1)]
    assert found(limited, now, item("P-2", "ready", kind="project")) == [("class", "project", 2, 1)]
    assert found(limited, now, item("P-2", "inbox", kind="project")) == []
    assert found(limited, now, item("A-1", "doing", item_class="expedite")) == []
    assert found(limited, [*now, item("A-3", "ready")], item("A-3", "ready", item_class="expedite")) != []


def test_ops_2_5_expedite_goes_past_full_columns_and_boards_where_it_may() -> None:
    one = {"class": {"expedite": {"wip": 1, "over_column_limits": True, "reason": "required"}}, "board": 2}
    limited = board(limits=one)
    now = [item("A-1"), item("A-2")]

    assert exceeded(limited, now, item("A-3", item_class="expedite")) == ()
    assert [each.scope for each in exceeded(limited, now, item("A-3"))] == ["column", "board"]
    assert needs_reason(limited, "expedite")
    assert not needs_reason(limited, "standard")


def test_ops_2_5_a_swimlane_has_its_limit() -> None:
    lanes = [{"id": "vpn", "match": {"service": ["vpn", "network"]}, "wip": 1}, {"id": "rest"}]
    limited = board([{**each, "wip": 9} for each in COLUMNS], swimlanes=lanes)
    now = [item("A-1", "ready", service="vpn")]

    assert found(limited, now, item("A-2", service="network")) == [("swimlane", "vpn", 2, 1)]
    assert found(limited, now, item("A-2", service="mail")) == []


def test_ops_2_5_a_board_has_its_limit_for_what_is_committed_to_and_active() -> None:
    limited = free(board={"wip": 2, "wip_mode": "hard"})
    now = [item("A-1", "ready"), item("A-2"), item("A-3", "inbox"), item("A-4", "done")]

    assert exceeded(limited, now, item("A-3", "ready")) == (Excess("board", "infra", 2, 3, hard=True),)
    assert exceeded(limited, now, item("A-1", "doing")) == ()
    assert exceeded(limited, now, item("A-9", "inbox")) == ()


def test_ops_2_5_what_makes_nothing_worse_is_free() -> None:
    over = [item(f"A-{number}") for number in range(5)]

    assert exceeded(board(), over, over[0]) == ()
    assert exceeded(board(), over, item("A-0", "done")) == ()


def test_ops_2_5_blocked_items_count_unless_the_board_says_otherwise() -> None:
    now = [item("A-1", blocked=True), item("A-2")]
    lenient = board(blocked={"counts_in_wip": False})

    assert len(exceeded(board(), now, item("A-3"))) == 1
    assert exceeded(lenient, now, item("A-3")) == ()
    assert found(lenient, [*now, item("A-3")], item("A-1")) == [("column", "doing", 3, 2)], "unblocking counts it again"


OVER = (Excess("column", "doing", 2, 3, hard=True),)
MASTERS = board(limits={"override": {"roles": ["team-lead"]}})


@pytest.mark.parametrize(
    ("roles", "override", "reason", "words"),
    [
        ((), False, "", "the column `doing` would have 3 of 2"),
        (("team-lead",), False, "it burns", "the column `doing` would have 3 of 2"),
        (("engineer",), True, "it burns", "only `team-lead` may go past it"),
        (("team-lead",), True, "  ", "takes a reason"),
    ],
)
def test_ops_2_5_a_hard_limit_refuses(roles: tuple[str, ...], override: bool, reason: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        check(OVER, MASTERS, roles, override, reason)

    assert caught.value.help


def test_ops_2_5_a_hard_limit_gives_way_to_a_role_with_a_reason_and_a_soft_one_to_anybody() -> None:
    check(OVER, MASTERS, ("team-lead",), True, "it burns")
    check((replace(OVER[0], hard=False),), MASTERS, (), False, "")
    with pytest.raises(Refused, match="; nobody may go past it"):
        check(OVER, board(), ("team-lead",), True, "it burns")
