"""A text in which a regular expression finds what it is to find: what a program could have written around a value."""

from __future__ import annotations

import re

from runbook.clauses import Output

_BLANK = re.compile(r"\\s[+*]|[ ][+*]|\\s")
_BREAKS = re.compile(r"\\[bBAZ]|[\^$]|(?<!\\)[?]")
_ESCAPED = re.compile(r"\\([^\w\s])")


def sentence(output: Output, value: str) -> str | None:
    """The value itself, or with what the expression wants around it; None when nothing simple is found."""
    assert output.regex is not None
    return next((each for each in (value, _around(output.regex, value)) if _finds(output, each) == value), None)


def _finds(output: Output, text: str) -> str | None:
    found = re.search(output.regex or "", text, re.M)
    if found is None:
        return None
    group: str | int = 1 if found.re.groups else 0
    if output.group:
        group = int(output.group) if output.group.isdecimal() else output.group
    return found[group]


def _around(regex: str, value: str) -> str:
    """The words of an expression with the value in place of its first group: `lag=(\\d+) s` gives `lag=7 s`."""
    begin, end = _group(regex)
    return f"{_plain(regex[:begin])}{value}{_plain(regex[end:])}"


def _group(regex: str) -> tuple[int, int]:
    depth, begin, place, bracket = 0, -1, 0, False
    while place < len(regex):
        sign = regex[place]
        if sign == "\\":
            place += 1
        elif bracket or sign == "[":
            bracket = sign != "]"
        elif sign == "(":
            begin = place if begin < 0 else begin
            depth += 1
        elif sign == ")":
            depth -= 1
            if not depth:
                return begin, place + 1
        place += 1
    return len(regex), len(regex)


def _plain(regex: str) -> str:
    return _ESCAPED.sub(r"\1", _BREAKS.sub("", _BLANK.sub(" ", regex)))
