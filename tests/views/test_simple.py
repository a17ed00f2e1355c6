"""Simple texts are read without the library for Markdown, and the same as by it."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from runbook.views.simple import in_blocks

LIBRARY = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])

PIECES = (
    *("word", "über", "pg_is_ready", "B2", "7", "1.", "a)", "(so)", "it's", '"so"', "x", "https://a.org"),
    *(" ", "  ", "   ", "\t", "\n", "\n", "\n\n", "\n\n\n", "\n \n", ":", ".", "/", "!", "\\"),
    *("- ", "-", "* ", "+ ", "*", "**", "***", "`", "``", "`ls -l`", "**bold**", "**a b**", "_"),
    *(
        "#",
        "===",
        "---",
        ">",
        "<b>",
        "&amp;",
        "&",
        "[a](b)",
        "[x] ",
        "|",
        "~~",
        "| a |\n| - |\n",
        "| b | 2 |\n",
        "| --- | --- |\n",
        " | ",
        " |\n",
        "\ue0001\ue001",
        "[a]: /b\n",
        "[a]",
    ),
)
LIKELY = (
    "\ue0000\ue001",
    "`a \ue0002\ue001`",
    "word",
    " ",
    " and ",
    "`a-b`",
    "**so**",
    "**",
    "`",
    "\n",
    "\n\n",
    "\n- ",
    "- ",
    "1. ",
    "\n2. ",
    ". ",
)

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
    assert in_blocks(text, LIBRARY.render) == LIBRARY.render(text)


@pytest.mark.parametrize(
    "text",
    [
        "Look at the host.",
        "Compare **both** figures,\nthen run `df -h`.\n",
        "In this order:\n\n1. Stop `nginx`.\n2. Look at **both** logs.\n10. Start it.",
        "\ue0000\ue001 is **as \ue0001\ue001 was**, in `\ue0002\ue001/a`.",
        "So:\n\n| a | 1 |\n| --- | --- |\n| `b` | **c d** |\n| 7 | it's \ue0000\ue001 |\n\nThen.",
        "What is needed:\n\n- a key\n- `root` on the host\n\nNothing else.",
    ],
    ids=["a sentence", "bold and code", "numbers", "places", "a table", "a list"],
)
def test_usual_texts_are_read_here(text: str) -> None:
    assert _asked(text) == []


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
        "- one\n\n- two",
        "So:\n\n```\none\n```",
        "One\n\n> two\n\n[three]",
        "One.\n\n[two]\n\n[two]: https://example.org",
        "- one\n\n  two",
    ],
)
def test_whatever_holds_more_is_left_to_the_library(text: str) -> None:
    assert _asked(text) == [text]


@pytest.mark.parametrize(
    "block",
    [
        "See [it](https://example.org) *now*.",
        "| a | b |\n| :-- | --- |\n| 1 | 2 |",
        "| a | b |\n| --- | --- |\n| 1 |",
        "| a |\n| --- |",
        "`a` is {{ inputs.host }}.",
    ],
    ids=["a link", "a table aligned", "a table with holes", "a table without rows", "a brace"],
)
def test_the_library_is_asked_for_a_block_that_stands_apart(block: str) -> None:
    text = f"First:\n\n- one\n- two\n\n{block}\n\nThen **so**."

    assert _asked(text) == [block]
    assert in_blocks(text, LIBRARY.render) == LIBRARY.render(text)


def _asked(text: str) -> list[str]:
    """What of a text the library is asked for."""
    asked: list[str] = []
    found = in_blocks(text, lambda part: asked.append(part) or LIBRARY.render(part))
    assert found == LIBRARY.render(text)
    return asked
