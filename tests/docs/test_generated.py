"""The generated pages are what the program says, and everything there is has its place in the reference."""

from __future__ import annotations

import importlib.util
import json
import re
from types import ModuleType
from typing import Any

import pytest

from runbook import errors
from runbook.cli.commands import COMMANDS
from runbook.expressions import FILTERS, PREDICATES, evaluate, parse
from runbook.kinds import builtin
from runbook.reading.catalogue import catalogue
from runbook.reading.schema import group_schema, process_schema, project_schema
from runbook.run.events import RUN_EVENTS, TRANSITIONS

from .pages import ROOT, anchors, blocks

REFERENCE = ROOT / "docs" / "reference"
NAMES = {
    "inputs": {
        "host": "web1",
        "port": 8080,
        "tags": ["a", "b", "a"],
        "path": "/srv/www/index.html",
        "rows": [{"name": "a", "up": True}, {"name": "b", "up": False}],
        "at": "2026-11-22T08:15:30.000Z",
    },
}


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    """The program that writes the generated pages."""
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_fresh(reference: ModuleType, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        reference.main()

    stale = [path for path, text in reference.pages().items() if (ROOT / "docs" / path).read_text("utf-8") != text]

    assert not stale, "write them anew with `python tools/reference.py`"


def test_every_command_has_its_place() -> None:
    found = anchors(REFERENCE / "cli.md")

    assert {f"runbook-{name}" for name in COMMANDS} | {"runbook-docs-build", "runbook-item-open"} <= found


def test_every_kind_has_its_place() -> None:
    keys = set(builtin().keys)
    language = (REFERENCE / "language.md").read_text("utf-8")

    assert keys <= anchors(REFERENCE / "kinds.md")
    assert all(f"| `{key}` |" in language for key in keys)


def test_every_diagnostic_has_its_place() -> None:
    known = catalogue(builtin())

    assert {f"{code.lower()}-{each.rule}" for code, each in known.items()} <= anchors(REFERENCE / "diagnostics.md")


def test_every_event_has_a_sentence(reference: ModuleType) -> None:
    assert set(reference.MEANINGS) == {*TRANSITIONS, *RUN_EVENTS}


def fields(schema: Any) -> set[str]:
    """Every field that a schema knows, at any depth."""
    if isinstance(schema, list):
        return set().union(*map(fields, schema))
    if not isinstance(schema, dict):
        return set()
    return set(schema.get("properties", {})).union(*map(fields, schema.values()))


def test_every_field_of_the_files_is_in_the_language() -> None:
    language = re.sub(r"```.*?```", "", (REFERENCE / "language.md").read_text("utf-8"), flags=re.S)
    known = set(re.findall(r"[a-zA-Z_]+", " ".join(re.findall(r"`[^`\n]+`", language))))

    wanted = set().union(*map(fields, (process_schema(builtin()), group_schema(), project_schema())))

    assert not wanted - known


def rows(page: str, columns: int) -> list[list[str]]:
    """The rows of the tables with that many columns, without heads."""
    text = (REFERENCE / page).read_text("utf-8")
    split = [re.split(r"(?<!\\)\|", line)[1:-1] for line in text.splitlines() if re.match(r"\| (`|\|)", line)]
    return [[cell.strip().replace("\\|", "|") for cell in row] for row in split if len(row) == columns]


EXAMPLES = [(example.strip("`"), gives.strip("`")) for _, _, example, gives in rows("expressions.md", 4)]


@pytest.mark.parametrize(("example", "gives"), EXAMPLES, ids=[example for example, _ in EXAMPLES])
def test_an_expression_gives_what_the_page_says(example: str, gives: str) -> None:
    assert evaluate(parse(example), NAMES) == json.loads(gives)


def test_every_filter_and_test_is_on_the_page() -> None:
    named = {name for row in rows("expressions.md", 4) for name in re.findall(r"`(\w+)", row[0])}

    assert named >= {*FILTERS, *PREDICATES}


def test_every_exit_code_is_on_the_page() -> None:
    text = (REFERENCE / "exit-codes.md").read_text("utf-8")
    classes = [each for each in vars(errors).values() if isinstance(each, type)]

    codes = {each.exit_code for each in classes if issubclass(each, errors.RunbookError)} | {0, 3, 4, 130}

    assert codes == {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.M)}


def test_every_key_of_the_printed_json_is_explained() -> None:
    page = REFERENCE / "json.md"
    prose = page.read_text("utf-8")
    shown = "\n".join(block.text for block in blocks(page, "console"))

    keys = set(re.findall(r'^ {2,4}"(\w+)": |[{,] ?"(seq|at|type|step|attempt|by|where|data)": ', shown, re.M))

    assert {left or right for left, right in keys} - {"folder"} <= set(re.findall(r"`(\w+)`", prose))
