"""The findings of a file as an editor shows them: each with its stretch of text, and the places it has to do with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from runbook.diagnostics import Diagnostic
from runbook.editing.desk import Desk
from runbook.editing.index import Index
from runbook.editing.positions import Span
from runbook.editing.vocabulary import Sort

_QUOTED = re.compile(r"`([^`]+)`")
_LINE = re.compile(r"\bline (\d+)")
_MOST = 8
"""Places that are named beside one finding."""


@dataclass(frozen=True, slots=True)
class Related:
    """A place that a finding has to do with, and what stands there."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Found:
    """One finding in one text."""

    diagnostic: Diagnostic
    span: Span
    related: tuple[Related, ...] = ()

    @property
    def message(self) -> str:
        """What is wrong, and what to do about it."""
        return "\n".join(filter(None, (self.diagnostic.message, self.diagnostic.help)))


def found_in(desk: Desk, path: str) -> list[Found]:
    """The findings in one file."""
    findings = [each for each in desk.findings() if each.place.file == path]
    if not findings:
        return []
    index = desk.index(path)
    marked = _after_mark(index.text)
    found = []
    for each in findings:
        span = index.lines.span_of(each.place)
        if marked and each.place.line == 1:  # columns are counted without the mark that some editors put first
            span = Span(span.start + 1, span.end + 1)
        found.append(Found(each, _seen(index.text, span), tuple(_related(index, each, span))[:_MOST]))
    return found


def _after_mark(text: str) -> bool:
    return text.startswith("\ufeff")


def _seen(text: str, span: Span) -> Span:
    """The span, or one character of it when there is nothing to underline."""
    if span.end > span.start:
        return span
    return Span(span.start, min(span.start + 1, len(text)))


def _related(index: Index, diagnostic: Diagnostic, own: Span) -> Iterator[Related]:
    words = dict.fromkeys(_QUOTED.findall(f"{diagnostic.message} {diagnostic.help}"))
    for mention in index.mentions:
        if mention.defines and mention.sort is not Sort.OUTPUT and mention.name in words and mention.span != own:
            yield Related(mention.span, f"the {mention.sort.value} `{mention.name}`")
    for number in dict.fromkeys(_LINE.findall(diagnostic.message)):
        line = int(number) - 1
        if 0 <= line < len(index.lines.starts) and line != diagnostic.place.line - 1:
            start = index.lines.starts[line]
            text = index.lines.line(line)
            yield Related(Span(start + len(text) - len(text.lstrip()), start + len(text.rstrip())), f"line {number}")
