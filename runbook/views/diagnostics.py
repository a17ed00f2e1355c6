"""Findings as people and machines read them: text with an excerpt, JSON, SARIF, and annotations of GitHub."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import quote

from runbook.diagnostics import Diagnostic, Problem, Severity
from runbook.outcome import Json
from runbook.source import Place, Source

_TAB = "    "
_WIDTH = 100
"""Columns of an excerpt; longer lines are shown around their mark."""

_COLOURS = {"error": "1;31", "warning": "1;33", "advice": "1;36", "gutter": "34", "strong": "1"}
_SARIF = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "note"}
_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "notice"}


def as_text(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source], colour: bool = False) -> str:
    """Each finding with its line, a mark below the place, and what to do."""
    lines = {path: source.text.split("\n") for path, source in sources.items()}
    return "\n\n".join(_one(each, lines.get(each.place.file, []), colour) for each in diagnostics)


class Allowed(Protocol):
    """A finding that its author has allowed, and why."""

    @property
    def finding(self) -> Diagnostic:
        """What would have been reported."""

    @property
    def reason(self) -> str:
        """Why it may stay."""


def as_json(diagnostics: Iterable[Diagnostic], allowed: Iterable[Allowed] = ()) -> str:
    """A JSON list with one object for each finding; what is allowed comes last, with the reason."""
    reasons = [{**_record(each.finding), "allowed": each.reason} for each in allowed]
    return json.dumps([*(_record(each) for each in diagnostics), *reasons], indent=2)


def as_sarif(
    diagnostics: Sequence[Diagnostic],
    problems: Iterable[Problem] = (),
    version: str = "",
    allowed: Sequence[Allowed] = (),
) -> str:
    """A SARIF 2.1.0 log; `problems` add their explanations to the rules; what is allowed is a suppressed result."""
    explanations = {problem.code: problem.explanation for problem in problems}
    names = {each.code: each.rule for each in (*diagnostics, *(each.finding for each in allowed))}
    codes = sorted(names)
    rules = [_rule(code, names[code], explanations.get(code, "")) for code in codes]
    driver: dict[str, Json] = {"name": "runbook", "rules": rules}
    if version:
        driver["version"] = version
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [
            *(_result(each, codes.index(each.code)) for each in diagnostics),
            *(_suppressed(each, codes.index(each.finding.code)) for each in allowed),
        ],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2)


def as_github(diagnostics: Iterable[Diagnostic]) -> str:
    """Workflow commands that make GitHub show each finding beside its line."""
    return "\n".join(_command(each) for each in diagnostics)


def _one(finding: Diagnostic, lines: Sequence[str], colour: bool) -> str:
    place, level = finding.place, finding.severity.value

    def paint(text: str, how: str) -> str:
        return f"\x1b[{_COLOURS[how]}m{text}\x1b[0m" if colour else text

    where = paint(f"{visible(place.file)}:{place.line}:{place.column}", "strong")
    sort = paint(f"{level}[{finding.code} {finding.rule}]", level)
    text = [f"{where}: {sort}: {visible(finding.message)}"]
    number = str(place.line)
    gutter = " " * len(number)
    if place.line <= len(lines):
        shown, before, width = excerpt(lines[place.line - 1].rstrip("\r"), place)
        text.append(paint(f"{gutter} |", "gutter"))
        text.append(f"{paint(f'{number} |', 'gutter')} {shown}".rstrip())
        text.append(f"{paint(f'{gutter} |', 'gutter')} {' ' * before}{paint('^' * width, level)}")
    if finding.help:
        text.append(f"{gutter} {paint('= help:', 'gutter')} {visible(finding.help)}")
    return "\n".join(text)


def excerpt(line: str, place: Place) -> tuple[str, int, int]:
    """The line as it can be shown, how many columns stand before the mark, and how wide the mark is."""
    start = min(place.column - 1, len(line))
    end = place.end_column - 1 if place.end_line == place.line else len(line.rstrip())
    near = max(start - _WIDTH, 0)
    cells = [_TAB if character == "\t" else visible(character) for character in line[near : start + _WIDTH]]
    widths = [_columns(cell) for cell in cells]
    mark, first = start - near, 0
    if near or len(line) > start + _WIDTH or sum(widths) > _WIDTH:
        first = mark
        while first > 0 and sum(widths[first - 1 : mark]) <= _WIDTH // 3:
            first -= 1
    last = first
    while last < len(cells) and sum(widths[first : last + 1]) <= _WIDTH:
        last += 1
    lead, trail = "…" if near + first else "", "…" if near + last < len(line) else ""
    marked = sum(widths[mark : max(min(end - near, last), mark + 1)])
    return f"{lead}{''.join(cells[first:last])}{trail}", len(lead) + sum(widths[first:mark]), max(marked, 1)


def visible(text: str) -> str:
    """The text with every character that steers a terminal, or hides, written out."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character.isprintable() or unicodedata.category(character) == "Zs":
        return character
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"<U+{code:04X}>"


def _columns(text: str) -> int:
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Me":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _record(finding: Diagnostic) -> dict[str, Json]:
    place = finding.place
    return {
        "code": finding.code,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "help": finding.help,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "end_line": place.end_line,
        "end_column": place.end_column,
    }


def _rule(code: str, name: str, explanation: str) -> dict[str, Json]:
    rule: dict[str, Json] = {"id": code, "name": name, "shortDescription": {"text": name.replace("-", " ")}}
    if explanation:
        rule["help"] = {"text": explanation, "markdown": explanation}
    return rule


def _result(finding: Diagnostic, index: int) -> dict[str, Any]:
    place = finding.place
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    location = {"artifactLocation": {"uri": quote(place.file)}, "region": region}
    text = f"{finding.message}; {finding.help}" if finding.help else finding.message
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _SARIF[finding.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": location}],
    }


def _suppressed(allowed: Allowed, index: int) -> dict[str, Any]:
    reason = {"kind": "inSource", "justification": allowed.reason}
    return {**_result(allowed.finding, index), "suppressions": [reason]}


def _command(finding: Diagnostic) -> str:
    place = finding.place
    properties = {
        "file": place.file,
        "line": str(place.line),
        "col": str(place.column),
        "title": f"{finding.code} {finding.rule}",
    }
    listed = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in properties.items())
    text = f"{finding.message}\n{finding.help}" if finding.help else finding.message
    return f"::{_GITHUB[finding.severity]} {listed}::{_escaped(text)}"


def _escaped(text: str, also: str = "") -> str:
    for character in "%\r\n" + also:
        text = text.replace(character, f"%{ord(character):02X}")
    return visible(text)
