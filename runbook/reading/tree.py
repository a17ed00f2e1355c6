"""Reading YAML strictly: plain data with a place for each value, and every reason why a text is not that."""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

from runbook.diagnostics import Diagnostic, Problem
from runbook.outcome import Json
from runbook.reading import scalars, structure, syntax, text
from runbook.reading.construct import construct
from runbook.reading.places import Spot, place_of, spots
from runbook.reading.refusals import Refusals, Stopped
from runbook.source import Path, Place, Source

try:
    from yaml._yaml import CParser as EventParser
except ImportError:  # PyYAML without libyaml: the same events, more slowly
    from yaml import SafeLoader as EventParser  # type: ignore[assignment]

__all__ = ["PROBLEMS", "EventParser", "Tree", "read_tree"]

PROBLEMS: tuple[Problem, ...] = (*text.PROBLEMS, *syntax.PROBLEMS, *structure.PROBLEMS, *scalars.PROBLEMS)
"""Everything that can be wrong with a file before its fields are looked at."""


@dataclass(frozen=True, slots=True)
class Tree:
    """One file as plain data; `place` tells where each value stands."""

    data: Json
    source: Source
    _spots: list[Spot] = field(default_factory=list, repr=False, compare=False)

    def place(self, path: Path, key: bool = False) -> Place:
        """Where the value at `path` stands, or its key; what is around it when there is nothing."""
        if not self._spots:
            self._spots.append(spots(EventParser(self.source.text)))
        return place_of(self.source, self._spots[0], path, key)


def read_tree(path: str, content: bytes) -> tuple[Tree | None, tuple[Diagnostic, ...]]:
    """The data of a file, and all findings; no tree where its text or structure is in doubt."""
    source, hidden = text.read_text(path, content)
    if hidden:
        return None, hidden
    refusals = Refusals(source)
    data: Json = None
    try:
        data = construct(EventParser(source.text), source.text, refusals)
        if data is None:
            refusals.refuse_nothing()
    except Stopped:
        refusals.sound = False
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # the last two: escapes past Unicode
        refusals.refuse_text(syntax.stumbled(source, error))
    if refusals.repeated:
        refusals.name_first_lines(EventParser(source.text))
    findings = sorted(refusals.findings, key=lambda finding: (finding.place.line, finding.place.column))
    return Tree(data, source) if refusals.sound else None, tuple(findings)
