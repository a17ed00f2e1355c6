"""Texts and commands with as many values in them as are known before a run; a blank stands for each of the others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from runbook.clauses import Expression, Template
from runbook.errors import ExpressionError
from runbook.expressions import condition, names, render, render_text
from runbook.inventory import NOWHERE, Inventory
from runbook.outcome import Json
from runbook.phrases import Say, english
from runbook.views.visible import visible

_OPEN, _CLOSE = "\ue000", "\ue001"
_BLANK = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_MARKS = str.maketrans("", "", _OPEN + _CLOSE)


@dataclass(slots=True)
class Blanks:
    """The blanks of one sheet: what each is for, by the number that marks its place in a text."""

    labels: list[str] = field(default_factory=list)

    def mark(self, label: str) -> str:
        """What stands in a text for a blank with that label."""
        if label not in self.labels:
            self.labels.append(label)
        return f"{_OPEN}{self.labels.index(label)}{_CLOSE}"

    def filled(self, text: str, blank: Callable[[str], str]) -> str:
        """The text with its marks replaced by what `blank` makes of their labels."""
        return _BLANK.sub(lambda found: blank(self.labels[int(found[1])]), text)


def as_it_stands(text: str) -> str:
    """Text of an author or an operator in which nothing can be taken for a blank's mark."""
    return visible(text.translate(_MARKS))


@dataclass(frozen=True, slots=True)
class OnPaper:
    """The values that are known when a sheet is printed: inputs, and what an item is called in its turn."""

    inputs: Mapping[str, Json]
    blanks: Blanks
    numbers: Mapping[str, str]
    """The number of each step of the process, by its id."""
    extra: Mapping[str, Json] = field(default_factory=dict)
    say: Say = english

    def text(self, template: Template) -> str:
        """The template as text, with blanks."""
        return "".join(as_it_stands(part) if isinstance(part, str) else self._piece(part) for part in template.parts)

    def value(self, value: Json) -> Json:
        """The same shape with its templates replaced, and blanks where they are not known."""
        match value:
            case Template():
                known = all(isinstance(part, str) or self.knows(part) for part in value.parts)
                return _clean(render(value, self._seen)) if known else self.text(value)
            case Mapping():
                return {name: self.value(each) for name, each in value.items()}
            case list() | tuple():
                return [self.value(each) for each in value]
        return value

    def holds(self, expression: Expression) -> bool:
        """Whether the condition is true; an error where nobody can know yet."""
        if not self.knows(expression):
            raise ExpressionError(f"`{expression.source}` is not known before the run")
        return condition(expression, self._seen)

    @property
    def inventory(self) -> Inventory:
        """No hosts: paper is for whoever reads it."""
        return NOWHERE

    def knows(self, expression: Expression) -> bool:
        """True when all that the expression looks up is known."""
        return all(
            path[0] in self.extra or (path[0] == "inputs" and len(path) > 1 and path[1] in self.inputs)
            for path, _ in names(expression.tree)
        )

    @property
    def _seen(self) -> dict[str, Json]:
        return {"inputs": self.inputs, **self.extra}

    def _piece(self, expression: Expression) -> str:
        if self.knows(expression):
            try:
                return as_it_stands(render_text(Template(expression.source, (expression,)), self._seen))
            except ExpressionError:
                pass  # it can't be worked out from these values, and a blank is what paper has for that
        return self.blanks.mark(self._label(expression))

    def _label(self, expression: Expression) -> str:
        words = expression.source.strip().split(".")
        match words:
            case ["inputs", name]:
                return name
            case ["steps", id, "outputs" | "answers", name] if id in self.numbers:
                return self.say("{name} of step {number}", name=name, number=self.numbers[id])
        return expression.source.strip()


def _clean(value: Json) -> Json:
    return as_it_stands(value) if isinstance(value, str) else value


def labels_of(text: str, blanks: Blanks) -> Iterator[str]:
    """What is still to be written into a text."""
    for found in _BLANK.finditer(text):
        yield blanks.labels[int(found[1])]
