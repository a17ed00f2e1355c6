"""Templates whose own words are put in when they are read, so that `t("Search")` costs nothing on each of many pages.

Rule 1: only whole calls with nothing but a text are replaced; one with values is said when the page is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from jinja2.ext import Extension
from jinja2.lexer import Token

if TYPE_CHECKING:
    import jinja2
    from jinja2.lexer import TokenStream

    from runbook.phrases import Say

_CALL = ("name", "lparen", "string", "rparen")


def put_in_words(made: jinja2.Environment, name: str, say: Say) -> jinja2.Environment:
    """The templates, of one language from now on: what `say` makes of the text stands for `name("...")`."""

    class Words(Extension):
        def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
            return _said(list(stream), name, say)

    made.add_extension(Words)
    return made


def _said(tokens: list[Token], name: str, say: Say) -> Iterator[Token]:
    at = 0
    while at < len(tokens):
        here = tokens[at : at + len(_CALL)]
        own = at == 0 or tokens[at - 1].type != "dot"
        if own and tuple(each.type for each in here) == _CALL and here[0].value == name:
            yield Token(here[2].lineno, "string", say(here[2].value))
            at += len(_CALL)
        else:
            yield tokens[at]
            at += 1
