"""Files kept as evidence, each under the SHA-256 of its content, so that a file that was changed shows."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path
from typing import BinaryIO

from runbook.errors import Misuse
from runbook.journal.places import READ, give, is_shared, make_folder
from runbook.run.commands import Attach

LARGEST = 256 * 1024 * 1024
"""Bytes one piece of evidence may have."""
_CHUNK = 1 << 20


def keep(home: Path, step: str, source: Path) -> Attach:
    """Keep a copy of a file, durable when this returns; what the journal is told about it.

    `Misuse` for what is no readable file, is empty, or is larger than `LARGEST`.
    """
    folder = home / "evidence"
    make_folder(folder)
    handle, name = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as copy:
            digest, size = _copied(source, copy)
            copy.flush()
            if is_shared(folder):
                give(copy.fileno(), READ)
            os.fsync(copy.fileno())
        os.replace(name, kept(home, digest))
    except BaseException:
        os.unlink(name)
        raise
    for changed in (folder, home):  # the folder itself may be new
        _sync(changed)
    return Attach(step, source.name, digest, size)


def kept(home: Path, digest: str) -> Path:
    """Where the evidence with that SHA-256 is kept."""
    return home / "evidence" / digest


def _copied(source: Path, copy: BinaryIO) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    try:
        handle = os.open(source, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Misuse(f"{source} can't be read: {error.strerror}", "name a file that you may read") from None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Misuse(f"{source} is not a file", "name a file; pack a folder first")
        while part := os.read(handle, _CHUNK):
            size += len(part)
            if size > LARGEST:
                raise Misuse(f"{source} has more than {LARGEST // 2**20} MiB", "keep it elsewhere, and note where")
            digest.update(part)
            copy.write(part)
    finally:
        os.close(handle)
    if not size:
        raise Misuse(f"{source} is empty", "attach what shows that the work was done")
    return digest.hexdigest(), size


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
