"""Texts of authors that look the same on a page and on paper: sentences, lists, stress and names, as most texts are.

Rule 1: what one of the two shows in its own way (links, pictures, headings, lines of code) is read by
a parser that knows that way, which whoever asks brings along.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from runbook.views.simple import in_blocks

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MEANS_MORE = re.compile("[][~|\ue000\ue001]")
"""What the parsers of pages and of paper read each in its way: links, crossed out words, tables, values, blanks."""

_PAIRS = ("paragraph", "bullet_list", "ordered_list", "list_item", "strong", "em")
_ALIKE = {"inline", "text", "softbreak", "hardbreak", "code_inline"}.union(
    *({f"{each}_open", f"{each}_close"} for each in _PAIRS)
)
_LONGEST = 4_000
"""Characters of a text that is kept."""


def as_html(text: str, read: Callable[[str], str]) -> str:
    """The text, which holds nothing invisible, as HTML; `read` is asked for what a page and a sheet differ in."""
    return in_blocks(text, lambda part: same if (same := _same_everywhere(part)) is not None else read(part))


def _same_everywhere(text: str) -> str | None:
    return None if len(text) > _LONGEST or _MEANS_MORE.search(text) else _html(text)


@functools.lru_cache(maxsize=400)
def _html(text: str) -> str | None:
    """Kept by the text: a procedure's page is made just before its checklist, which has most of its texts again."""
    tokens = _parser().parse(text)
    return str(_parser().renderer.render(tokens, _parser().options, {})) if _alike(tokens) else None


def _alike(tokens: Iterable[Token]) -> bool:
    return all(token.type in _ALIKE and _alike(token.children or ()) for token in tokens)


@functools.cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).disable(["html_block", "html_inline"])
