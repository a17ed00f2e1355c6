"""A forecast on a screen and for programs: with each chance, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runbook.operations.seconds import instant_of
from runbook.operations.wall import DAY, local

if TYPE_CHECKING:
    from runbook.views.style import Style

PERCENTS = (50, 85, 95)
_DAY = 86400


@dataclass(frozen=True, slots=True)
class Forecast:
    """In how many days so many items are done, or how many items in so many days, with each of the chances."""

    items: int | None
    days: int | None
    found: tuple[int, ...]
    samples: tuple[int, ...]
    """Items finished on each day that it rests on."""
    now: int
    warning: str = ""


def shown(told: Forecast, timezone: str, style: Style) -> Iterator[str]:
    """The forecast in sentences."""
    if told.items is not None:
        yield style.bold(f"{told.items} item{_s(told.items)}:")
        for percent, days in zip(PERCENTS, told.found, strict=True):
            end = local(told.now + days * _DAY, timezone, DAY)
            yield f"  {percent} % chance  within {days} day{_s(days)}, by {end}"
    else:
        assert told.days is not None
        yield style.bold(f"In {told.days} day{_s(told.days)}, by {local(told.now + told.days * _DAY, timezone, DAY)}:")
        for percent, items in zip(PERCENTS, told.found, strict=True):
            yield f"  {percent} % chance  {items} item{_s(items)} or more"
    yield f"It rests on {sum(told.samples)} items finished in {len(told.samples)} days."
    if told.warning:
        yield style.paint(f"Beware: {told.warning}.", "33")


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def as_json(told: Forecast) -> dict[str, Any]:
    """The forecast for programs."""
    what = "days" if told.items is not None else "items"
    chances = [
        {
            "percent": percent,
            what: each,
            **({"by": instant_of(told.now + each * _DAY)} if told.items is not None else {}),
        }
        for percent, each in zip(PERCENTS, told.found, strict=True)
    ]
    return {
        "items": told.items,
        "days": told.days,
        "chances": chances,
        "samples": list(told.samples),
        "warning": told.warning or None,
    }
