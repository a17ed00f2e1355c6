"""What anchors (`&name`) stand for, and how much `*name` repeats: small files may not unfold into huge ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from runbook.reading.structure import MAX_ALIASES, MAX_EXPANDED, MAX_REPEATED


@dataclass(slots=True)
class Anchor:
    """One marked value: itself, how many values and characters it unfolds to, how many levels lie in it."""

    name: str
    nodes: int
    characters: int
    levels_outside: int = 0
    """The deepest level seen before it began."""
    levels: int = -1
    value: Any = None
    open: bool = False


class Aliases:
    """The anchors of one file, and the sum of what its aliases repeat."""

    __slots__ = ("anchors", "characters", "count", "nodes")

    def __init__(self) -> None:
        self.anchors: dict[str, Anchor] = {}
        self.count = self.nodes = self.characters = 0

    def mark(self, name: str, value: Any, length: int) -> None:
        """Remembers a text, number or other single value."""
        self.anchors[name] = Anchor(name, 1, length, value=value)

    def open(self, name: str, value: Any, nodes: int, index: int, deepest: int) -> Anchor:
        """Remembers a list or mapping whose end has not been seen; `nodes` and `index` say where it begins."""
        anchor = Anchor(name, -nodes - self.nodes, -index - self.characters, deepest, value=value, open=True)
        self.anchors[name] = anchor
        return anchor

    def close(self, anchor: Anchor, nodes: int, index: int, levels: int) -> None:
        """Measures a list or mapping at its end."""
        anchor.nodes += nodes + self.nodes
        anchor.characters += index + self.characters
        anchor.levels, anchor.open = levels, False

    def use(self, anchor: Anchor, nodes: int) -> bool:
        """Counts one alias; False when there are too many, or they repeat too much."""
        self.count += 1
        self.nodes += anchor.nodes
        self.characters += anchor.characters
        within = nodes + self.nodes <= MAX_EXPANDED and self.characters <= MAX_REPEATED
        return within and self.count <= MAX_ALIASES
