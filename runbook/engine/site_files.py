"""The files of a site: what changed is written, what is gone is removed, what is as it was is left alone.

Rule 1: nothing is put in its place before everything has been made, so that a build that fails changes nothing.
Rule 2: only what an earlier build has written is ever removed.
Rule 3: a file counts as it was only while its size and time are those that the build left.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from runbook.engine.files import write_private
from runbook.errors import MachineRefuses, RunbookError


class Planned(Protocol):
    """A file to be: its path below the site, what its content depends on, and how it is made."""

    @property
    def path(self) -> str:
        """Below the folder of the site, with slashes."""

    @property
    def key(self) -> str:
        """The same for the same content."""

    @property
    def made(self) -> Callable[[], str | bytes]:
        """Makes the content."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build has done: files of the site, those of them that were written, those removed, and what to say."""

    files: int
    written: tuple[str, ...]
    removed: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A file whose text is there already."""

    path: str
    text: str

    @property
    def key(self) -> str:
        """The hash of the text."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    @property
    def made(self) -> Callable[[], str]:
        """Gives the text."""
        return lambda: self.text


class Earlier:
    """What the last build of a folder left in it."""

    def __init__(self, folder: Path, shelf: Path | None) -> None:
        self._folder = folder.absolute()
        self._known = _load(shelf, self._folder)

    def text(self, path: str, key: str) -> str:
        """A file as it was made with that key; empty when it was made with another one, or has been touched since."""
        before = self._known.get(path)
        if not before or before[0] != key or before[1:] != _stamp(self._folder / path):
            return ""
        try:
            return (self._folder / path).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def keys(self, below: str) -> dict[str, str]:
        """The files whose paths begin with `below`, each with its key."""
        return {path: str(each[0]) for path, each in self._known.items() if each and path.startswith(below)}


def write_texts(
    folder: Path, shelf: Path | None, texts: Iterable[tuple[str, str]], tell: Callable[[int], None]
) -> Built:
    """Bring a folder up to date with files of which each is its path and its text."""
    return write_site(folder, shelf, (Text(path, text) for path, text in texts), tell)


def write_site(folder: Path, shelf: Path | None, planned: Iterable[Planned], tell: Callable[[int], None]) -> Built:
    """Bring the folder of a site up to date; `shelf` keeps what was written; `tell` hears how many files are done."""
    folder = folder.absolute()
    known = _load(shelf, folder)
    now: dict[str, list[object]] = {}
    changed: list[str] = []
    folders: set[str] = set()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        drafts = Path(tempfile.mkdtemp(prefix=".building-", dir=folder))
    except OSError as error:
        raise MachineRefuses(f"{folder} can't be written to: {error.strerror}", "name another folder") from None
    try:
        for count, page in enumerate(planned, 1):
            before = known.get(page.path)
            if before and before[0] == page.key and before[1:] == _stamp(folder / page.path):
                now[page.path] = before
            else:
                _write(_placed(drafts, page.path, folders), page.made())
                changed.append(page.path)
                now[page.path] = [page.key]
            tell(count)
        for path in changed:
            os.replace(f"{drafts}/{path}", _placed(folder, path, folders))
            now[path] += _stamp(folder / path)
        gone = [path for path in known if path not in now and (folder / path).is_file()]
        for path in gone:
            _remove(folder, path)
    except OSError as error:
        raise MachineRefuses(f"{error.filename or folder} can't be written: {error.strerror}", "see to it") from None
    finally:
        shutil.rmtree(drafts, ignore_errors=True)
    _save(shelf, folder, now)
    return Built(len(now), tuple(changed), tuple(gone))


def _placed(folder: Path, path: str, folders: set[str]) -> str:
    """Where a file is to be, in a folder that is there; `folders` are those that were seen to before."""
    place = f"{folder}/{path}"
    above = os.path.dirname(place)
    if above not in folders:
        os.makedirs(above, exist_ok=True)
        folders.add(above)
    return place


def _write(place: str, content: str | bytes) -> None:
    with open(place, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode("utf-8"))


def _stamp(path: Path) -> list[object]:
    try:
        found = path.stat()
    except OSError:
        return []
    return [found.st_size, found.st_mtime_ns]


def _remove(folder: Path, path: str) -> None:
    """Remove a file and the folders that are empty without it."""
    (folder / path).unlink()
    for above in list(Path(path).parents)[:-1]:
        try:
            (folder / above).rmdir()
        except OSError:
            return


def _place(shelf: Path, folder: Path) -> Path:
    return shelf / "sites" / f"{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}.json"


def _load(shelf: Path | None, folder: Path) -> dict[str, list[object]]:
    try:
        found = json.loads(_place(shelf, folder).read_bytes()) if shelf else {}
    except (OSError, ValueError):
        return {}
    safe = isinstance(found, dict) and all(isinstance(each, list) for each in found.values())
    return {path: each for path, each in found.items() if _below(path)} if safe else {}


def _below(path: str) -> bool:
    return not path.startswith("/") and ".." not in path.split("/")


def _save(shelf: Path | None, folder: Path, now: dict[str, list[object]]) -> None:
    if shelf is None or not shelf.parent.is_dir():
        return
    try:
        write_private(_place(shelf, folder), json.dumps(now, separators=(",", ":")))
    except (OSError, RunbookError):
        return
