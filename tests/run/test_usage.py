"""What proves a process: how its runs went, how long they and their steps took, and how far that counts today."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from runbook.instants import later
from runbook.kinds import builtin
from runbook.reading.library import read_library
from runbook.run.events import Event, Recorded
from runbook.run.tally import PastRun
from runbook.run.usage import (
    Freshness,
    StepUsage,
    Usage,
    by_step,
    freshness,
    usages,
    usages_from_json,
    usages_to_json,
    with_parts,
)

DAY = 86_400.0


def at(second: int) -> str:
    return f"2026-11-22T08:{second // 60:02}:{second % 60:02}.000Z"


def event(second: int, type: str, step: str | None = None, by: str = "kim", **data: Any) -> Recorded:
    return Recorded(second + 1, at(second), by, Event(type, step, 1, data))


def run(name: str, status: str, start: int, end: int | None) -> PastRun:
    ended, seconds = (at(end), float(end - start)) if end is not None else ("", None)
    return PastRun(name, status, at(start), ended, "kim", seconds)


def used(*runs: PastRun, events: Sequence[Recorded] = ()) -> Usage:
    """The usage of a process by these runs, the first of which has the events."""
    return usages(("g/p", each, events if not place else ()) for place, each in enumerate(runs))["g/p"]


def test_nothing_was_run() -> None:
    assert usages([]) == {}
    assert freshness(None, DAY, at(0)) is Freshness.NEVER
    assert Usage("g/p").success_rate is None


def test_runs_are_counted_by_how_they_ended_each_for_its_process() -> None:
    told = usages(
        [
            ("g/p", run("f", "waiting", 100, None), ()),
            ("g/q", run("e", "failed", 90, 95), ()),
            ("g/p", run("d", "cancelled", 70, 80), ()),
            ("g/p", run("c", "succeeded with failures", 50, 60), ()),
            ("g/p", run("b", "undone", 30, 40), ()),
            ("g/p", run("a", "succeeded", 0, 20), ()),
        ]
    )

    assert list(told) == ["g/p", "g/q"]
    mine = told["g/p"]
    assert (mine.runs, mine.open, mine.succeeded, mine.failed, mine.cancelled, mine.undone) == (5, 1, 2, 0, 1, 1)
    assert (mine.ended, mine.success_rate) == (4, 0.5)
    assert mine.last == run("f", "waiting", 100, None)
    assert mine.last_success == run("c", "succeeded with failures", 50, 60)
    assert [each.run for each in mine.recent] == ["f", "d", "c", "b", "a"]
    assert told["g/q"].last_success is None
    assert told["g/q"].success_rate == 0.0


def test_a_duration_is_that_of_runs_that_succeeded() -> None:
    quick_failure = run("x", "failed", 0, 1)
    told = used(quick_failure, *(run(f"r{each}", "succeeded", 0, each) for each in range(1, 11)))

    assert told.median == 5.5
    assert told.p90 == 9.0
    assert used(run("a", "succeeded", 0, 7)).p90 == 7.0
    assert used(quick_failure).median is used(quick_failure).p90 is None


def test_only_the_newest_twenty_runs_are_listed() -> None:
    told = used(*(run(f"r{each}", "succeeded", each, each + 1) for each in reversed(range(30))))

    assert [each.run for each in told.recent] == [f"r{each}" for each in reversed(range(10, 30))]
    assert told.runs == 30


@pytest.mark.parametrize(
    ("statuses", "wanted"),
    [
        (["failed", "failed", "succeeded"], 2),
        (["failed", "cancelled", "failed", "undone", "succeeded", "failed"], 2),
        (["succeeded", "failed"], 0),
        (["cancelled"], 0),
        (["failed"], 1),
    ],
)
def test_the_newest_failures_are_counted_up_to_the_last_success(statuses: list[str], wanted: int) -> None:
    runs = [run(f"r{place}", status, 50 - place, 51 - place) for place, status in enumerate(statuses)]

    assert used(*runs).failing == wanted


def test_a_run_on_paper_counts_when_it_was_done_and_not_when_it_was_typed_in() -> None:
    events = [
        event(500, "RunStarted", written_at="2026-11-01T08:00:00.000Z"),
        event(500, "StepStarted", "copy", written_at="2026-11-01T08:00:00.000Z"),
        event(500, "StepSucceeded", "copy", written_at="2026-11-01T08:01:00.000Z"),
        event(501, "RunSucceeded", written_at="2026-11-01T08:02:00.000Z"),
    ]

    told = used(run("paper", "succeeded", 500, 501), run("b", "succeeded", 10, 20), events=events)

    assert told.last is not None
    assert told.last_success is not None
    assert (told.last.run, told.last_success.run) == ("b", "b")
    assert [each.run for each in told.recent] == ["b", "paper"]
    assert told.recent[1].started_at == "2026-11-01T08:00:00.000Z"
    assert told.steps["copy"].median == 60.0


def test_the_turns_of_a_step_are_times_it_was_done_and_the_step_around_them_is_none() -> None:
    events = [
        event(0, "StepStarted", "deploy"),
        event(0, "TurnStarted", "deploy"),
        event(1, "StepStarted", "deploy.1"),
        event(3, "StepSucceeded", "deploy.1"),
        event(3, "TurnStarted", "deploy"),
        event(3, "StepStarted", "deploy.2"),
        event(5, "AttemptFailed", "deploy.2", reason="busy"),
        event(6, "StepStarted", "deploy.2"),
        event(9, "StepFailed", "deploy.2", reason="gone"),
        event(9, "TurnStarted", "deploy"),
        event(9, "StepStarted", "deploy.3"),
        event(13, "StepSucceeded", "deploy.3"),
        event(14, "StepSkipped", "deploy.4", reason="It rains", reply={"by": "ada"}),
        event(15, "StepFailed", "deploy", reason="1 of 4 failed"),
        event(15, "StepSkipped", "mail", reason="`when` is false"),
    ]

    told = used(run("a", "failed", 0, 20), events=events)

    assert told.steps == {
        "deploy": StepUsage(
            "deploy", times=3, median=3.0, failures=1, retries=1, skips=1, deviations=1, succeeded_at=at(13)
        ),
        "mail": StepUsage("mail", skips=1),
    }  # fmt: skip
    assert told.deviations == 1


def test_what_was_kept_is_read_back_and_nothing_else() -> None:
    events = [event(0, "StepStarted", "copy"), event(2, "StepSucceeded", "copy")]
    told = usages(
        [
            ("g/p", run("b", "waiting", 5, None), ()),
            ("g/p", run("a", "succeeded", 0, 3), events),
            ("g/q", run("c", "failed", 0, 1), ()),
        ]
    )

    kept = json.loads(json.dumps(usages_to_json(told)))

    assert usages_from_json(kept) == told
    for other in (None, 7, "x", [1], [{}], [{**kept[0], "colour": 1}], [{**kept[0], "steps": None}]):
        assert usages_from_json(other) is None


def test_no_word_that_was_said_in_a_run_is_in_it() -> None:
    events = [
        event(1, "StepStarted", "count"),
        event(2, "AttemptFailed", "count", reason="HIDDEN-WORD"),
        event(3, "StepStarted", "count"),
        event(4, "StepFailed", "count", reason="HIDDEN-WORD", reply={"by": "ada", "answer": {"sum": "HIDDEN-WORD"}}),
        event(5, "StepReopened", "count", by="ada", reason="HIDDEN-WORD"),
        event(6, "CancelRequested", reason="HIDDEN-WORD"),
    ]

    told = used(run("a", "cancelled", 0, 7), events=events)

    assert told.steps["count"].failures == told.steps["count"].deviations == 1
    assert told.deviations == 2
    assert "HIDDEN-WORD" not in repr(told)


@pytest.mark.parametrize(
    ("days", "wanted"),
    [(0, "fresh"), (60, "fresh"), (61, "ageing"), (90, "ageing"), (91, "stale"), (4000, "stale"), (-1, "fresh")],
)
def test_how_far_a_success_counts_is_a_matter_of_its_age(days: int, wanted: str) -> None:
    told = Usage("g/p", runs=1, succeeded=1, proved_at="2026-01-01T00:00:00.000Z")

    assert freshness(told, 90 * DAY, later("2026-01-01T00:00:00.000Z", days * DAY)).value == wanted


def test_steps_are_found_by_their_ids_wherever_they_stand() -> None:
    text = b"""\
runbook: 1
title: P
steps:
  - {id: copy, title: Copy, shell: cp a b, retry: {attempts: 2, before: [{id: wait, title: Wait, manual: Wait}]}}
  - {id: part, title: Part, section: {steps: [{id: look, title: Look, manual: Look}]}}
  - id: each
    title: Each
    foreach: {as: host, items: [a, b]}
    section:
      steps:
        - {id: stop, title: Stop, manual: Stop it}
        - {id: inner, title: Inner, repeat: {until: "true"}, section: {steps: [{id: go, title: Go, manual: Go}]}}
  - {id: never, title: Never, manual: Nothing}
"""
    library = read_library({"processes/g/p.yaml": text}, builtin())
    keys = ["copy", "wait", "part", "look", "each", "each/stop", "each/inner", "each/inner/go", "child/stop"]
    told = Usage("g/p", steps={key: StepUsage(key, times=place) for place, key in enumerate(keys)})

    found = by_step(told, library.project.processes["g/p"])

    assert {id: use.step for id, use in found.items()} == {
        "copy": "copy", "wait": "wait", "part": "part", "look": "look", "each": "each", "stop": "each/stop",
        "inner": "each/inner", "go": "each/inner/go",
    }  # fmt: skip


def test_a_process_is_proved_by_the_runs_that_it_was_a_part_of() -> None:
    def text(*steps: str) -> bytes:
        return f"runbook: 1\ntitle: T\nsteps: [{', '.join(steps)}]\n".encode()

    library = read_library(
        {
            "processes/g/top.yaml": text("{id: mid, title: M, process: g/mid, foreach: {as: x, items: [1, 2]}}"),
            "processes/g/mid.yaml": text(
                "{id: low, title: L, process: g/low}", "{id: rare, title: R, process: g/rare}"
            ),
            "processes/g/low.yaml": text("{id: a, title: A, manual: A}"),
            "processes/g/o.yaml": text("{id: a, title: A, manual: A}"),
        },
        builtin(),
    )
    events = [
        event(1, "StepStarted", "mid"),
        event(1, "TurnStarted", "mid"),
        event(1, "StepStarted", "mid.1"),
        event(2, "StepStarted", "mid.1/low"),
        event(5, "StepSucceeded", "mid.1/low"),
        event(6, "StepSkipped", "mid.1/rare", reason="`when` is false"),
        event(7, "StepSucceeded", "mid.1"),
        event(8, "StepFailed", "mid", reason="no more items"),
    ]
    alone = usages(
        [("g/top", run("b", "failed", 0, 9), events), ("g/gone", run("a", "succeeded", 0, 9), ())],
    )

    told = with_parts(alone, library.project.processes)

    assert {id: usage.proved_at for id, usage in told.items()} == {
        "g/gone": at(9), "g/low": at(5), "g/mid": at(7), "g/top": "",
    }  # fmt: skip
    assert (told["g/low"].runs, told["g/low"].success_rate) == (0, None)
    assert freshness(told["g/low"], DAY, at(60)) is Freshness.FRESH
    assert freshness(told["g/top"], DAY, at(60)) is Freshness.NEVER
