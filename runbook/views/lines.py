"""Lines of text laid out for a width: wrapped at words, aligned in columns. Colours take no room."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.outcome import Json

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def columns(text: str) -> int:
    """How many columns a text takes."""
    text = _COLOUR.sub("", text)
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text)


def wrapped(text: str, width: int, margin: str = "", later: str | None = None) -> list[str]:
    """The text on lines of that width, broken between words only; `later` is the margin after the first line."""
    lines: list[str] = []
    line, empty = margin, True
    for word in text.split():
        if not empty and columns(line) + 1 + columns(word) > width:
            lines.append(line)
            line, empty = margin if later is None else later, True
        line += word if empty else f" {word}"
        empty = False
    return lines if empty else [*lines, line]


def fitted(line: str, width: int, indent: int = 4) -> list[str]:
    """The line as it stands where it fits; else broken between words, with what follows indented."""
    if columns(line) <= width:
        return [line]
    lines, used = [""], 0
    for word in re.findall(r"\s*\S+", line):
        if used and used + columns(word) > width:
            lines.append(" " * indent)
            word, used = word.lstrip(), indent
        lines[-1] += word
        used += columns(word)
    return lines


def pairs(rows: Iterable[tuple[str, str]], width: int, margin: int) -> Iterator[str]:
    """Two parts a row: beside each other in columns, or below each other where one row is too long for the width."""
    found = list(rows)
    longest = max((columns(first) for first, _ in found), default=0)
    narrow = any(longest + 2 + columns(second) > width for _, second in found)
    for first, second in found:
        if narrow:
            yield first
            below = " " * margin + second
            yield from [below] if columns(below) <= width else wrapped(second, width, " " * margin)
        else:
            yield f"{first}{' ' * (longest - columns(first))}  {second}".rstrip()


def sentence(text: str) -> str:
    """The text with its first letter as at the start of a sentence, and all others as they are."""
    return text[:1].upper() + text[1:]


def minute(at: str) -> str:
    """An instant for people: `2026-11-22 09:00`."""
    return at[:16].replace("T", " ")


def shortened(value: Json, width: int = 60) -> str:
    """A value on one line, cut where it gets long."""
    text = visible(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).replace("\n", " ")
    return text if len(text) <= width else text[: width - 3] + "..."
