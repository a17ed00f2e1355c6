"""The library is written by the rules of the house: short instructions, hazards, an owner, and a way back."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).parents[2] / "processes"
FILES = sorted(path for path in FOLDER.glob("*/*.yaml") if path.stem != "group" and "." not in path.stem)
GROUPS = sorted(FOLDER.glob("*/group.yaml"))
ACTING = ("shell", "command", "verify")
NEEDED = ("title", "summary", "use_when", "prerequisites", "hazards", "tags", "roles", "review", "practice")
LONGEST = 20
"""Words that a sentence of an instruction may have."""

ITIL = set(
    """
    architecture-management availability-management business-analysis capacity-and-performance-management
    change-enablement continual-improvement deployment-management incident-management
    information-security-management infrastructure-and-platform-management it-asset-management knowledge-management
    measurement-and-reporting monitoring-and-event-management organizational-change-management portfolio-management
    problem-management project-management relationship-management release-management risk-management
    service-catalogue-management service-configuration-management service-continuity-management service-design
    service-desk service-financial-management service-level-management service-request-management
    service-validation-and-testing software-development-and-management strategy-management supplier-management
    workforce-and-talent-management
    """.split()  # noqa: SIM905  # a list of 34 quoted words reads worse
)
"""The 34 practices of ITIL 4."""

processes = pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")


def read(path: Path) -> dict[str, Any]:
    """The data of a file."""
    data: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return data


def steps(process: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every step, those of sections, checks and `finally` included."""
    waiting = [step for part in ("checks", "steps", "finally") for step in process.get(part, [])]
    while waiting:
        step = waiting.pop(0)
        yield step
        waiting += step.get("section", {}).get("steps", [])


def instructions(value: Any) -> Iterator[str]:
    """Every text that tells a person what to do: `manual`, `text`, `undo` and the short forms of these kinds."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in ("manual", "ask", "text", "undo", "question") and isinstance(inner, str):
                yield inner
            else:
                yield from instructions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from instructions(inner)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a Markdown text; a line of a list begins a new one, code and values count as one word."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    text = re.sub(r"\{\{.*?\}\}", "value", re.sub(r"`[^`]*`", "code", text))
    for part in re.split(r"\n\s*\n|^\s*(?:[-*]|\d+\.)\s+|(?<=[.?!:;])\s+", text, flags=re.M):
        if part.strip():
            yield " ".join(part.split())


def test_sentences_are_told_apart() -> None:
    text = "1. Run `a b. c` now\n   and wait.\n2. Look at {{ x | join('. ') }}! Is it well?\n\nGo on"

    assert list(sentences(text)) == ["Run code now and wait.", "Look at value!", "Is it well?", "Go on"]


def test_all_practices_are_told_apart() -> None:
    assert len(ITIL) == 34


def test_the_library_is_large_enough() -> None:
    assert len(FILES) >= 28
    assert len(GROUPS) >= 7


@processes
def test_no_sentence_of_an_instruction_is_too_long(path: Path) -> None:
    found = [each for text in instructions(read(path)) for each in sentences(text) if len(each.split()) > LONGEST]

    assert found == []


@processes
def test_a_process_says_when_to_use_it_what_can_go_wrong_and_who_answers_for_it(path: Path) -> None:
    process, group = read(path), read(path.parent / "group.yaml")

    assert [
        name for name in ("title", "summary", "use_when", "prerequisites", "tags", "roles") if not process.get(name)
    ] == []
    assert process.get("hazards")
    assert process.get("owner") or group.get("owner")
    assert set(process["review"]) == {"every", "last"}
    assert process["practice"] in ITIL
    assert path.with_suffix(".answers.yaml").is_file()


@processes
def test_an_acting_step_can_be_undone_or_repeated_or_says_that_it_cannot(path: Path) -> None:
    found = [
        step["id"]
        for step in steps(read(path))
        if any(kind in step for kind in ACTING)
        if not any(step.get(word) for word in ("undo", "irreversible", "read_only", "idempotent"))
        if "verify" not in step
    ]

    assert found == []


@processes
def test_an_acting_step_says_how_to_do_it_by_hand_unless_it_only_makes_an_example(path: Path) -> None:
    process = read(path)
    found = [
        step["id"]
        for step in steps({**process, "checks": []})
        if any(kind in step for kind in ACTING)
        if "manual" not in step
        if not re.search(r"\bsample\b|/make_", str(step.get("command")))
    ]

    assert found == []


@processes
def test_an_acting_step_has_an_end(path: Path) -> None:
    found = [step["id"] for step in steps(read(path)) if any(kind in step for kind in ACTING) and "timeout" not in step]

    assert found == []


@processes
def test_a_title_has_no_full_stop(path: Path) -> None:
    titles = [step["title"] for step in steps(read(path))]

    assert [title for title in titles if title.endswith(".")] == []


@pytest.mark.parametrize("path", GROUPS, ids=lambda path: path.parent.name)
def test_a_group_says_what_it_covers_and_what_not(path: Path) -> None:
    group = read(path)

    assert [name for name in ("title", "summary", "owner") if not group.get(name)] == []
    assert group["scope"]["in"]
    assert group["scope"]["out"]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/scripts/*.py")), ids=lambda path: path.name)
def test_a_script_says_what_it_is_for_and_needs_nothing_but_python(path: Path) -> None:
    text = path.read_text("utf-8")
    imports = set(re.findall(r"^(?:import|from) (\w+)", text, re.M)) - {"__future__"}
    own = {other.stem for other in path.parent.glob("*.py")}

    assert text.startswith('"""')
    assert "Usage: " in text or "__main__" not in text
    assert imports <= sys.stdlib_module_names | own


def test_a_module_that_several_groups_have_is_the_same_in_all() -> None:
    """Each group can be copied into another project alone, so that what they share stands in each of them."""
    tables = [path.read_text("utf-8") for path in sorted(FOLDER.glob("*/scripts/table.py"))]

    assert len(tables) > 1
    assert len(set(tables)) == 1
