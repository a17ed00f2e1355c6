"""The list of what an archive holds, and how its events stand in it: the two texts that everything hangs on.

Rule 1: what is read is written anew and compared: there is one form, so that each byte counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runbook.journal.codec import canonical
from runbook.journal.laws import COLUMNS
from runbook.operations.item import is_stream

MANIFEST, EVENTS, RECORD, SIGNERS = "manifest.json", "events.jsonl", "record.html", "allowed_signers"
"""The members that stand at the top of an archive."""
DEFINITIONS, EVIDENCE = "definitions", "evidence"
"""The folders of the others, each named by its SHA-256."""
FORMAT, OF_STREAM = 1, 2
"""The forms of archives: that of a run, and that of a stream."""
_HASH = re.compile(r"[0-9a-f]{64}")
_TYPES: Mapping[str, tuple[type, ...]] = {
    "seq": (int,), "at": (str,), "type": (str,), "step": (str, type(None)), "attempt": (int, type(None)),
    "actor": (str,), "place": (str,), "body": (str,), "epoch": (int,), "prev": (str,), "hash": (str,),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself."""

    run: str
    process: str
    definition: str
    head_seq: int
    head_hash: str
    written_by: str
    """The version of runbook that wrote it: another one may lay out the record otherwise."""
    members: Mapping[str, Mapping[str, Any]]
    """The size and SHA-256 of each other member, by name."""
    stream: str = ""
    """The work item; empty where it is of a run, and then alone there is a process and a definition."""

    def text(self) -> bytes:
        """The manifest as it stands in the archive."""
        run = {"run": self.run, "process": self.process, "definition": self.definition}
        told = {
            "archive": OF_STREAM if self.stream else FORMAT,
            **({"stream": self.stream} if self.stream else run),
            "head": {"seq": self.head_seq, "hash": self.head_hash},
            "written_by": self.written_by,
            "members": self.members,
        }
        return (json.dumps(told, sort_keys=True, indent=1, ensure_ascii=True) + "\n").encode("ascii")


def read_manifest(text: bytes) -> Manifest:
    """The manifest of an archive; `ValueError` when it is none, or not in the form that an export writes."""
    try:
        told = json.loads(text)
        head, members = told["head"], told["members"]
        if told["archive"] not in (FORMAT, OF_STREAM):
            raise ValueError(f"it is of format {told['archive']!r}, and this runbook knows {FORMAT} and {OF_STREAM}")
        of_stream = told["archive"] == OF_STREAM
        if of_stream and not is_stream(told["stream"]):
            raise ValueError("it is of no work item")
        run, process, definition = ("" if of_stream else told[each] for each in ("run", "process", "definition"))
        stream = told["stream"] if of_stream else ""
        manifest = Manifest(run, process, definition, head["seq"], head["hash"], told["written_by"], members, stream)
        right = all(isinstance(one, str) for one in (manifest.run, manifest.process, manifest.written_by, stream))
        right = right and isinstance(manifest.head_seq, int) and isinstance(members, dict)
        hashes = (manifest.head_hash,) if of_stream else (manifest.definition, manifest.head_hash)
        if not right or not all(map(is_hash, hashes)) or manifest.text() != text:
            raise ValueError("it is not in the form that an export writes")
    except (KeyError, TypeError, AttributeError, RecursionError, UnicodeDecodeError, json.JSONDecodeError):
        raise ValueError("it is not the manifest of an archive") from None
    return manifest


def is_hash(value: object) -> bool:
    """True for a SHA-256 in hex."""
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def line_of(row: Sequence[Any]) -> bytes:
    """An event as a line of an archive: all that was hashed, in the form in which it was, and both hashes."""
    entry = dict(zip(COLUMNS, row, strict=True))
    return (canonical({**entry, "prev": entry["prev"].hex(), "hash": entry["hash"].hex()}) + "\n").encode("utf-8")


def row_of(line: bytes) -> tuple[Any, ...]:
    """The event that a line of an archive holds, as a row; `ValueError` when it is none."""
    try:
        entry = json.loads(line)
    except (RecursionError, UnicodeDecodeError, json.JSONDecodeError):
        raise ValueError("it is not JSON") from None
    if not isinstance(entry, dict) or set(entry) != set(COLUMNS):
        raise ValueError(f"it has not exactly the fields {', '.join(COLUMNS)}")
    for name, types in _TYPES.items():
        if type(entry[name]) not in types:
            raise ValueError(f"its `{name}` is of the wrong type")
    if not is_hash(entry["prev"]) or not is_hash(entry["hash"]):
        raise ValueError("its `prev` or `hash` is no SHA-256")
    row = tuple(bytes.fromhex(entry[name]) if name in ("prev", "hash") else entry[name] for name in COLUMNS)
    if line_of(row) != line:
        raise ValueError("it is not in the form that an export writes")
    return row


def lines(parts: Iterator[bytes], most: int) -> Iterator[bytes]:
    """The lines in these parts of a text, each with its end; `ValueError` for one of more than `most` bytes."""
    rest = b""
    for part in parts:
        *whole, rest = (rest + part).split(b"\n")
        yield from (line + b"\n" for line in whole)
        if len(rest) > most:
            raise ValueError(f"a line has more than {most // 2**20} MiB")
    if rest:
        yield rest
