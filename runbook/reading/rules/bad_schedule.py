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

from runbook.operations.schedule import wrong_with
from runbook.reading.rule import Finding, Subject

CODE = "RB345"
NAME = "bad-schedule"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds a schedule at which nothing can ever be due."""
    trigger = subject.process.listing.trigger
    wrong = wrong_with(trigger) if trigger else None
    if wrong is not None:
        field, message, help = wrong
        yield Finding(("trigger", "schedule", field), message, help)
