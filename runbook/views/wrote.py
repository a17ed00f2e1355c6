"""What a program wrote last, as part of what a person is told about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.outcome import Json

_MOST_LINES = 8
_LONGEST_LINE = 300


def excerpt(result: Mapping[str, Json]) -> Iterator[str]:
    """The last lines of a result: of all it wrote where that is known as one, else its output, then its errors."""
    written = [result["output"]] if result.get("output") else [result.get("stdout"), result.get("stderr")]
    lines = [line for text in written for line in str(text or "").rstrip().splitlines()]
    for line in lines[-_MOST_LINES:]:
        yield f"    | {visible(line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE] + '...')}"
