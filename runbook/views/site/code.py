"""Commands and other code on a page: coloured, with a button to copy, and with the values that a reader fills in."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from runbook.views.escaping import escaped
from runbook.views.site.markup import VALUE, value
from runbook.views.visible import visible

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

SHELLS = ("sh", "bash", "shell", "console")
"""What is typed at a shell, where a value that is filled in has to be quoted."""

_STANDS = re.compile(r"qzv(\d+)vzq")
"""The word that stands for a value while the code is coloured: a name in every language."""
_LONGEST = 20_000
"""Characters that are coloured; longer code is shown as it is."""


def code_block(source: str, language: str = "", label: str = "") -> Markup:
    """Code with its bar: the language, and a button that copies it, shown by the script of the page."""
    name = re.sub(r"[^A-Za-z0-9+-]", "", language)[:20]
    return framed(coloured(visible(source).rstrip("\n"), name), label or name or "text")


def framed(code: Markup, label: str) -> Markup:
    """Code that is HTML already, with its bar."""
    return Markup(
        f'<div class="command"><div class="bar"><span class="language">{escape(label)}</span>'
        '<button type="button" class="copy" data-copy hidden></button></div>'
        f'<pre tabindex="0"><code>{escape(code)}</code></pre></div>'
    )


@functools.lru_cache(maxsize=4_000)
def coloured(source: str, language: str) -> Markup:
    """Code as HTML with a class for each sort of word."""
    pieces = VALUE.split(source)
    values = pieces[1::2]
    quoting = _quoting(pieces) if language in SHELLS else [""] * len(values)
    marked = "".join(piece if at % 2 == 0 else f"qzv{at // 2}vzq" for at, piece in enumerate(pieces))
    lexer = None if len(source) > _LONGEST or "qzv" in source else _lexer(language)
    if lexer is None:
        shown = (str(value(piece, quoting[at // 2]) if at % 2 else escape(piece)) for at, piece in enumerate(pieces))
        return Markup("".join(shown))

    def back(found: re.Match[str]) -> str:
        return str(value(values[int(found[1])], quoting[int(found[1])]))

    return Markup(_STANDS.sub(back, _highlighted(marked, lexer)))


def _highlighted(source: str, lexer: Lexer) -> str:
    shown = []
    for sort, text in lexer.get_tokens(source):
        css = _class_of(sort)
        shown.append(f'<span class="{css}">{escaped(text)}</span>' if css and text.strip() else escaped(text))
    return "".join(shown)


@functools.cache
def _class_of(sort: _TokenType) -> str:
    """The class of a sort of word, of which a library of lexers has some hundred; empty for one without a colour."""
    from pygments import token

    sorts = {
        token.Comment: "c",
        token.Keyword: "k",
        token.Literal.String: "s",
        token.Literal.Number: "m",
        token.Name.Builtin: "n",
        token.Name.Function: "n",
        token.Name.Tag: "n",
        token.Name.Attribute: "n",
        token.Name.Variable: "v",
    }
    return next((letter for known, letter in sorts.items() if sort in known), "")  # type: ignore[comparison-overlap]  # the library says "in" for "is a sort of"


@functools.cache
def _lexer(language: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    if not language or language == "text":
        return None
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _quoting(pieces: list[str]) -> list[str]:
    """How each value stands in a script: `none`, `single` or `double` quotes around it."""
    found, inside, escaped = [], "none", False
    for at, piece in enumerate(pieces):
        if at % 2:
            found.append(inside)
            continue
        for sign in piece:
            if escaped:
                escaped = False
            elif sign == "\\" and inside != "single":
                escaped = True
            elif sign == "'" and inside != "double":
                inside = "none" if inside == "single" else "single"
            elif sign == '"' and inside != "single":
                inside = "none" if inside == "double" else "double"
    return found
