"""Tests of service levels, tried: what they expect, and what they say when something else comes."""

from __future__ import annotations

from typing import Any

import pytest

from runbook.operations.policy_tests import try_out
from runbook.operations.terms import Terms, terms_of
from tests.operations.vectors import OFFICE

TERMS = Terms(terms_of({}).policy, {**terms_of({}).calendars, "office": OFFICE})
OPENED = "2026-03-27T18:00+01:00"


def tried(**test: Any) -> dict[str, tuple[str, str]]:
    given = {"given": {"severity": "moderate", "opened": OPENED}, **test}
    return {each.name: (each.wanted, each.got) for each in try_out("t.yaml", 1, given, TERMS).differences}


def test_due_date_is_compared_to_the_second_in_any_zone() -> None:
    assert tried(expect={"resolve.due": "2026-03-30T19:00+02:00"}) == {}
    assert tried(expect={"resolve.due": "2026-03-30T17:00Z"}) == {}
    assert tried(expect={"resolve.due": "2026-03-30T19:00:01+02:00"}) == {
        "resolve.due": ("2026-03-30T19:00:01+02:00", "2026-03-30T19:00:00+02:00")
    }


def test_everything_a_clock_says_can_be_expected() -> None:
    then = [
        {"at": "2026-03-28T10:00+01:00", "happens": "first_response"},
        {
            "at": "2026-03-28T10:00+01:00",
            "happens": "waiting",
            "reason": "requester",
            "until": "2026-04-01T10:00+02:00",
        },
    ]
    paused = {
        "respond.met": True,
        "respond.state": "stopped",
        "resolve.state": "paused",
        "resolve.due": None,
        "resolve.elapsed": "16h",
        "resolve.remaining": "56h",
        "resolve.breached": False,
        "resolve.met": None,
        "resolve.80%": None,
        "resolve.over_by": "0m",
    }
    assert tried(then=then, at="2026-03-29T10:00+02:00", expect=paused) == {}


@pytest.mark.parametrize(
    ("expect", "got"),
    [
        ({"resolve.state": "paused"}, ("paused", "running")),
        ({"resolve.breached": True}, ("true", "false")),
        ({"resolve.elapsed": "3h"}, ("3h", "0m")),
        ({"resolve.due": None}, ("none", "2026-03-30T17:00:00.000Z")),
        ({"update.due": "2026-03-30T17:00Z"}, ("2026-03-30t17:00z", "no such clock")),
        ({"resolve.50%": "2026-03-30T17:00Z"}, ("2026-03-30T17:00:00+00:00", "2026-03-29T05:00:00+00:00")),
    ],
)
def test_what_is_not_as_expected_is_told_with_what_came(expect: dict[str, Any], got: tuple[str, str]) -> None:
    assert tried(expect=expect) == {next(iter(expect)): got}


def test_severity_that_changes_is_judged_as_of_a_real_item() -> None:
    then = [{"at": "2026-03-28T20:00+01:00", "happens": "classified", "severity": "critical"}]

    assert tried(then=then, expect={"resolve.due": "2026-03-28T20:30+01:00", "resolve.elapsed": "26h"}) == {}


def test_test_without_a_name_is_called_by_what_is_given() -> None:
    found = try_out("t.yaml", 3, {"given": {"severity": "minor", "opened": OPENED}, "expect": {}}, TERMS)

    assert (found.title, found.number) == (f"minor opened {OPENED}", 3)
