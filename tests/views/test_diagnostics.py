"""Findings as text with an excerpt, as JSON, as SARIF and as annotations."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from malformed.corpus import corpus
from malformed.runner import read_and_check

from runbook.diagnostics import Diagnostic, Problem, Severity
from runbook.source import Place, Source
from runbook.views.diagnostics import as_github, as_json, as_sarif, as_text, visible


def finding(
    line: int = 2,
    column: int = 8,
    end: int | None = None,
    *,
    message: str = "there is no field `titel`",
    help: str = "did you mean `title`?",
    severity: Severity = Severity.ERROR,
    file: str = "a/b.yaml",
) -> Diagnostic:
    return Diagnostic(
        "RB101", "unknown-field", severity, message, help, Place(file, line, column, line, end or column + 1)
    )


def text(source: str, *findings: Diagnostic, colour: bool = False) -> str:
    return as_text(findings, {"a/b.yaml": Source("a/b.yaml", source)}, colour)


def test_a_finding_shows_its_line_with_a_mark_and_what_to_do() -> None:
    shown = text("runbook: 1\ntitel: T\n", finding(2, 1, 6))

    assert shown == (
        "a/b.yaml:2:1: error[RB101 unknown-field]: there is no field `titel`\n"
        "  |\n"
        "2 | titel: T\n"
        "  | ^^^^^\n"
        "  = help: did you mean `title`?"
    )


def test_findings_are_set_apart_and_the_gutter_fits_the_number() -> None:
    shown = text("\n" * 99 + "a: b\n", finding(1, 1), finding(100, 4, severity=Severity.WARNING))

    assert "\n\na/b.yaml:100:4: warning[RB101 unknown-field]" in shown
    assert "    |\n100 | a: b\n    |    ^\n    = help" in shown


def mark(shown: str) -> tuple[str, str]:
    lines = shown.split("\n")
    return lines[2].partition("| ")[2], lines[3].partition("| ")[2]


@pytest.mark.parametrize(
    ("line", "column", "end", "excerpt", "carets"),
    [
        ("a: b", 4, 5, "a: b", "   ^"),
        ("\ta: b", 2, 3, "    a: b", "    ^"),
        ("a:\tb", 3, 4, "a:    b", "  ^^^^"),
        ("名前: 値", 5, 6, "名前: 値", "      ^^"),
        ("e\u0301a: b", 3, 4, "e\u0301a: b", " ^"),
        ("a: \x1b[2J", 4, 5, "a: ␛[2J", "   ^"),
        ("a: \x00", 4, 5, "a: ␀", "   ^"),
        ("a: \x7f", 4, 5, "a: ␡", "   ^"),
        ("a: x\u202ey", 5, 6, "a: x<U+202E>y", "    ^^^^^^^^"),
        ("a: \u200bx", 5, 6, "a: <U+200B>x", "           ^"),
        ("a: b\r", 4, 5, "a: b", "   ^"),
        ("a:", 3, 3, "a:", "  ^"),
        ("a:", 9, 12, "a:", "  ^"),
        ("", 1, 1, "", "^"),
    ],
)
def test_the_mark_stands_below_its_characters(line: str, column: int, end: int, excerpt: str, carets: str) -> None:
    shown = text(f"{line}\nnext\n", finding(1, column, end))
    excerpted = shown.split("\n")[2].removeprefix("1 |").removeprefix(" ")

    assert (excerpted, shown.split("\n")[3].removeprefix("  | ")) == (excerpt, carets)


def test_a_place_over_several_lines_is_marked_to_the_end_of_its_first() -> None:
    several = Diagnostic("RB102", "x", Severity.ERROR, "m", "h", Place("a/b.yaml", 1, 3, 2, 9))

    assert mark(text("- id: a\n  title: b\n", several)) == ("- id: a", "  ^^^^^")


@pytest.mark.parametrize("column", [1, 20, 95, 100, 101, 500, 950, 999])
def test_a_long_line_is_shown_around_its_mark(column: int) -> None:
    line = "".join(chr(97 + number % 26) for number in range(998)) + "!"

    excerpt, carets = mark(text(line, finding(1, column)))

    assert len(excerpt) <= 102
    assert excerpt[carets.index("^")] == line[column - 1]
    assert excerpt.startswith("…") == (column > 34)
    assert excerpt.endswith("…") == (column < 930)


def test_a_mark_wider_than_the_excerpt_ends_with_it() -> None:
    excerpt, carets = mark(text("x" * 5000, finding(1, 4, 4990)))

    assert len(carets) <= len(excerpt) <= 102


def test_a_line_of_a_megabyte_does_not_take_long() -> None:
    start = time.process_time()
    text("é" * 1_000_000, *[finding(1, column) for column in range(1, 1_000_000, 10_000)])

    assert time.process_time() - start < 20  # each finding by the whole line, and it takes hours


def test_a_finding_without_its_source_still_says_everything() -> None:
    shown = as_text([finding()], {})

    assert shown.split("\n") == [
        "a/b.yaml:2:8: error[RB101 unknown-field]: there is no field `titel`",
        "  = help: did you mean `title`?",
    ]


def test_messages_and_names_of_files_cannot_steer_the_terminal() -> None:
    shown = text("a\n", finding(1, 1, message="no `\x1b[2J\n`", help="\r\u202e", file="\x1b]0;x\x07.yaml"))

    assert "\x1b" not in shown
    assert "\r" not in shown
    assert "`␛[2J␊`" in shown
    assert "<U+202E>" in shown


def test_colour_only_adds_colour() -> None:
    plain, coloured = text("a: b\n", finding(1, 1)), text("a: b\n", finding(1, 1), colour=True)
    for code in ("1;31", "34", "1", "0"):
        coloured = coloured.replace(f"\x1b[{code}m", "")

    assert coloured == plain
    assert "\x1b" in text("a: b\n", finding(1, 1), colour=True)


def test_json_has_every_part() -> None:
    assert json.loads(as_json([finding(2, 1, 6)])) == [
        {
            "code": "RB101",
            "rule": "unknown-field",
            "severity": "error",
            "message": "there is no field `titel`",
            "help": "did you mean `title`?",
            "file": "a/b.yaml",
            "line": 2,
            "column": 1,
            "end_line": 2,
            "end_column": 6,
        }
    ]
    assert json.loads(as_json([])) == []


def sarif(findings: list[Diagnostic], problems: tuple[Problem, ...] = ()) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(as_sarif(findings, problems, "1.2.3"))
    return log


def test_sarif_has_what_the_standard_requires() -> None:
    warning = finding(3, 1, severity=Severity.WARNING, file="a b/ü.yaml")
    problem = Problem("RB101", "unknown-field", "A page.")
    log = sarif([finding(2, 1, 6), warning], (problem,))

    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"], run["columnKind"]) == ("runbook", "1.2.3", "unicodeCodePoints")
    (rule,) = driver["rules"]
    assert rule["shortDescription"] == {"text": "unknown field"}
    assert rule["help"]["markdown"] == "A page."
    first, second = run["results"]
    assert [each["level"] for each in (first, second)] == ["error", "warning"]
    assert all(driver["rules"][each["ruleIndex"]]["id"] == each["ruleId"] for each in (first, second))
    assert first["message"]["text"] == "there is no field `titel`; did you mean `title`?"
    place = second["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b/%C3%BC.yaml"
    assert first["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 2,
        "startColumn": 1,
        "endLine": 2,
        "endColumn": 6,
    }


def test_sarif_without_findings_is_a_log_of_a_run_without_results() -> None:
    (run,) = sarif([])["runs"]

    assert run["results"] == run["tool"]["driver"]["rules"] == []


def test_annotations_are_escaped() -> None:
    odd = finding(2, 3, message="50% of\nit: a, b", help="", file="a,b:c%.yaml", severity=Severity.WARNING)
    even = finding(1, 1, message="there is no `a`", help="write `b`")

    assert as_github([odd, even]).split("\n") == [
        "::warning file=a%2Cb%3Ac%25.yaml,line=2,col=3,title=RB101 unknown-field::50%25 of%0Ait: a, b",
        "::error file=a/b.yaml,line=1,col=1,title=RB101 unknown-field::there is no `a`%0Awrite `b`",
    ]
    assert as_github([]) == ""


def test_every_finding_about_the_malformed_files_can_be_shown() -> None:
    for name, content in corpus().items():
        findings = read_and_check("case.yaml", content)
        source = Source("case.yaml", content.decode("utf-8", "replace").removeprefix("\ufeff"))
        shown = as_text(findings, {"case.yaml": source})
        assert shown.count(" = help: ") == len(findings), name
        assert all(each.isprintable() or each in "\n\u00a0\u3000" for each in shown), name
        assert len(json.loads(as_json(findings))) == len(findings)
        assert len(sarif(list(findings))["runs"][0]["results"]) == len(findings)
        assert len(as_github(findings).split("\n")) == len(findings)


def test_ordinary_text_is_shown_as_it_is() -> None:
    assert visible("Zürich\u00a0名前 👩") == "Zürich\u00a0名前 👩"
