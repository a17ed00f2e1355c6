"""Parts of sentences about the events of a work item: what somebody wrote, a time, a list, a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from runbook.operations.happened import second_of

Shown = Callable[[int], str]
"""How a second is shown to people."""
Data = Mapping[str, Any]
"""What an event holds."""
_MOST = 1000
"""Characters that are told of a text that somebody wrote."""


def text(value: object) -> str:
    """What somebody wrote, on one line, cut where it gets very long."""
    found = " ".join(str(value or "").split())
    return found if len(found) <= _MOST else f"{found[:_MOST]}..."


def plain(value: object) -> str:
    """A word of the program as words: `waiting_requester` is `waiting requester`."""
    return text(value).replace("_", " ")


def when(data: Data, name: str, shown: Shown) -> str:
    """A time that an event holds; empty for none."""
    second = second_of(data.get(name))
    return "" if second is None else shown(second)


def why(data: Data, name: str = "reason") -> str:
    """What was said of it, after a colon; empty where nothing was."""
    return f": {text(data[name])}" if data.get(name) else ""


def named(name: str, value: object) -> str:
    """A value with what it is; empty for none."""
    return f"{name} {text(value)}" if value else ""


def aside(*parts: object) -> str:
    """What there is to say of these, in brackets; empty when there is nothing."""
    told = ", ".join(str(part) for part in parts if part)
    return f" ({told})" if told else ""


def both(parts: Iterable[str]) -> str:
    """A list in words: `a, b and c`."""
    *first, last = [*parts] or [""]
    return f"{', '.join(first)} and {last}" if first else last
