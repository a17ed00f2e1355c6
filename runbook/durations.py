"""Durations as authors write them (`10m`) and as people read them (`10 min`)."""

from __future__ import annotations

import functools
import re

from runbook.errors import ExpressionError
from runbook.phrases import Phrase, joined

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION = re.compile(r"(\d{1,10}(?:\.\d{1,6})?)([smhdw]?)", re.ASCII)
_LONGEST = 10 * 366 * 86400
_PARTS = (
    (86400, Phrase("{number} d")),
    (3600, Phrase("{number} h")),
    (60, Phrase("{number} min")),
    (1, Phrase("{number} s")),
)
_HELP = "write a number and one of `s`, `m`, `h`, `d`, `w`, such as `90s` or `4h`"


def duration(text: str | int | float) -> float:
    """Seconds from `90s`, `10m`, `4h`, `3d`, `2w` or a number of seconds."""
    match = None if isinstance(text, bool) else _DURATION.fullmatch(str(text).strip())
    if match is None:
        raise ExpressionError(f"`{str(text)[:60]}` is not a duration", _HELP)
    seconds = float(match[1]) * _UNITS[match[2] or "s"]
    if seconds > _LONGEST:
        raise ExpressionError(f"`{text}` is longer than ten years", "use a shorter duration")
    return seconds


@functools.lru_cache(maxsize=1_000)
def in_words(seconds: float) -> Phrase:
    """The duration for people, in its two largest units: `1 h 30 min`, `2.5 s`."""
    if seconds < 0:
        return joined(("-", in_words(-seconds)), "")
    if seconds < 59.95:
        whole, _, tenths = f"{seconds:.1f}".removesuffix(".0").partition(".")
        return (
            Phrase("{whole}.{tenths} s", whole=whole, tenths=tenths) if tenths else Phrase("{number} s", number=whole)
        )
    rest = round(seconds)
    parts: list[Phrase] = []
    for size, unit in _PARTS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(Phrase(unit, number=count))
        elif parts:
            break
    return joined(parts[:2], " ")
