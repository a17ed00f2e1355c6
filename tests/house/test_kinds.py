"""Every kind of step is whole: a test file, an example that reads, words for every field, blocks for the views."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from runbook.blocks import Block
from runbook.kind import StepKind
from runbook.kinds import builtin
from runbook.reading.build import build_process
from runbook.reading.notes import Notes

KINDS = builtin()
FOLDER = Path(__file__).parents[2] / "runbook" / "kinds"


def schemas(schema: Any, name: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every schema inside of a schema, with the field it is of."""
    if isinstance(schema, Mapping):
        for field, inner in schema.get("properties", {}).items():
            yield field, inner
            yield from schemas(inner, field)
        for word in ("items", "anyOf"):
            several = schema.get(word, ())
            for inner in several if isinstance(several, list) else (several,):
                yield from schemas(inner, name)


def test_every_file_of_the_folder_is_a_kind_that_is_known():
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}

    assert files == set(KINDS.keys)


@pytest.mark.parametrize("kind", list(KINDS), ids=lambda kind: kind.key)
def test_a_kind_is_whole(kind: StepKind):
    assert (Path(__file__).parents[1] / "kinds" / f"test_{kind.key}_kind.py").is_file()
    assert kind.summary
    assert not kind.summary.endswith(".")
    assert "When to use: " in ((FOLDER / f"{kind.key}.py").read_text("utf-8").split('"""')[1])
    assert kind.schema["description"]
    assert [name for name, schema in schemas(kind.schema) if "description" not in schema] == []


@pytest.mark.parametrize("kind", list(KINDS), ids=lambda kind: kind.key)
def test_the_example_of_a_kind_reads_and_can_be_described(kind: StepKind):
    example = yaml.safe_load(kind.example)
    notes = Notes()

    process = build_process("g/example", "example.yaml", {"title": "T", "steps": [example]}, KINDS, "team", notes)

    assert notes.flaws == []
    assert process.steps[0].kind == kind.key
    assert all(isinstance(block, Block) for block in kind.describe(process.steps[0].spec))
