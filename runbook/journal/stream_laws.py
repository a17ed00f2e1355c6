"""The laws of a stream's events, wherever they are kept: each one there, unchanged, after the one before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from runbook.journal.laws import Chain, Finding, continued
from runbook.journal.streams import DEPARTMENT
from runbook.operations.item import item_of
from runbook.run.events import Recorded

_NAMES_POLICIES = ("ItemOpened", "PolicyRestated")


def genesis(stream: str) -> bytes:
    """What the first event of a stream is chained to."""
    return hashlib.sha256(f"stream\0{stream}".encode()).digest()


def followed(stream: str, rows: Iterable[Sequence[Any]], where: str) -> Chain:
    """The events in these rows (`laws.COLUMNS`), up to the first that is missing or not what was written."""
    return continued(Chain(stream, where, is_stream=True), genesis(stream), rows)


def fits(chain: Chain, kind: str, open: int) -> Iterator[Finding]:
    """Whether the entry in the list of streams says what the events say: what sort of item it is, and if it is over."""
    if chain.run == DEPARTMENT or not chain.events:
        return
    try:
        begun, now = item_of(chain.run, chain.events[:1]), item_of(chain.run, chain.events)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return  # what makes no sense is told by whoever looks for that
    if (begun.kind, now.is_open) != (kind, bool(open)):
        said = f"{'an open' if open else 'a closed'} `{kind}`"
        yield chain.at("stream", f"its entry says that it is {said}, its events do not", len(chain.events))


def policies_of(events: Iterable[Recorded]) -> dict[str, int]:
    """The hashes of the policies that an item is judged by, each with the number of the event that names it first."""
    found: dict[str, int] = {}
    for recorded in events:
        if recorded.event.type in _NAMES_POLICIES and isinstance(hash := recorded.event.data.get("policies"), str):
            found.setdefault(hash, recorded.seq)
    found.pop("", None)
    return found
