"""The flow of a board on a screen and for programs: measures, expectations, aging and the cumulative flow diagram."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from runbook.durations import in_words
from runbook.operations.flow_report import PERCENTS, Aging, FlowReport
from runbook.operations.seconds import instant_of
from runbook.operations.wall import DAY, local
from runbook.views.lines import columns, fitted
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.views.style import Style

_DAY = 86400
_ROWS = 13
_OLDEST = 10
_COLOURS = ("", "2", "33", "33", "31")


def shown(report: FlowReport, style: Style, width: int) -> Iterator[str]:
    """The flow of a board."""
    days = len(report.throughput)
    yield style.bold(f"{visible(report.board.title)} ({report.board.id}), {days} days")
    yield f"  work in progress  {report.wip}"
    weekly = report.finished * 7 / days if days else 0.0
    yield f"  throughput        {report.finished} finished, {weekly:.1f} a week"
    for name, percentiles in (("cycle time", report.cycle), ("lead time", report.lead)):
        told = ", ".join(f"{percent} % within {_days(seconds)}" for percent, seconds in percentiles)
        yield from fitted(f"  {name:<17} {told or 'nothing was finished'}", width, 20)
    share = "not known" if report.efficiency is None else f"{report.efficiency * 100:.0f} %"
    yield f"  flow efficiency   {share}"
    told = ", ".join(f"{reason} {in_words(seconds)}" for reason, seconds in report.blocked.items())
    yield from fitted(f"  blocked           {told or 'never'}", width, 20)
    yield ""
    for each in report.expectations:
        yield f"{each.text()} ({len(each.samples)} finished)"
    if not report.expectations:
        yield f"Fewer than {report.board.sle_min_items} items of a kind are finished, so nothing can be expected yet."
    if report.aging:
        yield ""
        yield "Oldest:"
        yield from _aging(report.aging, style)
    yield ""
    yield from _diagram(report, style)


def _days(seconds: int) -> str:
    days = -(-seconds // _DAY)
    return f"{days} day{'' if days == 1 else 's'}"


def _aging(found: Sequence[Aging], style: Style) -> Iterator[str]:
    room = max(len(each.item) for each in found[:_OLDEST])
    for each in found[:_OLDEST]:
        chance = "" if each.chance is None else f"  {round(each.chance * 100)} % to be in time"
        age = style.paint(f"{in_words(each.age):>10}", _COLOURS[min(each.band, len(_COLOURS) - 1)])
        yield f"  {each.item:<{room}}  {age}  {each.column}{chance}  {visible(each.title)}"
    if len(found) > _OLDEST:
        yield f"  and {len(found) - _OLDEST} more"


def _diagram(report: FlowReport, style: Style) -> Iterator[str]:
    """How many items stood in each column at the end of days: a row a week where there are many days."""
    rows = list(report.diagram)
    step = max(1, -(-len(rows) // _ROWS))
    chosen = rows[::-1][::step][::-1]
    names = [visible(column.title) for column in report.board.columns]
    widths = [max(columns(name), 4) for name in names]
    head = "  ".join(name + " " * (width - columns(name)) for name, width in zip(names, widths, strict=True))
    yield style.bold(f"At the end of  {head}".rstrip())
    for at, counts in chosen:
        cells = (
            f"{counts.get(column.id, 0):>{width}}" for column, width in zip(report.board.columns, widths, strict=True)
        )
        yield f"  {local(at - 1, report.zone.key, DAY)}   {'  '.join(cells)}"


def as_json(report: FlowReport) -> dict[str, Any]:
    """The flow for programs; times are seconds."""
    return {
        "board": report.board.id,
        "from": instant_of(report.since),
        "to": instant_of(report.until),
        "wip": report.wip,
        "finished": report.finished,
        "throughput": list(report.throughput),
        "cycle": _percentiles(report.cycle),
        "lead": _percentiles(report.lead),
        "efficiency": None if report.efficiency is None else round(report.efficiency, 4),
        "blocked": dict(report.blocked),
        "expectations": [
            {
                report.board.sle_by: each.kind,
                "percent": each.percent,
                "seconds": each.within,
                "days": each.days,
                "finished": len(each.samples),
                "text": each.text(),
            }
            for each in report.expectations
        ],
        "aging": [
            {
                "item": each.item,
                "column": each.column,
                "age": each.age,
                "band": each.band,
                "chance": None if each.chance is None else round(float(each.chance), 4),
            }
            for each in report.aging
        ],
        "diagram": [{"at": instant_of(at), "columns": _whole(report, counts)} for at, counts in report.diagram],
    }


def _percentiles(found: Sequence[tuple[int, int]]) -> dict[str, int | None]:
    known = dict(found)
    return {f"p{percent}": known.get(percent) for percent in PERCENTS}


def _whole(report: FlowReport, counts: Mapping[str, int]) -> dict[str, int]:
    return {column.id: counts.get(column.id, 0) for column in report.board.columns}
