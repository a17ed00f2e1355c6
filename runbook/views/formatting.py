"""Which files were laid out anew, for people and for programs."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from runbook.errors import RunbookError
from runbook.views.machine import pretty
from runbook.views.visible import visible


class File(Protocol):
    """One file before and after."""

    @property
    def path(self) -> Path:
        """Where it is."""

    @property
    def before(self) -> bytes:
        """What it held."""

    @property
    def after(self) -> str:
        """What it holds now, or would."""

    @property
    def error(self) -> RunbookError | None:
        """Why it was left alone."""

    @property
    def changed(self) -> bool:
        """True when the two differ."""


def as_lines(files: Sequence[File], would: bool) -> Iterator[str]:
    """The files that changed, or would, and how many there are."""
    changed = [file for file in files if file.changed]
    for file in changed:
        yield f"{'would change' if would else 'changed'}: {visible(str(file.path))}"
    left = sum(1 for file in files if not file.changed and not file.error)
    failed = sum(1 for file in files if file.error)
    counts = ((len(changed), "would change" if would else "changed"), (left, "as it should be"), (failed, "left alone"))
    said = ", ".join(f"{count} {what}" for count, what in counts if count)
    yield f"{len(files)} file{'' if len(files) == 1 else 's'}: {said or 'nothing to do'}"


def as_diff(file: File, colour: bool) -> Iterator[str]:
    """What changes in a file, as a unified diff."""
    before, after = file.before.decode("utf-8", "replace").splitlines(), file.after.splitlines()
    marks = {"+": "32", "-": "31", "@": "36"}
    for line in difflib.unified_diff(before, after, str(file.path), str(file.path), lineterm=""):
        text, code = visible(line), marks.get(line[:1], "")
        yield f"\x1b[{code}m{text}\x1b[0m" if colour and code else text


def as_json(files: Sequence[File]) -> str:
    """The same for programs."""
    failed = [
        {"file": str(file.path), "message": str(file.error), "help": file.error.help} for file in files if file.error
    ]
    return pretty(
        {
            "files": len(files),
            "changed": [str(file.path) for file in files if file.changed],
            "failed": failed,
        }
    )
