"""Suggestions that were accepted: whether what should move has moved."""

from __future__ import annotations

import pytest

from runbook.operations.improve.accepted import (
    MOVED,
    NOT_MOVED,
    TOO_EARLY,
    UNKNOWN,
    accepted,
    adopted,
    compared,
    improvements_in,
)
from runbook.operations.improve.measures import MEASURES, measured
from runbook.operations.improve.rule import Improvement
from runbook.operations.seconds import instant_of
from runbook.operations.subject import DAY
from runbook.run.effort import Effort
from runbook.run.events import Recorded
from tests.operations.happenings import NOW, evidence, found, manual, run, subject
from tests.operations.test_improving import CASES

AT = NOW - 20 * DAY


def anew(many: int, again: int) -> tuple[Effort, ...]:
    """Runs since the suggestion was accepted, half a day after one another."""
    return tuple(run(each, manual(), *((manual(again=True),) if each < again else ())) for each in range(many))


def accepted_at(measure: str, before: float) -> Improvement:
    return Improvement("rework-1", "rework", "web/restart", "drain", measure, before, AT, "kim", "p.yaml")


@pytest.mark.parametrize(
    ("many", "again", "verdict"),
    [(0, 0, TOO_EARLY), (4, 0, TOO_EARLY), (30, 0, MOVED), (30, 1, MOVED), (30, 10, NOT_MOVED), (8, 1, TOO_EARLY)],
)
def test_ops_2_9_a_share_has_moved_when_chance_can_not_explain_it(many: int, again: int, verdict: str) -> None:
    told = compared(accepted_at("redone", 0.3), evidence(subject(*anew(many, again))))

    assert told.verdict == verdict


@pytest.mark.parametrize(("minutes", "verdict"), [(20, MOVED), (28, NOT_MOVED), (40, NOT_MOVED)])
def test_ops_2_9_a_time_has_moved_when_it_is_a_tenth_shorter(minutes: int, verdict: str) -> None:
    runs = [run(each, manual(minutes=minutes)) for each in range(12)]

    assert compared(accepted_at("touch", 30 * 60), evidence(subject(*runs))).verdict == verdict
    assert compared(accepted_at("touch", 30 * 60), evidence(subject(*runs[:9]))).verdict == TOO_EARLY


def test_what_was_before_it_was_accepted_does_not_count() -> None:
    before = [run(each, manual(), manual(again=True)) for each in range(50, 90)]

    told = compared(accepted_at("redone", 0.5), evidence(subject(*before, *anew(30, 0))))

    assert told.after is not None
    assert (told.after.of, told.verdict) == (30, MOVED)


def test_what_has_no_measure_says_so() -> None:
    assert compared(accepted_at("", 0), evidence(subject())).verdict == UNKNOWN


def test_what_has_moved_makes_its_process_an_improving_one() -> None:
    known = [compared(accepted_at("redone", 0.3), evidence(subject(*anew(30, 1))))]

    assert adopted(known) == {
        "web/restart": "the share of the times that are done anew went from 30 % to 3 % since `rework` was accepted"
    }
    assert adopted([compared(accepted_at("redone", 0.3), evidence(subject(*anew(30, 10))))]) == {}


def test_a_suggestion_comes_back_out_of_the_journal_as_it_was_accepted() -> None:
    (suggestion,) = found(CASES["rework"][0](), "rework")
    event = accepted(suggestion)

    (told,) = improvements_in([Recorded(1, instant_of(AT), "kim", event)])

    assert told.id == suggestion.id
    assert (told.process, told.about, told.measure, told.before) == ("web/restart", "drain", "redone", suggestion.value)
    assert (told.at, told.by, told.file) == (AT, "kim", "processes/web/restart.yaml")


@pytest.mark.parametrize("rule", CASES)
def test_what_a_rule_gives_is_what_its_measure_reads(rule: str) -> None:
    made = CASES[rule][0]()
    (suggestion,) = found(made, rule)
    if suggestion.measure not in MEASURES:
        assert rule == "overload"  # the limits of boards and weeks are looked at in their own reports
        return

    told = measured(made, suggestion.measure, suggestion.process, suggestion.about)

    assert told is not None
    if suggestion.measure not in ("incidents", "drift", "pauses"):  # of a month, or of one week
        assert told.value == pytest.approx(suggestion.value)
