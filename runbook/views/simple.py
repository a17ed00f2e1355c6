"""Texts of sentences and lists, with words in bold and names as code, as HTML: most texts of authors are no more.

The library for Markdown takes some hundred steps for each word of such a text. What is read here, it reads the same: a
test holds the two together. Whatever else a text may hold is for the library, and gets nothing here.
"""

from __future__ import annotations

import re

_SIGNS = r""" ,.:;()'"!?%+=@/-"""
_CODE = r"`([\w./:@%+=,-]+(?: [\w./:@%+=,-]+)*)`"
_STRONG = rf"\*\*([^\W_](?:(?:[^\W_]|[{_SIGNS}])*[^\W_])?)\*\*(?!\*)"
_LINE = re.compile(rf"(?:[^\W\d_]|{_CODE}|{_STRONG})(?:[^\W_]|[{_SIGNS}]|(?<!`){_CODE}(?!`)|(?<!\*){_STRONG})*(?<! )")
_BOLD, _NAME = re.compile(_STRONG), re.compile(_CODE)
_FIRST = ("- ", "1. ")
"""What a list begins with; one that counts from another number says so on the page, which is for the library."""
_ITEM = re.compile(r"- |[1-9]\d?\. ")


def simple(text: str) -> str | None:
    """The text as the library would give it; None for one that holds more, or may do so."""
    made, listed = [], False
    for block in text.strip("\n").split("\n\n"):
        lines, sort = block.split("\n"), _sort(block)
        if sort:
            if listed or any(_sort(line) != sort for line in lines) or not block.startswith(_FIRST):
                return None
            lines = [line[line.index(" ") + 1 :] for line in lines]
        if not all(map(_LINE.fullmatch, lines)):
            return None
        shown = [_shown(line) for line in lines]
        made.append(_listed(sort, shown) if sort else "<p>" + "\n".join(shown) + "</p>\n")
        listed = bool(sort)
    return "".join(made)


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
