"""What is offered for a finding takes it away, and brings nothing new."""

from __future__ import annotations

import re

import pytest

from runbook.editing.checking import found_in
from runbook.editing.fixes import applied, fixes
from tests.editing.desks import PROCESS, ROOT, desk

CASES = re.compile(r"^# (RB\d+ [a-z-]+)[^\n]*\n\n`{8}yaml\n(.*?)^`{8}$", re.M | re.S)
HEAD = "runbook: 1\ntitle: T\nowner: platform\n"


def mended(text: str, code: str) -> list[str]:
    """The text after each change that is offered for the first finding of a code, by its title."""
    found = desk(restart=text)
    finding = next(each for each in found_in(found, PROCESS) if each.diagnostic.code == code)
    return [f"{fix.title}\n{applied(text, fix.edits)}" for fix in fixes(found, finding)]


@pytest.mark.parametrize(
    ("code", "given", "wanted"),
    [
        (
            "RB202",
            "steps:\n  - {id: stop, manual: x}\n  - {id: b, needs: [stpo], manual: x}\n",
            "Change `stpo` to `stop`",
        ),
        ("RB101", "steps:\n  - {id: a, titel: A, manual: x}\n", "Change `titel` to `title`"),
        ("RB104", "steps:\n  - {id: a, manual: x, on_failure: contniue}\n", "Change `contniue` to `continue`"),
        ("RB213", "inputs:\n  host: {}\nsteps:\n  - {id: a, when: 'host == 1', manual: x}\n", "Write `inputs.host`"),
        ("RB013", "summary: Restart: the second try\nsteps:\n  - {id: a, manual: x}\n", "Put quotes around it"),
    ],
    ids=lambda value: value if value.startswith("RB") else "",
)
def test_what_the_help_says_is_done(code: str, given: str, wanted: str) -> None:
    found = desk(restart=HEAD + given)
    codes = [each.diagnostic.code for each in found_in(found, PROCESS)]
    assert code in codes, [each.diagnostic for each in found_in(found, PROCESS)]
    offered = mended(HEAD + given, code)

    assert wanted in [each.partition("\n")[0] for each in offered]


def test_an_input_that_is_not_used_is_taken_out_with_its_lines() -> None:
    text = HEAD + "inputs:\n  host: {}\n  idle:\n    title: Idle\nsteps:\n  - {id: a, manual: '{{ inputs.host }}'}\n"
    found = desk(restart=text)
    (finding,) = found_in(found, PROCESS)

    (fix,) = fixes(found, finding)

    assert fix.title == "Leave `idle` out"
    assert applied(text, fix.edits) == text.replace("  idle:\n    title: Idle\n", "")


def test_every_case_of_the_rules_is_mended_by_what_is_offered_or_nothing_is() -> None:
    """The cases that the rules are tested with: each finding is gone after each change that is offered for it."""
    offered = 0
    for case in CASES.finditer((ROOT / "tests" / "cases" / "rules.md").read_text("utf-8")):
        text = case[2]
        found = desk(restart=text)
        for finding in found_in(found, PROCESS):
            for fix in fixes(found, finding):
                offered += 1
                after = desk(restart=applied(text, fix.edits))
                said = [(each.diagnostic.rule, each.diagnostic.message) for each in found_in(after, PROCESS)]
                before = [(each.diagnostic.rule, each.diagnostic.message) for each in found_in(found, PROCESS)]
                own = (finding.diagnostic.rule, finding.diagnostic.message)
                assert said.count(own) < before.count(own), (case[1], fix.title)

    assert offered > 30
