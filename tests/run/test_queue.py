"""The order of what waits, and what a filter leaves out."""

from __future__ import annotations

import pytest

from runbook.run.queue import Chosen, Described, Wanted, choose, is_claimable, urgency

NOW = "2026-11-22T12:00:00.000Z"


def at(hour: int) -> str:
    return f"2026-11-22T{hour:02}:00:00.000Z"


def test_what_is_late_comes_first_then_what_is_due_then_what_waited_longest() -> None:
    waiting = {
        "old": ({}, at(1)),
        "new": ({}, at(11)),
        "due": ({"due": at(20)}, at(11)),
        "sooner": ({"due": at(22), "until": at(13)}, at(11)),
        "late": ({"due": at(10)}, at(9)),
        "over": ({"until": at(12)}, at(11)),
        "later in the night": ({"due": at(8)}, at(2)),
    }

    order = sorted(waiting, key=lambda name: urgency(*waiting[name], NOW))

    assert order == ["later in the night", "late", "over", "sooner", "due", "old", "new"]
    assert urgency({"due": at(20)}, at(11), NOW).to_json() == {"overdue": False, "by": at(20), "since": at(11)}
    assert urgency({}, at(11), NOW).to_json() == {"overdue": False, "by": "", "since": at(11)}


@pytest.mark.parametrize(
    ("about", "claimable"),
    [
        ({"for": "person", "kind": "manual"}, True),
        ({"for": "person", "kind": "approval"}, False),
        ({"for": "decision", "kind": "shell"}, False),
        ({"kind": "shell"}, False),
        ({"for": "person", "kind": "manual", "work": {"by": "ana"}}, False),
        ({"for": "person", "kind": "manual", "work": {"helpers": []}}, True),
        ({"for": "person", "kind": "manual", "awaits": {"verifier": "checker"}}, False),
        ({"for": "person", "kind": "manual", "awaits": {"verifier": ""}}, True),
    ],
    ids=["free", "approval", "failed", "in doubt", "claimed", "given back", "to confirm", "sent back"],
)
def test_only_what_nobody_has_and_somebody_does_can_be_claimed(about: dict[str, object], claimable: bool) -> None:
    assert is_claimable(about) is claimable


def step(process: str = "g/p", kind: str = "manual", role: str = "a", team: str = "t") -> Described:
    return Described(process, kind, frozenset({role}), frozenset({team}))


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        (Wanted(), (0, 1, 2)),
        (Wanted(process="g/q"), (1,)),
        (Wanted(group="h"), (2,)),
        (Wanted(kind="approval"), (1,)),
        (Wanted(role="b"), (2,)),
        (Wanted(team="u"), (1,)),
        (Wanted(process="g/q", role="b"), ()),
    ],
    ids=["all", "process", "group", "kind", "role", "team", "both"],
)
def test_a_filter_leaves_out_what_does_not_match(wanted: Wanted, places: tuple[int, ...]) -> None:
    waiting = [step(), step("g/q", "approval", team="u"), step("h/p", role="b")]

    assert choose([(each, False) for each in waiting], wanted) == Chosen(places)


def test_what_is_overdue_is_never_left_out_and_said_to_be_unasked() -> None:
    late, right = (step("g/q"), True), (step(), False)

    assert choose([late, right, right], Wanted(process="g/p")) == Chosen((0, 1, 2), frozenset({0}))
    assert choose([late, late, right, right], Wanted(limit=1)) == Chosen((0, 1), left=2)
    assert choose([late, right, right], Wanted(process="g/p", limit=1)) == Chosen((0, 1), frozenset({0}), 1)
    assert choose([right, right], Wanted(process="g/p", limit=1)) == Chosen((0,), left=1)
