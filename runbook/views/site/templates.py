"""The templates of the pages: ours, and before them those that a project puts in their place, block by block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jinja2


def templates(overrides: Mapping[str, str]) -> jinja2.Environment:
    """Our templates, and `overrides` by their names; everything that goes into one is escaped.

    An override extends ours by its name with `runbook/` before it: `{% extends "runbook/process.html" %}`.
    """
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    ours = jinja2.PackageLoader("runbook.views", "site/templates")
    loaders = [jinja2.DictLoader(dict(overrides)), jinja2.PrefixLoader({"runbook": ours}), ours]
    made = ImmutableSandboxedEnvironment if overrides else jinja2.Environment
    return made(
        loader=jinja2.ChoiceLoader(loaders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
