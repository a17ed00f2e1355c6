"""A text that reads alike on a page and on paper is read once, and whatever does not is left to each of the two."""

from __future__ import annotations

import pytest

from runbook.views.authored import as_html
from runbook.views.site import markup

ALIKE = "Look at *both*:\n\n- `a_b` and 'c'\n- **d**\n\nor ask\n"
APART = {
    "a link": "See [it](https://example.org/).",
    "a table": "| a | b |\n| :-- | --- |\n| 1 | 2 |",
    "a heading": "# First",
    "lines of code": "```sh\nls\n```",
    "a place in what is more": "*On* \ue0000\ue001.",
    "crossed out": "Not ~~this~~.",
    "a picture": "![of it](a.png)",
}


def test_a_text_of_sentences_and_lists_is_the_same_on_a_page() -> None:
    found = as_html(ALIKE, _nobody)

    assert found == markup.text(ALIKE)
    assert "<em>both</em>" in found
    assert "<code>a_b</code>" in found


@pytest.mark.parametrize("text", APART.values(), ids=list(APART))
def test_what_is_shown_in_ways_of_their_own_is_left_to_them(text: str) -> None:
    assert _left(text) == [text]


def test_html_in_a_text_is_text() -> None:
    assert as_html("a <b>c</b> & d", _nobody) == "<p>a &lt;b&gt;c&lt;/b&gt; &amp; d</p>\n"


def test_a_text_is_not_kept_when_it_is_long() -> None:
    text = "*a* " * 2_000

    assert _left(text) == [text]


def _left(text: str) -> list[str]:
    """What of a text is left to whoever shows it."""
    asked: list[str] = []
    as_html(text, lambda part: asked.append(part) or "")
    return asked


def _nobody(part: str) -> str:
    raise AssertionError(f"this is the same everywhere: {part}")
