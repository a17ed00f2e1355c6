"""Texts of ours in templates are said once, when a template is read; what has values is said on each page."""

from __future__ import annotations

import jinja2
import pytest

from runbook.views.language import Language
from runbook.views.put_in_words import put_in_words

LANGUAGE = Language("xx", {"Search": "Such <das>", "step {number}": "Schritt {number}"})


def made(source: str) -> str:
    def never(text: str, /, **values: object) -> str:
        assert values or text == "at run time"
        return LANGUAGE.say(text, **values)

    environment = put_in_words(jinja2.Environment(autoescape=True), "t", LANGUAGE.say)
    return environment.from_string(source).render(t=never, other={"t": str.upper})


@pytest.mark.parametrize(
    ("source", "page"),
    [
        ('{{ t("Search") }}', "Such &lt;das&gt;"),
        ("""<a title="{{ t("Search") }}">""", '<a title="Such &lt;das&gt;">'),
        ('{{ t("Search") if true else t("Other") }}', "Such &lt;das&gt;"),
        ('{{ t("step {number}", number=3) }}', "Schritt 3"),
        ('{% set text = "at run time" %}{{ t(text) }}', "at run time"),
        ('{{ other.t("Search") }}', "SEARCH"),
        ('t("Search")', 't("Search")'),
    ],
    ids=["a text", "in an attribute", "in an expression", "with values", "a variable", "of something else", "no code"],
)
def test_a_text_is_put_in_and_all_else_stays(source: str, page: str) -> None:
    assert made(source) == page
