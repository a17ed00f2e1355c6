"""The sketch of a text has the values and places of the strict reader, and never fails on a text that is broken."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook.editing.positions import Lines
from runbook.editing.scanning import sketch
from runbook.editing.sketch import Node, Shape
from runbook.reading.tree import Tree, read_tree
from tests.editing.desks import ROOT

_BLOCK = re.compile(r"^(`{3,})yaml[^\n]*\n(.*?)^\1", re.M | re.S)


def _texts() -> dict[str, str]:
    """Every YAML text of the repository: files, and the blocks of cases and pages."""
    files = [path for place in ("processes", "tests", "examples") for path in (ROOT / place).rglob("*.yaml")]
    found = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8", "replace") for path in files}
    for page in [*(ROOT / "tests" / "cases").glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for number, block in enumerate(_BLOCK.finditer(page.read_text("utf-8"))):
            found[f"{page.name} {number}"] = block[2]
    return found


TEXTS = _texts()


def test_a_sketch_has_the_values_and_places_of_the_strict_reader() -> None:
    seen = 0
    for name, text in TEXTS.items():
        tree, found = read_tree(name, text.encode())
        if tree is not None and not found:
            seen += 1
            _same(name, tree, sketch(tree.source.text), tree.data, ())

    assert seen > 300


def _same(name: str, tree: Tree, node: Node, data: Any, path: tuple[str | int, ...]) -> None:
    text = tree.source.text
    marked = text[node.start : node.start + 1] in ("*", "&")
    before = text[: node.start].rpartition("\n")[2]
    if data is not None and not marked and "&" not in before:
        span = Lines(text).span_of(tree.place(path))
        assert (span.start, span.end) == (node.start, node.end) or not path, (name, path)
    if marked:
        return
    if isinstance(data, dict):
        assert node.shape is Shape.MAPPING, (name, path)
        assert [each.name for each in node.children] == list(data), (name, path)
        for each, (key, value) in zip(node.children, data.items(), strict=True):
            _same(name, tree, each, value, (*path, key))
    elif isinstance(data, list):
        assert node.shape is Shape.LIST, (name, path)
        assert len(node.children) == len(data), (name, path)
        for number, (each, value) in enumerate(zip(node.children, data, strict=True)):
            _same(name, tree, each, value, (*path, number))


@given(st.sampled_from(sorted(TEXTS)), st.data())
def test_a_text_that_is_broken_anywhere_has_a_sketch(name: str, data: st.DataObject) -> None:
    text = TEXTS[name]
    at = data.draw(st.integers(0, len(text)))
    gap = data.draw(st.integers(0, 20))
    put = data.draw(st.sampled_from(["", "- ", "{", "]", '"', "'", "|", ": ", "\n", "\t", "{{", "&a *b", "?", "#"]))
    broken = text[:at] + put + text[at + gap :]

    top = sketch(broken)

    for node in top.every():
        assert 0 <= node.start <= node.end <= len(broken)
        assert node.parent is None or node.path


@given(st.text(alphabet="ab:-{}[]'\"|>#&*! \n\t,?%\ue000", max_size=60))
def test_any_text_has_a_sketch(text: str) -> None:
    assert all(node.end <= len(text) for node in sketch(text).every())


@pytest.mark.parametrize(
    "text",
    [
        "a" + " " * 200_000,
        "a: " + "{" * 100_000,
        "[" * 100_000,
        "- " * 100_000,
        "a: {{" * 50_000,
        "a: '" + "''" * 100_000,
        'a: "' + "\\" * 200_000,
        ("a:\n" + " ") * 50_000,
        "x: [" + "a, " * 60_000,
        "a: b #" * 30_000,
        "\n" * 300_000,
    ],
    ids=lambda text: repr(text[:10]),
)
def test_a_text_made_to_be_slow_is_not(text: str) -> None:
    begun = time.process_time()

    sketch(text)

    assert time.process_time() - begun < 60, "what is not bounded takes hours: this is no measure of speed"


def test_a_word_that_is_being_typed_is_a_key_without_a_colon() -> None:
    top = sketch("steps:\n  - id: a\n    ti\n    shell: x\n")

    step = top.at(("steps", 0))
    assert step is not None
    assert [(each.name, each.colon) for each in step.children] == [("id", True), ("ti", False), ("shell", True)]


def test_a_bracket_that_is_not_closed_ends_where_the_block_ends() -> None:
    top = sketch("steps:\n  - id: a\n    needs: [x, \n    title: T\n  - id: b\n")

    assert [each.name for each in top.at(("steps", 0)).children] == ["id", "needs", "title"]  # type: ignore[union-attr]
    assert len(top.at(("steps",)).children) == 2  # type: ignore[union-attr]


def test_a_quote_that_is_not_closed_ends_in_its_line() -> None:
    top = sketch("title: 'It\nowner: x\n")

    assert [each.name for each in top.children] == ["title", "owner"]


def test_files_of_other_systems_have_the_same_sketch() -> None:
    text = Path(ROOT / "processes/backup/restore-file.yaml").read_text("utf-8")

    assert [n.path for n in sketch(text).every()] == [n.path for n in sketch(text.replace("\n", "\r\n")).every()]
