"""The files of the project that work may read and write: only inside of it, no link out of it followed.

Rule 1: nothing is written that decides what is run: no definition, no settings, nothing of git, not the journal.
"""

from __future__ import annotations

import os
import signal
import stat
import tempfile
from contextlib import suppress
from typing import Any, BinaryIO

from runbook.kind import WorkFailed

_DECIDING = frozenset(("runbook.yaml", "processes", "operations"))
_SCRATCH = os.path.join(".runbook", "work", "")
"""The one hidden folder of a project that is for what its steps write."""


def inside(path: str, project: str = ".") -> str:
    """The full path of a file of the project, whose folder the work is done in; `WorkFailed` for one outside.

    `project` is that folder where the work is done elsewhere.
    """
    root = os.path.realpath(project)
    full = os.path.realpath(os.path.join(root, path))
    if os.path.isabs(path) or not full.startswith(root + os.sep):
        raise WorkFailed(f"the file `{path}` is outside the project", "name one inside it, by its path from the root")
    return full


def changeable(path: str, project: str = ".") -> str:
    """The full path of a file of the project that a step may write; `WorkFailed` for one that it may not."""
    full = inside(path, project)
    within = os.path.relpath(full, os.path.realpath(project))
    first, *others = within.split(os.sep)
    hidden = first.startswith(".") and not within.startswith(_SCRATCH)
    if hidden or first in _DECIDING or ".git" in others:
        raise WorkFailed(
            f"a step may not write `{path}`: what stands there decides what is run",
            f"write it elsewhere, such as below `{_SCRATCH}`",
        )
    return full


def to_read(path: str) -> BinaryIO:
    """The file, open to be read."""
    full = inside(path)
    try:
        if not os.path.isfile(full):
            raise WorkFailed(f"there is no file `{path}` in the project", "check its name and the step that makes it")
        return open(full, "rb")
    except OSError as error:
        raise WorkFailed(f"`{path}` can't be read: {error.strerror}", "check its permissions") from None


class NewFile:
    """A file that a step writes in place of what was there: whole by `keep`, or not at all. Its folders are made.

    Nothing of it is left behind either when the work is told to end in the middle.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._full = changeable(path)
        folder, name = os.path.split(self._full)
        if os.path.isdir(self._full):
            raise self._failed("Is a directory")
        try:
            os.makedirs(folder, exist_ok=True)
            self._mode = stat.S_IMODE(os.stat(self._full).st_mode) if os.path.exists(self._full) else 0o666 & ~_umask()
            before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
            try:  # a word to end that comes between the file and who takes it away would leave it behind
                handle, self._new = tempfile.mkstemp(prefix=f".{name[:100]}.", dir=folder)
                self._stream = os.fdopen(handle, "wb")
                self._usual = signal.signal(signal.SIGTERM, self._told_to_end)
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
        except OSError as error:
            raise self._failed(error.strerror) from None

    def write(self, data: bytes) -> None:
        """Add something to it."""
        self._stream.write(data)

    def keep(self) -> None:
        """It is whole: it takes the place of what was there."""
        try:
            self._stream.close()
            os.chmod(self._new, self._mode)
            os.replace(self._new, self._full)
        except OSError as error:
            raise self._failed(error.strerror) from None
        self._new = ""

    def close(self) -> None:
        """Take it away, unless it was kept."""
        with suppress(OSError):
            self._stream.close()
        if self._new:
            with suppress(OSError):
                os.unlink(self._new)
        signal.signal(signal.SIGTERM, self._usual)

    def _told_to_end(self, number: int, _: Any) -> None:
        self.close()
        os.kill(os.getpid(), number)

    def _failed(self, why: str | None) -> WorkFailed:
        return WorkFailed(f"`{self._path}` can't be written: {why}", "check the folder and its permissions")


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
