"""A process in the terminal, at the width it is shown at."""

from __future__ import annotations

import re

import pytest

from runbook.views import outline
from runbook.views.outline_step import step_lines
from runbook.views.step import place_of
from runbook.views.style import Style

TELL = "{runbook: 1, title: Tell the team, steps: [{id: a, manual: A}]}"


@pytest.fixture
def shown(build, project, kinds):
    """Shows a process from its text."""

    def show(text: str, width: int, colour: bool = False) -> list[str]:
        process = build(text)
        return list(outline.as_text(process, project(process, build(TELL, "web/tell")), kinds, Style(colour), width))

    return show


def test_a_process_is_shown_as_in_the_cases(golden, shown):
    golden("show.md", lambda text: "\n".join(shown(text, 60)) + "\n")


def test_only_what_is_copied_is_wider_than_the_terminal(golden, shown):
    def narrow(text: str) -> str:
        for width in (60, 80, 140):
            wide = [line for line in shown(text, width) if len(line) > width]
            assert all("rsync" in line for line in wide), wide
        return "\n".join(shown(text, 60)) + "\n"

    golden("show.md", narrow)


def test_colour_adds_nothing_to_the_words(golden, shown):
    def same(text: str) -> str:
        plain = [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in shown(text, 60, True)]
        assert plain == shown(text, 60)
        return "\n".join(plain) + "\n"

    golden("show.md", same)


def test_one_step_comes_with_everything(build, project, kinds):
    process = build(
        """
runbook: 1
title: Copy
steps:
  - id: first
    title: First
    manual: Do it.
  - id: copy
    title: Copy the files
    why: Because.
    command: [cp, a, b]
    expect: {exit: 0, contains: done}
    outputs: {count: {regex: "([0-9]+)", type: integer}}
    retry: {attempts: 3, delay: 5s}
    on_failure: continue
    idempotent: true
"""
    )
    place = place_of(process, project(process), kinds)

    lines = list(step_lines(process.steps[1], place, Style(), 80, everything=True))

    assert lines == [
        "  2  Copy the files",
        "     [copy] runs a program",
        "     Why: Because.",
        "     $ cp a b",
        "     Expected: the output contains `done`",
        "     Gives: `count` (matched by `([0-9]+)`)",
        "     Repeated: Tried up to 3 times, with pauses of 5 s.",
        "     On failure: If it fails, the later steps go on; the run ends as failed.",
        "     After a crash: It may be repeated.",
    ]


def test_what_an_author_wrote_never_steers_the_terminal(shown):
    hostile = '"\\x1b[2J\\u202e<b>|`x\\x07 **y** \\x9b31m"'
    text = f"""
runbook: 1
title: {hostile}
summary: {hostile}
description: {hostile}
owner: {hostile}
tags: [{hostile}]
practice: {hostile}
use_when: [{hostile}]
prerequisites: [{hostile}]
hazards: [{hostile}, {{text: {hostile}, step: s}}]
references: [{{title: {hostile}, url: {hostile}}}]
roles: {{boss: {{summary: {hostile}, team: {hostile}, people: [{hostile}]}}}}
inputs: {{x: {{type: string, title: {hostile}, default: {hostile}, pattern: {hostile}}}}}
steps:
  - id: s
    title: {hostile}
    warning: {hostile}
    why: {hostile}
    manual: {{text: {hostile}, fields: {{f: {{title: {hostile}, type: choice, options: [{hostile}]}}}}}}
  - id: d
    title: {hostile}
    decision: {{question: {hostile}, options: [{{id: a, title: {hostile}}}, {{id: b, title: {hostile}}}]}}
  - {{id: c, title: {hostile}, command: [{hostile}], manual: {hostile}}}
outputs: {{x: {hostile}}}
"""
    for width in (60, 140):
        found = "\n".join(shown(text, width))
        assert set(re.findall(r"[^\n -~¡-ÿ]", found)) <= set("␛␇─│┌┐└┘")
        assert "[U+202E]" in found
