"""The comments of a YAML file, which its parser skips: where each stands, and what text they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from yaml import events as yaml_events

events: Any = yaml_events

_COMMENT = re.compile(r"(?:(?<=[ \t\n\r\ufeff])|\A)#[^\n]*")
_ANCHOR = re.compile(r"&[^\s,\[\]{}]+")
_BEFORE_A_VALUE = re.compile(r"(?:[ \t\r\n]|(?<=[ \t\r\n])#[^\n]*)*")


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment: its text from `#` on, and where it begins."""

    text: str
    index: int
    line: int
    """The number of its line, from 0."""
    column: int
    alone: bool
    """True when nothing stands before it in its line."""


def comments_of(text: str, parsed: list[Any]) -> tuple[Comment, ...]:
    """Every comment of a text whose events these are, in order."""
    found = []
    line, counted = 0, 0
    for at, end in _outside(text, parsed):
        for match in _COMMENT.finditer(text, at, end):
            line += text.count("\n", counted, match.start())
            counted = match.start()
            start = text.rfind("\n", 0, match.start()) + 1
            alone = not text[start : match.start()].strip(" \t\ufeff")
            found.append(Comment(match[0].rstrip(), match.start(), line, match.start() - start, alone))
    return tuple(found)


def structure_of(text: str, parsed: list[Any]) -> str:
    """The text with blanks for everything that is a value, a comment or an anchor: what is left steers the parser."""
    left = [" "] * len(text)
    for at, end in _outside(text, parsed):
        piece = _ANCHOR.sub(
            lambda match: " " * len(match[0]), _COMMENT.sub(lambda match: " " * len(match[0]), text[at:end])
        )
        left[at:end] = piece
    return "".join(left)


def _outside(text: str, parsed: list[Any]) -> Iterator[tuple[int, int]]:
    """The stretches of a text that are not inside of a value."""
    at = 0
    for start, end in _values(text, parsed):
        yield at, start
        at = end
    yield at, len(text)


def _values(text: str, parsed: list[Any]) -> Iterator[tuple[int, int]]:
    """Where each value that is no list and no mapping begins and ends, without its anchor and a block's first line."""
    for event in parsed:
        if isinstance(event, events.AliasEvent):
            yield event.start_mark.index, event.end_mark.index
        elif isinstance(event, events.ScalarEvent):
            start, end = value_start(text, event), event.end_mark.index
            if event.style in ("|", ">"):  # a comment may stand behind the sign
                header = text.find("\n", start, end)
                start = header if header >= 0 else end
            if start < end:
                yield start, end
        elif isinstance(event, events.DocumentStartEvent | events.DocumentEndEvent) and event.explicit:
            yield event.start_mark.index, event.end_mark.index


def value_start(text: str, event: Any) -> int:
    """Where the value of a scalar begins, behind its anchor."""
    start: int = event.start_mark.index
    if event.anchor is None or not (anchor := _ANCHOR.match(text, start)):
        return start
    between = _BEFORE_A_VALUE.match(text, anchor.end(), event.end_mark.index)
    return between.end() if between else anchor.end()
