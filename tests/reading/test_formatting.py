"""Formatting changes the layout and nothing else: fields move with their comments, meaning and comments stay."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runbook.errors import Refused
from runbook.kinds import builtin
from runbook.reading.comments import comments_of
from runbook.reading.formatting import formatted, schema_for
from runbook.reading.formatting.compose import events_of
from runbook.reading.layout import Role, entry_of
from runbook.reading.tree import read_tree

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = sorted(
    path
    for folder in ("processes", "examples", "runbook/starters", "tests/patterns", "tests/resources", "tests/reading")
    for path in (ROOT / folder).rglob("*.yaml")
)
PROCESS = schema_for(Role.PROCESS, builtin())
NAMES = (
    "a.yaml",
    "on",
    "12:30",
    "it's",
    "{{ inputs.a }}",
    "two words",
    "# no comment",
    "null",
    "3",
    "ü\u2028x",
    "a: b",
    "",
)


def process(text: str) -> str:
    """The text of a process, formatted."""
    return formatted("case.yaml", dedent(text).encode(), PROCESS)


def comments(text: str) -> Counter[str]:
    return Counter(each.text for each in comments_of(text, events_of(text)))


def test_fields_stand_in_the_order_of_the_language_and_steps_apart() -> None:
    assert process("""\
        title: "A case"
        steps:
        -   shell: 'df -h'
            id: look
            title: "Look"
        - id: ask
          manual: "Ask.\\nThen go."
        runbook: 1
        """) == dedent("""\
        runbook: 1
        title: A case

        steps:
          - id: look
            title: Look
            shell: df -h

          - id: ask
            manual: |-
              Ask.
              Then go.
        """)


def test_comments_go_with_what_they_are_about() -> None:
    assert process("""\
        # yaml-language-server: $schema=process.schema.json
        # Who wrote it

        # what it is called
        title: A case  # for short
        runbook: 1
        steps:  # in order
          # the first one
          - id: look  # its name
            timeout: 5m  # long enough
            # how it is done
            shell: |  # a script
              # no comment of ours
              df
            # retry: {attempts: 3}

          # the other one
          - {id: other, shell: x}  # short
        # at the end
        """) == dedent("""\
        # yaml-language-server: $schema=process.schema.json
        # Who wrote it

        runbook: 1
        # what it is called
        title: A case  # for short

        steps:  # in order
          # the first one
          - id: look  # its name
            # how it is done
            shell: |  # a script
              # no comment of ours
              df
            timeout: 5m  # long enough
            # retry: {attempts: 3}

          # the other one
          - {id: other, shell: x}  # short
        # at the end
        """)


def test_a_bracket_that_is_too_long_or_holds_a_comment_is_opened_up() -> None:
    long = ", ".join(f"word-{number}" for number in range(20))

    text = process(f"runbook: 1\ntitle: x\ntags: [{long}]\nsteps: [{{id: a, # why\n  shell: b}}]\n")

    assert "tags:\n  - word-0\n  - word-1\n" in text
    assert "steps:\n  - id: a  # why\n    shell: b\n" in text


@pytest.mark.parametrize(
    "word", ["on", "12:30", "2026-12-01", "0755", "null", "1e3", "~", "{{ x }}", "a # b", "x: y", "^a", r"\d"]
)
def test_quotes_that_mean_something_stay(word: str) -> None:
    assert f'title: "{word}"' in process(f"runbook: 1\ntitle: '{word}'\n") or f"title: '{word}'" in process(
        f"runbook: 1\ntitle: '{word}'\n"
    )


def test_no_empty_line_is_added_to_a_text_that_keeps_those_behind_it() -> None:
    text = process("""\
        title: A case
        steps:
        - id: look
          note: |+
            Look twice.

          # why it is done
          why: Once is not enough.
        - id: wait
          manual: |+
            Wait.


        # what comes then
        - id: go
          manual: Go.
        """)

    assert text == dedent("""\
        title: A case

        steps:
          - id: look
            # why it is done
            why: Once is not enough.
            note: |+
              Look twice.

          - id: wait
            manual: |+
              Wait.


          # what comes then
          - id: go
            manual: Go.
        """)


def test_what_the_author_named_keeps_its_order() -> None:
    text = process("runbook: 1\ntitle: x\ninputs:\n  zoo: {type: string}\n  ape: {type: string}\n")

    assert text.index("zoo") < text.index("ape")


def test_a_mapping_whose_order_an_alias_needs_is_left_in_it() -> None:
    text = process("runbook: 1\ntitle: x\nsteps:\n  - shell: &s df\n    id: a\n  - shell: *s\n    id: b\n")

    assert "shell: &s df\n    id: a" in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [1", "not closed"),
        ("a: 1\na: 2\n", "twice"),
        ("", "nothing in the file"),
        ("a: 1\n---\nb: 2\n", "document"),
    ],
    ids=["open", "twice", "empty", "documents"],
)
def test_what_can_not_be_read_is_refused(text: str, message: str) -> None:
    with pytest.raises(Refused, match=message):
        process(text)


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_library_wild_with_comments_keeps_its_meaning(path: Path) -> None:
    """Comments are strewn over each file; all of them are there afterwards, and so is what the file says."""
    source = path.read_text("utf-8")
    chance = random.Random(path.name)
    inside = structure_lines(source)
    lines = []
    for number, line in enumerate(source.split("\n")):
        if chance.random() < 0.25 and number in inside:
            lines += [""] * chance.randint(0, 2) + [" " * chance.randint(0, 9) + f"# strewn {number}"]
        lines.append(line)
    wild = "\n".join(lines)
    schema = schema_for(entry_of(path.relative_to(ROOT).as_posix()).role, builtin())

    text = formatted(str(path), wild.encode(), schema or PROCESS)

    assert data(text) == data(wild)  # strewn right below a text, a comment is a part of it
    assert comments(text) == comments(wild)
    assert formatted(str(path), text.encode(), schema or PROCESS) == text


def structure_lines(text: str) -> set[int]:
    """The lines before which a comment may stand: none of them is inside of a text."""
    inside: set[int] = set()
    for event in events_of(text):
        inside.update(range(event.start_mark.line + 1, event.end_mark.line + (1 if event.end_mark.column else 0)))
    return {number for number in range(text.count("\n")) if number not in inside}


def data(text: str) -> object:
    tree, _ = read_tree("x", text.encode())
    assert tree is not None
    return tree.data


SCALARS = st.one_of(
    st.sampled_from(NAMES), st.integers(-5, 5), st.booleans(), st.none(), st.text(max_size=12), st.floats(-2, 2)
)
KEYS = st.sampled_from(
    ("title", "steps", "id", "shell", "runbook", "inputs", "when", "manual", "own", "on", "a b", "1")
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(KEYS, VALUES, min_size=1, max_size=5), st.sampled_from((None, True, False)), st.integers(10, 200)
)
def test_wild_yaml_keeps_its_meaning(value: dict[str, object], flow: bool | None, width: int) -> None:
    import yaml

    wild = yaml.safe_dump(value, default_flow_style=flow, width=width, allow_unicode=True, sort_keys=False)
    before, _ = read_tree("x", wild.encode())
    if before is None:
        return

    text = formatted("x", wild.encode(), PROCESS)

    assert data(text) == before.data
    assert formatted("x", text.encode(), PROCESS) == text
