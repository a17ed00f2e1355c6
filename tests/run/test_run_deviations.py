"""Deviations: a reason for each, an authority where the process is strict, and nobody lends theirs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from runbook.errors import Refused
from runbook.kinds import builtin
from runbook.run.commands import AddItems
from runbook.testing import Story, plan_from

STRICT = """
mode: strict
authority: lead
roles:
  operator: {people: [ada, bo, cy]}
  lead: {people: [lena, ada, leo], not: operator}
steps:
- {id: first, manual: {text: Read it., fields: {p: {type: reading, unit: bar, max: 6}}}, undo: Undo it.}
- {id: work, shell: ./work}
- {id: each, foreach: [a, b], manual: Do it., needs: [first]}
- {id: last, manual: Last., needs: [work, each]}
"""
GUIDED = STRICT.replace("mode: strict", "mode: guided").replace("authority: lead\n", "")


def begun(tell, text: str = STRICT) -> Story:
    """`first` is done, `work` has failed with a person there, `each` is under way."""
    story = tell(text).start()
    story.answer("first", fields={"p": "2"})
    story.claim()
    story.ends("work", 1, attended=True)
    return story


Deviation = Callable[[Story, str], object]
DEVIATIONS: dict[str, tuple[str, Deviation]] = {
    "skip": ("skipping `each.1`", lambda story, by: story.answer("each.1", "skipped", by, reason="x")),
    "jump": ("jumping to `last`", lambda story, by: story.jump("last", by=by)),
    "back": ("going back to `first`", lambda story, by: story.go_back("first", by=by)),
    "done by hand": ("declaring done `work`", lambda story, by: story.answer("work", "done", by, reason="x")),
    "a program skipped": ("skipping `work`", lambda story, by: story.answer("work", "skipped", by, reason="x")),
    "a program redone": ("repeating `work`", lambda story, by: story.answer("work", "redo", by, reason="x")),
    "stop": ("stopping `each`", lambda story, by: story.stop_step("each", by=by)),
    "complete": ("completing `each`", lambda story, by: story.complete("each", by=by)),
    "more items": ("adding items to `each`", lambda story, by: story.ask(AddItems("each", ["c"], "x"), by=by)),
}
every = pytest.mark.parametrize(("what", "deviate"), DEVIATIONS.values(), ids=DEVIATIONS)


@every
@pytest.mark.parametrize("by", ["bo", "ada", "eve"])
def test_who_has_no_authority_does_not_deviate_from_a_strict_process(tell, what, deviate, by):
    story = begun(tell)
    before = len(story.events)

    with pytest.raises(Refused, match=f"{what} takes the authority of `lead`") as refusal:
        deviate(story, by)

    assert "ask lena or ada or leo" in refusal.value.help
    assert len(story.events) == before


@every
def test_who_has_the_authority_deviates_and_it_is_recorded_as_theirs(tell, what, deviate):
    story = begun(tell)
    before = len(story.events)

    if what.startswith("jumping"):
        story.answer("work", "done", "lena", reason="x")
        before = len(story.events)
    deviate(story, "lena")

    events = story.events[before:]
    named = [each.event.data["authority"] for each in events if "authority" in each.event.data]
    assert set(named) == {"lead"}
    assert "lena" in story.state.played["lead"]
    assert "lena" not in story.state.played["operator"]
    assert story.replayed().played == story.state.played


@every
def test_in_a_guided_process_a_reason_is_enough(tell, what, deviate):
    story = begun(tell, GUIDED)
    if what.startswith("jumping"):
        story.answer("work", "done", "bo", reason="x")

    deviate(story, "bo")

    assert not any("authority" in each.event.data for each in story.events)


def test_authority_is_used_again_and_again_and_by_nobody_who_does_the_work(tell):
    story = begun(tell)

    story.answer("each.1", "skipped", "lena", reason="x")
    story.answer("each.2", "skipped", "lena", reason="x")
    story.answer("work", "done", "lena", reason="x")

    with pytest.raises(Refused, match="lena may not act as `operator`"):
        story.answer("last", "done", "lena")


@pytest.mark.parametrize("way", ["skipped", "done"])
def test_nothing_that_is_passed_on_is_authority(tell, way):
    story = begun(tell)
    step, outcome = ("each.1", "skipped") if way == "skipped" else ("work", "done")

    with pytest.raises(Refused, match="bo only passes on what lena says"):
        story.answer(step, outcome, "bo", reason="x", stated_by="lena")


def test_a_failure_needs_no_authority(tell):
    story = begun(tell)

    story.answer("work", "failed", "bo", reason="It broke")

    assert story.status == "failed"


OUT = {"fields": {"p": "7 bar"}, "deviation": "the pump was just started"}


def test_a_value_out_of_its_limits_is_taken_with_its_reason_and_told_so(tell):
    story = tell(GUIDED).start()

    with pytest.raises(Refused, match="outside its limits"):
        story.answer("first", fields={"p": "7"})
    story.answer("first", **OUT)

    assert story.state.steps["first"].answers == {"p": {"value": 7, "unit": "bar"}}
    assert story.state.steps["first"].reply["deviation"] == {
        "kind": "out-of-limits",
        "reason": "the pump was just started",
        "fields": {"p": {"value": {"value": 7, "unit": "bar"}, "limits": {"max": 6, "unit": "bar"}}},
    }


def test_the_same_deviation_said_twice_changes_nothing(tell):
    story = tell(GUIDED).start()
    story.answer("first", **OUT)

    assert story.answer("first", **OUT) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({**OUT, "fields": {"p": ""}}, "nothing at `first` is out of its limits"),
        ({**OUT, "fields": {"p": "7 psi"}}, "nothing at `first` is out of its limits"),
        ({**OUT, "fields": {"p": "much"}}, "nothing at `first` is out of its limits"),
        ({**OUT, "fields": {"p": "2"}}, "nothing at `first` is out of its limits"),
        ({**OUT, "deviation": "  "}, "a deviation needs a reason"),
        ({**OUT, "outcome": "skipped", "reason": "x"}, "only a step that is done takes a deviation"),
        ({**OUT, "outcome": "failed", "reason": "x"}, "only a step that is done takes a deviation"),
    ],
)
def test_a_deviation_takes_nothing_but_what_is_out_of_its_limits(tell, words, says):
    story = tell(GUIDED).start()

    with pytest.raises(Refused, match=says):
        story.answer("first", **words)

    assert story.statuses["first"] == "waiting"


def test_a_deviation_leaves_nothing_else_unchecked(tell):
    form = "{p: {type: reading, unit: bar, max: 6}, q: {type: reading, unit: bar}, t: {}, n: {type: integer}}"
    story = tell(f"- {{id: ask, ask: {{fields: {form}}}}}").start()
    fine = {"p": "7", "q": "2", "t": "x", "n": "1"}

    for wrong, says in (({"q": "2 psi"}, "another unit"), ({"t": " "}, "must be filled in"), ({"n": "x"}, "can't be")):
        with pytest.raises(Refused, match=says):
            story.answer("ask", fields={**fine, **wrong}, deviation="x")
    story.answer("ask", fields=fine, deviation="x")

    assert story.status == "succeeded"


def test_out_of_limits_takes_both_the_role_of_the_step_and_the_authority(tell):
    both = STRICT.replace(", not: operator", "").replace("[lena, ada, leo]", "[lena, cy]")
    story = tell(both).start()

    with pytest.raises(Refused, match="going out of limits at `first` takes the authority of `lead`"):
        story.answer("first", by="bo", **OUT)
    with pytest.raises(Refused, match="lena may not act as `operator`"):
        story.answer("first", by="lena", **OUT)
    with pytest.raises(Refused, match=r"bo only passes on|cy has to speak for themselves"):
        story.answer("first", by="bo", stated_by="cy", **OUT)
    story.answer("first", by="cy", **OUT)

    assert story.state.played == {"operator": {"ada", "cy"}, "lead": {"cy"}}


def test_a_run_that_is_over_is_retried_and_undone_by_authority(tell):
    story = begun(tell)
    story.answer("work", "failed", "bo", reason="It broke")

    for ask in (lambda by: story.retry(by=by), lambda by: story.undo(by=by)):
        with pytest.raises(Refused, match="takes the authority of `lead`, which bo does not have"):
            ask("bo")
    story.retry(by="lena")
    story.cancel()
    story.undo(by="leo")

    assert {"lena", "leo"} <= story.state.played["lead"]


def test_a_strict_run_goes_on_by_another_definition_by_authority_of_the_one_it_has(tell):
    story, other = begun(tell), tell(GUIDED)
    story.plans["0" * 64] = other.plan

    with pytest.raises(Refused, match="going on by another definition takes the authority of `lead`"):
        story.adopt(other.plan, by="bo")
    story.adopt(other.plan, by="lena")

    assert story.state.plan.process.mode == "guided"


@pytest.mark.parametrize(("inner", "role"), [("", "lead"), ("mode: strict\nauthority: chief\n", "chief")])
def test_the_innermost_strict_process_says_whose_authority_it_takes(tell, inner, role):
    outer = """
mode: strict
authority: lead
roles: {operator: {}, lead: {people: [lena]}}
steps:
- {id: child, process: g/one}
"""
    child = f"{inner}roles: {{operator: {{}}, chief: {{people: [cleo]}}}}\nsteps:\n- {{id: a, manual: A}}\n"
    story = tell(outer, one=child).start()
    others = {"lead": "cleo", "chief": "lena"}

    with pytest.raises(Refused, match=f"takes the authority of `{role}`"):
        story.answer("child/a", "skipped", others[role], reason="x")
    story.answer("child/a", "skipped", {"lead": "lena", "chief": "cleo"}[role], reason="x")

    assert story.status == "succeeded"


@pytest.mark.parametrize(("typed", "says"), [("ada", ""), ("bo", "is signed by `bo`"), ("", "must be filled in")])
def test_a_signature_is_given_by_whoever_answers(tell, typed, says):
    story = tell("- {id: sign, ask: {fields: {seen: {type: signature}}}}").start()

    if says:
        with pytest.raises(Refused, match=says):
            story.answer("sign", fields={"seen": typed})
    else:
        story.answer("sign", fields={"seen": typed})
        assert story.state.steps["sign"].answers == {"seen": {"by": "ada", "name": "ada", "at": story.now}}


def test_nobody_signs_through_somebody_else(tell):
    story = tell("- {id: sign, ask: {fields: {seen: {type: signature}}}}").start()

    with pytest.raises(Refused, match="can't be signed for somebody else"):
        story.answer("sign", fields={"seen": "bo"}, stated_by="bo")


@pytest.mark.parametrize("typed", ["kim", "Kim Wexler", "kim  WEXLER"])
def test_who_is_known_signs_with_their_full_name_as_well(typed):
    text = "runbook: 1\ntitle: Sign\nsteps:\n- {id: sign, ask: {fields: {seen: {type: signature}}}}\n"
    story = Story(plan_from({"g/one": text}, builtin()), {"kim": {"name": "Kim Wexler", "users": ["kwexler"]}}).start()

    with pytest.raises(Refused, match="is signed by `kwexler`"):
        story.answer("sign", by="kwexler", fields={"seen": "kwexler"})
    story.answer("sign", by="kwexler", fields={"seen": typed})

    assert story.state.steps["sign"].answers["seen"]["by"] == "kim"


def test_authority_asks_for_what_the_role_asks_for():
    text = f"runbook: 1\ntitle: Strict\n{STRICT}".replace("people: [lena, ada, leo]", "team: leads")
    people = {"lena": {}, "ada": {}, "bo": {}, "teams": {"teams": {"leads": {"members": ["lena"]}}}}
    story = Story(plan_from({"g/one": text}, builtin()), people).start()

    with pytest.raises(Refused, match="takes the authority of `lead`, which bo does not have") as refusal:
        story.answer("first", "skipped", "bo", reason="x")
    assert refusal.value.help == "ask lena"
    story.answer("first", "skipped", "lena", reason="x")

    assert story.statuses["first"] == "skipped"


PEOPLE = {
    "bo": {},
    "eli": {"roles": ["lead"], "substitutes": [{"person": "bo", "from": "2026-11-01", "to": "2026-11-30"}]},
    "fay": {
        "roles": ["chief"],
        "substitutes": [{"person": "bo", "for": ["approve"], "from": "2026-11-01", "to": "2026-11-30"}],
    },
}
BESIDE = """
mode: strict
authority: boss
privileges: {skip: lead, redo: lead}
roles:
  operator: {people: [ada]}
  lead: {people: [lena, ana]}
  boss: {people: [lena, bea]}
steps:
- {id: first, manual: Do it.}
- {id: work, shell: ./work}
- {id: last, manual: Do the last.}
"""


@pytest.mark.parametrize(("office", "may"), [("lead", True), ("chief", False)], ids=["in everything", "to approve"])
def test_whoever_stands_in_for_somebody_in_everything_has_their_authority(office, may):
    text = (
        "runbook: 1\ntitle: Strict\nmode: strict\nauthority: lead\n"
        f"roles: {{operator: {{}}, lead: {{role: {office}}}}}\nsteps: [{{id: first, manual: Do it.}}]\n"
    )
    story = Story(plan_from({"g/one": text}, builtin(), PEOPLE), PEOPLE).start()

    if may:
        story.answer("first", "skipped", "bo", reason="x")
    else:
        with pytest.raises(Refused, match="takes the authority of `lead`, which bo does not have"):
            story.answer("first", "skipped", "bo", reason="x")
    assert story.statuses["first"] == ("skipped" if may else "waiting")


LEFT = {
    "skip": lambda story, by: story.answer("first", "skipped", by, reason="x"),
    "jump": lambda story, by: story.jump("last", by=by),
    "back": lambda story, by: story.answer("first", by="ada") and story.go_back("first", by=by),
    "redo": lambda story, by: failed(story).answer("work", "redo", by, reason="x"),
}


def failed(story: Story) -> Story:
    """`work` has failed, and somebody is there to decide about it."""
    story.answer("first", by="ada")
    story.claim()
    story.ends("work", 1, attended=True)
    return story


@pytest.mark.parametrize("deviate", LEFT.values(), ids=LEFT)
def test_in_strict_mode_it_takes_both_the_privilege_and_the_authority(tell, deviate):
    with pytest.raises(Refused, match="bea may not act as `lead`"):
        deviate(tell(BESIDE).start(), "bea")
    with pytest.raises(Refused, match="takes the authority of `boss`, which ana does not have"):
        deviate(tell(BESIDE).start(), "ana")
    assert deviate(tell(BESIDE).start(), "lena")


def test_another_command_than_was_shown_takes_authority_in_strict_mode(tell):
    story = tell(STRICT)
    story.by, story.about = "bo", {"instructions": True}
    story.start().answer("first", fields={"p": "2"})

    with pytest.raises(Refused, match="running another command at `work` takes the authority of `lead`"):
        story.answer("work", by="bo", fields={"command": "./other"}, reason="It is broken")
    assert story.answer("work", by="bo", fields={"command": "./work"})
    story = tell(STRICT.replace("lena, ada, leo], not: operator", "cy]"))
    story.by, story.about = "bo", {"instructions": True}
    story.start().answer("first", fields={"p": "2"})
    story.answer("work", by="cy", fields={"command": "./other"}, reason="It is broken")

    done = next(
        each.event.data for each in story.events if each.event.type == "StepSucceeded" and each.event.step == "work"
    )
    assert (done["authority"], done["reply"]["deviation"]["kind"]) == ("lead", "changed-command")
