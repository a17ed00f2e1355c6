"""What building a process notes on its way: what its texts say, where expressions stand, and what can't be read.

The languages inside texts are imported when the first text needs one.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass, field

from runbook.clauses import Doubt, Expression, Template, Use
from runbook.errors import ExpressionError
from runbook.outcome import Json
from runbook.source import Path

_EMBEDDED = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.DOTALL)
_OPENING = re.compile(r"\{[{%#]")
_PLAIN = re.compile(r"(?:inputs|run|secrets)\.[a-z]\w*|steps\.[a-z][a-z0-9-]*\.[a-z]+\.[a-z]\w*", re.ASCII)


class Sort(enum.Enum):
    """What sort of text could not be read."""

    CONDITION = "condition"
    TEMPLATE = "template"
    SCRIPT = "script"
    DURATION = "duration"
    SECRET = "secret"
    """One that stands where somebody could see it."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """A text that can't be read, at a path of the document; the error's column counts from the text's start."""

    sort: Sort
    at: Path
    error: ExpressionError


@dataclass(slots=True)
class Notes:
    """What building collects on its way: where expressions stand, and texts that can't be read or trusted."""

    uses: list[Use] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    doubts: list[tuple[Path, Doubt]] = field(default_factory=list)
    trees: dict[str, Json] = field(default_factory=dict)
    """Trees parsed before, by the text of the expression: those stored with a run."""
    templates: dict[str, Template] = field(default_factory=dict)
    """Templates read before, by their text; may be shared between files."""
    expressions: dict[str, Expression] = field(default_factory=dict)
    """Expressions read before, by their text; may be shared between files."""

    def expression(self, text: str) -> Expression:
        """The expression, read or found among those read before."""
        expression = self.expressions.get(text)
        if expression is None:
            tree = self.trees.get(text)
            if tree is None:
                from runbook.expressions import parse

                expression = parse(text)
            else:
                expression = Expression(text, tree)
            self.expressions[text] = expression
        return expression

    def template(self, text: str) -> Template:
        """The template, put together from expressions read before and plain names; anything else is read in full.

        A `}}` inside of quotes splits an expression at the wrong place, and half of one is neither of the two.
        """
        template = self.templates.get(text)
        if template is None:
            template = self.templates[text] = self._template(text)
        return template

    def _template(self, text: str) -> Template:
        pieces = _EMBEDDED.split(text)
        for place, piece in enumerate(pieces):
            inside = place % 2
            known = inside and (piece in self.expressions or piece in self.trees or _PLAIN.fullmatch(piece))
            if not known and (inside or _OPENING.search(piece)):
                from runbook.expressions import parse_template

                return parse_template(text)
        parts = (self.expression(each) if place % 2 else each for place, each in enumerate(pieces))
        return Template(text, tuple(part for part in parts if part))
