"""The history of a process on a screen, and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from runbook.durations import in_words
from runbook.run.history import History, PastRun
from runbook.views.lines import pairs, shortened, wrapped
from runbook.views.style import Style
from runbook.views.visible import visible

_MOST = 5
"""Steps that are named of those that failed, or took long; `--json` has them all."""


def as_json(found: History) -> dict[str, Any]:
    """The history for programs."""
    return {
        "process": found.process,
        "runs": [asdict(run) for run in found.runs],
        "summary": {
            "results": found.results,
            "median_seconds": found.median,
            "longest_seconds": found.longest.seconds if found.longest else None,
            "failures": [asdict(each) for each in found.failures],
            "durations": [
                {"step": each.step, "times": each.times, "median_seconds": each.median, "longest_seconds": each.longest}
                for each in found.times
            ],
            "deviations": [asdict(each) for each in found.departures],
        },
    }


def as_text(found: History, style: Style, width: int) -> Iterator[str]:
    """The history for people: every run, then what they tell together."""
    if not found.runs:
        yield f"There are no such runs of {found.process}."
        return
    rooms = max(len(run.run) for run in found.runs), max(9, *(len(run.status) for run in found.runs))
    yield from pairs((_parts(run, *rooms, style) for run in found.runs), width, 12)
    yield ""
    results = ", ".join(f"{count} {status}" for status, count in found.results.items())
    yield from _section(f"Results of {len(found.runs)}", [results], style, width)
    if found.median is not None and found.longest is not None:
        ended = f"median {in_words(found.median)}, longest {in_words(found.longest.seconds or 0.0)}"
        yield from _section("Duration", [f"{ended} ({found.longest.run})"], style, width)
    yield from _section("Failed most often", _failures(found), style, width)
    yield from _section("Took longest", _times(found), style, width)
    yield from _section("Done otherwise by people", _departures(found), style, width)


def _parts(run: PastRun, room: int, status: int, style: Style) -> tuple[str, str]:
    at = run.started_at[:16].replace("T", " ")
    took = in_words(run.seconds) if run.seconds is not None else "open"
    return style.state(run.status, status) + f" {run.run:<{room}}  {at}", f"{visible(run.by)}  {took}"


def _section(title: str, lines: Iterable[str], style: Style, width: int) -> Iterator[str]:
    for number, line in enumerate(lines):
        if not number:
            yield style.bold(title)
        yield from wrapped(line, width, "  ", "      ")


def _failures(found: History) -> Iterator[str]:
    for each in found.failures[:_MOST]:
        more = f", and {each.attempts} attempts that were made again" if each.attempts else ""
        yield f"{each.step}: {_times_in_words(each.times)}{more}; at last: {shortened(each.reason, 200)}"


def _times(found: History) -> Iterator[str]:
    for each in found.times[:_MOST]:
        if each.longest >= 0.05:
            yield f"{each.step}: median {in_words(each.median)}, longest {in_words(each.longest)}"


def _departures(found: History) -> Iterator[str]:
    for each in found.departures:
        what = f"{each.step} {each.what}" if each.step else f"the run {each.what}"
        yield f"{what} by {visible(each.by)} in {each.run}" + (
            f": {shortened(each.reason, 200)}" if each.reason else ""
        )


def _times_in_words(times: int) -> str:
    return {0: "never for good", 1: "once", 2: "twice"}.get(times, f"{times} times")
