"""Whether a text matches an author's pattern, within a time that nobody has to wait for.

Rule 1: texts come from anywhere, so a pattern that is harmless on a line may take for ever on ten megabytes of blanks.
Every pattern of an author is matched here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from runbook.errors import ExpressionError

if TYPE_CHECKING:
    from regex import Match

LONGEST_MATCH = 2.0
"""Seconds that one pattern may take on one text."""


def search(pattern: str, text: str, flags: int = 0) -> Match[str] | None:
    """The first place where the pattern fits; an `ExpressionError` when finding out takes too long."""
    import regex

    return _in_time(pattern, lambda: regex.search(pattern, text, flags, timeout=LONGEST_MATCH))


def fullmatch(pattern: str, text: str) -> Match[str] | None:
    """The match of the whole text; an `ExpressionError` when finding out takes too long."""
    import regex

    return _in_time(pattern, lambda: regex.fullmatch(pattern, text, timeout=LONGEST_MATCH))


def begins(pattern: str, text: str) -> Match[str] | None:
    """The match at the beginning of the text; an `ExpressionError` when finding out takes too long."""
    import regex

    return _in_time(pattern, lambda: regex.match(pattern, text, timeout=LONGEST_MATCH))


def every(pattern: str, text: str, flags: int = 0) -> Iterator[Match[str]]:
    """The places where the pattern fits, one after the other."""
    import regex

    found = regex.finditer(pattern, text, flags, timeout=LONGEST_MATCH)
    while match := _in_time(pattern, lambda: next(found, None)):
        yield match


Found = TypeVar("Found")


def _in_time(pattern: str, work: Callable[[], Found]) -> Found:
    import regex

    shown = pattern if len(pattern) <= 60 else pattern[:57] + "..."
    try:
        return work()
    except TimeoutError:
        message = f"`{shown}` takes too long on this text"
        raise ExpressionError(message, "write a pattern that fits in one way only, or match less text") from None
    except (regex.error, re.error, RecursionError, MemoryError):
        raise ExpressionError(f"`{shown}` can't be matched", "use a simpler pattern") from None
