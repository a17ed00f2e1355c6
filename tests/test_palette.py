"""The colours of pages: ours can be read, and an author's are measured by the same rule."""

from __future__ import annotations

import pytest

from runbook.palette import BORDERS, DARK, LIGHT, TEXTS, TOKENS, contrast, is_colour, pale, palette


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_pair_of_our_colours_has_the_contrast_it_needs(dark: bool) -> None:
    assert list(pale(palette({}, dark))) == []


def test_both_palettes_have_every_colour_and_no_pair_names_another() -> None:
    assert list(LIGHT) == list(DARK) == list(TOKENS)
    assert all(is_colour(colour) for colour in (*LIGHT.values(), *DARK.values()))
    assert {name for pair in (*TEXTS, *BORDERS) for name in pair} == set(TOKENS) - {"line"}  # it only adorns


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#fff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#ffffff", "#0000ff", 8.59),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, wanted: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(wanted, abs=0.005)


@pytest.mark.parametrize("text", ["red", "#12", "#12345", "#1234567", "#ggg", "#fff\n", "#fff;}", "url(x)", "", "#٣٣٣"])
def test_what_is_no_colour_is_none(text: str) -> None:
    assert not is_colour(text)


def test_an_authors_colour_takes_the_place_of_ours_in_its_long_form() -> None:
    mine = palette({"accent": "#ABC"})

    assert mine == {**LIGHT, "accent": "#aabbcc"}
    assert {(each.above, each.behind) for each in pale(mine)} >= {("accent", "background"), ("on_accent", "accent")}
