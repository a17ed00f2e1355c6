"""Stories of gates that another version of a process drops or changes, and of who may let a run go on so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from runbook.errors import Refused
from runbook.testing import Story

Tell = Callable[..., Story]
PEOPLE: dict[str, Any] = {
    "ana": {},
    **{name: {"roles": ["boss"]} for name in ("ivan", "dee", "eve")},
    **{name: {"roles": ["aide"]} for name in ("cy", "kit")},
}
OLD = """
roles: {doer: {}, boss: {role: boss}, aide: {role: aide}}
steps:
- {id: begin, manual: Begin}
- {id: gate, approval: {role: boss, quorum: 2, not: doer}}
- {id: work, verifier: aide, evidence: {photo: {title: A photo}}, manual: Do it}
- {id: last, needs: [work], manual: End it}
"""


def adopting(tell: Tell, old: str, new: str, **others: str) -> Callable[[str], Any]:
    """A run of the old version under way, whose next one somebody adopts."""
    story = tell(old, PEOPLE, **others).start()
    later = tell(new, PEOPLE, **others).plan
    return lambda by: story.adopt(later, by=by)


@pytest.mark.parametrize(
    ("was", "becomes", "named", "who"),
    [
        ("- {id: gate, approval: {role: boss, quorum: 2, not: doer}}\n", "- {id: gate, manual: Ask}\n", "approval", ""),
        ("quorum: 2, ", "", "approval", ""),
        (", not: doer", "", "approval", ""),
        ("{id: gate, ", "{id: gate, when: false, ", "approval", ""),
        ("{id: work, ", "{id: work, needs: [begin], ", "approval", ""),
        ("boss: {role: boss}", "boss: {}", "approval", ""),
        ("verifier: aide, ", "performer: {claimed_first: true}, ", "verifier", "cy"),
        ("aide: {role: aide}", "aide: {}", "verifier", "cy"),
        ("evidence: {photo: {title: A photo}}, ", "", "evidence", "cy"),
        ("{title: A photo}", "{title: A photo, required: false}", "evidence", "cy"),
    ],
    ids=["gone", "quorum", "not", "when", "needs", "role", "no verifier", "its role", "no evidence", "not required"],
)
def test_only_who_may_pass_a_gate_lets_a_run_go_on_without_it(
    tell: Tell, was: str, becomes: str, named: str, who: str
) -> None:
    new = OLD.replace(was, becomes)
    assert new != OLD
    for role in ("boss", "aide"):  # nobody declares a role that nothing is done in
        if new.count(f"{role}") == 2 and f"role: {role}," not in new and f"verifier: {role}" not in new:
            new = new.replace(f", {role}: {{role: {role}}}", "")
    adopt = adopting(tell, OLD, new)

    with pytest.raises(Refused, match=f"the {named} at `(gate|work)` of g/main .*: ana may not act as"):
        adopt("ana")
    assert adopt(who or "ivan")


def test_what_leaves_the_gates_as_they_are_takes_a_reason_only(tell: Tell) -> None:
    assert adopting(tell, OLD, OLD.replace("manual: End it", "shell: echo end"))("ana")
    assert adopting(tell, OLD, OLD + "- {id: more, manual: Do more}\n")("ana")
    more = OLD.replace("- {id: last", "- {id: second, approval: {role: boss}}\n- {id: last")
    assert adopting(tell, OLD, more)("ana")
    assert adopting(tell, OLD, OLD.replace("quorum: 2", "text: Is it right?, quorum: 2"))("ana")


def test_what_was_dropped_is_recorded(tell: Tell) -> None:
    adopted = adopting(tell, OLD, OLD.replace("quorum: 2, ", ""))("ivan")

    assert adopted[0].event.data["gates"] == ["the approval at `gate` of g/main is another one: `approval` changed"]


@pytest.mark.parametrize("place", ["step", "section", "process"])
def test_nobody_takes_back_that_an_answer_has_to_be_signed(tell: Tell, place: str) -> None:
    old = {
        "step": "steps: [{id: a, manual: A}, {id: b, signed: true, manual: B}]",
        "section": "steps: [{id: a, manual: A}, {id: s, signed: true, section: {steps: [{id: b, manual: B}]}}]",
        "process": "signed: true\nsteps: [{id: a, manual: A}, {id: b, manual: B}]",
    }[place]
    adopt = adopting(tell, old, old.replace("signed: true\n", "").replace("signed: true, ", ""))

    with pytest.raises(Refused, match=r"the signature at `.` of g/main is not required any more"):
        adopt("ana")


CHILD = "roles: {doer: {}, boss: {role: boss}}\nsteps: [{id: gate, approval: {role: boss}}]"


@pytest.mark.parametrize(
    "new",
    [
        "steps: [{id: a, manual: A}, {id: b, manual: B}]",
        "steps: [{id: a, manual: A}, {id: c, when: false, process: g/child}, {id: b, manual: B}]",
        "steps: [{id: a, manual: A}, {id: c, process: g/child}, {id: b, needs: [a], manual: B}]",
    ],
    ids=["gone", "left out", "not waited for"],
)
def test_a_gate_in_a_child_counts_too(tell: Tell, new: str) -> None:
    old = "steps: [{id: a, manual: A}, {id: c, process: g/child}, {id: b, manual: B}]"
    story = tell(old, PEOPLE, child=CHILD).start()
    later = tell(new, PEOPLE, **({"child": CHILD} if "g/child" in new else {})).plan

    with pytest.raises(Refused, match=r"the approval at `gate` of g/child is .*: ana may not act as `boss`"):
        story.adopt(later, by="ana")
    assert story.adopt(later, by="ivan")


def test_a_privilege_is_given_up_by_who_has_it(tell: Tell) -> None:
    old = "roles: {doer: {}, boss: {role: boss}}\nprivileges: {skip: boss}\nsteps: [{id: a, manual: A}]"
    adopt = adopting(tell, old, "roles: {doer: {}}\nsteps: [{id: a, manual: A}]")

    with pytest.raises(Refused, match=r"the privilege `skip` of g/main changes, .*: ana may not act as `boss`"):
        adopt("ana")
    assert adopt("ivan")


def test_who_has_the_authority_drops_a_gate_as_well(tell: Tell) -> None:
    old = OLD.replace("steps:", "mode: strict\nauthority: head\nsteps:", 1).replace(
        "aide}}", "aide}, head: {people: [cy]}}"
    )
    adopt = adopting(tell, old, old.replace("quorum: 2, ", ""))

    with pytest.raises(Refused, match="takes the authority of `head`"):
        adopt("ivan")
    assert adopt("cy")
