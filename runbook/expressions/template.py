"""Text with `{{ ... }}` in it: taken apart once, filled in when a step runs."""

from __future__ import annotations

import re
from collections.abc import Mapping

from runbook.clauses import Expression, Template
from runbook.errors import ExpressionError
from runbook.expressions.evaluate import evaluate
from runbook.expressions.parse import embedded
from runbook.expressions.values import MAX_TEXT, as_text
from runbook.outcome import Json
from runbook.sealed import joined

_OPENING = re.compile(r"\{\{|\{%|\{#")
_STATEMENTS = {
    "{%": ("there are no `{% %}` statements", "use `when` on a step, or for plain text write `{{ '{%' }}`"),
    "{#": ("there are no `{# #}` comments", "use a YAML comment, or for plain text write `{{ '{#' }}`"),
}


def parse_template(text: str) -> Template:
    """The text, taken apart into plain pieces and expressions."""
    parts: list[str | Expression] = []
    at = 0
    while match := _OPENING.search(text, at):
        if match.group() != "{{":
            raise ExpressionError(*_STATEMENTS[match.group()], match.start())
        if match.start() > at:
            parts.append(text[at : match.start()])
        expression, at = embedded(text, match.start())
        parts.append(expression)
    if at < len(text) or not parts:
        parts.append(text[at:])
    return Template(text, tuple(parts))


def render(template: Template, names: Mapping[str, Json]) -> Json:
    """The value of the template: a lone expression keeps its type, everything else is text."""
    match template.parts:
        case [Expression() as lone]:
            return evaluate(lone, names)
    return render_text(template, names)


def render_text(template: Template, names: Mapping[str, Json]) -> str:
    """The template as text, whatever it holds."""
    pieces = [part if isinstance(part, str) else as_text(evaluate(part, names)) for part in template.parts]
    if sum(map(len, pieces)) > MAX_TEXT:
        raise ExpressionError(f"the text would be longer than {MAX_TEXT:,} characters", "keep large data in a file")
    return joined(pieces)
