"""Points in time as the journal writes them: UTC, milliseconds, `2026-11-22T08:15:30.000Z`.

Such texts sort by time, so they are compared as they stand.
"""

from __future__ import annotations

import datetime

from runbook.errors import ExpressionError


def instant(time: datetime.datetime) -> str:
    """A time with a zone, as the journal writes it."""
    return time.astimezone(datetime.UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def parsed(text: str) -> datetime.datetime:
    """The time an instant stands for."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def later(text: str, seconds: float) -> str:
    """The instant so many seconds after another."""
    return instant(parsed(text) + datetime.timedelta(seconds=seconds))


def between(start: str, end: str) -> float:
    """Seconds from one instant to another."""
    return (parsed(end) - parsed(start)).total_seconds()


def moment(text: str) -> str:
    """The instant an author's ISO 8601 time means; without a zone it is UTC."""
    try:
        time = parsed(text.strip())
        return instant(time if time.tzinfo else time.replace(tzinfo=datetime.UTC))
    except (ValueError, OverflowError):  # the last: past the year 9999 in UTC
        raise ExpressionError(f"`{text}` is not a time", "write it as 2026-11-22T08:00:00+01:00") from None
