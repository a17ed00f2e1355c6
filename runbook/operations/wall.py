"""Times of the department for people: by the clock on the wall of its office, everywhere alike.

Rule 1: whatever the department shows people of a time comes from here; for programs (`--json`) it stays UTC.
Rule 2: names of days and months are the same whatever language the machine speaks.
"""

from __future__ import annotations

import datetime

from runbook.operations.zones import zone

DAY = "{day}"
"""`2026-03-30`"""
MINUTE = "{day} {clock}"
"""`2026-03-30 19:00`"""
WEEKDAY = "{weekday} {day} {clock}"
"""`Mon 2026-03-30 19:00`"""
NAMED = "{day} {clock} {zone}"
"""`2026-03-30 19:00 CEST`: where summer time makes a difference."""
WHOLE = "{weekday} {date} {month} {year} {exact} {zone}"
"""`Mon 30 Mar 2026 19:00 CEST`, with seconds where there are some."""
SHORT = "{weekday} {date} {month} {exact} {zone}"
"""The same without its year."""
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def local(second: int, timezone: str, form: str = MINUTE) -> str:
    """A second as the clock of that zone shows it, in one of the forms above."""
    time = datetime.datetime.fromtimestamp(second, zone(timezone))
    clock = f"{time.hour:02}:{time.minute:02}"
    return form.format(
        day=time.date().isoformat(),
        weekday=_DAYS[time.weekday()],
        date=time.day,
        month=_MONTHS[time.month - 1],
        year=time.year,
        clock=clock,
        exact=f"{clock}:{time.second:02}" if time.second else clock,
        zone=time.tzname(),
    )
