"""From a finding to its diagnostic: line and column, down to the word inside of a text of many lines."""

from __future__ import annotations

import re
from typing import Any

from runbook.diagnostics import Diagnostic, Problem, found
from runbook.reading.rule import Finding
from runbook.reading.tree import Tree
from runbook.source import Path, Place

_WORD = re.compile(r"\{\{.*?\}\}|\{\{|[\w.-]+|\S")
_ENOUGH = 16
"""Characters that tell one place of a text from another."""


def placed(problem: Problem, finding: Finding, tree: Tree) -> Diagnostic:
    """The diagnostic for what a rule found."""
    place = tree.place(finding.at, finding.key)
    if finding.word:
        place = _narrowed(tree, place, finding.word, 0, len(finding.word))
    elif finding.offset is not None:
        text = _text(tree.data, finding.at)
        offset = max(min(finding.offset, len(text.rstrip()) - 1), 0)
        snippet = text[offset : offset + _ENOUGH].partition("\n")[0].rstrip()
        if snippet:
            word = _WORD.match(text, offset)
            before = len(re.findall(f"(?={re.escape(snippet)})", text[: offset + len(snippet) - 1]))
            place = _narrowed(tree, place, snippet, before, len(word[0]) if word else 1)
    return found(problem, finding.message, finding.help, place)


def _text(data: Any, at: Path) -> str:
    for part in at:
        data = data[part]
    return data if isinstance(data, str) else ""


def _narrowed(tree: Tree, place: Place, snippet: str, before: int, width: int) -> Place:
    """Where the snippet stands inside the place, after so many others like it; the place itself when it does not."""
    lines = tree.source.text.split("\n")[place.line - 1 : place.end_line]
    for number, line in enumerate(lines):
        start = place.column - 1 if number == 0 else 0
        end = place.end_column - 1 if number == len(lines) - 1 else len(line)
        while (at := line.find(snippet, start, end)) >= 0:
            if before == 0:
                row = place.line + number
                return Place(place.file, row, at + 1, row, at + 1 + width)
            before -= 1
            start = at + 1
    return place
