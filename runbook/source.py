"""Text and the places in it: which file, which line, which column."""

from __future__ import annotations

import functools
from dataclasses import dataclass

Path = tuple[str | int, ...]
"""Where a value stands inside a document: `("steps", 2, "needs", 0)`."""


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of text in a file; lines and columns count from 1, the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Source:
    """One file of the project as it was read: its path, relative to the project, and its text."""

    path: str
    text: str

    def line(self, number: int) -> str:
        """The text of line `number` (from 1), without its line break; empty past the end."""
        lines = _lines(self.text)
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""


@functools.lru_cache(maxsize=2)
def _lines(text: str) -> list[str]:
    """The lines of a text, kept while several of its findings look at them."""
    return text.split("\n")
