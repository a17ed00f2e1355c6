"""Texts of sentences, lists and tables, with words in bold and names as code: most texts of authors are no more.

The library for Markdown takes some hundred steps for each word of such a text. What is read here, it reads the same: a
test holds the two together. Whatever else a text may hold is for the library: a block of it where
the blocks stand apart, or the whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain, pairwise, repeat

_SIGNS = "\ue000\ue001" + r""" ,.:;()'"!?%+=@/-"""
"""What a line may hold besides letters; the first two mark a place where something else will be put."""
_CODE = r"`([\w./:@%+=,\ue000\ue001-]+(?: [\w./:@%+=,\ue000\ue001-]+)*)`"
_STRONG = rf"\*\*([^\W_](?:(?:[^\W_]|[{_SIGNS}])*[^\W_])?)\*\*(?!\*)"
_REST = rf"(?:[^\W_]|[{_SIGNS}]|(?<!`){_CODE}(?!`)|(?<!\*){_STRONG})*(?<! )"
_LINE = re.compile(rf"(?:[^\W\d_]|\ue000|{_CODE}|{_STRONG}){_REST}")
_CELL = re.compile(rf"(?:[^\W_]|\ue000|{_CODE}|{_STRONG}){_REST}")
_RULE = re.compile(r"\|(?: -+ \|)+")
_BOLD, _NAME = re.compile(_STRONG), re.compile(_CODE)
_FIRST = ("- ", "1. ")
"""What a list begins with; one that counts from another number says so on the page, which is for the library."""
_ITEM = re.compile(r"- |[1-9]\d?\. ")
_APART = re.compile(r"(?:[^\W\d_]|\||`[^`\r]|\*\*[^\W_]|\ue000)[^\r]*")
"""A line of a paragraph or a table; no block of such lines means anything to the block after it, or ends in one."""


def in_blocks(text: str, library: Callable[[str], str]) -> str:
    """The text as the library would give it, which is asked for what is not simple: some of the blocks, or all."""
    blocks = text.strip("\n").split("\n\n")
    made = [(block, _simple(block)) for block in blocks]
    meet = any(_sort(one) and _sort(two) for one, two in pairwise(blocks))  # a list with space in it, perhaps
    if meet or not all(html is not None or _apart(block) for block, html in made):
        return library(text)
    return "".join([library(block) if html is None else html for block, html in made])


def _apart(block: str) -> bool:
    """Whether what is not simple in the block stays within it."""
    return all(map(_APART.fullmatch, block.split("\n")))


def _simple(block: str) -> str | None:
    """A paragraph, a list or a table as HTML; None for one that holds more, or may do so."""
    lines, sort = block.split("\n"), _sort(block)
    if block.startswith("| "):
        return _table(lines)
    if sort:
        if any(_sort(line) != sort for line in lines) or not block.startswith(_FIRST):
            return None
        lines = [line[line.index(" ") + 1 :] for line in lines]
    if not all(map(_LINE.fullmatch, lines)):
        return None
    shown = [_shown(line) for line in lines]
    return _listed(sort, shown) if sort else "<p>" + "\n".join(shown) + "</p>\n"


def _table(lines: list[str]) -> str | None:
    """A table whose cells are all there, aligned as they come."""
    if len(lines) < 3 or not _RULE.fullmatch(lines[1]) or not all(line.endswith(" |") for line in lines):
        return None
    rows = [line[2:-2].split(" | ") for line in lines]
    if any(len(row) != len(rows[1]) for row in rows) or not all(map(_CELL.fullmatch, chain(rows[0], *rows[2:]))):
        return None
    head, *body = [
        "<tr>\n" + "".join([f"<{tag}>{_shown(cell)}</{tag}>\n" for cell in row]) + "</tr>\n"
        for tag, row in zip(("th", *repeat("td", len(rows) - 2)), (rows[0], *rows[2:]), strict=True)
    ]
    return f"<table>\n<thead>\n{head}</thead>\n<tbody>\n{''.join(body)}</tbody>\n</table>\n"


def _sort(line: str) -> str:
    """The element of the list that a line is an item of; empty when it is none."""
    found = _ITEM.match(line)
    return "" if not found else "ul" if found[0] == "- " else "ol"


def _listed(sort: str, items: list[str]) -> str:
    return "".join([f"<{sort}>\n", *(f"<li>{item}</li>\n" for item in items), f"</{sort}>\n"])


def _shown(line: str) -> str:
    """A line as HTML; of the signs that it may hold, the double quote alone has to be escaped."""
    if "**" in line:
        line = _BOLD.sub(r"<strong>\1</strong>", line)
    if "`" in line:
        line = _NAME.sub(r"<code>\1</code>", line)
    return line.replace('"', "&quot;")
