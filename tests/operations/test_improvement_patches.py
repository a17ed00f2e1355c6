"""The patches of the rules of improvement: each fits its file, and the project has no error with it."""

from __future__ import annotations

import pytest

from runbook.diagnostics import Severity
from runbook.editing.changing import changed
from runbook.editing.desk import Desk
from runbook.kinds import builtin
from runbook.operations.improve import Evidence, Suggestion
from tests.operations.happenings import FILE, PROJECT, evidence, found, manual, runs, subject
from tests.operations.test_improving import CASES, judged

WITH_PATCH = (
    "approval-drag",
    "automate",
    "bus-factor",
    "change-risk",
    "dead-step",
    "missing-step",
    "rework",
    "split",
    "useless-check",
)


def desk(**more: str) -> Desk:
    made = Desk(builtin())
    made.lay({path: text.encode() for path, text in {**PROJECT, **more}.items()})
    return made


def patched(suggestion: Suggestion, table: Desk) -> str:
    assert suggestion.change is not None
    text = changed(table.index(suggestion.change.file), suggestion.change.edits)
    assert text is not None
    return text


def errors(table: Desk, file: str, text: str) -> list[str]:
    told = table.findings_with({file: text.encode()})
    return [f"{each.code} {each.message}" for each in told if each.severity is Severity.ERROR]


def test_only_these_rules_have_a_patch_of_a_process() -> None:
    with_patch = {rule for rule, cases in CASES.items() if any(each.change for each in found(cases[0](), rule))}

    assert with_patch == set(WITH_PATCH)


@pytest.mark.parametrize("rule", WITH_PATCH)
def test_a_patch_fits_and_keeps_comments_and_the_project_is_as_good(rule: str) -> None:
    table = desk()
    (suggestion,) = found(CASES[rule][0](), rule)

    text = patched(suggestion, table)

    assert text != PROJECT[FILE]
    assert errors(table, FILE, text) == []
    for comment in ("# of all users", "# nobody likes this one"):
        assert comment in text


WANTED = {
    "approval-drag": "change: standard\nsteps:\n",
    "automate": "    shell: 'drain web'\n",
    "bus-factor": "    performer: {allocate: least-recent}\n",
    "change-risk": "steps:\n  - id: check-first\n",
    "dead-step": "    when: inputs.with_drain\n",
    "missing-step": "    manual: 'Had to unlock it!'\n",
    "rework": "  - id: check-before-drain\n",
    "split": "  - id: ready-for-drain\n",
}


@pytest.mark.parametrize("rule", WANTED)
def test_a_patch_says_what_is_suggested(rule: str) -> None:
    (suggestion,) = found(CASES[rule][0](), rule)

    assert WANTED[rule] in patched(suggestion, desk())


@pytest.mark.parametrize("rule", ["approval-drag", "useless-check"])
def test_a_gate_that_goes_takes_nothing_else_with_it(rule: str) -> None:
    (suggestion,) = found(CASES[rule][0](), rule)

    text = patched(suggestion, desk())

    assert "approval:" not in text
    assert text.count("- id:") == 2


def test_a_comment_that_could_be_a_value_or_yaml_is_only_text() -> None:
    said = "{{ secrets.token }}: 'quoted' # not a comment"
    made: Evidence = evidence(subject(*runs(12, manual(comments=(said,)))))
    (suggestion,) = found(made, "missing-step")
    table = desk()

    text = patched(suggestion, table)

    assert errors(table, FILE, text) == []
    assert "{{" not in text


def test_a_command_of_several_is_not_guessed() -> None:
    text = PROJECT[FILE].replace("`drain web`", "`drain web` or `drain all`")
    made = evidence(subject(*runs(12, manual(minutes=30)), text=text))
    (suggestion,) = found(made, "automate")

    assert suggestion.change is None


def test_a_target_is_renegotiated_in_the_file_of_agreements() -> None:
    path = "operations/policies/sla.yaml"
    policy = (
        "# what we promised\nseverities: {moderate: {priority: P3}}\nagreements:\n  - id: default\n    type: sla\n"
        "    clocks: {resolve: {start: opened, stop: resolved}}\n"
        "    targets:\n      moderate: {resolve: {in: 72h, calendar: always}}  # as in March\n"
    )
    made = evidence(
        works=judged(4, 10, 60), policy_file=path, places={"default": 0},
        written_targets=frozenset({("default", "moderate", "resolve")}),
    )  # fmt: skip
    (suggestion,) = found(made, "service-level")
    table = desk(**{path: policy})

    text = patched(suggestion, table)

    assert text == policy.replace("72h", "90h")
    assert errors(table, path, text) == []


def test_where_agreements_are_as_shipped_there_is_nothing_to_patch() -> None:
    (suggestion,) = found(evidence(works=judged(4, 10, 60)), "service-level")

    assert suggestion.change is None
