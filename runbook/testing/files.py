"""Files that a test says are there: nothing of them is read, and they are held to the same rules."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from runbook.outcome import Json
from runbook.sizes import size


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as far as a test says what it is."""

    name: str
    type: str
    size: int = 1000

    @property
    def sha256(self) -> str:
        """A hash of its own, since nothing of it is known."""
        return sha256(f"{self.name}\0{self.type}\0{self.size}".encode()).hexdigest()

    def kept(self) -> dict[str, Json]:
        """As a form has it."""
        return {"name": self.name, "sha256": self.sha256, "size": self.size, "type": self.type}


def given_file(value: Any) -> GivenFile:
    """A file, as a test writes it."""
    given = {"name": value} if isinstance(value, str) else value
    name = given["name"].rpartition("/")[2]
    type = given.get("type") or mimetypes.guess_type(name)[0] or "application/octet-stream"
    bytes = given.get("size", 1000)
    return GivenFile(name, type, bytes if isinstance(bytes, int) else size(bytes))
