"""Stories of substitutes: what keeps somebody apart keeps for whom they stood in apart as well, and the other way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from runbook.errors import Refused
from runbook.testing import Story

Tell = Callable[..., Story]
_ALWAYS = {"from": "2026-01-01", "to": "2027-12-31"}
PEOPLE: dict[str, Any] = {
    "teams": {"teams": {"infra": {"members": ["ana", "cy"]}}},
    "ana": {"roles": ["boss"], "substitutes": [{"person": "bo", **_ALWAYS}]},
    "bo": {"roles": ["boss"]},
    "cy": {"roles": ["boss"]},
}
APART = """
roles: {doer: {team: infra}, free: {}, boss: {role: boss}}
steps:
- {id: first, role: doer, manual: Begin}
"""


@pytest.mark.parametrize("again", ["ana", "bo"])
@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        ("{id: last, role: free, performer: {not_same_as: first}, manual: End}", "done"),
        ("{id: last, approval: {role: boss, not: doer}}", "approve"),
        ("{id: last, approval: {role: boss, not: implementer}}", "approve"),
    ],
    ids=["not_same_as", "not a role", "not implementer"],
)
def test_neither_who_did_it_nor_for_whom_does_what_is_kept_apart(
    tell: Tell, again: str, step: str, outcome: str
) -> None:
    story = tell(f"{APART}- {step}\n", PEOPLE).start()
    story.answer("first", by="bo")
    assert story.state.steps["first"].reply["for"] == "ana"

    with pytest.raises(Refused, match=f"{again} .*may not"):
        story.answer("last", outcome, by=again)
    assert story.answer("last", outcome, by="cy")


@pytest.mark.parametrize("again", ["ana", "bo"])
def test_a_program_that_a_substitute_let_run_counts_as_both_persons_work(tell: Tell, again: str) -> None:
    text = APART.replace("manual: Begin", "verifier: boss, command: [x]")
    story = tell(f"{text}- {{id: last, approval: {{role: boss, not: implementer}}}}\n", PEOPLE).start()
    story.claim(by="bo")
    story.ends("first", 0)

    with pytest.raises(Refused, match=f"{again} did `first`, and nobody confirms their own work"):
        story.answer("first", "confirm", by=again)
    story.answer("first", "confirm", by="cy")
    with pytest.raises(Refused, match=f"{again} did some of the work"):
        story.answer("last", "approve", by=again)


@pytest.mark.parametrize("again", ["ana", "bo"])
def test_whoever_confirmed_for_somebody_is_kept_apart_with_them(tell: Tell, again: str) -> None:
    story = tell(
        """
roles: {doer: {}, second: {team: infra}, boss: {role: boss}}
steps:
- {id: first, verifier: second, manual: Begin}
- {id: last, approval: {role: boss, not: second}}
""",
        PEOPLE,
    ).start()
    story.answer("first", by="cy")
    story.answer("first", "confirm", by="bo")

    with pytest.raises(Refused, match=f"{again} acts as `second`"):
        story.answer("last", "approve", by=again)


def test_a_role_that_a_substitute_took_first_is_of_whom_they_stood_in_for(tell: Tell) -> None:
    text = "roles: {doer: {team: infra, binds: first}}\nsteps:\n- {id: a, manual: A}\n- {id: b, manual: B}\n"
    story = tell(f"{text}- {{id: c, manual: C}}\n", PEOPLE).start()
    story.answer("a", by="bo")

    with pytest.raises(Refused, match="in this run that is ana"):
        story.answer("b", by="cy")
    story.answer("b", by="bo")
    assert story.answer("c", by="ana")
