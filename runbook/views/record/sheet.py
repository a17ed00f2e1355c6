"""The record as a table for spreadsheets: one row for each attempt, and each turn, of a step.

Rule 1: no cell is a formula. What a program might take for one begins with an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from runbook.views.record.facts import value
from runbook.views.record.model import Attempt, Done, Record, Said
from runbook.views.visible import visible

COLUMNS = (
    "number", "path", "title", "attempt", "status", "who", "started", "ended", "seconds", "answers", "deviations",
    "evidence",
)  # fmt: skip
"""The columns, in their order."""

_FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20|%"
"""What a spreadsheet may take for the beginning of a formula, or of a call to another program."""


def sheet(record: Record) -> str:
    """The whole table, with a head."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    deviations: dict[str, list[tuple[int, str]]] = {}
    for each in record.deviations:
        deviations.setdefault(each.step, []).append((each.seq, each.text))
    rows = [row for step in record.steps for row in _rows(step, deviations.get(step.path, []))]
    for_run = "; ".join(text for _, text in deviations.get("", ()))
    if for_run:
        rows.insert(0, ("", "", record.title, "", record.status, record.started_by, "", "", "", "", for_run, ""))
    for row in rows:
        writer.writerow([_cell(each) for each in row])
    return text.getvalue()


def _rows(step: Done, told: Sequence[tuple[int, str]]) -> Iterator[tuple[str, ...]]:
    tried = step.attempts or (Attempt(0, step.attempt, step.status, step.by, "", step.ended_at, None, "", step.said),)
    files = [(each.seq, f"{each.name} {each.sha256}") for each in step.evidence]
    for place, attempt in enumerate(tried):
        since = attempt.first if place else 0
        until = tried[place + 1].first if place + 1 < len(tried) else None
        last = place + 1 == len(tried)
        yield (
            step.number, step.path, step.title, str(attempt.number or ""),
            step.status if last else attempt.status, attempt.by or (step.by if last else ""),
            attempt.started_at, attempt.ended_at, "" if attempt.seconds is None else f"{attempt.seconds:.3f}",
            "; ".join(_answer(said) for said in attempt.said),
            "; ".join(_between(told, since, until)), "; ".join(_between(files, since, until)),
        )  # fmt: skip


def _between(found: Sequence[tuple[int, str]], since: int, until: int | None) -> Iterator[str]:
    return (text for seq, text in found if since <= seq and (until is None or seq < until))


def _answer(said: Said) -> str:
    given = ", ".join(f"{name} = {value(answer)}" for name, answer in said.fields.items())
    reason = f" ({said.reason})" if said.reason else ""
    return f"{said.by}: {said.words}{reason}" + (f": {given}" if given else "")


def _cell(text: str) -> str:
    """A text on one line that no spreadsheet calculates with."""
    line = " ".join(visible(text).split())
    return f"'{line}" if line[:1] and line[0] in _FORMULA else line
