"""What can be done about a finding in one move: what its help says, written out as a change of the text.

Rule 1: nothing is offered that has not been tried: a copy is changed and read, and the finding is gone.
Rule 2: what would bring errors that were not there before is not offered either.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from runbook.diagnostics import Diagnostic, Severity
from runbook.editing.checking import Found
from runbook.editing.desk import Desk
from runbook.editing.index import Index
from runbook.editing.positions import Span
from runbook.editing.sketch import Node, Shape
from runbook.source import Path

_MEANT = re.compile(r"did you mean `([^`]+)`\?")
_WRITE = re.compile(r"(?:write|or) [`']?`([^`]+)`")
_QUOTED = re.compile(r"`([^`]+)`")
_PLACEHOLDER = re.compile(r"\b[A-Z]{2,}\b")
_OUT = re.compile(r"\bleave (?:it|`[^`]+`) out\b|\b(?:take|delete) it(?: out)?\b")
_QUOTES = re.compile(r"\bput quotes around (?:it|the (?:whole )?text)\b")
_BEFORE_SHAPE = re.compile(r"RB0\d\d")


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of a file that is replaced."""

    path: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that takes a finding away; `preferred` when it is surely what was meant."""

    title: str
    edits: tuple[Edit, ...]
    preferred: bool = False


def fixes(desk: Desk, found: Found) -> list[Fix]:
    """What can be done about a finding, each tried."""
    path = found.diagnostic.place.file
    if path not in desk.files:
        return []
    index = desk.index(path)
    return [fix for fix in _proposed(index, found) if _mends(desk, found.diagnostic, fix)]


def applied(text: str, edits: Iterable[Edit]) -> str:
    """A text after some edits of it; none of them overlap."""
    for edit in sorted(edits, key=lambda each: each.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def _mends(desk: Desk, diagnostic: Diagnostic, fix: Fix) -> bool:
    path = diagnostic.place.file
    changed = applied(desk.index(path).text, fix.edits).encode("utf-8", "surrogatepass")
    before = Counter(_sort(each) for each in desk.findings())
    after = Counter(_sort(each) for each in desk.findings_with({path: changed}))
    gone = after[_sort(diagnostic)] < before[_sort(diagnostic)]
    if _BEFORE_SHAPE.match(diagnostic.code):  # it hid all that comes after it
        return gone
    return gone and not any(sort[-1] is Severity.ERROR for sort in after - before)


def _sort(each: Diagnostic) -> tuple[str, str, str, Severity]:
    return (each.place.file, each.rule, each.message, each.severity)


def _proposed(index: Index, found: Found) -> Iterator[Fix]:
    path, help = found.diagnostic.place.file, found.diagnostic.help
    if meant := _MEANT.fullmatch(help):
        yield from _instead(index, found, path, meant[1])
    elif help.startswith("write `"):
        for word in dict.fromkeys(_WRITE.findall(help)):
            if not _PLACEHOLDER.search(word):
                yield from _written(index, found, path, word)
    if _QUOTES.search(help):
        yield from _in_quotes(index, found, path)
    if _OUT.search(help):
        yield from _left_out(index, found, path)


def _instead(index: Index, found: Found, path: str, word: str) -> Iterator[Fix]:
    """The word of the author, replaced by the one that was meant."""
    span = _own_word(index.text, found)
    if span:
        yield Fix(
            f"Change `{index.text[span.start : span.end]}` to `{word}`", (Edit(path, span, word),), preferred=True
        )


def _own_word(text: str, found: Found) -> Span | None:
    said = text[found.span.start : found.span.end]
    for word in _QUOTED.findall(found.diagnostic.message):
        places = list(re.finditer(rf"(?<![\w-]){re.escape(word)}(?![\w-])", said))
        if places:
            return Span(found.span.start + places[-1].start(), found.span.start + places[-1].end())
    return None


def _written(index: Index, found: Found, path: str, word: str) -> Iterator[Fix]:
    """What the help says is to be written: in place of the whole, of the word, or of all up to the word."""
    spans = [found.span]
    if own := _own_word(index.text, found):
        spans += [own, Span(found.span.start, own.end)]
    for span in dict.fromkeys(spans):
        yield Fix(f"Write `{word}`", (Edit(path, span, word),))


def _in_quotes(index: Index, found: Found, path: str) -> Iterator[Fix]:
    node = index.top.around(found.span.start)
    spans = [node.span] if node.shape is Shape.SCALAR and not node.style else []
    spans.append(_after_colon(index, found.span.start))
    for span in dict.fromkeys(spans):
        text = index.text[span.start : span.end]
        if text and "\n" not in text:
            quoted = f'"{text}"' if not set('"\\') & set(text) else "'" + text.replace("'", "''") + "'"
            yield Fix("Put quotes around it", (Edit(path, span, quoted),), preferred=True)
            return


def _after_colon(index: Index, offset: int) -> Span:
    """What stands behind the first `: ` of a line."""
    number = index.lines.line_of(offset)
    start, line = index.lines.starts[number], index.lines.line(number)
    behind = line.find(": ")
    text = line[behind + 2 :] if behind >= 0 else ""
    at = start + behind + 2 + len(text) - len(text.lstrip())
    return Span(at, at + len(text.strip()))


def _left_out(index: Index, found: Found, path: str) -> Iterator[Fix]:
    if found.span.end - found.span.start == 1 and not index.text[found.span.start].isprintable():
        yield Fix("Delete the character", (Edit(path, found.span, ""),), preferred=True)
        return
    node: Node | None = index.top.around(found.span.start)
    while node is not None and node.parent is not None and node.whole.end < found.span.end:
        node = node.parent
    named = re.search(r"leave `([^`]+)` out", found.diagnostic.help)
    while named and node is not None and node.parent is not None and node.name != named[1]:
        node = node.parent
    if node is not None and node.parent is not None and (span := entry_span(index, node)):
        yield Fix(f"Leave {_called(node.path)} out", (Edit(path, span, ""),))


def _called(path: Path) -> str:
    last = path[-1] if path else ""
    return f"`{last}`" if isinstance(last, str) else "it"


def entry_span(index: Index, node: Node) -> Span | None:
    """All that has to go when an entry of a list or mapping goes; None when something else stands in its line."""
    text, outer = index.text, node.parent
    if outer is None:
        return None
    siblings = outer.children
    place = siblings.index(node)
    if outer.flow:
        if len(siblings) == 1:
            return node.whole
        if place + 1 < len(siblings):
            return Span(node.whole.start, siblings[place + 1].whole.start)
        return Span(siblings[place - 1].whole.end, node.whole.end)
    number = index.lines.line_of(node.whole.start)
    start = index.lines.starts[number]
    before = text[start : node.whole.start].strip()
    if before not in ("", "-") or (before == "-" and isinstance(node.name, str)) or len(siblings) == 1:
        return None
    last = index.lines.line_of(max(node.whole.end - 1, node.whole.start))
    end = index.lines.starts[last + 1] if last + 1 < len(index.lines.starts) else len(text)
    return Span(start, end)
