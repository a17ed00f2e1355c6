"""How far a process has come hangs on its file and its runs, and on nothing that anybody says."""

from __future__ import annotations

from typing import Any

import pytest

from runbook.definition import Process, ProcessGroup
from runbook.kinds import builtin
from runbook.operations.maturity import Facts, Level, Ran, better, maturity_of
from runbook.operations.scorecard import Around, scorecard_of
from runbook.reading.build import build_process

KINDS = builtin()
DAY = 86400
FEW = "0 runs of the last 90 days came to an end: 5 measure it"
NOW = 1000 * DAY
GROUP = ProcessGroup("backup", "Backup", "processes/backup/group.yaml", owner="bo")
STEPS: list[Any] = [
    {"id": "copy", "title": "Copy the files", "shell": "cp a b", "why": "To have two.", "undo": "Delete it."},
    {"id": "look", "title": "Look at the copy", "manual": {"text": "Open it.", "fields": {"size": {}}}},
]
ROLES = {"operator": {"summary": "Does the work"}}


def process(**data: Any) -> Process:
    """A process of the group `backup`, with the steps that make it documented unless it says otherwise."""
    given = {"title": "Restore test", "owner": "bo", "roles": ROLES, "steps": STEPS, **data}
    kept = {name: value for name, value in given.items() if value is not None}
    return build_process("backup/restore-test", "processes/backup/restore-test.yaml", kept, KINDS)


def runs(
    count: int, status: str = "succeeded", definition: str = "a", since: int = 50, seconds: int = 600
) -> list[Ran]:
    """So many runs, one a day, the first so many days ago."""
    began = [NOW - since * DAY + number * DAY for number in range(count)]
    return [Ran(f"run-{at}", definition, status, at, at + seconds) for at in began]


@pytest.mark.parametrize(
    ("given", "group", "facts", "level", "wanting"),
    [
        (process(owner=None, steps=None), GROUP, Facts(), "Unowned", "nobody owns it"),
        (process(steps=None), None, Facts(), "Listed", "its group `backup` is not described"),
        (process(steps=None), GROUP, Facts(), "Grouped", "its steps are not written yet"),
        (process(roles=None), GROUP, Facts(runs(9)), "Grouped", "no role says who does its steps"),
        (process(), GROUP, Facts(runs(4)), "Documented", "4 runs of the last 90 days came to an end: 5 measure it"),
        (process(), GROUP, Facts(runs(9, since=101)), "Documented", FEW),
        (process(), GROUP, Facts(runs(9, "cancelled")), "Documented", FEW),
        (process(), GROUP, Facts(runs(5)), "Measured", "no change of it has made its runs quicker, or fail less often"),
        (process(), GROUP, Facts(runs(5), adopted="it takes a third less time"), "Improving", ""),
        (process(), GROUP, Facts([*runs(5, "failed"), *runs(5, definition="b", since=9)]), "Improving", ""),
    ],
)  # fmt: skip
def test_the_ladder(given: Process, group: ProcessGroup | None, facts: Facts, level: str, wanting: str) -> None:
    found = maturity_of(given, group, KINDS, facts, NOW)

    assert found.level.title == level
    assert ", ".join(found.wanting) == wanting


def test_the_levels_are_in_the_order_of_the_ladder() -> None:
    assert [level.title for level in Level] == ["Unowned", "Listed", "Grouped", "Documented", "Measured", "Improving"]


@pytest.mark.parametrize(
    ("step", "lacking"),
    [
        ({"id": "x", "manual": "Look.", "verifier": "operator"}, "step `x` has no title"),
        (
            {"id": "x", "title": "X", "shell": "ls", "expect": {"exit_code": 0}},
            "step `x` says neither why it is there nor how a person does it by hand",
        ),
        (
            {"id": "x", "title": "X", "manual": "Look."},
            "no step says what has to come out: nothing is expected, filled in, verified or attached",
        ),
        ({"id": "x", "title": "X", "manual": "Look.", "evidence": {"picture": None}}, ""),
        ({"id": "x", "title": "X", "verify": {"shell": "true", "every": "1s", "within": "5s"}}, ""),
    ],
)
def test_what_makes_a_process_documented(step: dict[str, Any], lacking: str) -> None:
    found = maturity_of(process(steps=[step]), GROUP, KINDS, Facts(), NOW)

    assert (found.wanting[0] if found.level is Level.GROUPED else "") == lacking


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (runs(5, seconds=1000), runs(5, definition="b", since=9, seconds=600), "it takes 40% less time"),
        (runs(5, seconds=1000), runs(5, definition="b", since=9, seconds=950), ""),
        (runs(4, seconds=1000), runs(5, definition="b", since=9, seconds=600), ""),
        (runs(5, seconds=1000), runs(4, definition="b", since=9, seconds=600), ""),
        (runs(5, "failed"), runs(5, definition="b", since=9), "failures went from 100% to 0% of its runs"),
        (runs(5), [*runs(4, definition="b", since=9, seconds=60), *runs(1, "failed", "b", since=1)], ""),
    ],
    ids=["quicker", "hardly-quicker", "few-before", "few-after", "fails-less", "quicker-but-fails-more"],
)
def test_a_change_has_made_it_better(before: list[Ran], after: list[Ran], what: str) -> None:
    assert better([*before, *after]) == what


AGREED = Around("2026-12-01", "2026-11-01", lambda process: "")


def failed(given: Process, facts: Facts = Facts(runs(5)), around: Around = AGREED) -> dict[str, str]:  # noqa: B008
    """The checks that are not passed, with their reasons."""
    card = scorecard_of(given, KINDS, facts, around, NOW)
    assert len(card.checks) == 9
    return {check.name: check.why for check in card.checks if not check.passed}


WHOLE = {"backup_owner": "cy", "review": {"every": "180d", "last": "2026-06-04"}}


def test_a_process_that_can_be_relied_on_passes_all_nine() -> None:
    assert failed(process(**WHOLE)) == {}


UNREVIEWED = Around("", "2026-11-01", lambda process: "")


@pytest.mark.parametrize(
    ("data", "facts", "around", "name", "why"),
    [
        ({"owner": None}, runs(5), AGREED, "owner", "nobody owns it"),
        ({"backup_owner": None}, runs(5), AGREED, "backup-owner", "nobody stands in for its owner: add `backup_owner`"),
        ({"backup_owner": "bo"}, runs(5), AGREED, "backup-owner", "its owner stands in for themselves"),
        ({}, runs(5), Around("2026-10-01", "2026-11-01", lambda _: ""), "review", "its review was due on 2026-10-01"),
        ({"review": None}, runs(5), UNREVIEWED, "review", "nobody is to review it: add `review`"),
        ({"roles": None}, runs(5), AGREED, "documented", "no role says who does its steps"),
        ({}, runs(5), Around("2026-12-01", "2026-11-01", lambda _: "no agreement"), "sla", "no agreement"),
        ({}, [], AGREED, "used", "no run of the last 90 days came to an end"),
        ({}, [*runs(8), *runs(1, "failed")], AGREED, "failures", "1 of 9 runs failed"),
    ],
)  # fmt: skip
def test_each_check_can_fail(data: dict[str, Any], facts: list[Ran], around: Around, name: str, why: str) -> None:
    assert failed(process(**{**WHOLE, **data}), Facts(facts), around) == {name: why}


def test_one_failure_in_ten_is_allowed() -> None:
    assert failed(process(**WHOLE), Facts([*runs(9), *runs(1, "failed")])) == {}


@pytest.mark.parametrize(
    ("step", "safe"),
    [
        ({"shell": "rm -r x"}, False),
        ({"shell": "rm -r x", "undo": "Restore it."}, True),
        ({"shell": "rm -r x", "idempotent": True}, True),
        ({"shell": "ls x", "read_only": True}, True),
        ({"shell": "rm -r x", "irreversible": True, "why": ""}, False),
        ({"shell": "rm -r x", "irreversible": True, "warning": "It is gone for good."}, True),
    ],
)
def test_what_changes_something_has_a_way_back(step: dict[str, Any], safe: bool) -> None:
    steps = [{"id": "x", "title": "X", "why": "For room.", "expect": {"exit_code": 0}, **step}]
    steps[0] = {name: value for name, value in steps[0].items() if value != ""}
    manual = {"manual": "By hand."} if "why" not in steps[0] or step.get("why") == "" else {}
    found = failed(process(**WHOLE, steps=[{**steps[0], **manual}]))

    assert found == ({} if safe else {"rollback": "step `x` has no way back"})


def test_evidence_that_somebody_left_out_is_told_with_the_run() -> None:
    facts = Facts(runs(5), without_evidence=("run-7", "run-8"))

    told = failed(process(**WHOLE), facts)

    assert told == {"evidence": "somebody left out a step that asks for evidence in run-7, and 1 more"}
