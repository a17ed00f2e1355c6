"""Reads a form that was filled in from paper, as YAML or CSV; every message names the line it is about.

Rule 1: a row that is empty was not answered; one that is half filled in is refused, never guessed at.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from runbook.errors import Misuse
from runbook.form import LONGEST_ANSWER, as_text
from runbook.instants import instant
from runbook.outcome import Json
from runbook.reading.tree import Tree, read_tree
from runbook.transcript import COLUMNS, VERSION, Entry, Remark, Transcript, unguarded

MOST_ROWS = 20_000
"""Rows one form may have."""

_HEAD = ("form", "process", "definition", "zone", "started_by", "started_at", "ended_at")
_PARTS = (*_HEAD, "inputs", "roles", "rows", "notes")
_ROW = ("step", "answer", "by", "at", "reason", "fields")
_NOTE = ("at", "by", "step", "text")
_ZONE = re.compile(r"([+-])(\d\d):?(\d\d)")
_CLOCK = re.compile(r"\d{1,2}:\d\d(:\d\d)?")


@dataclass(slots=True)
class _Row:
    """One row as it stands: its words as text, its fields as they are."""

    line: int
    words: dict[str, str]
    fields: dict[str, Json] = field(default_factory=dict)


@dataclass(slots=True)
class _Form:
    """A whole form as it stands."""

    name: str
    head: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, Json] = field(default_factory=dict)
    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rows: list[_Row] = field(default_factory=list)
    notes: list[_Row] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    as_text: bool = False

    def wrong(self, line: int, message: str, help: str) -> Misuse:
        """What is wrong there."""
        return Misuse(f"{self.name}:{line}: {message}", help)


def read_transcript(name: str, content: bytes) -> Transcript:
    """The form in a file of that name; `Misuse` says what can't be read, and in which line."""
    form = _from_csv(name, content) if name.lower().endswith(".csv") else _from_yaml(name, content)
    if len(form.rows) > MOST_ROWS:
        raise Misuse(f"{name} has more than {MOST_ROWS} rows", "one form is one run")
    return _understood(form)


# -- the two ways to write it -----------------------------------------------------------------------


def _from_yaml(name: str, content: bytes) -> _Form:
    tree, problems = read_tree(name, content)
    if tree is None or problems:
        first = problems[0]
        raise Misuse(f"{name}:{first.place.line}: {first.message}", first.help or "write it as `runbook print` did")
    form, data = _Form(name), tree.data
    if not isinstance(data, dict):
        raise form.wrong(1, "a form is a mapping", "take the one that `runbook print PROCESS --form yaml` writes")
    for word, value in data.items():
        line = form.lines[word] = tree.place((word,), key=True).line
        if word in _HEAD:
            form.head[word] = _word(form, line, word, value)
        elif word == "inputs":
            form.inputs = {key: each for key, each in _mapping(form, line, word, value).items() if each is not None}
            form.lines |= {f"input {key}": tree.place((word, key), key=True).line for key in form.inputs}
        elif word == "roles":
            for role, people in _mapping(form, line, word, value).items():
                form.lines[f"role {role}"] = tree.place((word, role), key=True).line
                several = people if isinstance(people, list) else [people]
                _take_role(form, role, ",".join(_word(form, line, role, each) for each in several))
        elif word == "rows":
            form.rows = [_row(form, tree, (word, number), each, _ROW) for number, each in _items(form, line, value)]
        elif word == "notes":
            form.notes = [_row(form, tree, (word, number), each, _NOTE) for number, each in _items(form, line, value)]
        else:
            raise form.wrong(
                line,
                f"`{word}` is not part of a form",
                f"its parts are {_listed(_PARTS)}",
            )
    return form


def _take_role(form: _Form, name: str, people: str) -> None:
    """Who plays a role; nobody is named by an empty word."""
    if found := tuple(each.strip() for each in people.split(",") if each.strip()):
        form.roles[name] = found


def _items(form: _Form, line: int, value: Json) -> Iterator[tuple[int, Json]]:
    if not isinstance(value or [], list):
        raise form.wrong(line, "this is not a list", "begin each row with `- `")
    return enumerate(value or [])


def _row(form: _Form, tree: Tree, at: tuple[str, int], value: Json, known: tuple[str, ...]) -> _Row:
    line = tree.place(at).line
    given = _mapping(form, line, "a row", value)
    for word in given:
        if word not in known:
            raise form.wrong(tree.place((*at, word), key=True).line, f"`{word}` is not part of a row", _listed(known))
    words = {
        word: _word(form, tree.place((*at, word), key=True).line, word, each)
        for word, each in given.items()
        if word != "fields"
    }
    fields = _mapping(form, line, "`fields`", given.get("fields"))
    return _Row(line, words, {name: each for name, each in fields.items() if each is not None})


def _mapping(form: _Form, line: int, what: str, value: Json) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise form.wrong(line, f"{what} is not a mapping of name to value", "write `name: value`")
    return value


def _word(form: _Form, line: int, name: str, value: Json) -> str:
    if isinstance(value, (dict, list)):
        raise form.wrong(line, f"`{name}` is not a text", "write it on one line")
    text = "" if value is None else as_text(value).strip()
    if len(text) > LONGEST_ANSWER:
        raise form.wrong(line, f"`{name}` is longer than {LONGEST_ANSWER} characters", "attach it with --evidence")
    return text


def _from_csv(name: str, content: bytes) -> _Form:
    form = _Form(name, as_text=True)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise form.wrong(line, "this is not UTF-8 text", "save the sheet as CSV in UTF-8") from None
    first = text.partition("\n")[0]
    table = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        cells = [(table.line_num, row) for row in table if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise form.wrong(table.line_num, f"this can't be read as CSV: {error}", "save the sheet anew") from None
    if not cells or [cell.strip() for cell in cells[0][1][:6]] != list(COLUMNS[:6]):
        raise form.wrong(1, f"the first line names the columns {', '.join(COLUMNS)}", "leave it as it was printed")
    for line, row in cells[1:]:
        padded = [unguarded(cell.strip()) for cell in (*row, *[""] * len(COLUMNS))]
        _take_cells(form, line, dict(zip(COLUMNS[:6], padded, strict=False)))
    return form


def _take_cells(form: _Form, line: int, cells: dict[str, str]) -> None:
    step, what, value = cells["step"], cells["what"], cells["value"]
    about = {word: cells[word] for word in ("by", "at", "reason")}
    if any(len(cell) > LONGEST_ANSWER for cell in cells.values()):
        raise form.wrong(line, f"a cell is longer than {LONGEST_ANSWER} characters", "attach it with --evidence")
    if what == "note":
        form.notes.append(_Row(line, {"step": step, "text": value, "by": about["by"], "at": about["at"]}))
    elif not step and what.startswith("input "):
        form.lines[what] = line
        if value:
            form.inputs[what.removeprefix("input ")] = value
    elif not step and what.startswith("role "):
        form.lines[what] = line
        _take_role(form, what.removeprefix("role "), value)
    elif not step:
        if what not in _HEAD:
            raise form.wrong(line, f"`{what}` is not part of a form", f"its parts are {_listed(_HEAD)}")
        form.head[what], form.lines[what] = value, line
    elif what == "answer":
        form.rows.append(_Row(line, {"step": step, "answer": value, **about}))
    elif not form.rows or form.rows[-1].words["step"] != step:
        raise form.wrong(line, f"the field `{what}` has no answer of `{step}` above it", "put its `answer` row first")
    elif value:
        form.rows[-1].fields[what] = value


# -- what it means ----------------------------------------------------------------------------------


def _understood(form: _Form) -> Transcript:
    head = form.head
    if head.get("form") != str(VERSION):
        line = form.lines.get("form", 1)
        raise form.wrong(line, f"this is not a form of version {VERSION}", "print the form anew, and fill that one in")
    for word in ("process", "definition", "started_by", "started_at"):
        if not head.get(word):
            raise form.wrong(form.lines.get(word, 1), f"`{word}` is missing", "every form needs it")
    if not re.fullmatch("[0-9a-f]{64}", head["definition"]):
        raise form.wrong(form.lines["definition"], "`definition` is no hash", "leave it as it was printed")
    times = _Times(form)
    entries = []
    for row in form.rows:
        step = row.words.get("step", "")
        if not step:
            raise form.wrong(row.line, "a row without a step", "write which step it is of")
        form.lines.setdefault(f"step {step}", row.line)
        if entry := _entry(form, row, times):
            entries.append(entry)
    ended_at = head.get("ended_at", "")
    return Transcript(
        form.name,
        head["process"],
        head["definition"],
        head["started_by"],
        times.started_at,
        times.read(form.lines["ended_at"], "ended_at", ended_at) if ended_at else "",
        form.inputs,
        form.roles,
        form.as_text,
        tuple(entries),
        tuple(_remark(form, row, times) for row in form.notes if any(row.words.values())),
        form.lines,
    )


class _Times:
    """The times of one form: in its zone, and on the day it began where only the clock is written."""

    def __init__(self, form: _Form) -> None:
        self._form = form
        self._zone = self._read_zone()
        self._day: datetime.date | None = None
        self.started_at = self.read(form.lines["started_at"], "started_at", form.head["started_at"])
        began = datetime.datetime.fromisoformat(self.started_at.replace("Z", "+00:00"))
        self._day = began.astimezone(self._zone).date()

    def _read_zone(self) -> datetime.timezone:
        text = self._form.head.get("zone", "") or "UTC"
        found = _ZONE.fullmatch(text)
        if text.upper() in ("UTC", "Z"):
            return datetime.UTC
        if found is None or int(found[2]) > 14 or int(found[3]) > 59:
            raise self._form.wrong(self._form.lines["zone"], f"`{text}` is not a zone", "write UTC, or such as +01:00")
        offset = datetime.timedelta(hours=int(found[2]), minutes=int(found[3]))
        return datetime.timezone(offset if found[1] == "+" else -offset)

    def read(self, line: int, word: str, text: str) -> str:
        """The instant that is written there."""
        clock = _CLOCK.fullmatch(text)
        if clock and self._day is not None:
            text = f"{self._day.isoformat()} {text.zfill(5 if clock[1] is None else 8)}"
        try:
            time = datetime.datetime.fromisoformat(text)
            if clock is None and len(text) <= len("2026-11-22"):
                raise ValueError
            return instant(time if time.tzinfo else time.replace(tzinfo=self._zone))
        except (ValueError, OverflowError):
            help = "write it as 2026-11-22 08:10" + ("" if self._day is None else ", or 08:10 on the day it began")
            raise self._form.wrong(line, f"`{word}` is no time: `{text}`", help) from None


def _entry(form: _Form, row: _Row, times: _Times) -> Entry | None:
    words, fields = row.words, row.fields
    step, answer = words["step"], words.get("answer", "")
    filled_in = [word for word in ("by", "at", "reason") if words.get(word)] + [
        name for name in fields if _said(fields, name)
    ]
    if not answer and not filled_in:
        return None
    if not answer:
        raise form.wrong(row.line, f"`{step}` has `{filled_in[0]}` and no answer", "write what was answered")
    for word, what in (("by", "who"), ("at", "when")):
        if not words.get(word):
            raise form.wrong(row.line, f"`{step}` does not say {what}: `{word}` is empty", "write what the paper says")
    at = times.read(row.line, "at", words["at"])
    return Entry(row.line, step, answer, words["by"], at, words.get("reason", ""), fields)


def _said(fields: Mapping[str, Json], name: str) -> bool:
    return fields[name] not in (None, "")


def _remark(form: _Form, row: _Row, times: _Times) -> Remark:
    words = row.words
    for word in ("by", "at", "text"):
        if not words.get(word):
            raise form.wrong(row.line, f"a note without `{word}`", "write what the paper says")
    return Remark(row.line, words["by"], times.read(row.line, "at", words["at"]), words["text"], words.get("step", ""))


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)
