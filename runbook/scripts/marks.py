"""The `{{ ... }}` of a script, each replaced by one mark so that the rest can be read as shell."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass

from runbook.clauses import Expression
from runbook.errors import ExpressionError
from runbook.expressions.parse import embedded

MARK = "\ue000"
MAX_SCRIPT = 256 * 1024

_BRACES = re.compile(r"[{}%#]+")
_STATEMENT = re.compile(r"\{%-?\s+[a-z]")
_OURS = re.compile(r"\bRB_\d")


@dataclass(frozen=True, slots=True)
class Marked:
    """A script with one mark for each value: the expressions in order, and the way back to the source."""

    source: str
    text: str
    expressions: tuple[Expression, ...]
    places: tuple[int, ...]
    """Where the marks stand."""
    _starts: tuple[int, ...]
    _shifts: tuple[int, ...]

    def offset(self, at: int) -> int:
        """Where in the source the place `at` of the marked text stands."""
        return at + self._shifts[bisect.bisect_right(self._starts, at) - 1]

    def original(self, start: int, end: int) -> str:
        """What the author wrote for that stretch of the marked text."""
        return self.source[self.offset(start) : self.offset(end)]


def mark(source: str) -> Marked:
    """The script with its values marked; braces written as `{{ '{{' }}` are put back as text."""
    if len(source) > MAX_SCRIPT:
        raise ExpressionError("the script is longer than 256 KiB", "put it into a file of the project", MAX_SCRIPT)
    if statement := _STATEMENT.search(source):
        raise ExpressionError(
            "there are no `{% %}` statements", "use the shell's own `if` and `for`", statement.start()
        )
    pieces: list[str] = []
    expressions: list[Expression] = []
    starts, shifts = [0], [0]
    at = length = 0
    while (opening := source.find("{{", at)) >= 0:
        expression, end = embedded(source, opening)
        constant = expression.tree[1] if expression.tree[0] == "const" else None
        if isinstance(constant, str) and _BRACES.fullmatch(constant):
            placed = constant
        else:
            placed = MARK
            expressions.append(expression)
        pieces += [source[at:opening], placed]
        length += opening - at + len(placed)
        starts.append(length)
        shifts.append(end - length)
        at = end
    pieces.append(source[at:])
    text = "".join(pieces)
    if expressions and (ours := _OURS.search(source)):
        raise ExpressionError("variables named `RB_1`, `RB_2` ... hold the values", "use another name", ours.start())
    if text.count(MARK) != len(expressions) or "\0" in text:
        place = max(source.find(MARK), source.find("\0"))
        raise ExpressionError("the script holds a character it may not hold", "remove it", place)
    places = tuple(match.start() for match in re.finditer(MARK, text))
    return Marked(source, text, tuple(expressions), places, tuple(starts), tuple(shifts))
