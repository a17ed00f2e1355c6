"""Authors' texts on a terminal: readable at any width, copyable where they are code, harmless whatever is in them."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from runbook.views.markdown_terminal import boxed, lines

TEXT = """\
Stop the **main pump** of `host-1`, see [the plan](https://plans.example/pump) first.

1. Close the valve, slowly, and listen to what the pipe has to say while you turn it.
2. Read it:

   ```sh
   curl --silent --fail --show-error https://gauges.example/of/the/main/pump/pressure.json | jq .bar
   ```

- open
  - closed

| Lamp | Means |
| ---- | ----- |
| green | fine |
"""


def test_a_text_reads_well_without_colour() -> None:
    assert lines(TEXT, 60, False) == [
        "Stop the main pump of `host-1`, see the plan",
        "(https://plans.example/pump) first.",
        "",
        "1. Close the valve, slowly, and listen to what the pipe has",
        "   to say while you turn it.",
        "",
        "2. Read it:",
        "",
        "       curl --silent --fail --show-error https://gauges.example/of/the/main/pump/pressure.json | jq .bar",
        "",
        "- open",
        "  - closed",
        "",
        "Lamp    Means",
        "─────────────",
        "green   fine",
    ]


@pytest.mark.parametrize("width", [60, 80, 140])
def test_only_code_is_wider_than_the_terminal(width: int) -> None:
    text = TEXT + "\nAnd a longer closing paragraph, " + "with words " * 40 + "日本語 " * 30

    wide = [line for line in lines(text, width, False) if len(line) > width]

    assert all("curl" in line for line in wide)


def test_colour_adds_nothing_but_bold_underline_and_the_sixteen_colours() -> None:
    shown = "\n".join(lines(TEXT, 80, True))

    assert set(re.findall(r"\x1b\[([0-9;]*)m", shown)) <= {"0", "1", "4", "36"}
    assert re.sub(r"\x1b\[[0-9;]*m", "", shown) == "\n".join(lines(TEXT, 80, False))


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\", "␛]8;;https://evil.example␛\\click␛]8;;␛\\"),
        ("`\x1b[2J`", "`␛[2J`"),
        ("<script>alert(1)</script> <host>", "<script>alert(1)</script> <host>"),
        ("&#27;[31m", "\ufffd[31m"),
        ("&#x202e;turned&#13;back", "[U+202E]turned back"),
        ("[red]no markup[/red] of any library", "[red]no markup[/red] of any library"),
    ],
    ids=["hyperlink", "code", "html", "entity", "hidden entity", "markup"],
)
def test_what_an_author_wrote_never_steers_the_terminal(hostile: str, shown: str) -> None:
    for colour in (False, True):
        found = re.sub(r"\x1b\[(0|1|4|36)m", "", "\n".join(lines(hostile, 80, colour)))
        assert "\x1b" not in found
        assert shown in found


def test_a_word_longer_than_the_terminal_stays_whole() -> None:
    word = "https://" + "long/" * 30

    assert lines(f"See `x` at {word} and go on.", 60, False)[1] == word


def test_a_box_has_a_sign_and_a_word() -> None:
    assert boxed(
        "WARNING", "The pipe is **hot**, so hot that nobody may ever touch it with bare hands.", 60, False
    ) == [
        "┌─ ! WARNING ───────────────────────────────────────────┐",
        "│ The pipe is hot, so hot that nobody may ever touch it │",
        "│ with bare hands.                                      │",
        "└───────────────────────────────────────────────────────┘",
    ]


def test_a_box_is_ascii_where_the_terminal_has_no_other_characters() -> None:
    code = (
        "from runbook.views.markdown_terminal import boxed; print(*boxed('NOTE', 'Mind *it*.', 60, False), sep='\\n')"
    )
    environment = {"PYTHONIOENCODING": "ascii"}

    shown = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert shown.stdout.splitlines() == [
        "+- i NOTE ---+",
        "| Mind it.   |",
        "+------------+",
    ]


def test_code_in_a_box_is_not_cut() -> None:
    command = "systemctl stop " + "unit " * 30

    assert any(command.rstrip() in line for line in boxed("CAUTION", f"Not this:\n\n    {command}", 60, False))


def test_a_plain_text_needs_no_library() -> None:
    code = (
        "import sys; from runbook.views.markdown_terminal import lines; lines('Sweep the floor.', 60, True);"
        " print({'rich', 'markdown_it'} & set(sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"
