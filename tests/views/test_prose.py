from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from runbook.views.markdown import Markdown, alert, allowed, bullets, labelled
from runbook.views.prose import prose

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
READER.validateLink = lambda url: True

FRAMES = {
    "alone": lambda text: text,
    "in a box": lambda text: alert("WARNING", text),
    "in a list": lambda text: bullets([text, text]),
    "after a label": lambda text: labelled("Why", text),
}

HOSTILE = [
    "<script>alert(1)</script>",
    "text <b>bold</b> text",
    "<!-- comment -->",
    "<?php ?>",
    "<!DOCTYPE x>",
    "<![CDATA[x]]>",
    "</div>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:x'>",
    "<\nb>",
    "a\n<div>\nb",
    "\\<b>",
    "\\\\<b>",
    "`<b>` <b>",
    "` <b>",
    "`` ` <b> `` <b>",
    "\\`<b>`",
    "`a\n<b>` <i>",
    "`a\n\n<b>`",
    "```\n<b>\n```\n<b>",
    "```\n<b>",
    "```\n<b>\n``\n<i>",
    "````\n```\n<b>\n````\n<i>",
    "~~~ `\n<b>\n~~~\n<i>",
    "``` `x\n<b>\n```",
    "    <b>\n\n<i>",
    "text\n    <b>",
    "text\n    ```\n\n<b>",
    "- a\n  ```\n<b>",
    "- ```\n  <b>\n  ```\n<i>",
    "> ```\n<b>",
    "> ```\n> <b>\n<i>",
    "1. a\n\n       <b>\n\n   <i>",
    "2. ```\n   <b>\n   ```",
    "-\n\n  ```\n<b>",
    "text\n2. ```\n<b>",
    "- a\n\n\t<b>",
    "a | b\n--|--\n` | <b> ` |",
    "``` a|b\n-|-\n<b>\n",
    "# ` | <b> ` |\n-|-",
    "| ` |\n|---|\n| <b> ` |",
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT:alert(1))",
    "[x](\njavascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](java&#115;cript:alert(1))",
    "[x](java\\script:a)",
    "![x](data:text/html;base64,x)",
    "[x]\n\n[x]: javascript:alert(1)",
    "[x]\n\n[x]:\n  <javascript:alert(1)>",
    "[x](/a 'b ` c') <b> `",
    "[x](/a` 'b') <b> `",
    "[x]: /a 'b ` c'\n<b> `",
    "<javascript:alert(1)>",
    "<https://x.y/?<b>>",
    "***\n<b>\n***",
    "a\n===\n<b>",
]


def problems(page: str) -> list[str]:
    """Raw tags and unsafe targets that a reader finds in a page."""
    tokens = [each for token in READER.parse(page) for each in (token, *(token.children or ()))]
    tags = [token.content for token in tokens if token.type in ("html_inline", "html_block")]
    targets = [str(token.attrs.get("href", token.attrs.get("src", ""))) for token in tokens]
    return tags + [target for target in targets if not allowed(target)]


def ends_well(page: str) -> bool:
    """True when a paragraph after the text is still a paragraph of its own."""
    last = READER.parse(f"{page}\n\nEND")[-3:]
    return [token.type for token in last] == ["paragraph_open", "inline", "paragraph_close"] and last[
        1
    ].content == "END"


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_harmless(text, frame):
    page = str(frame(prose(text)))

    assert problems(page) == []
    assert ends_well(page)


def test_the_hostile_texts_would_do_harm_as_they_stand():
    assert sum(1 for text in HOSTILE if problems(text) or not ends_well(text)) > 40


PIECES = [
    *"\n\n\n  ab|>-+*#`\\()[]",
    *(
        "<b>",
        "</b>",
        "<!--",
        "<?x",
        "```",
        "~~~",
        "``",
        "    ",
        "\t",
        "- ",
        "1. ",
        "2) ",
        "> ",
        "|-|",
        "\n-|-\n",
        "---",
    ),
    *("===", "[x]", "](", "(javascript:a)", "[x]: javascript:b", "<https://x.y>", "&#115;cript:x", "[a](", "`x <b>`"),
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=18), st.sampled_from(sorted(FRAMES)))
def test_any_text_is_harmless(pieces, frame):
    page = str(FRAMES[frame](prose("".join(pieces))))

    assert problems(page) == []
    assert ends_well(page)


@pytest.mark.parametrize(
    "text",
    [
        "Plain text with `code <host>` and **bold**, a < b.",
        "See [the page](https://example.org/a_(b) 'title') and <https://example.org>.",
        "1. First\n   ```sh\n   cat <file >out\n   ```\n2. Second\n   - nested `a`",
        "> quoted\n> - item\n>   ```\n>   <b>\n>   ```",
        "| a | b |\n| --- | --- |\n| `x` | y |",
        "```yaml\na: <b>\n```",
        "- [ ] task\n- [x] done",
    ],
)
def test_ordinary_markdown_stays_as_it_is(text):
    assert prose(text) == Markdown(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("# One\ntext\n## Two", "### One\ntext\n#### Two"),
        ("###### Six", "###### Six"),
        ("Title\n=====\ntext", "Title\n\n=====\ntext"),
        ("Title\n---\ntext", "Title\n\n---\ntext"),
        ("text:\n\n    ls <file>\n    ls -l\n\nmore", "text:\n\n```\nls <file>\nls -l\n```\n\nmore"),
        ("```\nopen", "```\nopen\n```"),
        ("  a\n  b\n", "a\nb"),
        ("a\r\nb\x07", "a\nb␇"),
        ("", ""),
    ],
    ids=["headings", "deepest", "underlined", "ruled", "indented code", "left open", "margin", "controls", "empty"],
)
def test_markdown_is_fitted_into_the_page(text, wanted):
    assert str(prose(text, heading=3)) == wanted
