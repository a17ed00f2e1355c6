"""The page about files of tests, made from their schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

INTRODUCTION = """# The file of tests

This page is generated from the schema of `PROCESS.test.yaml`, which stands beside `PROCESS.yaml`. How tests are
written and tried is told in [test a process](../how-to/test-a-process.md).
"""


def page(schema: Schema) -> Iterator[str]:
    """The lines of the page."""
    parts = schema["$defs"]
    case = parts["test"]["properties"]
    given = [name for name in schema["properties"]["shared"]["properties"] if name in case]
    yield INTRODUCTION
    yield from _table(None, schema["properties"])
    yield from _table("A test", {name: each for name, each in case.items() if name not in given})
    yield "\nand what all of them may share:\n"
    yield from _rows({name: case[name] for name in given})
    yield from _table("How a program ends", _fields(parts["program"]))
    yield from _table("An answer", _fields(parts["answer"]))
    yield from _table("A file", _fields(parts["file"]))
    yield from _table("What happens besides", case["acts"]["items"]["properties"])
    expected = case["expect"]["properties"]
    yield from _table("What is expected", expected)
    yield from _table("Of a step", _fields(expected["steps"]["additionalProperties"]))
    yield from _table("Of a message", expected["messages"]["items"]["properties"])


def _fields(schema: Schema) -> Schema:
    """The fields of the one way to write it that has some."""
    return next(each["properties"] for each in schema["anyOf"] if "properties" in each)


def _table(title: str | None, properties: Schema) -> Iterator[str]:
    if title:
        yield f"\n## {title}\n"
    yield from _rows(properties)


def _rows(properties: Schema) -> Iterator[str]:
    yield "| field | meaning |"
    yield "| --- | --- |"
    for name, each in properties.items():
        words = each.get("description", "")
        choices = "" if "enum" not in each else ": " + ", ".join(f"`{choice}`" for choice in each["enum"])
        yield f"| `{name}` | {words.rstrip('.').replace('|', chr(92) + '|')}{choices} |"
