"""The rules of improvement: one file each, collected here by being in the folder."""

from __future__ import annotations

import functools
import pkgutil
from importlib import import_module

from runbook.operations.improve.rule import Rule


@functools.cache
def builtin() -> tuple[Rule, ...]:
    """Every rule, by name."""
    modules = [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    rules = [
        Rule(
            module.NAME,
            (module.__doc__ or "").partition("\n\n")[0],
            module.SUGGESTS,
            module.__doc__ or "",
            module.LIMITS,
            module.suggest,
        )
        for module in modules
    ]
    return tuple(sorted(rules, key=lambda rule: rule.name))
