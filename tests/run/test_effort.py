"""How it went at each step of past runs: offers, claims, rests, retries, what was done anew, who, what was noted."""

from __future__ import annotations

from typing import Any

import pytest

from runbook.run.effort import Effort, Pass
from runbook.run.events import Event, Recorded
from runbook.run.history import efforts
from runbook.run.tally import PastRun


def at(second: int) -> str:
    return f"2026-11-22T08:{second // 60:02}:{second % 60:02}.000Z"


def told(*events: tuple[int, str, str | None, dict[str, Any]]) -> list[Recorded]:
    return [
        Recorded(seq, at(second), "kim", Event(type, step, 1 if step else None, data))
        for seq, (second, type, step, data) in enumerate(events, 1)
    ]


def one(*events: tuple[int, str, str | None, dict[str, Any]], status: str = "succeeded", end: int = 100) -> Effort:
    past = PastRun("r", status, at(0), at(end), "kim", float(end))
    started = (0, "RunStarted", None, {"process": "web/restart", "definition": "abc"})
    (found,) = efforts([(past, told(started, *events))])
    return found


WAITING = {"for": "person", "kind": "manual", "title": "Drain", "prompt": {}}
DONE = {"reply": {"by": "ana", "outcome": "done"}, "outputs": {}}


def test_from_offer_to_claim_and_from_start_to_end_without_rests() -> None:
    found = one(
        (0, "StepStarted", "drain", {}),
        (0, "StepWaiting", "drain", WAITING),
        (20, "WorkClaimed", "drain", {"work": {"by": "ana"}}),
        (30, "WorkStarted", "drain", {"work": {"by": "ana"}}),
        (40, "WorkSuspended", "drain", {"work": {"by": "ana"}}),
        (50, "WorkResumed", "drain", {"work": {"by": "ana"}}),
        (55, "NoteAdded", "drain", {"text": "had to unlock it"}),
        (56, "EvidenceAttached", "drain", {"name": "log"}),
        (60, "StepSucceeded", "drain", DONE),
        (100, "RunSucceeded", None, {}),
    )

    assert found.process == "web/restart"
    assert found.definition == "abc"
    assert found.passes == (
        Pass(
            "drain", "succeeded", "manual", "ana", offered=20.0, touch=20.0, waited=60.0,
            comments=("had to unlock it",), outcome="done", evidence=1,
            at_it=((at(30), at(40)), (at(50), at(60))),
        ),
    )  # fmt: skip
    assert found.right_first_time


def test_what_nobody_claims_has_no_wait_and_counts_from_the_offer() -> None:
    found = one(
        (0, "StepStarted", "drain", {}), (5, "StepWaiting", "drain", WAITING), (65, "StepSucceeded", "drain", DONE)
    )

    (only,) = found.passes
    assert (only.offered, only.touch) == (None, 60.0)


def test_a_step_that_was_given_back_counts_from_the_next_claim() -> None:
    found = one(
        (0, "StepStarted", "drain", {}),
        (0, "StepWaiting", "drain", WAITING),
        (10, "WorkClaimed", "drain", {}),
        (20, "WorkReleased", "drain", {}),
        (50, "WorkClaimed", "drain", {}),
        (60, "StepSucceeded", "drain", DONE),
    )

    assert (found.passes[0].offered, found.passes[0].touch) == (50.0, 10.0)


def test_what_a_program_did_has_no_person_and_its_retries() -> None:
    found = one(
        (0, "StepStarted", "copy", {}),
        (4, "AttemptFailed", "copy", {"reason": "busy"}),
        (8, "StepStarted", "copy", {}),
        (9, "StepSucceeded", "copy", {"outputs": {}}),
    )

    assert found.passes == (Pass("copy", "succeeded", touch=9.0, retries=1),)
    assert not found.right_first_time
    assert found.people == ()


def test_what_is_done_anew_is_told_and_turns_count_under_the_step_itself() -> None:
    found = one(
        (0, "StepStarted", "each.1/copy", {}),
        (1, "StepSucceeded", "each.1/copy", {}),
        (2, "StepStarted", "each.2/copy", {}),
        (3, "StepSucceeded", "each.2/copy", {}),
        (4, "StepReopened", "each.2/copy", {"by": "kim"}),
        (5, "StepStarted", "each.2/copy", {}),
        (6, "StepSucceeded", "each.2/copy", {}),
    )

    assert [(each.step, each.again) for each in found.passes] == [
        ("each/copy", False),
        ("each/copy", False),
        ("each/copy", True),
    ]
    assert not found.right_first_time


def test_a_step_that_is_reopened_while_it_is_under_way_begins_anew() -> None:
    found = one(
        (0, "StepStarted", "drain", {}),
        (0, "StepWaiting", "drain", WAITING),
        (50, "StepReopened", "drain", {"by": "kim"}),
        (60, "StepStarted", "drain", {}),
        (60, "StepWaiting", "drain", WAITING),
        (70, "StepSucceeded", "drain", DONE),
    )

    assert [(each.touch, each.again) for each in found.passes] == [(10.0, True)]


def test_skips_tell_whether_somebody_did_it_and_a_departure_is_counted() -> None:
    found = one(
        (0, "StepSkipped", "a", {"reason": "`when` does not hold"}),
        (1, "StepSkipped", "b", {"reason": "no time", "reply": {"by": "ana", "outcome": "skipped"}}),
        (2, "RunHandedOver", None, {"to": "bo", "text": "the rest"}),
        (3, "NoteAdded", None, {"text": "long day"}),
    )

    assert [(each.how, each.by) for each in found.passes] == [("skipped", ""), ("skipped", "ana")]
    assert (found.departures, found.handovers, found.comments) == (1, 1, ("long day",))


@pytest.mark.parametrize("status", ["failed", "cancelled", "succeeded with failures"])
def test_only_what_succeeded_is_right_the_first_time(status: str) -> None:
    assert not one(status=status).right_first_time
