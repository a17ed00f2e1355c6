"""What came of tests, for people and for machines: what failed with its place, and what was never tried.

Each takes the report as `runbook test --json` prints it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from runbook.views.style import Style
from runbook.views.visible import visible

Report = Mapping[str, Any]

_FORBIDDEN = {code: None for code in range(32) if chr(code) not in "\t\n\r"}
"""What no XML may hold."""


def as_text(report: Report, style: Style) -> Iterator[str]:
    """The tests that failed, what was never tried of each process, and the sum of it."""
    for test in report["tests"]:
        if not test["passed"]:
            yield from _failed(test, style)
            yield ""
    passed = _passed(report)
    for process in report["coverage"]:
        counted = passed.get(process["process"], (0, 0))
        yield _line(process, counted, style)
        yield from (f"    {visible(each)}" for each in process["missing"] if counted[1])
    yield from (f"{each}  has errors, see `runbook validate`" for each in report["broken"])
    yield ""
    yield _sum(report, style)


def _failed(test: Mapping[str, Any], style: Style) -> Iterator[str]:
    title = f": {visible(test['title'])}" if test["title"] else ""
    yield style.paint(f"FAILED {test['process']} {test['name']}{title}", "31")
    for each in test["mismatches"]:
        yield f"  {each['file']}:{each['line']}: {visible(each['message'])}"
        for line in each["more"]:
            colour = {"-": "31", "+": "32"}.get(line[:1], "")
            yield style.paint(f"      {visible(line)}", colour)


def _passed(report: Report) -> dict[str, tuple[int, int]]:
    counted: dict[str, tuple[int, int]] = {}
    for test in report["tests"]:
        good, every = counted.get(test["process"], (0, 0))
        counted[test["process"]] = (good + test["passed"], every + 1)
    return counted


def _line(process: Mapping[str, Any], counted: tuple[int, int], style: Style) -> str:
    name = process["process"]
    if not counted[1]:
        return style.paint(f"- {name}  no tests", "2")
    good, every = counted
    sign, colour = ("+", "32") if good == every else ("x", "31")
    steps, ways = process["steps"], process["ways"]
    tried = f"{steps['tried']} of {steps['all']} steps"
    tried += f", {ways['tried']} of {ways['all']} ways" if ways["all"] else ""
    some = f"{every} test{'s' if every > 1 else ''}"
    return f"{style.paint(sign, colour)} {name}  {some}  {process['percent']:g} %  ({tried})"


def _sum(report: Report, style: Style) -> str:
    every, failed = len(report["tests"]), sum(not test["passed"] for test in report["tests"])
    words = f"{every} test{'' if every == 1 else 's'}, " + (f"{failed} failed" if failed else "all passed")
    if not every:
        words = "no tests; write the first one with `runbook test --init PROCESS`"
    percent = f"; {report['percent']:g} % of steps and ways tried" if every else ""
    return style.bold(f"{words}{percent}") + f"  ({report['seconds']:.1f} s)"


def as_junit(report: Report) -> str:
    """The same as JUnit XML: a suite a process, a case a test, what was never tried as output of its suite."""
    missing = {each["process"]: each["missing"] for each in report["coverage"]}
    suites: dict[str, list[Mapping[str, Any]]] = {}
    for test in report["tests"]:
        suites.setdefault(test["process"], []).append(test)
    failed = sum(not test["passed"] for test in report["tests"])
    seconds = f"{report['seconds']:.3f}"
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(f'<testsuites name="runbook" tests="{len(report["tests"])}" failures="{failed}" time="{seconds}">')
    for process, tests in suites.items():
        bad = sum(not test["passed"] for test in tests)
        took = f"{sum(test['seconds'] for test in tests):.3f}"
        lines.append(f'  <testsuite name={_quoted(process)} tests="{len(tests)}" failures="{bad}" time="{took}">')
        for test in tests:
            lines += _case(test)
        if missing.get(process):
            lines.append(f"    <system-out>{_escaped(chr(10).join(missing[process]))}</system-out>")
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _case(test: Mapping[str, Any]) -> Iterator[str]:
    place = f'file={_quoted(test["file"])} line="{test["line"]}" time="{test["seconds"]:.3f}"'
    head = f"    <testcase classname={_quoted(test['process'])} name={_quoted(test['name'])} {place}"
    if test["passed"]:
        yield f"{head}/>"
        return
    yield f"{head}>"
    for each in test["mismatches"]:
        text = "\n".join([f"{each['file']}:{each['line']}: {each['message']}", *each["more"]])
        yield f"      <failure message={_quoted(each['message'])}>{_escaped(text)}</failure>"
    yield "    </testcase>"


def _quoted(text: str) -> str:
    return quoteattr(_clean(text))


def _escaped(text: str) -> str:
    return escape(_clean(text))


def _clean(text: str) -> str:
    return visible(text).translate(_FORBIDDEN)
