"""Escapes what is put into templates as the library does, which is not asked where there is nothing to escape.

A page has some nine hundred such places, nearly all of them HTML already or a word without a special sign.
"""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from types import CodeType
from typing import Any

import jinja2
from markupsafe import Markup, escape

_special = re.compile("[&<>\"']").search


def escaped(value: object) -> str:
    """The value as HTML; `Markup` is that already."""
    if type(value) is str:
        return value if _special(value) is None else escape(value)
    return value if type(value) is Markup else escape(value)


class Template(jinja2.Template):
    """A template that escapes in this way whatever it puts on a page."""

    @classmethod
    def from_code(
        cls,
        environment: jinja2.Environment,
        code: CodeType,
        globals: MutableMapping[str, Any],
        uptodate: Callable[[], bool] | None = None,
    ) -> jinja2.Template:
        """The template in compiled code, which names what it escapes with."""
        made = super().from_code(environment, code, globals, uptodate)
        names = made.root_render_func.__globals__
        assert names["escape"] is escape
        names["escape"] = escaped
        return made
