from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from runbook.views.markdown import (
    Markdown,
    alert,
    allowed,
    anchor,
    bullets,
    code,
    fence,
    indented,
    labelled,
    link,
    listed,
    plain,
    table,
)

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

HOSTILE = [
    "# heading",
    "####### not a heading",
    "trailing #",
    "- item",
    "+ item",
    "* item",
    "1. item",
    "2) item",
    "> quote",
    "---",
    "===",
    "***",
    "    indented",
    "a\n\nb",
    "a\n---",
    "```",
    "~~~",
    "`code`",
    "``",
    "a ` b",
    "*a* **b** _c_ __d__",
    "snake_case_name _x",
    "~~gone~~",
    "[x](y)",
    "![x](y)",
    "[x]: y",
    "[x]",
    "<b>bold</b>",
    "<script>alert(1)</script>",
    "<https://example.org>",
    "<!-- gone -->",
    "a < b > c & d",
    "&lt; &#60; &amp;lt; &copy",
    "\\",
    "\\*",
    "a\\",
    "| a | b |",
    "a \\| b",
    "$x$ $$y$$",
    "{{ inputs.x }}",
    "{% raw %}",
    "1986. A great year",
    "12",
    "C:\\new",
    "[ ] task",
    "=",
    "-",
    "+",
    "a_b_",
    "naïve ünï 手順 🙂",
]


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("frame", ["{}", "### 3. {}", "- {}", "- [ ] {}", "> {}", "**{}** end", "**name:** {}"])
def test_plain_text_is_shown_as_it_stands(text, frame):
    tokens = READER.parse(frame.format(plain(text)))

    (inline,) = [token for token in tokens if token.type == "inline"]
    shown = "".join(child.content for child in inline.children if child.type in ("text", "text_special"))
    kinds = {child.type for child in inline.children}
    assert words(text) in shown.replace("\n", " ")
    assert kinds <= {"text", "text_special", "strong_open", "strong_close", "softbreak"}


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("write", [plain, code], ids=["plain", "code"])
def test_a_cell_stays_one_cell(text, write):
    page = table(("a", "b", "c"), [(write(text), Markdown("between"), write(text))]).text

    tokens = READER.parse(page)
    cells = [tokens[place + 1] for place, token in enumerate(tokens) if token.type == "td_open"]
    shown = ["".join(child.content for child in cell.children) for cell in cells]
    assert shown == [words(text), "between", words(text)]


@given(st.text(alphabet=st.sampled_from("`|\\ a\n*_<>&#[]()~!-1.=+$"), min_size=1, max_size=30))
def test_plain_and_code_show_any_text_as_it_stands(text):
    page = f"x {plain('x' + text)} y\n\nx {code(text)} y"

    first, second = [token for token in READER.parse(page) if token.type == "inline"]
    assert {child.type for child in first.children} <= {"text", "text_special"}
    assert "".join(child.content for child in first.children) == f"x {words('x' + text)} y"
    (span,) = [child for child in second.children if child.type == "code_inline"]
    assert span.content == (words(text) or '""')


@given(st.text(alphabet=st.sampled_from("`~ a\n<>-#\\"), max_size=40))
def test_nothing_inside_ends_a_fence(text):
    tokens = READER.parse(f"- item\n\n  {indented(fence(text, 'sh'))}\n\nafter")

    (block,) = [token for token in tokens if token.type == "fence"]
    assert block.content.rstrip("\n") == text.rstrip("\n")
    assert tokens[-2].content == "after"


def test_the_language_of_a_fence_is_a_word():
    assert fence("x", 'sh" onload="\n<b>').text == "```shonloadb\nx\n```"


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        "javascript&colon;alert(1)",
        "&#106;avascript:alert(1)",
        "&#x6A;avascript:alert(1)",
        "java&Tab;script:alert(1)",
        "java&NewLine;script:alert(1)",
        "javascript\\:alert(1)",
        "vbscript:x",
        "data:text/html,<script>",
        "file:///etc/passwd",
        "blob:x",
        "x-unknown:y",
    ],
)
def test_a_target_that_runs_something_is_dropped(target):
    assert not allowed(target)
    assert link(Markdown("label"), target).text == "label"


@pytest.mark.parametrize(
    "target",
    [
        "https://example.org/a?b=c#d",
        "mailto:a@example.org",
        "../group/page.md#step-a",
        "page.md",
        "#a:b",
        "?q=a:b",
        "//host/x",
    ],
)
def test_a_harmless_target_stays(target):
    assert READER.parseInline(link(Markdown("label"), target).text)[0].children[0].attrs["href"] == target


@given(st.text(alphabet=st.sampled_from("ab /()<>\"'`\\|[]&;#?:\n"), max_size=20))
def test_a_target_can_not_end_its_link(target):
    (inline,) = READER.parseInline(f"{link(Markdown('label'), 'https://x/' + target)} after")

    assert [child.type for child in inline.children] == ["link_open", "text", "link_close", "text"]
    assert inline.children[-1].content == " after"


def test_controls_are_shown_not_obeyed():
    assert str(plain("a\x1b[31m b\u202ec")) == "a␛\\[31m b\\[U+202E\\]c"
    assert str(fence("a\x1b[2J\r\nb")) == "```\na␛[2J\nb\n```"


def test_columns_that_are_empty_everywhere_are_left_out():
    rows = [(plain("1"), Markdown(""), plain("x")), (plain("2"), Markdown(""), Markdown(""))]

    assert str(table(("n", "gone", "m"), rows)) == "| n | m |\n| --- | --- |\n| 1 | x |\n| 2 |  |"


def test_a_box_and_a_label_keep_blocks_apart():
    listing = bullets([plain("a"), Markdown("b\n\nc")])

    assert str(alert("NOTE", plain("text"))) == "> [!NOTE]\n> text"
    assert str(alert("NOTE", listing)) == "> [!NOTE]\n>\n> - a\n> - b\n>\n>   c"
    assert str(labelled("Why", plain("text"))) == "**Why:** text"
    assert str(labelled("Why", listing)).startswith("**Why:**\n\n- a")


def test_several_read_as_a_sentence():
    assert [str(listed([plain(word) for word in several])) for several in ("", "a", "ab", "abc")] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_an_anchor_is_safe_in_an_attribute():
    assert anchor("owner", 'a "b" <c>') == "owner-a--b---c-"
    assert html.escape(anchor("tag", "ü&")) == "tag---"
