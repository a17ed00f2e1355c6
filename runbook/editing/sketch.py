"""A YAML text as a tree of what stands where, also while it is being typed and is not YAML at all.

Rule 1: no text is refused. What makes no sense becomes a scalar, or a key without a value (a word just being typed).
Rule 2: of a text that reads without findings, the tree has the same values in the same places as the strict reader's.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field

from runbook.editing.positions import Span
from runbook.source import Path


class Shape(enum.Enum):
    """What a value is."""

    NOTHING = "nothing"
    """A key whose value is still to come."""
    SCALAR = "scalar"
    LIST = "list"
    MAPPING = "mapping"


@dataclass(slots=True)
class Node:
    """One value of a text: its span and, inside of a mapping, that of its key."""

    start: int
    end: int
    shape: Shape = Shape.NOTHING
    style: str = ""
    """Of a scalar: empty when it is plain, else `'`, `"`, `|` or `>`."""
    name: str | int | None = None
    """The key, or the number in the list."""
    key: Span | None = None
    colon: bool = True
    """False for a key that has no colon yet."""
    flow: bool = False
    """True for what stands between brackets or braces, and for these themselves."""
    indent: int = 0
    """The column in which the entries of a block begin."""
    parent: Node | None = field(default=None, repr=False)
    children: list[Node] = field(default_factory=list, repr=False)

    @property
    def span(self) -> Span:
        """Where the value stands."""
        return Span(self.start, self.end)

    @property
    def whole(self) -> Span:
        """Where the value stands with its key."""
        return Span(self.key.start if self.key else self.start, max(self.end, self.key.end if self.key else 0))

    @property
    def path(self) -> Path:
        """The way to it from the top of the document."""
        parts: list[str | int] = []
        node: Node | None = self
        while node is not None and node.name is not None:
            parts.append(node.name)
            node = node.parent
        return tuple(reversed(parts))

    def get(self, name: str | int) -> Node | None:
        """What stands under a key or a number; the first, where a key stands twice."""
        if isinstance(name, int):
            return self.children[name] if self.shape is Shape.LIST and 0 <= name < len(self.children) else None
        if self.shape is not Shape.MAPPING:
            return None
        return next((each for each in self.children if each.name == name), None)

    def at(self, path: Path) -> Node | None:
        """What stands at a path below it."""
        node: Node | None = self
        for part in path:
            node = node.get(part) if node else None
        return node

    def every(self) -> Iterator[Node]:
        """It and all that is inside of it, in the order of the text."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def around(self, offset: int) -> Node:
        """The innermost node that an offset touches, by its value or its key."""
        node = self
        while True:
            inner = [each for each in node.children if offset in each.whole]
            if not inner:
                return node
            node = inner[-1] if offset >= inner[-1].whole.start else inner[0]


def add(parent: Node, child: Node, name: str | int | None = None, key: Span | None = None) -> Node:
    """Put a child into a list or a mapping."""
    child.parent = parent
    child.key = key
    child.name = len(parent.children) if parent.shape is Shape.LIST else name or ""
    parent.children.append(child)
    return child


def scalar_text(text: str, node: Node) -> str:
    """What a scalar says: of one in quotes without these, of a block its lines, of a plain one its words."""
    raw = text[node.start : node.end]
    if node.style == "'":
        return " ".join(raw[1:-1].replace("''", "'").split("\n"))
    if node.style == '"':
        return raw[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    if node.style in ("|", ">"):
        lines = raw.split("\n")[1:]
        depth = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        return "\n".join(line[depth:] for line in lines).strip("\n")
    return " ".join(raw.split())
