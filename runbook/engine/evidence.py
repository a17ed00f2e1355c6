"""Files kept as evidence, each under the SHA-256 of its content, so that a file that was changed shows.

Rule 1: what is kept is durable before the journal names it. What is refused leaves nothing behind.
Rule 2: a file is what its content says; its name is only what it is called.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from runbook.engine.searching import without_secrets
from runbook.errors import Misuse
from runbook.file_names import safe_name
from runbook.journal.places import READ, give, is_shared, make_folder
from runbook.kept import check_file
from runbook.media import Sniffer
from runbook.sizes import LARGEST, in_words

_CHUNK = 1 << 20
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CLOCK = 2.0
"""Seconds by which the clocks of a file system and of the journal may differ."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a file has to be so that it is kept: for what, of which types, how large at most."""

    what: str = ""
    """The piece of evidence, or the field of a form, for messages; the file's own name when empty."""
    types: tuple[str, ...] = ()
    max_size: int | None = None
    secrets: Sequence[bytes] = ()
    """The forms of secrets that must not be in it."""


ANY = Wanted()


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is kept: what the journal says of it."""

    name: str
    sha256: str
    size: int
    type: str


def keep(home: Path, source: Path, wanted: Wanted = ANY) -> Kept:
    """Keep a copy of a file; `Misuse` for what is no readable file or is empty, `Refused` for what is not wanted."""
    try:
        handle = os.open(source, _FILE & ~os.O_NOFOLLOW)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "that is no path"
        raise Misuse(f"{source} can't be read: {why}", "name a file that you may read") from None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Misuse(f"{source} is not a file", "name a file; pack a folder first")
        return keep_parts(home, source.name, _parts(handle), wanted)
    finally:
        os.close(handle)


def described(source: Path, wanted: Wanted = ANY) -> Kept:
    """What would be said of the file if it were kept, which it is not; refused as by `keep`, but for its size."""
    digest, sniffer, size = hashlib.sha256(), Sniffer(), 0
    try:
        handle = os.open(source, _FILE & ~os.O_NOFOLLOW)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "that is no path"
        raise Misuse(f"{source} can't be read: {why}", "name a file that you may read") from None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Misuse(f"{source} is not a file", "name a file; pack a folder first")
        most = LARGEST if wanted.max_size is None else wanted.max_size
        for part in _parts(handle):
            size += len(part)
            if size > most:
                raise Misuse(
                    f"{wanted.what or safe_name(source.name)} has more than {in_words(most)}", "keep it elsewhere"
                )
            digest.update(part)
            sniffer.take(part)
    finally:
        os.close(handle)
    return Kept(safe_name(source.name), digest.hexdigest(), size, sniffer.type())


def keep_written(home: Path, root: Path, path: str, since: float, wanted: Wanted = ANY) -> Kept:
    """Keep what a program wrote to a path below `root` after the instant `since`; `Misuse` says why it can't be."""
    handle = open_written(home, root, path, since)
    try:
        return keep_parts(home, path.rstrip("/").rpartition("/")[2], _parts(handle), wanted)
    finally:
        os.close(handle)


def open_written(home: Path, root: Path, path: str, since: float) -> int:
    """A file that a program wrote to a path below `root` after the instant `since`, open; `Misuse` for any other.

    No link is followed on the way, and no file with a second name is taken, so that the path leads nowhere else; what
    is in `home` is not the program's.
    """
    *folders, name = [part for part in path.split("/") if part not in ("", ".")] or [""]
    if path.startswith("/") or not name or ".." in (*folders, name):
        raise Misuse(f"{path} is not below the project's folder", "write the file below it")
    handle = os.open(root, _FOLDER & ~os.O_NOFOLLOW)
    try:
        for each in (*folders, name):
            try:
                inner = os.open(each, _FILE if each is name else _FOLDER, dir_fd=handle)
            except (OSError, ValueError) as error:
                raise Misuse(f"{path} {_why(error)}", "write the file itself there") from None
            os.close(handle)
            handle = inner
            if _is_same(handle, home):
                raise Misuse(f"{path} is in the folder of runs", "write the file elsewhere")
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise Misuse(f"{path} is not a file", "write a file")
        if found.st_nlink > 1:
            raise Misuse(f"{path} has another name elsewhere (a hard link)", "write a copy there")
        if found.st_ctime < since - _CLOCK:
            raise Misuse(f"{path} is older than the attempt, which has not written it", "write it anew")
    except BaseException:
        os.close(handle)
        raise
    return handle


def keep_parts(home: Path, name: str, parts: Iterable[bytes], wanted: Wanted = ANY) -> Kept:
    """Keep a content that comes in parts, durable when this returns."""
    folder = home / "evidence"
    make_folder(folder)
    digest, sniffer, size = hashlib.sha256(), Sniffer(), 0
    most = LARGEST if wanted.max_size is None else wanted.max_size
    name, shown = safe_name(name), wanted.what or safe_name(name)
    if wanted.secrets:
        parts = without_secrets(parts, wanted.secrets, shown)
    handle, draft = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as copy:
            for part in parts:
                size += len(part)
                if size > most:
                    raise Misuse(f"{shown} has more than {in_words(most)}", "keep it elsewhere, and note where")
                digest.update(part)
                sniffer.take(part)
                copy.write(part)
            if not size:
                raise Misuse(f"{shown} is empty", "give what shows that the work was done")
            check_file(shown, size, sniffer.type(), wanted.types, wanted.max_size)
            copy.flush()
            if is_shared(folder):
                give(copy.fileno(), READ)
            os.fsync(copy.fileno())
        os.replace(draft, kept(home, digest.hexdigest()))
    except BaseException:
        os.unlink(draft)
        raise
    for changed in (folder, home):  # the folder itself may be new
        _sync(changed)
    return Kept(name, digest.hexdigest(), size, sniffer.type())


def kept(home: Path, digest: str) -> Path:
    """Where the evidence with that SHA-256 is kept."""
    return home / "evidence" / digest


def _parts(handle: int) -> Iterator[bytes]:
    while part := os.read(handle, _CHUNK):
        yield part


def _why(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "is not there"
    if isinstance(error, OSError) and error.errno in (errno.ELOOP, errno.ENOTDIR):
        return "leads over a link"
    return f"can't be read: {error.strerror if isinstance(error, OSError) else 'that is no path'}"


def _is_same(handle: int, folder: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), os.stat(folder))
    except OSError:
        return False


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
