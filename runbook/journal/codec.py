"""Events as text: canonical JSON, and the hash that chains each event to the one before."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from runbook.errors import JournalDamaged
from runbook.run.events import Event, Recorded

if TYPE_CHECKING:
    from runbook.outcome import Json

_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
_ENCODE_AS_WRITTEN = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
_HALF = re.compile("[\ud800-\udfff]")
"""Half a character, which no UTF-8 text can hold: written as JSON's escape."""


def canonical(value: Json) -> str:
    """JSON with sorted keys, no spaces, no NaN: what is hashed of an event."""
    return _in_utf8(_ENCODE(value))


def as_written(value: Json) -> str:
    """The same with the keys in their own order: for definitions, where the order of fields is the author's."""
    return _in_utf8(_ENCODE_AS_WRITTEN(value))


def _in_utf8(text: str) -> str:
    return text if text.isascii() else _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def content_hash(text: str) -> str:
    """The SHA-256 of a text, in hex: the identity of a definition."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def genesis(run: str, definition: str) -> bytes:
    """What the first event of a run is chained to."""
    return hashlib.sha256(f"genesis\0{run}\0{definition}".encode()).digest()


def chained(prev: bytes, run: str, epoch: int, recorded: Recorded, body: str) -> bytes:
    """The hash of an event: over the hash before it and everything it says."""
    event = recorded.event
    head = canonical(
        [run, recorded.seq, epoch, recorded.at, event.type, event.step, event.attempt, recorded.by, recorded.where]
    )
    digest = hashlib.sha256(prev)
    digest.update(head.encode("utf-8", "surrogatepass"))
    digest.update(body.encode("utf-8", "surrogatepass"))
    return digest.digest()


def restored(run: str, row: Sequence[Any], called: str = "run ") -> Recorded:
    """The event that a row of the journal holds; `JournalDamaged` when it is not what was written."""
    seq, at, type, step, attempt, by, where, body, epoch, prev, hash = row
    try:
        recorded = Recorded(seq, at, by, Event(type, step, attempt, json.loads(body)), where)
        intact = chained(prev, run, epoch, recorded, body) == hash
    except (ValueError, TypeError, RecursionError):
        intact = False
    if not intact:
        raise JournalDamaged(
            f"event {seq} of {called}{run} is not what was written", "restore the journal from a backup"
        )
    return recorded
