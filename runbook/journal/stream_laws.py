"""The laws of a stream's events, wherever they are kept: each one there, unchanged, after the one before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from runbook.journal.laws import Chain, continued
from runbook.run.events import Recorded

_NAMES_POLICIES = ("ItemOpened", "PolicyRestated")


def genesis(stream: str) -> bytes:
    """What the first event of a stream is chained to."""
    return hashlib.sha256(f"stream\0{stream}".encode()).digest()


def followed(stream: str, rows: Iterable[Sequence[Any]], where: str) -> Chain:
    """The events in these rows (`laws.COLUMNS`), up to the first that is missing or not what was written."""
    return continued(Chain(stream, where, is_stream=True), genesis(stream), rows)


def policies_of(events: Iterable[Recorded]) -> dict[str, int]:
    """The hashes of the policies that an item is judged by, each with the number of the event that names it first."""
    found: dict[str, int] = {}
    for recorded in events:
        if recorded.event.type in _NAMES_POLICIES and isinstance(hash := recorded.event.data.get("policies"), str):
            found.setdefault(hash, recorded.seq)
    found.pop("", None)
    return found
