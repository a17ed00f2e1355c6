"""The one language of values in runbooks: `when`, `that` and every `{{ ... }}`.

Rule 1: nothing an author or a value says is ever compiled or run; a tree of lists is walked.
Rule 2: `.` and `[]` look up items of data, never anything of Python.
Rule 3: what a result will cost is known before it is built.
"""

from __future__ import annotations

from runbook.expressions.asked import PREDICATES
from runbook.expressions.evaluate import condition, evaluate
from runbook.expressions.filters import FILTERS
from runbook.expressions.names import names
from runbook.expressions.parse import parse
from runbook.expressions.template import parse_template, render, render_text

__all__ = [
    "FILTERS",
    "PREDICATES",
    "condition",
    "evaluate",
    "names",
    "parse",
    "parse_template",
    "render",
    "render_text",
]
