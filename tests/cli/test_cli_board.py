"""`runbook board`, `next` and `pull`, as people use them."""

from __future__ import annotations

import pexpect
import pytest

BOARD = """\
columns:
  - {id: inbox, state: new}
  - {id: ready, state: committed, wip: 3}
  - {id: doing, state: active, wip: 2, wip_mode: hard}
  - {id: done, state: finished}
limits:
  person: {default: 1, mode: hard}
"""
ACCESS = """\
runbook: 1
title: Grant access
roles:
  engineer: {summary: Grants it, capabilities: {network: 3}}
steps:
  - {id: grant, title: Grant it, manual: Grant it}
"""


@pytest.fixture
def team(project):
    """A project with a board, in which items wait."""
    made = project({"runbook.yaml": "runbook: 1\ntitle: T\n", "operations/boards/infra.yaml": BOARD})
    made.cli("item", "open", "Printer jams", "--severity", "minor")
    made.cli("item", "open", "Mail is down", "--severity", "critical")
    made.cli("item", "open", "New account", "--kind", "request")
    return made


def ids(result):
    return [item["id"] for item in result.json]


def test_what_comes_next_stands_in_the_order_of_the_work(team):
    assert ids(team.cli("next", "--json")) == ["INC-2", "REQ-1", "INC-1"]
    team.cli("item", "rank", "INC-1", "1", "--reason", "the board meets")
    assert ids(team.cli("next", "--json")) == ["INC-1", "INC-2", "REQ-1"]
    team.cli("item", "open", "Cooling failed", "--class", "expedite", "--reason", "heat")
    assert ids(team.cli("next", "--json"))[0] == "INC-3"

    why = team.cli("next", "--why").out

    assert "expedite" in why
    assert "ranked 1 by hand" in why
    assert "due 20" in why


def test_what_is_blocked_or_waits_or_is_somebody_elses_does_not_come_next(team):
    team.cli("item", "block", "INC-2", "supplier", "--party", "Dell")
    team.cli("item", "wait", "REQ-1", "--reason", "waiting_requester", "--party", "olga", "--resume-by", "2d")
    team.cli("item", "assign", "INC-1", "bo")

    assert ids(team.cli("next", "--json")) == []
    assert "There is nothing to do next." in team.cli("next").out


def test_pull_takes_the_first_and_begins_it(team):
    pulled = team.cli("pull", "--json").json

    me = team.cli("me", "--json").json["id"]
    assert (pulled["id"], pulled["column"], pulled["accountable"]) == ("INC-2", "doing", me)


def test_pull_is_refused_over_a_hard_limit_as_every_other_way_in(team):
    assert team.cli("pull").code == 0

    second = team.cli("pull")

    assert second.code
    assert "there is nothing to pull" in second.err
    assert "would have 2 of 1" in second.err
    assert team.cli("board", "--json").json["columns"][2]["items"][0]["id"] == "INC-2"


def test_pull_passes_over_what_the_caller_is_not_able_to_do(project):
    me = project({"runbook.yaml": "runbook: 1\ntitle: T\n"}).cli("me", "--json").json["id"]
    made = project({
        "runbook.yaml": "runbook: 1\ntitle: T\n",
        "processes/access/grant.yaml": ACCESS,
        "processes/access/group.yaml": "title: Access\nowner: infra\n",
        f"operations/people/{me}.yaml": "name: Me\ncapabilities: {network: 1}\n",
    })  # fmt: skip
    made.cli("item", "open", "VPN", "--process", "access/grant")

    refused = made.cli("pull")
    assert "without the capability `network` at level 3" in refused.err
    made.cli("item", "open", "Printer jams", "--severity", "minor")
    assert made.cli("pull", "--json").json["id"] == "INC-2"


def test_a_board_shows_now_next_and_blocked(team):
    team.cli("pull")
    team.cli("item", "move", "REQ-1", "ready")
    team.cli("item", "block", "INC-1", "supplier", "--party", "Dell")

    shown = team.cli("board").out

    now, rest = shown.split("NEXT", 1)
    following, blocked = rest.split("BLOCKED", 1)
    assert "NOW  doing 1/2" in now
    assert "INC-2" in now
    assert "REQ-1" in following
    assert "ready 1/3" in following
    assert "INC-1" in blocked
    assert "supplier (Dell)" in blocked
    assert "INBOX" not in team.cli("board", "--view", "now,next").out


def test_a_view_or_a_board_that_is_not_there_is_refused(team):
    assert "`later` is none of now, next" in team.cli("board", "--view", "later").err
    assert "there is no board `infrs`" in team.cli("board", "--board", "infrs").err
    assert "did you mean `infra`?" in team.cli("board", "--board", "infrs").err


def test_a_board_is_shown_anew_when_something_changes(team):
    board = team.terminal("board", "--watch", "--view", "inbox")
    board.expect("INC-2")

    team.cli("item", "open", "Disk is full")

    board.expect("Disk is full")
    board.sendintr()
    board.expect(pexpect.EOF)


def test_the_board_is_that_of_the_callers_team_unless_another_is_named(project):
    me = project({"runbook.yaml": "runbook: 1\ntitle: T\n"}).cli("me", "--json").json["id"]
    made = project({
        "operations/boards/desk.yaml": BOARD + "teams: [desk]\n",
        "operations/boards/infra.yaml": BOARD + "teams: [infra]\n",
        "operations/teams.yaml": "teams: {desk: {}, infra: {}}\n",
        f"operations/people/{me}.yaml": "name: Me\nteams: [infra]\n",
    })  # fmt: skip

    assert made.cli("board", "--json").json["board"] == "infra"
    assert made.cli("board", "--team", "desk", "--json").json["board"] == "desk"
    assert "there is no team `infar`" in made.cli("item", "open", "x", "--team", "infar").err


def test_an_empty_project_has_an_empty_board_and_looking_leaves_no_trace(project):
    made = project({"runbook.yaml": "runbook: 1\ntitle: T\n"})
    assert "INBOX" in made.cli("board").out
    assert made.cli("next", "--json").json == []
    assert "nothing to pull" in made.cli("pull").err
