"""Simple texts are read without the library for Markdown, and the same as by it."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from runbook.views.simple import simple

LIBRARY = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])

PIECES = (
    *("word", "über", "pg_is_ready", "B2", "7", "1.", "a)", "(so)", "it's", '"so"', "x", "https://a.org"),
    *(" ", "  ", "   ", "\t", "\n", "\n", "\n\n", "\n\n\n", "\n \n", ":", ".", "/", "!", "\\"),
    *("- ", "-", "* ", "+ ", "*", "**", "***", "`", "``", "`ls -l`", "**bold**", "**a b**", "_"),
    *("#", "===", "---", ">", "<b>", "&amp;", "&", "[a](b)", "[x] ", "|", "~~"),
)
LIKELY = ("word", " ", " and ", "`a-b`", "**so**", "**", "`", "\n", "\n\n", "\n- ", "- ", "1. ", "\n2. ", ". ")

texts = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
likely = st.lists(st.sampled_from(LIKELY)).map("".join)


@settings(max_examples=1_500, deadline=None)
@given(texts | likely)
@example("One **two**** three**")
@example('**B"so" 7**@')
@example("`a``b`")
@example("`a` `b")
@example("- one\n\n- two")
@example("- one\n- `two` **three**\n\nFour\nfive")
def test_what_is_read_here_is_read_the_same_by_the_library(text: str) -> None:
    found = simple(text)

    assert found is None or found == LIBRARY.render(text)


@pytest.mark.parametrize(
    "text",
    [
        "Look at the host.",
        "Compare **both** figures,\nthen run `df -h`.\n",
        "In this order:\n\n1. Stop `nginx`.\n2. Look at **both** logs.\n10. Start it.",
        "What is needed:\n\n- a key\n- `root` on the host\n\nNothing else.",
    ],
    ids=["a sentence", "bold and code", "numbers", "a list"],
)
def test_usual_texts_are_read_here(text: str) -> None:
    assert simple(text) == LIBRARY.render(text)


@pytest.mark.parametrize(
    "text",
    [
        "2. second",
        "1. one\n- two",
        "a [link](x)",
        "<b>",
        "{{ inputs.host }}",
        "one  \ntwo",
        "    code",
        "# Title",
        "a | b",
        "*so*",
        "",
    ],
)
def test_whatever_holds_more_is_left_to_the_library(text: str) -> None:
    assert simple(text) is None
