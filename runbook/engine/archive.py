"""A run in one file that anybody can check: its definitions, events, evidence, signers and record, and a list of them.

So is a work item, whose definitions are the policies it is judged by.

Rule 1: the same run gives the same bytes, on any machine.
Rule 2: what is not as it was recorded is not exported: an archive of it would pass for a sound one.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runbook import __version__
from runbook.engine.manifest import (
    DEFINITIONS,
    EVENTS,
    EVIDENCE,
    MANIFEST,
    RECORD,
    SIGNERS,
    Manifest,
    line_of,
)
from runbook.engine.packing import pack
from runbook.errors import JournalDamaged

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into the archive of a run, or of a stream, which has no process, definition and record."""

    run: str
    process: str
    definition: str
    rows: Sequence[Sequence[Any]]
    """Its events as the journal keeps them."""
    definitions: Mapping[str, str]
    """The texts it goes by, by their hash."""
    evidence: Mapping[str, Path]
    """The files that its events name, by their SHA-256."""
    record: str = ""
    """Its record as a page."""
    signers: bytes | None = None
    """The file that says whose keys sign for whom, if the project has one."""
    stream: str = ""
    """The work item; empty for a run."""


def write(path: Path, contents: Contents) -> Manifest:
    """Write the archive in one go, for its owner alone; what it says of itself."""
    handle, draft = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w+b") as stream:
            members = _Members(contents)
            pack(stream, members)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise
    return members.manifest()


class _Members:
    """The members of an archive in their order: by name, and the list of them last, when all is known of them."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._noted: dict[str, Mapping[str, Any]] = {}

    def __iter__(self) -> Iterator[tuple[str, Iterable[bytes]]]:
        for name, content in sorted(self._all(), key=lambda member: member[0]):
            yield name, self._passing(name, content)
        yield MANIFEST, [self.manifest().text()]

    def _all(self) -> Iterator[tuple[str, Iterable[bytes]]]:
        contents = self._contents
        yield EVENTS, (line_of(row) for row in contents.rows)
        if not contents.stream:
            yield RECORD, [contents.record.encode("utf-8")]
        for hash, text in contents.definitions.items():
            yield f"{DEFINITIONS}/{hash}.json", [text.encode("utf-8", "surrogatepass")]
        for hash, file in contents.evidence.items():
            yield f"{EVIDENCE}/{hash}", _file(file, hash)
        if contents.signers is not None:
            yield SIGNERS, [contents.signers]

    def _passing(self, name: str, content: Iterable[bytes]) -> Iterator[bytes]:
        """The content as it is, noting its size and its SHA-256 once it has passed."""
        digest, size = hashlib.sha256(), 0
        for part in content:
            digest.update(part)
            size += len(part)
            yield part
        self._noted[name] = {"size": size, "sha256": digest.hexdigest()}

    def manifest(self) -> Manifest:
        """What the archive says of itself."""
        run, head = self._contents, self._contents.rows[-1]
        listed = dict(self._noted)
        return Manifest(
            run.run, run.process, run.definition, head[0], head[-1].hex(), __version__, listed, run.stream
        )  # fmt: skip


def _file(file: Path, hash: str) -> Iterator[bytes]:
    """The content of a piece of evidence; `JournalDamaged` when it is not what was attached."""
    digest = hashlib.sha256()
    try:
        with open(file, "rb") as stream:
            while part := stream.read(_CHUNK):
                digest.update(part)
                yield part
    except OSError as error:
        raise _unsound(hash, f"can't be read: {error.strerror}") from None
    if digest.hexdigest() != hash:
        raise _unsound(hash, "is not what was attached")


def _unsound(hash: str, what: str) -> JournalDamaged:
    return JournalDamaged(f"the evidence {hash[:12]} {what}", "restore it from a backup; `runbook verify` names all")
