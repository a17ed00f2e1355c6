"""Reading one file of a project: its text, and the shape of what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runbook.diagnostics import Diagnostic
from runbook.kind import Kinds
from runbook.reading.layout import Role
from runbook.reading.schemas import schema_of
from runbook.reading.shape import Shape, shape_of
from runbook.reading.tree import Tree, read_tree


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read: its data, when it has any of the right shape, and what is wrong with it so far."""

    tree: Tree | None
    found: tuple[Diagnostic, ...]
    fits: bool
    """True when the data has the shape that it needs to be built."""

    @property
    def data(self) -> Mapping[str, Any]:
        """The data of the right shape; of a broken file, what of it is a mapping."""
        return self.tree.data if self.tree and isinstance(self.tree.data, dict) else {}

    def word(self, name: str, otherwise: str = "") -> str:
        """A text at the top of the file, when it is there and is text."""
        value = self.data.get(name)
        return value if isinstance(value, str) else otherwise


class Files:
    """What reads the files of one project, by the shapes that they must have."""

    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds
        self._shapes: dict[Role, Shape] = {}

    def read(self, role: Role, path: str, content: bytes) -> Document:
        """The document in a file that is to be of that role."""
        tree, found = read_tree(path, content)
        if tree is None:
            return Document(None, found, False)
        misshapen = self.shape(role).check(tree)
        doubtful = {each.place for each in found}  # such as a number that had to be taken for text
        return Document(tree, (*found, *(each for each in misshapen if each.place not in doubtful)), not misshapen)

    def shape(self, role: Role) -> Shape:
        """The shape that files of that role must have."""
        if role not in self._shapes:
            self._shapes[role] = shape_of(schema_of(role, self.kinds))
        return self._shapes[role]
