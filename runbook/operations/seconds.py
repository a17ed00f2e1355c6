"""Points in time as whole seconds since 1970 in UTC, which is what clocks are counted in.

Rule 1: what is finer than a second is cut off, never rounded up: nobody is late by a fraction.
"""

from __future__ import annotations

import datetime
from math import floor

_UTC = datetime.UTC
_read = datetime.datetime.fromisoformat


def seconds(instant: str) -> int:
    """The second in which an instant of the journal lies."""
    return floor(_read(instant).timestamp())


def instant_of(second: int) -> str:
    """The instant at the beginning of a second, as the journal writes it."""
    return datetime.datetime.fromtimestamp(second, _UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
