"""A text with its lines: from the offset of a character to line and column, and back, as editors count them.

Editors count columns in units of UTF-16 unless something else was agreed upon: an emoji is two of them.
"""

from __future__ import annotations

import enum
from bisect import bisect_right
from dataclasses import dataclass, field

from runbook.source import Place


class Units(enum.Enum):
    """What the columns of an editor count."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text as an editor says it: line and column from 0."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text by the offsets of its characters; the end is exclusive."""

    start: int
    end: int

    def __contains__(self, offset: int) -> bool:
        """True also right behind the last character, where a cursor still touches it."""
        return self.start <= offset <= self.end


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a text, for going from offsets to positions and back."""

    text: str
    starts: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        starts = [0]
        at = self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        object.__setattr__(self, "starts", tuple(starts))

    def line_of(self, offset: int) -> int:
        """The number of the line, from 0, that an offset is in."""
        return bisect_right(self.starts, offset) - 1

    def line(self, number: int) -> str:
        """The text of a line, from 0, without its line break."""
        if number + 1 == len(self.starts):
            return self.text[self.starts[number] :]
        return self.text[self.starts[number] : self.starts[number + 1] - 1].removesuffix("\r")

    def position(self, offset: int, units: Units = Units.UTF16) -> Position:
        """An offset as an editor says it."""
        offset = max(0, min(offset, len(self.text)))
        number = self.line_of(offset)
        return Position(number, _width(self.text[self.starts[number] : offset], units))

    def offset(self, position: Position, units: Units = Units.UTF16) -> int:
        """The offset of a position; the end of its line, or of the text, when that is shorter."""
        if position.line >= len(self.starts):
            return len(self.text)
        if position.line < 0:
            return 0
        line = self.line(position.line)
        if units is Units.UTF32 or line.isascii():
            return self.starts[position.line] + max(0, min(position.column, len(line)))
        column = 0
        for number, character in enumerate(line):
            if column >= position.column:
                return self.starts[position.line] + number
            column += _width(character, units)
        return self.starts[position.line] + len(line)

    def span_of(self, place: Place) -> Span:
        """The span of a place, whose lines and columns count characters from 1."""
        return Span(self._at(place.line, place.column), self._at(place.end_line, place.end_column))

    def _at(self, line: int, column: int) -> int:
        if line > len(self.starts):
            return len(self.text)
        start = self.starts[max(line - 1, 0)]
        return start + min(max(column - 1, 0), len(self.line(max(line - 1, 0))))


def _width(text: str, units: Units) -> int:
    if units is Units.UTF32 or text.isascii():
        return len(text)
    if units is Units.UTF8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)
