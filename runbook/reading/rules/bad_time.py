"""A time, a date or a duration is none.

Why: the day would be read when it matters and not before: a `wait` in the middle of a run, a review that never
comes due.

Example:

    - {id: window, title: Wait for the window, wait: {until: "2026-02-30 22:00"}}

Instead: write a day that there is: `2026-03-01T22:00:00+01:00`. Durations end after ten years.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from runbook.durations import duration
from runbook.errors import ExpressionError
from runbook.instants import moment
from runbook.reading.notes import Sort
from runbook.reading.rule import Finding, Subject

CODE = "RB231"
NAME = "bad-time"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds times, dates and durations that are none."""
    for flaw in subject.flaws:
        if flaw.sort is Sort.DURATION:
            yield Finding(flaw.at, str(flaw.error), flaw.error.help)
    for step in subject.every:
        until = getattr(step.spec, "until", None)
        if until is not None and until.constant:
            try:
                moment(until.source)
            except ExpressionError as error:
                yield Finding((*step.at, step.kind, "until"), str(error), error.help)
    yield from _review(subject)


def _review(subject: Subject) -> Iterator[Finding]:
    review = subject.process.review
    if "last" in review:
        try:
            datetime.date.fromisoformat(review["last"])
        except ValueError:
            message = f"`{review['last']}` is not a day of the calendar"
            yield Finding(("review", "last"), message, "write year, month and day, such as `2026-11-22`")
    if "every" in review:
        try:
            duration(review["every"])
        except ExpressionError as error:
            yield Finding(("review", "every"), str(error), error.help)
