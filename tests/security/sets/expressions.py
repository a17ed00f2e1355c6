"""Expressions that have broken out of template languages or exhausted them, as conditions and inside of text."""

from __future__ import annotations

import time

from jinja2 import Environment

from runbook.errors import ExpressionError
from runbook.expressions import evaluate, parse, parse_template, render
from tests.expressions.attacks import ESCAPES, EXHAUSTIONS, NAMES
from tests.security.attempt import AttackSet, Attempt, Outcome, succeeded
from tests.security.ground import Ground

LONGEST = 1.0
"""Seconds of the processor."""
LARGEST = 1 << 20
"""Characters or items of a result."""


def bare(source: str, escapes: bool) -> Attempt:
    """An expression alone, as it stands in a condition."""

    def work(ground: Ground) -> Outcome:
        began = time.process_time()
        try:
            result = evaluate(parse(source), NAMES)
        except ExpressionError:
            result = None
            refused = True
        else:
            refused = False
        succeeded(time.process_time() - began > LONGEST, "it took too long")
        succeeded(isinstance(result, str | list) and len(result) > LARGEST, "it made too much")
        succeeded(escapes and not refused, f"it gave {str(result)[:80]}")
        return "refused" if refused else "harmless"

    return Attempt("condition", source, work)


def in_text(source: str) -> Attempt:
    """The same between braces in a text."""

    def work(ground: Ground) -> Outcome:
        began = time.process_time()
        try:
            result = render(parse_template("a {{ " + source + " }} b"), NAMES)
        except ExpressionError:
            result, refused = "", True
        else:
            refused = False
        succeeded(time.process_time() - began > LONGEST, "it took too long")
        succeeded(len(str(result)) > 2 * LARGEST, "it made too much")
        succeeded("class" in str(result) or "root:" in str(result), f"it gave {str(result)[:80]}")
        return "refused" if refused else "harmless"

    return Attempt("text", source, work)


def compiled(source: str) -> Attempt:
    """The control: the same expression, compiled by the library whose grammar it is."""

    def work(ground: Ground) -> Outcome:
        result = str(Environment(autoescape=False).from_string("{{ " + source + " }}").render(**NAMES))
        succeeded("class" in result or "root:" in result or len(result) > LARGEST, f"it gave {result[:80]}")
        return "harmless"

    return Attempt("compiled", source, work)


SET = AttackSet(
    name="expressions",
    tries="an expression reaches Python, or takes the machine's time or memory",
    answer="a tree of few sorts of nodes is walked, and what a result costs is known before it is built",
    attempts=(
        *(bare(source, escapes=True) for source in ESCAPES),
        *(bare(source, escapes=False) for source in EXHAUSTIONS),
        *(in_text(source) for source in (*ESCAPES, *EXHAUSTIONS)),
    ),
    controls=(
        compiled("''.__class__.__mro__[1].__subclasses__()"),
        compiled("lipsum.__globals__['os'].popen('cat /etc/passwd').read()"),
        compiled("'x' * 3000000"),
    ),
)
