"""The files of the project that work may read and write: only inside of it, no link out of it followed."""

from __future__ import annotations

import os
from typing import BinaryIO

from runbook.kind import WorkFailed


def inside(path: str) -> str:
    """The full path of a file of the project, whose folder the work is done in; `WorkFailed` for one outside."""
    root = os.path.realpath(".")
    full = os.path.realpath(os.path.join(root, path))
    if os.path.isabs(path) or not full.startswith(root + os.sep):
        raise WorkFailed(f"the file `{path}` is outside the project", "name one inside it, by its path from the root")
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
    full = inside(path)
    try:
        os.makedirs(os.path.dirname(full), exist_ok=True)
        return open(full, "wb")
    except OSError as error:
        raise WorkFailed(
            f"`{path}` can't be written: {error.strerror}", "check the folder and its permissions"
        ) from None
