"""A YAML file as its author wrote it: values, their style, and the comments around each."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field


class Sort(enum.Enum):
    """What a value is."""

    SCALAR = enum.auto()
    ALIAS = enum.auto()
    MAPPING = enum.auto()
    LIST = enum.auto()


@dataclass(frozen=True, slots=True)
class Line:
    """A comment in a line of its own; `apart`: an empty line stands before it."""

    text: str
    apart: bool = False


@dataclass(slots=True)
class Node:
    """One value as it was written."""

    sort: Sort
    start: int
    end: int
    column: int
    anchor: str = ""
    text: str = ""
    """Of a scalar: its value. Of an alias: its name."""
    raw: str = ""
    """Of a scalar: what stands in the file."""
    style: str = ""
    flow: bool = False
    entries: list[Entry] = field(default_factory=list)
    foot: list[Line] = field(default_factory=list)
    """Comments after its last entry."""

    @property
    def block(self) -> bool:
        """True for a list or a mapping that goes over lines of its own."""
        return self.sort in (Sort.MAPPING, Sort.LIST) and not self.flow


@dataclass(slots=True)
class Entry:
    """One field of a mapping with its key, or one item of a list."""

    key: Node | None
    value: Node
    start: int
    column: int
    around: Node
    lead: list[Line] = field(default_factory=list)
    """Comments before it."""
    apart: bool = False
    """True when an empty line stands before it (behind its comments)."""
    header: str = ""
    """A comment behind its key, before a value that begins in the next line."""
    trail: str = ""
    """A comment behind it."""


@dataclass(slots=True)
class Written:
    """A whole file: its value, and the comments at its top that stay there."""

    root: Node
    above: list[Line] = field(default_factory=list)
    """Comments before `---`."""
    marked: bool = False
    """True when the document begins with `---`."""
    head: list[Line] = field(default_factory=list)
    head_apart: bool = False
    """True when an empty line follows the head."""
