"""The board: the one of OPS 2.5 as it is read, the usual one, and which of several is meant."""

from __future__ import annotations

from runbook.operations.board import USUAL, ClassLimit, Limit, PersonLimit, board_from, board_of, boards_of

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
    assert [column.limit for column in board.columns] == [None, Limit(8, True), Limit(5), Limit(3, True), None]
    assert board.columns[3].exit == ("verified_by_other",)
    assert [column.on_the_clock for column in board.columns[:2]] == [False, True]
    assert board.person == PersonLimit(Limit(2, True), 1)
    assert board.classes["expedite"] == ClassLimit(Limit(1, True), True, True)
    assert board.whole == Limit(12, True)
    assert (board.reasons, board.check_every, board.bands) == (("supplier",), "2bd", (50, 85))
    assert (board.sle_percent, board.sle_window, board.sle_min_items) == (70, 30 * 86400, 20)
    assert board.lane({"class": "expedite"}) == "expedite"
    assert board.lane({"class": "standard"}) == "default"


def test_without_a_file_there_is_the_usual_board() -> None:
    assert boards_of({}) == (USUAL,)
    assert (USUAL.started_at, USUAL.finished_at) == ("ready", "done")
    assert USUAL.first("active") == USUAL.column("doing")
    assert not any(each.limit.hard for each in USUAL.columns if each.limit), "limits are soft unless a board says so"


def test_of_several_boards_the_one_that_is_named_is_meant_then_that_of_the_team() -> None:
    columns = GIVEN["columns"]
    data = {
        "operations/boards/all.yaml": {"columns": columns},
        "operations/boards/desk.yaml": {"columns": columns, "teams": ["desk"]},
        "operations/boards/infra.yaml": GIVEN,
        "operations/calendars/office.yaml": {},
    }

    assert [board.id for board in boards_of(data)] == ["all", "desk", "infra"]
    assert board_of(data, team="infra").id == "infra"
    assert board_of(data, "desk", "infra").id == "desk"
    assert board_of(data, team="other").id == "all"
    assert board_of(data).id == "all"


def test_where_a_board_does_not_say_when_work_starts_it_is_when_it_is_committed_to() -> None:
    columns = [{"id": "in", "state": "new"}, {"id": "do", "state": "active"}, {"id": "out", "state": "finished"}]
    board = board_from("b", {"columns": columns})

    assert (board.started_at, board.finished_at) == ("do", "out")
    assert (board.position("do"), board.position("nowhere")) == (1, -1)
