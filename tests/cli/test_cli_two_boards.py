"""The limit of a person holds over all boards, for every way in; and a block is looked at again when its board says."""

from __future__ import annotations

import datetime
import json

import pytest

from runbook.engine.identity import system_user
from tests.cli.conftest import Desk

COLUMNS = [
    {"id": "in", "state": "new"}, {"id": "next", "state": "committed"}, {"id": "do", "state": "active"},
    {"id": "out", "state": "finished"},
]  # fmt: skip


@pytest.fixture
def two(tmp_path, monkeypatch):
    """Two teams with a board each, one item being worked on by `ana` on the first, and one that waits on the second."""
    limits = {"person": {"default": 1, "mode": "hard"}, "override_roles": ["it-manager"]}
    files = {
        "people/ana": {"users": [system_user().name]},
        "people/bo": {},
        "teams": {"teams": {"desk": {}, "infra": {}}},
    }
    for team in ("desk", "infra"):
        files[f"boards/{team}"] = {
            "teams": [team],
            "columns": COLUMNS,
            "limits": limits,
            "blocked": {"check_every": "4h"},
        }
    for name, data in {"../runbook": {"runbook": 1, "title": "D"}, **files}.items():
        path = tmp_path / "d" / "operations" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(data))
    monkeypatch.chdir(tmp_path / "d")
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "home"))
    desk = Desk(tmp_path / "d", tmp_path / "home")
    for words in (
        ("open", "A", "--team", "desk", "--to", "ana"), ("move", "INC-1", "do"),
        ("open", "B", "--team", "infra"), ("open", "C", "--team", "infra", "--to", "bo"), ("move", "INC-3", "do"),
    ):  # fmt: skip
        assert desk.cli("item", *words).code == 0, words
    return desk


@pytest.mark.parametrize(
    "words",
    [
        ("item", "assign", "INC-3", "me"),
        ("item", "hand-over", "INC-3", "ana", "--note", "n"),
        ("pull", "--team", "infra"),
    ],
    ids=["assign", "hand over", "pull"],
)
def test_ops_2_5_a_second_item_on_another_board_is_refused(two, words):
    before = [two.cli("item", "log", f"INC-{number}", "--json").out for number in (1, 2, 3)]
    done = two.cli(*words)

    assert done.code == 2
    assert "person ana would have 2 of 1" in done.err
    assert [two.cli("item", "log", f"INC-{number}", "--json").out for number in (1, 2, 3)] == before


def test_ops_2_5_moving_it_is_refused_as_well(two):
    assert two.cli("item", "assign", "INC-2", "me").code == 0
    done = two.cli("item", "move", "INC-2", "do")

    assert done.code == 2
    assert "person ana would have 2 of 1" in done.err


def test_ops_2_5_a_block_is_looked_at_again_when_its_board_says_so(two):
    two.cli("item", "block", "INC-1", "supplier", "--party", "Dell")
    log = [json.loads(line) for line in two.cli("item", "log", "INC-1", "--json").out.splitlines()]
    blocked = next(each for each in log if each["type"] == "ItemBlocked")
    waits = datetime.datetime.fromisoformat(blocked["data"]["next_check"]) - datetime.datetime.fromisoformat(
        blocked["at"]
    )

    assert abs(waits.total_seconds() - 4 * 3600) < 2
