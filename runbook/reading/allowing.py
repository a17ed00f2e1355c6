"""What a project wants to hear: the level of each rule in `runbook.yaml`, and `# runbook: allow` beside a finding.

Rule 1: whoever allows a finding says why, and the reason is shown wherever the finding would have been.
Rule 2: an error is allowed, or lowered, only where its rule says that a run does not depend on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import yaml

from runbook.diagnostics import Diagnostic, Problem, Severity, found, suggestion
from runbook.reading import currency
from runbook.reading.comments import Comment, comments_of, events
from runbook.reading.tree import EventParser, read_tree
from runbook.source import Place

NO_REASON = Problem(
    "RB288",
    "allow-without-reason",
    """\
A comment allows a finding and does not say why. Whoever reads it next year can't tell whether it still holds.

    # runbook: allow unused-input

Write the reason behind `because`: `# runbook: allow unused-input because the audit asks for the field`.
""",
)
IDLE = Problem(
    "RB289",
    "idle-allow",
    """\
A comment allows a finding that is not there (any more). It would hide the next one, which nobody has looked at.

    # runbook: allow unused-input because the audit asks for it
    host: {type: string}

Delete the comment, or put it in the line of the finding or right above it.
""",
    Severity.WARNING,
)
NOT_ALLOWABLE = Problem(
    "RB290",
    "not-allowable",
    """\
An error is allowed, or its level lowered, that keeps a run from going wrong: a name that does not exist, a value that
would be code in a script, a password in the text. No reason makes such a process work, or safe.

    # runbook: allow secret-in-text because it is only the test system

Mend what the error says. Only some errors can be allowed; `runbook explain` of each says so.
""",
)
UNKNOWN_RULE = Problem(
    "RB291",
    "unknown-rule",
    """\
A level is set, or a finding allowed, for a rule that does not exist.

    lint:
      unused-inputs: off

Write the name or the code of a rule as `runbook validate` shows it: `unused-input` or `RB235`.
""",
)

_FOUND_LATER = frozenset(each.code for each in currency.PROBLEMS)
"""What is not looked for when a project is read, so that nobody knows yet whether a comment that allows it is idle."""

PROBLEMS = (NO_REASON, IDLE, NOT_ALLOWABLE, UNKNOWN_RULE)

MARKED = re.compile(rb"#[ \t]*runbook:[ \t]*allow", re.IGNORECASE)
"""What stands in every file that allows something."""
_ALLOW = re.compile(r"#+\s*runbook:\s*allow\b\s*(?P<rules>.*?)(?:\s*\bbecause\b\s*(?P<reason>.*))?$", re.IGNORECASE)
_RULES = re.compile(r"[\s,]+")


@dataclass(frozen=True, slots=True)
class Allowed:
    """A finding that its author has allowed, and why."""

    finding: Diagnostic
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What is left to say about a project."""

    found: tuple[Diagnostic, ...]
    allowed: tuple[Allowed, ...] = ()


@dataclass(slots=True)
class _Allow:
    """One rule that a comment allows, in which lines, and whether it was of any use."""

    problem: Problem
    reason: str
    first: int
    last: int
    place: Place
    used: bool = False


def judged(
    findings: Iterable[Diagnostic],
    files: Mapping[str, bytes],
    levels: Mapping[str, str],
    project: str,
    problems: Iterable[Problem],
) -> Judged:
    """The findings at the levels that the project gives their rules, without those that are allowed."""
    known = {name: problem for problem in problems for name in (problem.code, problem.rule)}
    left, set_to = list(_mistaken_levels(levels, known, project, files)), _levels(levels, known)
    allows: dict[str, list[_Allow]] = {}
    for path, content in files.items():
        if MARKED.search(content):
            allows[path] = list(_allows(path, content, known, left))
    allowed = []
    for each in (*findings, *left):
        finding = _leveled(each, set_to)
        allow = next((one for one in allows.get(each.place.file, ()) if _covers(one, each)), None)
        if allow is not None:
            allow.used = True
            if finding is not None:
                allowed.append(Allowed(finding, allow.reason))
    kept = [_leveled(each, set_to) for each in (*findings, *left) if not _is_allowed(each, allowed)]
    unused = (one for each in allows.values() for one in each if not one.used and one.problem.code not in _FOUND_LATER)
    idle = [_leveled(_idle(one), set_to) for one in unused]
    return Judged(tuple(each for each in (*kept, *idle) if each is not None), tuple(allowed))


def weighed(
    findings: Iterable[Diagnostic],
    files: Mapping[str, bytes],
    levels: Mapping[str, str],
    project: str,
    problems: Iterable[Problem],
) -> Judged:
    """The same for what another check found: mistakes in levels and comments have been told by the first."""
    told = {each.code for each in PROBLEMS}
    weighed = judged(findings, files, levels, project, problems)
    return Judged(tuple(each for each in weighed.found if each.code not in told), weighed.allowed)


def _is_allowed(each: Diagnostic, allowed: list[Allowed]) -> bool:
    return any((one.finding.code, one.finding.place) == (each.code, each.place) for one in allowed)


def _covers(allow: _Allow, each: Diagnostic) -> bool:
    return allow.problem.code == each.code and allow.first <= each.place.line <= allow.last


def _levels(levels: Mapping[str, str], known: Mapping[str, Problem]) -> dict[str, Severity | None]:
    """The level of each rule by its code, None for `off`; without those that can't be."""
    found: dict[str, Severity | None] = {}
    for name, level in levels.items():
        if name in known and not _too_low(known[name], level):
            found[known[name].code] = None if level == "off" else Severity(level)
    return found


def _too_low(problem: Problem, level: str) -> bool:
    return level != Severity.ERROR.value and not problem.allowable


def _leveled(each: Diagnostic, levels: Mapping[str, Severity | None]) -> Diagnostic | None:
    severity = levels.get(each.code, each.severity)
    return None if severity is None else replace(each, severity=severity)


def _mistaken_levels(
    levels: Mapping[str, str], known: Mapping[str, Problem], project: str, files: Mapping[str, bytes]
) -> Iterator[Diagnostic]:
    wrong = [name for name, level in levels.items() if name not in known or _too_low(known[name], level)]
    if not wrong:
        return
    tree, _ = read_tree(project, files.get(project, b""))
    for name in wrong:
        place = tree.place(("lint", name), key=True) if tree else Place(project, 1, 1, 1, 1)
        if name in known:
            message = f"the error `{known[name].rule}` can't be lowered to `{levels[name]}`"
            yield found(NOT_ALLOWABLE, message, "take the line out, and mend what the error says", place)
        else:
            yield _unknown(name, known, place)


def _unknown(name: str, known: Mapping[str, Problem], place: Place) -> Diagnostic:
    help = suggestion(name, known, "write its name or code as `runbook validate` shows it")
    return found(UNKNOWN_RULE, f"there is no rule `{name}`", help, place)


def _allows(path: str, content: bytes, known: Mapping[str, Problem], mistakes: list[Diagnostic]) -> Iterator[_Allow]:
    """What the comments of a file allow; what is wrong with them is added to the mistakes."""
    text = content.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        parser = EventParser(text)
        parsed = []
        while not isinstance(event := parser.get_event(), events.StreamEndEvent):
            parsed.append(event)
    except (yaml.YAMLError, ValueError, OverflowError):  # what is wrong with it is reported already
        return
    lines = text.split("\n")
    longer = _longer(parsed)
    for comment in comments_of(text, parsed):
        match = _ALLOW.match(comment.text)
        if match is None:
            continue
        line = comment.line + 1
        place = Place(path, line, comment.column + 1, line, comment.column + 1 + len(comment.text))
        names = [name for name in _RULES.split(match["rules"].strip()) if name]
        reason = (match["reason"] or "").strip()
        if not names or not reason:
            message = "a finding is allowed without a reason" if names else "nothing is named that is allowed"
            help = "write `# runbook: allow RULE because REASON`"
            mistakes.append(found(NO_REASON, message, help, place))
            continue
        first = _line_meant(comment, lines)
        for name in names:
            problem = known.get(name)
            if problem is None:
                mistakes.append(_unknown(name, known, place))
            elif not problem.allowable:
                message = f"the error `{problem.rule}` can't be allowed"
                mistakes.append(found(NOT_ALLOWABLE, message, "mend what it says", place))
            else:
                yield _Allow(problem, reason, first, longer.get(first, first), place)


def _line_meant(comment: Comment, lines: list[str]) -> int:
    """The number of the line that a comment speaks of: its own, or the next one with something in it."""
    line = comment.line
    if comment.alone:
        line += 1
        while line < len(lines) and (not lines[line].strip() or lines[line].lstrip().startswith("#")):
            line += 1
    return line + 1


def _longer(parsed: Iterable[object]) -> dict[int, int]:
    """The last line of each text that goes over several, by the line it begins in, or its key does."""
    last: dict[int, int] = {}
    for event in parsed:
        if isinstance(event, events.ScalarEvent) and event.end_mark.line > event.start_mark.line:
            end = event.end_mark.line + (1 if event.end_mark.column else 0)
            last[event.start_mark.line + 1] = max(end, event.start_mark.line + 1)
    return last


def _idle(allow: _Allow) -> Diagnostic:
    message = f"`{allow.problem.rule}` is allowed here, and there is no such finding"
    return found(IDLE, message, "delete the comment, or put it right above the finding", allow.place)
