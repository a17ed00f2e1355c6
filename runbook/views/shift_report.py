"""The shift report of a run as Markdown, for whoever goes on with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from runbook.durations import in_words
from runbook.run.events import Recorded
from runbook.run.state import RunState
from runbook.views.awaited import in_time
from runbook.views.lines import minute
from runbook.views.markdown import Markdown, bullets, code, plain
from runbook.views.prose import prose
from runbook.views.shift import report

_MOST = 50
"""Lines of one kind; the record has all of them."""

as_json = report
"""The report for programs."""


def as_markdown(state: RunState, events: Sequence[Recorded], now: str, hidden: Collection[str] = ()) -> str:
    """The report for people, as Markdown; `now` is the instant it is written at, `hidden` as in `report`."""
    return "\n\n".join(str(part) for part in _parts(report(state, events, now, hidden))) + "\n"


def _parts(report: Mapping[str, Any]) -> Iterator[Markdown | str]:
    since = report["since"]
    yield f"# Shift report: {plain(report['title'])}"
    yield bullets(_heading(report))
    yield from _listed("Know this first", map(_said, report["first"]), "Nothing stands out.")
    yield from _listed("What waits", (_waits(each, report["at"]) for each in report["waiting"]), "Nothing waits.")
    yield from _listed("What comes", _coming(report), "Nothing more comes.")
    done = f"Done since {plain(minute(since['at']))}, when {plain(since['by'])} handed over" if since else "Done"
    yield from _listed(done, map(_ended, report["done"]), "Nothing yet.")
    yield from _listed("Open doubts", map(plain, report["doubts"]))
    yield from _listed("Deviations", map(plain, report["deviations"]))
    yield from _listed("Notes", map(_noted, report["notes"]))


def _heading(report: Mapping[str, Any]) -> Iterator[Markdown]:
    steps = report["steps"]
    yield Markdown(f"Run {code(report['run'])} of {code(report['process'])}: **{report['status']}**")
    yield plain(f"{steps['over']} of {steps['total']} steps over; written {minute(report['at'])}")
    yield plain(f"Started {minute(report['started_at'])} by {report['by']}")
    if report["running"]:
        yield plain(f"Running: {', '.join(each.removeprefix('> ') for each in report['running'])}")


def _listed(heading: str, items: Iterable[Markdown], nothing: str = "") -> Iterator[Markdown | str]:
    """A part of the report; it is left out where there is nothing and no words for that."""
    listed = list(items)
    if not listed and not nothing:
        return
    yield f"## {heading}"
    left = len(listed) - _MOST
    more = [plain(f"... and {left} more, which stand in the record")] if left > 0 else []
    yield bullets([*listed[:_MOST], *more]) if listed else nothing


def _coming(report: Mapping[str, Any]) -> Iterator[Markdown]:
    for each in report["due"]:
        yield Markdown(f"{plain(minute(each['at']))}: {code(each['step'])} {each['what']}")
    for each in report["next"]:
        role = f", for {plain(each['role'])}" if "role" in each else ""
        yield Markdown(f"Then {code(each['step'])} {plain(each['title'])}{role}")


def _said(text: str) -> Markdown:
    """A text of several lines as one item."""
    return plain(text) if "\n" not in text.strip() else Markdown(str(prose(text)).replace("\n", "\n  "))


def _waits(each: Mapping[str, Any], now: str) -> Markdown:
    late = in_time(each["due"], each["until"], each["overdue"], "", now)
    since = f" since {plain(minute(each['since']))} ({in_words(each['waited'])})" if each["since"] else ""
    words = f"{code(each['step'])} {plain(each['title'])}: waits for {plain(each['for'])}{since}"
    return Markdown(
        words + (f", {plain(late)}" if late else "") + (f"  \n{code(each['command'])}" if each["command"] else "")
    )


def _ended(each: Mapping[str, Any]) -> Markdown:
    by = f" by {plain(each['by'])}" if each["by"] else ""
    why = f": {plain(each['reason'])}" if each["reason"] else ""
    return Markdown(
        f"{plain(minute(each['at']))} {code(each['step'])} {plain(each['title'])}, {each['status']}{by}{why}"
    )


def _noted(each: Mapping[str, Any]) -> Markdown:
    about = f" at {code(each['step'])}" if each["step"] else ""
    if each.get("from"):
        return Markdown(
            f"{plain(minute(each['at']))} {code(each['file'])} was taken from what {code(each['step'])} left"
        )
    said = f" attached {code(each['file'])}" if "file" in each else f": {plain(each['text'])}"
    return Markdown(f"{plain(minute(each['at']))} {plain(each['by'])}{about}{said}")
