"""Every case of every pattern, carried out by the decider in a world with a clock of its own."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from runbook.diagnostics import Diagnostic
from runbook.kinds import builtin
from runbook.reading.layout import process_file
from runbook.reading.library import read_closure

from .cases import Case, patterns
from .told import Told, spoiled, told
from .world import World

EVERY = [case for pattern in patterns() for case in pattern.cases]
CARRIED_OUT = [case for case in EVERY if not case.refused]


def marked(cases: list[Case]) -> list[Any]:
    """The cases as parameters; one that is pending has to fail."""
    found = []
    for case in cases:
        marks = [pytest.mark.xfail(strict=True, reason=case.pending)] if case.pending else []
        found.append(pytest.param(case, id=f"{case.id} {case.name}", marks=marks))
    return found


@cache
def outcome(key: tuple[str, str]) -> Told:
    """What came of a case that is told once."""
    return told(World(next(case for case in EVERY if (case.id, case.name) == key)).tell())


@pytest.mark.parametrize("case", marked(CARRIED_OUT))
def test_pattern_is_carried_out_as_expected(case: Case) -> None:
    assert outcome((case.id, case.name)).shortfalls(case.expect) == []


@pytest.mark.parametrize("case", marked([case for case in CARRIED_OUT if not case.pending]))
def test_pattern_does_not_hang_on_anything_but_the_journal(case: Case) -> None:
    once, again = World(case).tell(), World(case, forgetful=True).tell()

    assert [(run.name, each) for run, each in again.log] == [(run.name, each) for run, each in once.log]
    assert told(again).shortfalls(case.expect) == []


@pytest.mark.parametrize("case", marked([case for case in CARRIED_OUT if not case.pending]))
def test_expectation_that_is_wrong_is_noticed(case: Case) -> None:
    it = outcome((case.id, case.name))
    wrong = list(spoiled(it, case.expect))

    assert len(wrong) > 1, "a case expects a status and something more"
    assert "status" in case.expect
    assert [each for each in wrong if not it.shortfalls(each)] == []


@pytest.mark.parametrize(
    "case", marked([case for case in CARRIED_OUT if any("refused" in each for each in case.acts) and not case.pending])
)
def test_refusal_that_is_not_the_one_expected_is_noticed(case: Case) -> None:
    for place, act in enumerate(case.acts):
        if "refused" in act:
            others = [*case.acts]
            others[place] = {**act, "refused": "something else"}
            with pytest.raises(AssertionError):
                World(replace(case, acts=tuple(others))).tell()


@pytest.mark.parametrize("case", marked([case for case in EVERY if case.refused]))
def test_process_that_is_not_accepted_is_refused_by_name(case: Case) -> None:
    found = findings(case)

    assert [each.code for each in found] == [case.refused["code"]]
    assert case.refused["says"] in found[0].message
    assert found[0].help
    line = text_of(case).splitlines()[found[0].place.line - 1]
    assert line.strip() == case.refused["at"]


@pytest.mark.parametrize("case", marked([case for case in CARRIED_OUT if not case.pending]))
def test_check_finds_nothing_in_the_processes_of_a_pattern(case: Case) -> None:
    assert findings(case) == []


def text_of(case: Case) -> str:
    """The process of a case."""
    return next(iter(case.texts.values()))


def findings(case: Case) -> list[Diagnostic]:
    """What the check finds in the process of a case."""
    files = {process_file(id): text.encode() for id, text in case.texts.items()}
    files |= {"runbook.yaml": b"runbook: 1\ntitle: Patterns\n", "processes/g/group.yaml": b"title: G\nowner: crew\n"}
    return list(read_closure("g/main", files.get, builtin()).diagnostics)
