"""Who may answer, what an answer may be, and what a second one does."""

from __future__ import annotations

import pytest

from runbook.errors import Conflict, Misuse, Refused

ROLES = """
roles:
  operator: {}
  approver: {not: operator}
  auditor: {people: [olga, otto]}
steps:
"""


def unchanged(story, error, match, act):
    """The act is refused, leaves no trace, and the story can go on."""
    before, statuses = list(story.events), story.statuses
    with pytest.raises(error, match=match) as refusal:
        act()
    assert refusal.value.help
    assert (story.events, story.statuses) == (before, statuses)
    return refusal.value


@pytest.mark.parametrize("where", ["here", "in a section", "in a child", "three deep"])
def test_only_the_people_of_a_role_may_act_in_it_at_any_depth(tell, where):
    step = "- {id: m, role: auditor, manual: M}"
    others = {}
    if where == "in a section":
        step = f"- id: s\n  section: {{steps: [{step[2:]}]}}"
    elif where != "here":
        others["leaf"] = ROLES + step
        others["middle"] = "- id: leaf\n  process: g/leaf"
        step = "- {id: p, process: g/%s}" % ("leaf" if where == "in a child" else "middle")
    path = {"in a child": "p/m", "three deep": "p/leaf/m"}.get(where, "m")
    story = tell(ROLES + step, **others).start()

    error = unchanged(story, Refused, "ada may not act as `auditor`", lambda: story.answer(path))
    story.answer(path, by="olga")

    assert error.help == "ask one of olga, otto"
    assert story.status == "succeeded"


def test_a_program_is_started_only_by_somebody_of_its_role(tell):
    story = tell(
        ROLES + "- {id: a, role: auditor, needs: [], command: [a]}\n- {id: b, needs: [], command: [b]}"
    ).start()

    assert story.claim() == ["b"]
    assert story.claim() == []
    assert story.claim(by="otto") == ["a"]


@pytest.mark.parametrize(
    ("first", "second"), [("operator", "approver"), ("approver", "operator")], ids=["as written", "the other way round"]
)
def test_an_exclusion_holds_in_both_directions(tell, first, second):
    story = tell(f"{ROLES}- {{id: a, role: {first}, manual: A}}\n- {{id: b, role: {second}, manual: B}}")
    story.by = "starter"
    story.start()
    story.answer("a", by="bob")

    unchanged(story, Refused, f"bob acts as `{first}` in this run", lambda: story.answer("b", by="bob"))
    story.answer("b", by="cy")

    assert story.status == "succeeded"


def test_who_started_the_run_plays_its_first_role(tell):
    story = tell(ROLES + "- {id: a, approval: approver}").start()

    unchanged(story, Refused, "ada acts as `operator` in this run", lambda: story.approve("a", "ada"))
    story.approve("a", "bob")

    assert story.status == "succeeded"


@pytest.mark.parametrize("deep", [False, True])
def test_the_starter_can_be_excluded(tell, deep):
    roles = "roles: {first: {}, second: {}}\nsteps:\n"
    step = "- {id: a, approval: {role: second, not: starter}}"
    story = tell(roles + ("- {id: p, process: g/child}" if deep else step), child=roles + step).start()
    path = "p/a" if deep else "a"

    unchanged(story, Refused, "ada started this run", lambda: story.approve(path, "ada"))
    unchanged(story, Refused, "ada started this run", lambda: story.answer(path, "approve", "bob", stated_by="ada"))
    story.approve(path, "bob")

    assert story.status == "succeeded"


def test_an_approval_can_exclude_whoever_acted_in_a_role(tell):
    story = tell(
        "roles: {lead: {}, hands: {}, eyes: {}}\nsteps:\n"
        "- {id: a, role: hands, manual: A}\n- {id: b, approval: {role: eyes, not: [hands]}}"
    ).start()
    story.answer("a", by="bob")

    unchanged(story, Refused, "bob acts as `hands`", lambda: story.approve("b", "bob"))
    story.approve("b", "ada")

    assert story.status == "succeeded"


def test_running_a_program_counts_as_acting_in_its_role(tell):
    story = tell(ROLES + "- {id: a, command: [a]}\n- {id: b, approval: approver}")
    story.start()
    story.claim(by="bob")
    story.ends("a")

    unchanged(story, Refused, "bob acts as `operator`", lambda: story.approve("b", "bob"))


# -- answers ------------------------------------------------------------------------------------------

FORM = """
- {id: m, manual: {text: Read it., fields: {bar: {type: number, min: 1, max: 6}, remark: {required: false}}}}
- {id: n, manual: N}
"""


def test_an_answer_gives_outputs_and_answers(tell):
    story = tell(FORM).start()

    story.answer("m", fields={"bar": "2.5"})

    assert story.state.steps["m"].outputs == story.state.steps["m"].answers == {"bar": 2.5}
    assert story.state.steps["m"].by == "ada"


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({}, "`bar` .* must be filled in"),
        ({"bar": ""}, "`bar` .* must be filled in"),
        ({"bar": "  \n"}, "`bar` .* must be filled in"),
        ({"bar": None}, "`bar` .* must be filled in"),
        ({"bar": 7}, "`bar` is 7, outside its limits"),
        ({"bar": True}, "`bar` can't be `True`"),
        ({"bar": "two"}, "`bar` can't be `two`"),
        ({"bar": 2, "baz": 1}, "`baz` is not a field of this form"),
    ],
    ids=str,
)
def test_a_form_that_is_not_filled_in_rightly_is_refused(tell, fields, match):
    story = tell(FORM).start()

    unchanged(story, Refused, match, lambda: story.answer("m", fields=fields))
    story.answer("m", fields={"bar": 2})

    assert story.statuses["n"] == "waiting"


def test_the_same_answer_again_is_accepted_in_silence_and_another_is_a_conflict(tell):
    story = tell(FORM).start()
    story.answer("m", fields={"bar": 2})

    assert story.answer("m", fields={"bar": 2}) == []
    unchanged(
        story, Conflict, r"step `m` is over already \(succeeded by ada\)", lambda: story.answer("m", fields={"bar": 3})
    )
    unchanged(story, Conflict, "over already", lambda: story.answer("m", by="bob", fields={"bar": 2}))
    unchanged(story, Conflict, "over already", lambda: story.answer("m", "failed", reason="It leaks"))


def test_the_same_last_answer_again_is_accepted_after_the_run_has_ended(tell):
    story = tell("- {id: a, manual: A}").start()
    story.answer("a")

    assert story.status == "succeeded"
    assert story.answer("a") == []
    unchanged(story, Conflict, "run story has ended", lambda: story.answer("a", "skipped", reason="No"))


@pytest.mark.parametrize(
    ("step", "error", "match"),
    [
        ("nonsense", Misuse, "run story has no step `nonsense`"),
        ("n", Refused, "step `n` does not wait for a person: it is pending"),
        ("p/x", Refused, "step `p/x` has not been reached yet"),
        ("f", Refused, "step `f` has not been reached yet"),
        ("c", Refused, "step `c` does not wait for a person: it is ready"),
        ("d", Refused, "step `d` does not wait for a person: it is running"),
        ("w", Refused, "step `w` does not wait for a person: it is waiting"),
        ("g", Refused, "step `g` does not wait for a person: it is waiting"),
    ],
)
def test_a_step_that_does_not_wait_for_a_person_takes_no_answer(tell, step, error, match):
    story = tell(
        """
steps:
- {id: m, manual: M}
- {id: n, manual: N}
- {id: p, process: g/child}
- {id: d, needs: [], command: [d]}
- {id: c, needs: [], command: [c]}
- {id: w, needs: [], wait: 1h}
- {id: g, needs: [], wait: {signal: go}}
finally: [{id: f, manual: F}]
""",
        child="- {id: x, manual: X}",
    ).start()
    story.claim(1)

    unchanged(story, error, match, lambda: story.answer(step))


@pytest.mark.parametrize("outcome", ["failed", "skipped"])
def test_to_fail_or_skip_a_step_needs_a_reason(tell, outcome):
    story = tell("- {id: m, manual: M}\n- {id: n, manual: N}").start()

    unchanged(story, Refused, f"`{outcome}` needs a reason", lambda: story.answer("m", outcome))
    story.answer("m", outcome, reason="No such host")

    assert story.statuses == {"m": outcome, "n": {"failed": "cancelled", "skipped": "waiting"}[outcome]}
    assert story.state.steps["m"].reason == "No such host"


def test_a_wait_for_time_or_a_signal_can_be_skipped_with_a_reason(tell):
    story = tell("- {id: a, wait: 1h}\n- {id: b, wait: {signal: go}}").start()

    story.answer("a", "skipped", reason="Nobody is in the building")
    story.answer("b", "skipped", reason="It went")

    assert story.status == "succeeded"


def test_who_said_it_for_another_is_kept(tell):
    story = tell("- {id: m, manual: M}").start()

    story.answer("m", by="ada", stated_by="bob")

    assert story.state.steps["m"].reply == {"outcome": "done", "by": "bob", "stated_by": "ada"}


OFFERED = """
roles:
  first: {people: [ada]}
  second: {people: [bob]}
steps:
  - {id: m, role: first, due: {after: 10m, offer_to: second}, manual: M}
"""


def test_step_that_is_overdue_may_be_done_by_those_to_whom_it_is_offered_then(tell):
    story = tell(OFFERED).start()
    unchanged(story, Refused, "bob may not act as `first`", lambda: story.answer("m", by="bob"))

    story.wait("11m")
    unchanged(story, Refused, "eve may not act as `second`", lambda: story.answer("m", by="eve"))
    story.answer("m", by="bob")

    assert story.status == "succeeded"
