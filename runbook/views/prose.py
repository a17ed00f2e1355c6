"""Longer texts of authors, made fit for a page: Markdown stays, HTML is shown as text, unsafe links are cut.

Rule 1: whatever a Markdown reader may take for a tag is written `&lt;`, unless it surely stands in code.
Rule 2: a block of code that its author left open is closed, so nothing after it changes its meaning.
Rule 3: where readers differ (tables, unusual targets), the text counts as neither code nor link.
"""

from __future__ import annotations

import re
import textwrap
from bisect import bisect_left
from dataclasses import dataclass, field

from runbook.views.markdown import Markdown, allowed, fence
from runbook.views.visible import visible

_QUOTE = 0
_MARKER = re.compile(r"([-+*]|\d{1,9}[.)])( +|$)")
_FENCE = re.compile(r"(`{3,}(?!.*`)|~{3,}) *([\w+-]*)")
_HEADING = re.compile(r"(#{1,6})(?= |$)")
_RULE = re.compile(r"(?:(?:\* *){3,}|(?:- *){3,}|(?:_ *){3,})$")
_UNDERLINE = re.compile(r"(?:=+|-+) *$")
_RUN = re.compile(r"`+")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_FIRST_TAG = re.compile(r"(\n[ ]*)<(?=[A-Za-z/!?])")
_AUTOLINK = re.compile(r"<(?:https?://|mailto:)[^\s<>`]+>")
_TARGET = re.compile(r"\]\(((?:[^\s<>()`\\]|\([^\s<>()`\\]*\))*)(?: +\"[^\"<`\\\n]*\"| +'[^'<`\\\n]*')? *\)")
"""What may follow the text of a link; anything less plain is not taken for a link."""


def prose(text: str, heading: int = 4) -> Markdown:
    """An author's Markdown as part of a page whose own headings are above level `heading`."""
    scan = _Scan(heading)
    for line in textwrap.dedent(visible(text)).strip().split("\n"):
        scan.line(line.rstrip())
    return Markdown("\n".join(scan.finished()))


@dataclass(slots=True)
class _Scan:
    """Follows the blocks of a text as CommonMark nests them: quotes, list items, fences, paragraphs."""

    heading: int
    out: list[str] = field(default_factory=list)
    open: list[int] = field(default_factory=list)
    """The quotes (0) and list items (their width) that the place stands in."""
    fence: str = ""
    paragraph: list[tuple[str, str]] = field(default_factory=list)
    indented: list[tuple[str, str]] = field(default_factory=list)
    """Code set off by four spaces; it leaves as a fence, which every reader takes for code."""

    def finished(self) -> list[str]:
        self._close()
        return self.out

    def line(self, raw: str) -> None:
        line = raw.expandtabs(4)
        matched, at = self._matching(line)
        if self.fence:
            if matched == len(self.open):
                self._in_fence(line if self.open else raw, line[at:])
                return
            self._close()
        inside = matched == len(self.open)
        opened, at = self._opening(line, at, bool(self.paragraph) and inside)
        rest = line[at:]
        if not opened and not inside and self.paragraph and _goes_on(rest):
            self.paragraph.append((line[:at], rest))
            return
        if opened or not inside:
            self._close()
            self.open[matched:] = opened
        self._leaf(line[:at], rest)

    def _matching(self, line: str) -> tuple[int, int]:
        """How many of the open quotes and items the line belongs to, and where its own text begins."""
        at = 0
        for count, width in enumerate(self.open):
            indent = _indent(line[at:])
            if width == _QUOTE:
                if indent > 3 or line[at + indent : at + indent + 1] != ">":
                    return count, at
                at += indent + 1
                at += line[at : at + 1] == " "
            elif not line[at:].strip():
                at = len(line)
            elif indent >= width:
                at += width
            else:
                return count, at
        return len(self.open), at

    def _opening(self, line: str, at: int, in_paragraph: bool) -> tuple[list[int], int]:
        """The quotes and list items that begin on this line."""
        opened: list[int] = []
        while (indent := _indent(line[at:])) <= 3:
            rest = line[at + indent :]
            marker = _MARKER.match(rest)
            if rest.startswith(">"):
                opened.append(_QUOTE)
                at += indent + 1
                at += line[at : at + 1] == " "
            elif marker and not _RULE.match(rest) and not (in_paragraph and not _may_interrupt(marker, rest)):
                spaces = len(marker[2])
                blank = marker.end() == len(rest)
                width = indent + len(marker[1]) + (1 if blank or spaces > 4 else spaces)
                opened.append(width)
                at = min(len(line), at + width)
            else:
                break
            in_paragraph = False
        return opened, at

    def _in_fence(self, line: str, rest: str) -> None:
        closing = rest.strip()
        self.out.append(line)
        if len(closing) >= len(self.fence) and not closing.strip(self.fence[0]) and _indent(rest) <= 3:
            self.fence = ""

    def _leaf(self, prefix: str, rest: str) -> None:
        """The line's own text: code, a heading, a rule, or a line of a paragraph."""
        text = rest.lstrip()
        if self.indented and (not text or _indent(rest) > 3):
            self.indented.append((prefix, rest[4:]))
            return
        if self.indented:
            self._close()
        if not text:
            self._close()
            self.out.append(prefix.rstrip())
        elif _indent(rest) > 3 and not self.paragraph:
            self.indented.append((prefix, rest[4:]))
        elif _indent(rest) > 3:
            self.paragraph.append((prefix, rest))
        elif fence := _FENCE.match(text):
            self._close()
            self.fence = fence[1]
            self.out.append(prefix + " " * _indent(rest) + self.fence + fence[2])
        elif heading := _HEADING.match(text):
            self._close()
            level = min(6, len(heading[1]) + self.heading - 1)
            self.out.append(f"{prefix}{'#' * level}{_inline(text[heading.end() :], '|' in text)}")
        elif _RULE.match(text) or (self.paragraph and _UNDERLINE.match(text)):
            if self.paragraph:
                self._close()
                self.out.append(self._prefix().rstrip())
            self.out.append(prefix + rest)
        else:
            self.paragraph.append((prefix, rest))

    def _close(self) -> None:
        """End the paragraph or the code that is open."""
        if self.indented:
            self._close_indented()
        if self.fence:
            self.out.append(self._prefix() + self.fence)
            self.fence = ""
        if self.paragraph:
            lines = _inline("\n".join(text for _, text in self.paragraph)).split("\n")
            self.out.extend(prefix + line for (prefix, _), line in zip(self.paragraph, lines, strict=True))
            self.paragraph = []

    def _close_indented(self) -> None:
        first = self.indented[0][0]
        block = fence("\n".join(text for _, text in self.indented)).text.split("\n")
        self.out.append(first + block[0])
        self.out.extend((self._prefix() + line).rstrip() for line in block[1:])
        self.out.append(self._prefix().rstrip())
        self.indented = []

    def _prefix(self) -> str:
        return "".join("> " if width == _QUOTE else " " * width for width in self.open)


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _may_interrupt(marker: re.Match[str], rest: str) -> bool:
    """True when a list may begin right below a paragraph's line."""
    return marker.end() < len(rest) and (not marker[1][0].isdigit() or marker[1][:-1] == "1")


def _goes_on(rest: str) -> bool:
    """True for a line that carries on the paragraph above it although it left its quote or list item."""
    text = rest.strip()
    starts = _FENCE.match(text) or _HEADING.match(text) or _RULE.match(text)
    return bool(text) and (_indent(rest) > 3 or not starts)


def _inline(text: str, table: bool = False) -> str:
    """One paragraph: tags written as text, targets checked, code spans left alone."""
    table = table or any(set(line) <= set("-|: >") and "-" in line and len(set(line)) > 1 for line in text.split("\n"))
    runs: dict[int, list[int]] = {}
    for run in _RUN.finditer(text):
        runs.setdefault(len(run[0]), []).append(run.start())
    out: list[str] = []
    at = 0
    while at < len(text):
        end = at + 1
        piece = text[at]
        if piece == "\\" and text[end : end + 1] in ("<", "`", "\\", "]"):
            piece = "&lt;" if text[end] == "<" else text[at : end + 1]
            end += 1
        elif piece == "`":
            length = len(_RUN.match(text, at)[0])  # type: ignore[index]  # a backtick stands there
            end = at + length
            places = runs.get(length, [])
            closing = bisect_left(places, end)
            if not table and closing < len(places):
                end = places[closing] + length
            piece = _FIRST_TAG.sub(r"\1&lt;", text[at:end])
        elif piece == "<" and (link := _AUTOLINK.match(text, at)):
            piece, end = link[0], link.end()
        elif piece == "<" and _TAG.match(text, at):
            piece = "&lt;"
        elif piece == "]" and (target := _TARGET.match(text, at)) and allowed(target[1]):
            piece, end = target[0], target.end()
        elif piece == "]" and text[end : end + 1] in ("(", ":"):
            piece = "\\]"
        out.append(piece)
        at = end
    return "".join(out)
