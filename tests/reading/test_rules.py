"""Rules of meaning: each finds what it is there for, at its place, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from runbook.kinds import builtin
from runbook.reading.catalogue import catalogue
from runbook.reading.layout import PROBLEMS
from runbook.reading.library import Library, read_library
from runbook.reading.rules import builtin as rules
from runbook.reading.rules.mismatched_types import STATES
from runbook.run.events import Status
from runbook.views.diagnostics import as_text

CASES = Path(__file__).parents[1] / "cases" / "rules.md"
PROJECT = {
    "runbook.yaml": b"runbook: 1\ntitle: Cases\n",
    "processes/demo/group.yaml": b"title: Cases\nowner: platform\n",
}


def read(given: str) -> Library:
    """The library of a case: one process, or several files that each begin with `--- PATH`."""
    pieces = re.split(r"^--- (.+)\n", given, flags=re.M)
    named = dict(zip(pieces[1::2], pieces[2::2], strict=True)) or {"processes/demo/case.yaml": given}
    files = {**PROJECT, **{path: text.encode() for path, text in named.items()}}
    known = {path: content for path, content in files.items() if content}
    return read_library(known, builtin(), signers="operations/allowed_signers" in named)


def shown(given: str) -> str:
    """What `runbook validate` prints for a case."""
    library = read(given)
    return as_text(library.diagnostics, library.sources).rstrip("\n") + "\n"


def test_rules_print_what_the_cases_say(golden: Callable[[str, Callable[[str], str]], None]) -> None:
    golden("rules.md", shown)


def cases() -> list[tuple[str, str]]:
    return re.findall(r"^# (RB\d+ [a-z-]+)[^\n]*\n\n`{8}yaml\n(.*?)^`{8}$", CASES.read_text("utf-8"), re.M | re.S)


@pytest.mark.parametrize(("wanted", "given"), cases(), ids=[wanted for wanted, _ in cases()])
def test_a_case_is_found_by_its_rule_and_by_no_other(wanted: str, given: str) -> None:
    found = {f"{each.code} {each.rule}" for each in read(given).diagnostics}

    assert found == {wanted}


def test_every_rule_has_a_case() -> None:
    problems = [rule.problem for rule in rules()] + list(PROBLEMS)

    assert {f"{each.code} {each.rule}" for each in problems} == {wanted for wanted, _ in cases()}


def test_codes_and_names_are_unique_and_explained() -> None:
    problems = [rule.problem for rule in rules()]
    known = catalogue(builtin())

    assert len({each.code for each in known.values()}) == len({each.rule for each in known.values()}) == len(known)
    for each in problems:
        assert known[each.code] is each
        assert re.fullmatch("RB(2[0-9]|34)[0-9]", each.code)
        assert re.fullmatch("[a-z]+(-[a-z]+)*", each.rule)
        assert each.explanation.splitlines()[0].endswith(".")
        for part in ("\n\nWhy: ", "\n\nExample:\n\n    ", "\n\nInstead: "):
            assert part in each.explanation, (each.code, part)


def test_the_states_a_rule_knows_are_those_of_steps() -> None:
    assert list(STATES) == [status.value for status in Status]
