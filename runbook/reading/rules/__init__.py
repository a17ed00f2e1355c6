"""The rules of meaning: one file each, collected here by being in the folder."""

from __future__ import annotations

import functools
import pkgutil
from importlib import import_module

from runbook.diagnostics import Problem, Severity
from runbook.reading.rule import Rule


@functools.cache
def builtin() -> tuple[Rule, ...]:
    """Every rule, in the order of their codes."""
    modules = [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    rules = [
        Rule(
            Problem(
                module.CODE,
                module.NAME,
                module.__doc__ or "",
                getattr(module, "SEVERITY", Severity.ERROR),
                getattr(module, "DISPENSABLE", False),
            ),
            module.check,
        )
        for module in modules
    ]
    return tuple(sorted(rules, key=lambda rule: rule.problem.code))
