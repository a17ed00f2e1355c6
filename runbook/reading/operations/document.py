"""The contract of one sort of file below `operations`: where it stands, its shape, and what can be wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.diagnostics import Diagnostic, Problem

if TYPE_CHECKING:
    from runbook.organisation import Organisation
    from runbook.outcome import Json
    from runbook.reading.schema_words import Schema
    from runbook.reading.tree import Tree

Check = Callable[["Tree", Mapping[str, "Json"], "Organisation"], Iterator[Diagnostic]]
"""What is wrong with one file of the right shape, given the data of all others that have theirs, and the people."""


def nothing(tree: Tree, data: Mapping[str, Json], organisation: Organisation) -> Iterator[Diagnostic]:
    """For a file in which nothing can be wrong but its shape."""
    yield from ()


@dataclass(frozen=True, slots=True)
class Document:
    """One sort of file."""

    name: str
    """What it is called, such as `calendar`; its schema is the file `NAME.schema.json`."""
    pattern: str
    """A regular expression that its path from the project's root matches as a whole."""
    schema: Callable[[], Schema]
    check: Check = nothing
    problems: tuple[Problem, ...] = ()
    """The findings that only `check` gives."""

    def holds(self, path: str) -> bool:
        """True for the path of a file of this sort."""
        return re.fullmatch(self.pattern, path, re.ASCII) is not None
