"""The schedule of a process can't be read, or its time zone does not exist.

Why: nobody would be told that the work is due.

Example:

    trigger:
      schedule: {cron: every monday, timezone: Europe/Berlino}

Instead: write minute, hour, day of the month, month and weekday: `cron: "0 9 * * 1"`; and the zone as
`Europe/Berlin`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.errors import ExpressionError
from runbook.operations.schedule import next_instant, zone
from runbook.reading.rule import Finding, Subject

CODE = "RB345"
NAME = "bad-schedule"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds a schedule at which nothing can ever be due."""
    trigger = subject.process.listing.trigger
    if trigger is None:
        return
    at = ("trigger", "schedule")
    try:
        zone(trigger.timezone)
    except ExpressionError as error:
        yield Finding((*at, "timezone"), str(error), error.help)
        return
    try:
        next_ = next_instant(trigger, 0)
    except ExpressionError as error:
        yield Finding((*at, "cron"), str(error), error.help)
        return
    if next_ is None:
        yield Finding((*at, "cron"), f"`{trigger.cron}` is never due", "write a day that comes")
