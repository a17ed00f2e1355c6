"""What the runs of a process tell together, from their events."""

from __future__ import annotations

from typing import Any

from runbook.run.events import Event, Recorded
from runbook.run.history import Departure, PastRun, StepFailures, StepTimes, history


def at(second: int) -> str:
    return f"2026-11-22T08:{second // 60:02}:{second % 60:02}.000Z"


def event(second: int, type: str, step: str | None = None, by: str = "kim", **data: Any) -> Recorded:
    return Recorded(second + 1, at(second), by, Event(type, step, 1, data))


def run(name: str, status: str, seconds: int | None) -> PastRun:
    ended = at(seconds) if seconds is not None else ""
    return PastRun(name, status, at(0), ended, "kim", None if seconds is None else float(seconds))


def test_no_run_tells_nothing() -> None:
    told = history("g/p", [])

    assert (told.runs, told.results, told.median, told.longest) == ((), {}, None, None)
    assert (told.failures, told.times, told.departures) == ((), (), ())


def test_results_and_durations_leave_open_runs_out() -> None:
    runs = [run("d", "waiting", None), run("c", "failed", 50), run("b", "succeeded", 10), run("a", "succeeded", 30)]

    told = history("g/p", [(each, ()) for each in runs])

    assert told.results == {"succeeded": 2, "open": 1, "failed": 1}
    assert told.median == 30
    assert told.longest == runs[1]


def test_a_step_that_was_repeated_counts_from_its_first_attempt_to_its_end() -> None:
    events = [
        event(0, "StepStarted", "copy"),
        event(4, "AttemptFailed", "copy", reason="busy"),
        event(5, "StepStarted", "copy"),
        event(9, "StepSucceeded", "copy"),
        event(10, "StepReopened", "copy", by="maria", reason="wrong disk"),
        event(11, "StepStarted", "copy"),
        event(14, "StepSucceeded", "copy"),
    ]

    told = history("g/p", [(run("a", "succeeded", 20), events)])

    assert told.times == (StepTimes("copy", 2, 6.0, 9.0),)
    assert told.failures == (StepFailures("copy", 0, 1, "busy"),)
    assert told.departures == (Departure("a", "copy", "opened again", "maria", at(10), "wrong disk"),)


def test_the_steps_that_failed_most_come_first_with_their_newest_reason() -> None:
    def failed(step: str, reason: str) -> list[Recorded]:
        return [event(1, "StepStarted", step), event(2, "StepFailed", step, reason=reason)]

    told = history(
        "g/p",
        [
            (run("c", "failed", 3), failed("copy", "newest")),
            (run("b", "failed", 3), failed("check", "once")),
            (run("a", "failed", 3), failed("copy", "oldest")),
        ],
    )

    assert told.failures == (StepFailures("copy", 2, 0, "newest"), StepFailures("check", 1, 0, "once"))


def test_only_what_people_left_out_is_a_deviation() -> None:
    events = [
        event(1, "StepSkipped", "dry", reason="`when` is false"),
        event(2, "StepSkipped", "mop", reason="The mop is gone", reply={"by": "ada", "outcome": "skipped"}),
        event(3, "CancelRequested", reason="Window closed"),
    ]

    told = history("g/p", [(run("a", "cancelled", 4), events)])

    assert [(each.step, each.what, each.by, each.reason) for each in told.departures] == [
        ("mop", "skipped", "ada", "The mop is gone"),
        ("", "cancelled", "kim", "Window closed"),
    ]


def test_what_people_did_to_a_run_is_a_deviation_and_what_it_did_by_itself_is_none() -> None:
    events = [
        event(1, "StopRequested", "dump", reason="It hangs"),
        event(2, "StopRequested", "mail", reason="`call` is done"),
        event(3, "StopRequested", "probe", reason="`join` does not need it any more"),
        event(4, "EnoughDone", "deploy", reason="The window is over", rest="cancelled"),
        event(5, "EnoughDone", "other", reason="2 are enough", rest="cancelled"),
        event(6, "EnoughDone", "third"),
        event(7, "ItemsAdded", "deploy", items=["web-9"], reason="Forgotten"),
        event(8, "StepReopened", "warm", to="warm", by="", reason="`well` chose `again`"),
        event(9, "StepReopened", "warm", to="warm", by="ada", reason="Cold again"),
        event(10, "UndoRequested", prefix="", steps=["copy"]),
        event(11, "RunReopened", reason="The disk is back"),
        event(12, "UndoRequested", steps=["copy"], reason="Wrong release"),
    ]

    told = history("g/p", [(run("a", "undone", 13), events)])

    assert [(each.step, each.what, each.by) for each in told.departures] == [
        ("dump", "stopped", "kim"),
        ("deploy", "ended early", "kim"),
        ("deploy", "given more items", "kim"),
        ("warm", "opened again", "ada"),
        ("", "gone on with", "kim"),
        ("", "undone", "kim"),
    ]
