"""How long people were at steps: within their hours, in which no night lies."""

from __future__ import annotations

import pytest

from runbook.operations.seconds import seconds
from runbook.operations.step_time import within_hours
from runbook.run.effort import Effort, Pass

HOURS = {"ana": [(seconds(f"2026-03-{day}T09:00Z"), seconds(f"2026-03-{day}T17:00Z")) for day in (26, 27, 30)]}


def touch(*spans: tuple[str, str], by: str = "ana", known: bool = True) -> float | None:
    """The time of a step that somebody was at then, once it is told within their hours."""
    at_it = tuple((f"2026-03-{start}:00.000Z", f"2026-03-{end}:00.000Z") for start, end in spans)
    wall = sum(seconds(end) - seconds(start) for start, end in at_it)
    gone = Pass("drain", "succeeded", "manual", by, touch=float(wall), at_it=at_it)
    effort = Effort("r", "web/restart", "succeeded", "", "", "kim", (gone,))
    (told,) = within_hours([effort], lambda person: HOURS.get(person) if known else None)
    return told.passes[0].touch


@pytest.mark.parametrize(
    ("spans", "minutes"),
    [
        ([("26T10:00", "26T10:30")], 30),
        ([("26T16:50", "27T09:20")], 30),
        ([("27T16:00", "30T10:00")], 120),
        ([("26T16:00", "26T16:30"), ("27T08:00", "27T09:15")], 45),
        ([("26T20:00", "26T20:40")], 40),
    ],
    ids=["within the hours", "over a night", "over a weekend", "with a rest", "wholly outside of them"],
)
def test_a_night_in_between_is_no_work(spans, minutes):
    assert touch(*spans) == minutes * 60


def test_of_whom_nobody_knows_the_hours_all_counts():
    assert touch(("26T16:50", "27T09:20"), by="guest") == 16.5 * 3600
    assert touch(("26T16:50", "27T09:20"), known=False) == 16.5 * 3600


def test_what_the_machine_did_is_as_it_was():
    program = Pass("copy", "succeeded", touch=9.5)
    effort = Effort("r", "web/restart", "succeeded", "", "", "kim", (program,))

    assert within_hours([effort], HOURS.get) == (effort,)
