"""Where each ticket system has been read to, in a small file beside the journal.

Rule 1: it is no truth but a bookmark: when it is lost or unreadable, more is read than is needed, and nothing twice.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from runbook.errors import MachineRefuses
from runbook.journal.places import WRITE, give, is_shared, make_folder, open_file

_LARGEST = 65_536


@dataclass(frozen=True, slots=True)
class Bookmarks:
    """The bookmarks in a folder of runs."""

    home: Path

    def get(self, integration: str) -> tuple[str, int]:
        """The cursor, and when it was got; ("", 0) when there is none."""
        try:
            handle = open_file(self._file(integration), os.O_RDONLY)
        except OSError:
            return "", 0
        with os.fdopen(handle, "rb") as stream:
            try:
                given = json.loads(stream.read(_LARGEST))
                return str(given["cursor"]), int(given["at"])
            except (ValueError, TypeError, KeyError, RecursionError):
                return "", 0

    def set(self, integration: str, cursor: str, at: int) -> None:
        """Keep it, whole or not at all."""
        file = self._file(integration)
        new = file.with_suffix(f".{os.getpid()}.new")
        try:
            make_folder(file.parent)
            handle = open_file(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
            with os.fdopen(handle, "wb") as stream:
                stream.write(json.dumps({"cursor": cursor, "at": at}).encode())
                if is_shared(file.parent):
                    give(stream.fileno(), WRITE)
            os.replace(new, file)
        except OSError as error:
            raise MachineRefuses(
                f"{file} can't be written: {error.strerror}", "check free space and permissions"
            ) from None

    def _file(self, integration: str) -> Path:
        return self.home / "tickets" / f"{integration}.json"
