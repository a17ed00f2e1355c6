"""The templates of the pages: ours, and before them those that a project puts in their place, block by block."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runbook.errors import Misuse
from runbook.views.language import ENGLISH, Language

if TYPE_CHECKING:
    import jinja2

_THEIRS = "theirs:"
"""What the name of a template begins with that is one of the project, in what is said of errors."""


def templates(overrides: Mapping[str, str], language: Language = ENGLISH) -> jinja2.Environment:
    """Our templates in a language, and `overrides` by their names; everything that goes into one is escaped.

    An override extends ours by its name with `runbook/` before it: `{% extends "runbook/process.html" %}`.
    """
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from runbook.views.escaping import Template
    from runbook.views.put_in_words import put_in_words

    ours = jinja2.PackageLoader("runbook.views", "site/templates")

    def own(name: str) -> tuple[str, str, None] | None:
        return (overrides[name], f"{_THEIRS}{name}", None) if name in overrides else None

    loaders = [jinja2.FunctionLoader(own), jinja2.PrefixLoader({"runbook": ours}), ours]
    kind = ImmutableSandboxedEnvironment if overrides else jinja2.Environment
    made = kind(
        loader=jinja2.ChoiceLoader(loaders),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.template_class = Template
    return put_in_words(made, "t", language.say)


def filled_in(made: jinja2.Environment, name: str, values: Mapping[str, Any], folder: str) -> str:
    """A template with its values; `Misuse` when one of the project, in `folder`, is what it can't be done with."""
    try:
        return made.get_template(name).render(values)
    except Exception as error:
        if place := _place(error):
            message = f"{folder.rstrip('/')}/{place}: {_said(error)}"
            raise Misuse(message, "mend the template, or take it away to have ours") from error
        raise


def _place(error: Exception) -> str:
    """The template of the project, with the line, in which something went wrong; empty when it is none of theirs."""
    import jinja2

    found = [(each.filename, each.lineno) for each in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, jinja2.TemplateSyntaxError):
        found.append((error.filename or "", error.lineno))
    theirs = [f"{name.removeprefix(_THEIRS)}:{line}" for name, line in found if name.startswith(_THEIRS)]
    return theirs[-1] if theirs else ""


def _said(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return f"{text[:1].lower()}{text[1:]}".rstrip(".")
