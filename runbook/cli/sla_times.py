"""Times and stretches of time as they are typed for service levels."""

from __future__ import annotations

import datetime

from runbook.durations import duration
from runbook.errors import ExpressionError, Misuse
from runbook.operations.zones import zone


def second_of(text: str, timezone: str) -> int:
    """The second of a time such as `2026-03-27T18:00`, read in that zone when it has none of its own."""
    try:
        time = datetime.datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
        time = time if time.tzinfo else time.replace(tzinfo=zone(timezone))
        if not 1901 <= time.year <= 9000:
            raise ValueError
    except ValueError:
        raise Misuse(f"`{text}` is no time", "write it like 2026-03-27T18:00 or 2026-03-27T18:00+01:00") from None
    return int(time.timestamp() // 1)


def window_of(text: str) -> int:
    """The seconds of a window such as `90d`."""
    try:
        found = int(duration(text))
    except ExpressionError as error:
        raise Misuse(str(error), error.help) from None
    if found <= 0:
        raise Misuse(f"`{text}` is no window of time", "write for example 90d")
    return found
