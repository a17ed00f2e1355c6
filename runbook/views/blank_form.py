"""The empty form of a process as YAML or CSV: what is written on its checklist is typed in there, and becomes a run."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace

from runbook.blocks import Field
from runbook.form import expected as field_takes
from runbook.outcome import Json
from runbook.transcript import COLUMNS, VERSION, guarded
from runbook.views.on_paper import as_it_stands
from runbook.views.sheet import Row, Sheet

_HEAD = (
    ("zone", "UTC, or such as +01:00: the zone of the times on the paper"),
    ("started_by", "who began it"),
    ("started_at", "when, such as 2026-11-22 08:00"),
    ("ended_at", "when it was over; may stay empty"),
)
_PLAIN = re.compile("[a-z][a-z0-9_/.-]*")
_TAKES = {
    "work": "done, failed or skipped; the last two with a reason",
    "command": "done, failed or skipped; the last two with a reason",
    "approval": "approve or reject, the latter with a reason",
    "wait": "done when it was over, or skipped with a reason; may stay empty",
}


def as_yaml(sheet: Sheet, definition: str) -> str:
    """The form as YAML, with a comment beside whatever is to be filled in."""
    return "\n".join(_yaml(sheet, definition)) + "\n"


def _yaml(sheet: Sheet, definition: str) -> Iterator[str]:
    process = sheet.process
    yield f"# {_line(process.title)}: fill this in from the checklist, then `runbook import-record FILE`."
    yield "# Leave a row empty where the way did not lead. Add a row for each further attempt or turn."
    yield "# Times are such as 2026-11-22 08:10, or 08:10 on the day it began."
    yield f"form: {VERSION}"
    yield f"process: {process.id}"
    yield f"definition: {json.dumps(definition)}"
    for name, takes in _HEAD:
        yield f"{name}:{' UTC' if name == 'zone' else ''}  # {takes}"
    if process.inputs:
        yield "inputs:"
    for name in process.inputs:
        known = sheet.inputs.get(name)
        yield f"  {_key(name)}:{'' if known is None else ' ' + json.dumps(known, ensure_ascii=False)}"
    if named := _named(sheet):
        yield "roles:  # who was named for them when it began; several with commas between"
    for name in named:
        yield f"  {_key(name)}:"
    yield "rows:"
    for row, takes in _answered(sheet):
        yield f"  # {_line(f'{row.number}  {row.title}')}"
        yield f"  - step: {_key(row.path)}"
        yield f"    answer:  # {takes}"
        yield "    by:"
        yield "    at:"
        yield "    reason:"
        if row.fields:
            yield "    fields:"
        for field in row.fields:
            yield f"      {_key(field.name)}:  # {_line(_field(field))}"
    yield "notes:  # whatever else stands on the paper, such as:"
    yield (
        "  # - {at: 08:20, by: ana, step: " + next((_key(row.path) for row, _ in _answered(sheet)), "") + ", text: ...}"
    )


def as_csv(sheet: Sheet, definition: str) -> str:
    """The form as CSV for a spreadsheet: a row for each answer, and one for each field of it."""
    made = io.StringIO()
    table = csv.writer(made, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for cells in _cells(sheet, definition):
        table.writerow([guarded(cell) for cell in cells])
    return made.getvalue()


def _cells(sheet: Sheet, definition: str) -> Iterator[tuple[str, str, str, str, str, str, str, str]]:
    def head(what: str, value: str = "", takes: str = "") -> tuple[str, str, str, str, str, str, str, str]:
        return "", what, value, "", "", "", "", _line(takes)

    yield head("form", str(VERSION))
    yield head("process", sheet.process.id)
    yield head("definition", definition)
    for name, takes in _HEAD:
        yield head(name, "UTC" if name == "zone" else "", takes)
    for name, given in sheet.process.inputs.items():
        yield head(f"input {name}", _text(sheet.inputs.get(name)), given.title)
    for name in _named(sheet):
        yield head(f"role {name}", takes="who was named for it when it began; several with commas between")
    for row, takes in _answered(sheet):
        yield row.path, "answer", "", "", "", "", _line(f"{row.number}  {row.title}"), _line(takes)
        for field in row.fields:
            yield row.path, field.name, "", "", "", "", _line(field.title), _line(_field(field))


def _named(sheet: Sheet) -> list[str]:
    """The roles that somebody is named for when a run begins."""
    return [role.name for role in sheet.process.roles.values() if role.binds == "start"]


def _answered(sheet: Sheet) -> Iterator[tuple[Row, str]]:
    """The rows that somebody answers, and how: one for each yes that is wanted, and one for a verifier."""
    for row in sheet.rows:
        for _ in range(max(row.quorum, 1) if row.answered else 0):
            yield row, _takes(row)
        if row.answered and row.verifier:
            confirms = f"confirm by a second person ({row.verifier}), or send-back with a reason"
            yield replace(row, fields=()), confirms


def _takes(row: Row) -> str:
    if row.sort != "choice":
        return _TAKES[row.sort]
    ways = ", ".join(way.id for way in row.ways if way.by_person)
    return f"several of {ways}, with commas between" if row.several else f"one of {ways}"


def _field(field: Field) -> str:
    words = field_takes(field).replace("`", "")
    if field.default is not None:
        return f"{words}; {field.default} when empty"
    return words if field.required else f"{field.title}: {words}; may stay empty"


def _text(value: Json) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    """A name as YAML takes it for this very text."""
    return name if _PLAIN.fullmatch(name) and name not in ("true", "false", "null") else json.dumps(name)


def _line(text: str) -> str:
    return " ".join(as_it_stands(text).split())
