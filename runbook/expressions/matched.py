"""Filters and tests that look for patterns; the pattern is the author's own, written down, and matched in time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from runbook.errors import ExpressionError
from runbook.expressions.signatures import LIST, TEXT, TRUTH, Flaw, Signature
from runbook.expressions.values import MAX_TEXT, Budget, Missing, brief, text
from runbook.matching import begins, every, fullmatch, search
from runbook.outcome import Json

if TYPE_CHECKING:  # imported when something is matched: start-up is quick
    from regex import Match

_REFERENCE = re.compile(r"\\(?:([0-9]{1,2})|(.))", re.DOTALL)


def _matches(budget: Budget, value: Json, pattern: str) -> bool:
    return fullmatch(pattern, text(value, "matches", budget)) is not None


def _search(budget: Budget, value: Json, pattern: str) -> bool:
    return search(pattern, text(value, "search", budget)) is not None


def _match(budget: Budget, value: Json, pattern: str) -> bool:
    return begins(pattern, text(value, "match", budget)) is not None


def _regex_search(budget: Budget, value: Json, pattern: str) -> str:
    found = search(pattern, text(value, "regex_search", budget))
    if found is None:
        raise Missing(f"nothing matches `{brief(pattern)}`", "add `| default('x')`, or ask with `is search('x')`")
    return (found.group(1) if found.re.groups else found.group()) or ""


def _regex_findall(budget: Budget, value: Json, pattern: str) -> list[str]:
    found: list[str] = []
    for each in every(pattern, text(value, "regex_findall", budget)):
        found.append((each.group(1) if each.re.groups else each.group()) or "")
        budget.spend(4)
    budget.items(len(found))
    return found


def _regex_replace(budget: Budget, value: Json, pattern: str, instead: str) -> str:
    whole = text(value, "regex_replace", budget)
    parts: list[str] = []
    at = length = 0
    for match in every(pattern, whole):
        pieces = _pieces(instead, match)
        length += match.start() - at + sum(map(len, pieces))
        budget.spend(4 + len(pieces))
        if length > MAX_TEXT:
            break
        parts += [whole[at : match.start()], *pieces]
        at = match.end()
    budget.text(length + len(whole) - at)
    return "".join(parts) + whole[at:]


def _pieces(instead: str, match: Match[str]) -> list[str]:
    """What stands in the place of a match, not put together yet."""
    pieces: list[str] = []
    at = 0
    for reference in _REFERENCE.finditer(instead):
        pieces.append(instead[at : reference.start()])
        at = reference.end()
        if reference[1] is None:
            pieces.append(reference[2])
        elif int(reference[1]) > match.re.groups:
            raise ExpressionError(f"the pattern has no group {reference[1]}", "count the `(` in it; `\\\\0` is all")
        else:
            pieces.append(match.group(int(reference[1])) or "")
    return [*pieces, instead[at:]]


def _bad_pattern(pattern: str) -> Flaw | None:
    from runbook.patterns import wrong_with  # here: start-up is quick

    return wrong_with(pattern)


def _any(_: str) -> Flaw | None:
    return None


MATCHED: Mapping[str, Signature] = {
    "regex_search": Signature(_regex_search, arguments=(TEXT,), least=1, written={0: _bad_pattern}),
    "regex_findall": Signature(_regex_findall, gives=LIST, arguments=(TEXT,), least=1, written={0: _bad_pattern}),
    "regex_replace": Signature(_regex_replace, arguments=(TEXT, TEXT), least=2, written={0: _bad_pattern, 1: _any}),
}
"""Filters with a pattern."""

MATCHING: Mapping[str, Signature] = {
    "matches": Signature(_matches, gives=TRUTH, arguments=(TEXT,), least=1, written={0: _bad_pattern}),
    "match": Signature(_match, gives=TRUTH, arguments=(TEXT,), least=1, written={0: _bad_pattern}),
    "search": Signature(_search, gives=TRUTH, arguments=(TEXT,), least=1, written={0: _bad_pattern}),
}
"""Tests with a pattern."""
