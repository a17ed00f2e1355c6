"""The files of the project that work may read and write: only inside of it, no link out of it followed.

Rule 1: nothing is written that decides what is run: no definition, no settings, nothing of git, not the journal.
"""

from __future__ import annotations

import os
from typing import BinaryIO

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


def to_write(path: str) -> BinaryIO:
    """A new file, open to be written, in place of what was there; its folders are made."""
    full = changeable(path)
    try:
        os.makedirs(os.path.dirname(full), exist_ok=True)
        return open(full, "wb")
    except OSError as error:
        raise WorkFailed(
            f"`{path}` can't be written: {error.strerror}", "check the folder and its permissions"
        ) from None
