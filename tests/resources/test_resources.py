"""Every case of every resource pattern, carried out by the verbs of the program in a world with a clock of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runbook.kinds import builtin
from runbook.reading.layout import process_file
from runbook.reading.library import read_closure
from runbook.testing.story import people_files

from .cases import EQUIVALENT, NATIVE, PRIORITIES, REFUSED, Case, patterns
from .world import World, fits

EVERY = [case for pattern in patterns() for case in pattern.cases]
CARRIED_OUT = [case for case in EVERY if not case.refused]
LANGUAGE = Path(__file__).parents[2] / "docs" / "reference" / "language.md"


def named(case: Case) -> str:
    return f"{case.id} {case.name}"


@pytest.fixture(scope="module")
def tell(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The world of a case, told in a folder of its own."""

    def told(case: Case, forgetful: bool = False) -> World:
        return World(case, tmp_path_factory.mktemp("world") / "project", forgetful).tell()

    return told


@pytest.mark.parametrize("case", CARRIED_OUT, ids=named)
def test_pattern_is_carried_out_as_expected(case: Case, tell: Any) -> None:
    assert tell(case).shortfalls == []


@pytest.mark.parametrize("case", CARRIED_OUT, ids=named)
def test_pattern_does_not_hang_on_anything_but_the_journal(case: Case, tell: Any) -> None:
    once, again = tell(case), tell(case, forgetful=True)

    assert [(run, told(each)) for run, each in again.log] == [(run, told(each)) for run, each in once.log]
    assert again.shortfalls == []


def told(recorded: Any) -> Any:
    """An event without the folder that its run was begun in."""
    data = {name: value for name, value in recorded.event.data.items() if name != "root"}
    return recorded._replace(event=recorded.event._replace(data=data))


@pytest.mark.parametrize("case", CARRIED_OUT, ids=named)
def test_expectation_that_is_wrong_is_noticed(case: Case, tell: Any) -> None:
    world = tell(case)

    assert len(world.checks) > 1, "a case looks at more than one thing"
    for what, found, wanted in world.checks:
        for wrong in spoiled(wanted):
            assert found != wrong, what
    for each in case.expect.get("recorded", ()):
        for name in each:
            other = {**each, name: "something else"}
            assert not any(fits(recorded, other) for _, recorded in world.log), other


def spoiled(wanted: Any) -> Iterator[Any]:
    """Each single thing that is expected, made wrong."""
    if isinstance(wanted, dict):
        yield from ({**wanted, name: f"{value} and more"} for name, value in wanted.items())
    elif isinstance(wanted, list):
        yield [*wanted, "something else"]
        yield from (wanted[:place] + wanted[place + 1 :] for place in range(len(wanted)))
    elif isinstance(wanted, int):
        yield wanted + 1
    else:
        yield f"{wanted} and more"


@pytest.mark.parametrize("case", CARRIED_OUT, ids=named)
def test_check_finds_nothing_in_the_processes_of_a_pattern(case: Case) -> None:
    assert [f"{each.place.line}: {each.message}" for each in findings(case)] == []


@pytest.mark.parametrize("case", [case for case in EVERY if case.refused], ids=named)
def test_process_that_is_not_accepted_is_refused_by_name(case: Case) -> None:
    found = findings(case)

    assert [each.code for each in found] == [case.refused["code"]]
    assert case.refused["says"] in found[0].message
    assert found[0].help
    assert next(iter(case.texts.values())).splitlines()[found[0].place.line - 1].strip() == case.refused["at"]


def findings(case: Case) -> list[Any]:
    """What the check finds in the processes and the people of a case."""
    files = {process_file(id): text.encode() for id, text in case.texts.items()}
    known = people_files(case.people)
    files |= {"runbook.yaml": b"runbook: 1\ntitle: Resources\n", "processes/g/group.yaml": b"title: G\nowner: crew\n"}
    return list(read_closure("g/main", {**files, **known}.get, builtin(), known).diagnostics)


def test_every_pattern_has_its_verdict_and_what_has_to_work_shows_it_and_its_refusal() -> None:
    every = patterns()
    wanted = [each for each in every if each.priority in ("M", "S")]

    assert [each.id for each in every] == [f"WRP-{number:02}" for number in range(1, 44)]
    assert {each.priority for each in every} <= PRIORITIES.keys()
    assert [each.id for each in every if each.verdict not in (NATIVE, EQUIVALENT, REFUSED)] == []
    assert [each.id for each in every if each.verdict != NATIVE and not each.reason] == []
    assert [each.id for each in wanted if each.verdict == REFUSED] == []
    assert [each.id for each in wanted if not any(shows_refusal(case) for case in each.cases)] == []
    assert [each.id for each in wanted if not any(case.expect for case in each.cases)] == []
    assert [each.id for each in every if not (each.means and each.how)] == []


def shows_refusal(case: Case) -> bool:
    """True for a case that shows what is refused, or that shows a difference between people."""
    return bool(case.refused) or any("refused" in act for act in case.acts) or case.name.startswith("otherwise")


def test_every_pattern_leads_to_a_section_of_the_language() -> None:
    heads = re.findall(r"^#+ (.+)$", LANGUAGE.read_text("utf-8"), re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", head.lower()).replace(" ", "-") for head in heads}

    assert [each.id for each in patterns() if each.see not in anchors] == []
