"""Texts of authors that look the same on a page and on paper: sentences, lists, stress and names, as most texts are.

Rule 1: what one of the two shows in its own way (links, pictures, tables, headings, code in lines of its own, values) is
not for here; whoever asks gets nothing, and reads the text with a parser that knows that way.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from runbook.views.markdown import is_plain

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MEANS_MORE = re.compile("[~|\ue000\ue001]|\\{\\{")
"""What only the parsers of pages or of paper know: crossed out words, tables, values and blanks."""

_ALIKE = frozenset(
    "paragraph_open paragraph_close bullet_list_open bullet_list_close ordered_list_open ordered_list_close"
    " list_item_open list_item_close inline text softbreak hardbreak strong_open strong_close em_open em_close"
    " code_inline".split()
)
_LONGEST = 4_000
"""Characters of a text that is kept."""


def same_everywhere(text: str) -> str | None:
    """The text, which holds nothing invisible, as HTML; None when a page and a sheet of paper differ in it."""
    if is_plain(text):
        return f"<p>{escape(text.rstrip(), quote=False)}</p>\n"
    return None if len(text) > _LONGEST or _MEANS_MORE.search(text) else _html(text)


@functools.lru_cache(maxsize=400)
def _html(text: str) -> str | None:
    """Kept by the text: a procedure's page is made just before its checklist, which has most of its texts again."""
    tokens, env = _parser().parse(text), {}
    return str(_parser().renderer.render(tokens, _parser().options, env)) if _alike(tokens) else None


def _alike(tokens: Iterable[Token]) -> bool:
    return all(token.type in _ALIKE and _alike(token.children or ()) for token in tokens)


@functools.cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).disable(["html_block", "html_inline"])
