"""Offsets and positions are the same place, whatever the columns of the editor count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook.editing.positions import Lines, Position, Span, Units
from runbook.source import Place

TEXT = "a: 🚀 x\nü: 🧯🧯y\n"


@pytest.mark.parametrize(("units", "column"), [(Units.UTF16, 6), (Units.UTF32, 5), (Units.UTF8, 8)], ids=str)
def test_an_emoji_is_as_wide_as_the_editor_says(units: Units, column: int) -> None:
    lines = Lines(TEXT)

    assert lines.position(TEXT.index("x"), units) == Position(0, column)
    assert lines.offset(Position(0, column), units) == TEXT.index("x")


@given(st.text(alphabet="aü🚀\n\r ", max_size=30), st.sampled_from(list(Units)), st.data())
def test_there_and_back_is_the_same_place(text: str, units: Units, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    lines = Lines(text)
    if text[offset - 1 : offset + 1] == "\r\n":
        return

    assert lines.offset(lines.position(offset, units), units) == offset


@pytest.mark.parametrize("position", [Position(0, 99), Position(99, 0), Position(-1, 0), Position(1, 10**9)])
def test_a_position_outside_of_the_text_is_at_its_edge(position: Position) -> None:
    assert 0 <= Lines(TEXT).offset(position) <= len(TEXT)


def test_a_place_counts_characters_from_one() -> None:
    assert Lines(TEXT).span_of(Place("f", 2, 4, 2, 6)) == Span(10, 12)
    assert TEXT[10:12] == "🧯🧯"
