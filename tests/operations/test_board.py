"""The board: the one of OPS 2.5 as it is read, the usual one, and which of several is meant."""

from __future__ import annotations

from runbook.operations.board import DEFAULT, ClassLimit, board_for, board_from, boards_of
from runbook.operations.item import Item

GIVEN = {
    "teams": ["infra"],
    "columns": [
        {"id": "inbox", "title": "Inbox", "state": "new", "sle_clock": "off"},
        {"id": "ready", "title": "Next", "state": "committed", "wip": 8},
        {"id": "doing", "title": "Now", "state": "active", "wip": 5, "wip_mode": "soft"},
        {"id": "verify", "title": "Verify", "state": "active", "wip": 3, "exit": ["verified_by_other"]},
        {"id": "done", "title": "Done", "state": "finished"},
    ],
    "started_at": "ready",
    "finished_at": "done",
    "swimlanes": [{"id": "expedite", "match": {"class": "expedite"}}, {"id": "default"}],
    "limits": {
        "person": {"default": 2, "max_expedite": 1},
        "class": {"expedite": {"wip": 1, "over_column_limits": True, "reason": "required"}, "project": {"wip": 2}},
        "board": 12,
        "mode": "hard",
    },
    "blocked": {"counts_in_wip": True, "reasons": ["supplier"], "check_every": "2bd"},
    "aging": {"bands": [50, 85]},
    "sle": {"percentile": 70, "window": "30d", "min_items": 20, "by": "kind"},
}


def test_ops_2_5_the_board_is_what_its_file_says() -> None:
    board = board_from("infra", GIVEN)

    assert [column.id for column in board.columns] == ["inbox", "ready", "doing", "verify", "done"]
    assert [(column.wip, column.hard) for column in board.columns[1:4]] == [(8, True), (5, False), (3, True)]
    assert board.columns[3].exit == ("verified_by_other",)
    assert [column.on_the_clock for column in board.columns[:2]] == [False, True]
    assert (board.person, board.person_hard, board.max_expedite) == (2, True, 1)
    assert board.classes["expedite"] == ClassLimit(1, True, True, True)
    assert (board.wip, board.wip_hard) == (12, True)
    assert (board.block_reasons, board.block_check, board.aging) == (("supplier",), "2bd", (50, 85))
    assert (board.sle_percentile, board.sle_window, board.sle_min_items) == (70, "30d", 20)
    lanes = [board.lane_of(Item("A-1", item_class=name)) for name in ("expedite", "standard")]
    assert [lane.id for lane in lanes if lane] == ["expedite", "default"]


def test_without_a_file_there_is_the_usual_board_and_its_limits_are_soft() -> None:
    assert boards_of({}) == {"work": DEFAULT}
    assert (DEFAULT.started_at, DEFAULT.finished_at) == ("ready", "done")
    assert not any(each.hard for each in DEFAULT.columns)


def test_of_several_boards_the_one_that_is_named_is_meant_then_that_of_the_team() -> None:
    columns = GIVEN["columns"]
    boards = boards_of({
        "operations/boards/all.yaml": {"columns": columns},
        "operations/boards/desk.yaml": {"columns": columns, "teams": ["desk"]},
        "operations/boards/infra.yaml": GIVEN,
        "operations/calendars/office.yaml": {},
    })  # fmt: skip

    assert list(boards) == ["all", "desk", "infra"]
    assert board_for(boards, "infra").id == "infra"
    assert board_for(boards, "infra", "desk").id == "desk"
    assert board_for(boards, "other").id == "all"


def test_where_a_board_does_not_say_when_work_starts_it_is_when_it_is_committed_to() -> None:
    columns = [{"id": "in", "state": "new"}, {"id": "do", "state": "active"}, {"id": "out", "state": "finished"}]
    board = board_from("b", {"columns": columns})

    assert (board.started_at, board.finished_at) == ("do", "out")
