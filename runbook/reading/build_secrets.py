"""Where a process has its secrets from, and whether one stands where nobody sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runbook.clauses import Expression, Secret
from runbook.errors import ExpressionError
from runbook.expressions.names import names, path_of


def build_secrets(given: Mapping[str, Mapping[str, Any]]) -> dict[str, Secret]:
    """The secrets of a process by name; nothing is looked up."""
    return {
        name: Secret(name, each["from"], {option: value for option, value in each.items() if option != "from"})
        for name, each in given.items()
    }


def misplaced(expression: Expression, sealed: bool) -> ExpressionError | None:
    """What is wrong with the secrets of an expression; `sealed` where its value goes to a program alone."""
    for path, _ in names(expression.tree):
        if path[0] != "secrets":
            continue
        source = expression.source.strip()
        if path_of(expression.tree) != path or len(path) != 2:
            help = "write it alone, as `{{ secrets.NAME }}`, with text before or after it"
            return ExpressionError(f"a secret can't be worked with, only passed on: `{source}`", help)
        if not sealed:
            help = (
                "pass it in `env` or `stdin`; in a script, read the variable of `env` where no argument is made of it"
            )
            return ExpressionError(f"`{source}` would be seen by others here", help)
    return None
