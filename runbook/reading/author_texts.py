"""The links in what authors write as Markdown: in the texts of processes and groups, and in pages of their own."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from runbook.outcome import Json
from runbook.source import Path

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_FIELDS = frozenset(
    {
        "caution", "description", "hazards", "manual", "note", "prerequisites", "question", "summary", "text", "undo",
        "use_when", "warning", "why",
    }
)  # fmt: skip
"""The fields whose texts are Markdown."""
_VALUES = frozenset({"with", "sample", "env", "default", "enum"})
"""The fields whose texts are values of runs."""
_VALUE = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_FILLED = "\ue000"
"""Stands for a value that is filled in when the process runs: a link with one is known only then."""


def links_in(data: Json, acting: Collection[str] = (), at: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every link in a document, with the place of the text it stands in; `acting` are the fields that hold programs."""
    if isinstance(data, str):
        field = next((part for part in reversed(at) if isinstance(part, str)), "")
        if at[:1] == ("references",) and field == "url":
            yield at, data
        elif field in _FIELDS:
            yield from ((at, target) for _, target in links_of(data))
    elif isinstance(data, dict):
        for name, value in data.items():
            if name not in acting and name not in _VALUES:
                yield from links_in(value, acting, (*at, name))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from links_in(value, acting, (*at, number))


def links_of(text: str) -> Iterator[tuple[int, str]]:
    """Every target of a link or a picture in a text, with the line (from 1) of the paragraph it stands in."""
    if "](" not in text and "]:" not in text:
        return
    for block in _parser().parse(_VALUE.sub(_FILLED, text)):
        for token in block.children or ():
            given: Any = token.attrs.get("href", token.attrs.get("src", ""))
            if given and _FILLED not in (target := str(given)) and "%EE%80%80" not in target:
                yield (block.map[0] + 1 if block.map else 1), target


@functools.cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")
