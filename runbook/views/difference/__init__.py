"""What changed between two versions of a process, in the words of a reader; gates that became weaker first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from runbook.definition import Process
from runbook.views.difference.told import Told, told
from runbook.views.style import Style
from runbook.views.visible import visible

__all__ = ["Told", "as_json", "as_lines", "of_pair", "told"]

_MARKS = {"new": "+", "gone": "-", "weaker": "!", "changed": "~", "text": " "}


def of_pair(before: Process | None, after: Process | None) -> list[Told]:
    """The differences of two versions of one process, one of which may not be there."""
    if before is None or after is None:
        there = before or after
        assert there is not None
        said = "is used now" if before is None else "is not used any more"
        return [Told(there.id, "", "", "new" if before is None else "gone", False, f"the process `{there.id}` {said}")]
    return told(before, after)


def as_lines(before: str, after: str, found: Sequence[Told], style: Style) -> Iterator[str]:
    """The differences as lines: first what became weaker, then in the order of the process, wording last."""
    if not found:
        yield f"{visible(before)} and {visible(after)} say the same."
        return
    several = len({each.process for each in found}) > 1
    for title, some in _grouped(found):
        yield style.paint(title, "1;31" if title == _WEAKER else "1")
        for each in some:
            where = f"{each.process}: " if several else ""
            mark = _MARKS["weaker" if each.weaker else each.sort]
            yield f"  {mark} {visible(where + each.text)}"
            for line in each.detail:
                colour = {"+": "32", "-": "31"}.get(line[:1], "2")
                yield f"      {style.paint(visible(line), colour)}"
        yield ""
    weaker = sum(1 for each in found if each.weaker)
    counted = f"{len(found)} difference{'' if len(found) == 1 else 's'}"
    yield f"{counted} between {visible(before)} and {visible(after)}" + (f", {weaker} of a gate" if weaker else "")


_WEAKER = "Gates that became weaker"


def _grouped(found: Sequence[Told]) -> Iterator[tuple[str, list[Told]]]:
    groups = (
        (_WEAKER, [each for each in found if each.weaker]),
        ("What is done", [each for each in found if not each.weaker and each.sort != "text"]),
        ("Wording", [each for each in found if not each.weaker and each.sort == "text"]),
    )
    yield from ((title, some) for title, some in groups if some)


def as_json(before: str, after: str, found: Sequence[Told]) -> dict[str, Any]:
    """The same for programs."""
    order = sorted(found, key=lambda each: (not each.weaker, each.sort == "text"))
    return {"before": before, "after": after, "differences": [asdict(each) for each in order]}
