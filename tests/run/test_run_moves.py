"""The operator's moves: back to a step that is over, on past steps that are not needed, and what is to be done about a
failure; notes, evidence, hand-over."""

from __future__ import annotations

import pytest
from test_run_work import chain, lines, story_of

from runbook.errors import Conflict, Misuse, Refused
from runbook.views import machine
from runbook.views.standing import progress

CHAIN = """
roles: {operator: {}, boss: {not: operator}}
steps:
- {id: a, manual: {text: A, fields: {reading: {type: number}}}}
- {id: b, command: [b]}
- {id: c, manual: C}
- {id: aside, needs: [], manual: Aside}
- {id: d, needs: [c], command: [d, "{{ steps.a.outputs.reading }}"]}
"""
GATE = """
roles: {operator: {}, boss: {not: operator}}
steps:
- {id: prepare, manual: P}
- {id: gate, approval: {role: boss}}
- {id: act, manual: A}
- {id: end, manual: E}
"""
NESTED = """
- {id: first, manual: F}
- {id: part, section: {steps: [{id: x, manual: X}, {id: y, manual: Y}]}}
- {id: child, process: g/child}
- {id: last, manual: L}
"""
CHILD = "steps: [{id: m, manual: M}, {id: n, manual: N}]"


def up_to_c(tell):
    story = tell(CHAIN).start()
    story.answer("a", fields={"reading": 1})
    story.carry_out()
    return story


# -- back ---------------------------------------------------------------------------------------------


def test_going_back_opens_the_step_and_what_depends_on_it_and_nothing_else(tell):
    story = up_to_c(tell)
    story.answer("aside")

    story.go_back("a", "the gauge was read wrongly")

    assert story.statuses == {"a": "waiting", "b": "pending", "c": "pending", "aside": "succeeded", "d": "pending"}
    assert [each.event.data["reason"] for each in story.events if each.event.type == "StepReopened"] == [
        "the gauge was read wrongly"
    ] * 3


def test_what_is_done_anew_counts_its_attempts_on_and_its_values_replace_the_old_ones(tell):
    story = up_to_c(tell)
    story.go_back("a")
    assert (story.state.steps["a"].before, dict(story.state.steps["a"].outputs)) == ({"reading": 1}, {})

    story.answer("a", fields={"reading": 2})
    story.carry_out()
    story.answer("c")
    story.answer("aside")
    story.claim()

    assert story.state.steps["d"].act["argv"] == ["d", "2"]
    assert {id: story.state.steps[id].attempt for id in "abcd"} == {"a": 2, "b": 2, "c": 2, "d": 1}
    story.ends("d")
    assert story.status == "succeeded"


def test_an_approval_that_depends_on_the_step_is_wanted_again(tell):
    story = tell(GATE).start()
    story.answer("prepare")
    story.approve("gate", "bob")

    story.go_back("prepare")
    story.answer("prepare")

    assert story.statuses["gate"] == "waiting"
    assert story.state.steps["gate"].reply == {}
    story.approve("gate", "bob")
    assert story.statuses["act"] == "waiting"


def test_going_back_to_a_section_and_to_a_process_opens_what_is_inside(tell):
    story = tell(NESTED, child=CHILD).start()
    for path in ("first", "x", "y", "child/m"):
        story.answer(path)
    assert story.statuses["child/n"] == "waiting"

    story.go_back("part")

    assert story.statuses["x"] == "waiting"
    assert {id: story.statuses[id] for id in ("y", "child", "child/m", "child/n")} == dict.fromkeys(
        ("y", "child", "child/m", "child/n"), "pending"
    )
    for path in ("x", "y", "child/m", "child/n", "last"):
        story.answer(path)
    assert (story.status, story.state.steps["child/m"].attempt) == ("succeeded", 2)


def test_what_was_inside_of_a_part_that_is_not_begun_again_ends_with_the_part(tell):
    story = tell(NESTED, child=CHILD).start()
    for path in ("first", "x", "y", "child/m"):
        story.answer(path)
    story.go_back("first")

    story.cancel()

    statuses = {step["id"]: step["status"] for step in machine.status(story.state)["steps"]}
    assert statuses == dict.fromkeys(("first", "part", "x", "y", "child", "child/m", "child/n", "last"), "cancelled")
    assert progress(story.state) == (8, 8)


def test_a_part_that_was_stopped_and_is_begun_anew_waits_again_also_when_it_is_replayed(tell):
    story = tell(
        "- {id: part, on_failure: continue, process: g/child}\n- {id: last, manual: L}",
        child="steps: [{id: m, manual: M}, {id: n, needs: [], manual: N}]",
    ).start()
    story.answer("part/n", "failed", reason="it broke")
    assert (story.statuses["part/m"], story.statuses["last"]) == ("cancelled", "waiting")
    story.go_back("part")

    story.state = story.replayed()
    story.resume()

    assert (story.statuses["part/m"], story.statuses["part/n"]) == ("waiting", "waiting")


def test_going_back_inside_of_a_part_under_way(tell):
    story = tell(NESTED, child=CHILD).start()
    for path in ("first", "x"):
        story.answer(path)

    story.go_back("x")

    assert (story.statuses["part"], story.statuses["x"], story.statuses["y"]) == ("running", "waiting", "pending")


def test_a_step_that_another_need_let_begin_stays_as_it_is(tell):
    story = tell(
        """
- {id: a, needs: [], manual: A}
- {id: b, needs: [], manual: B}
- {id: c, needs: [a, b], join: any, manual: C}
- {id: d, needs: [a, b, c], manual: D}
"""
    ).start()
    for path in "abc":
        story.answer(path)

    story.go_back("a")

    assert story.statuses == {"a": "waiting", "b": "succeeded", "c": "succeeded", "d": "pending"}


def test_going_back_to_a_failed_step_takes_the_failure_away(tell):
    story = tell("- {id: a, on_failure: continue, manual: A}\n- {id: b, manual: B}").start()
    story.answer("a", "failed", reason="no")
    story.go_back("a")
    story.answer("a")
    story.answer("b")

    assert story.status == "succeeded"


def test_the_decision_that_left_steps_out_is_the_way_back_to_them(tell):
    story = tell(
        """
- {id: way, decision: {options: [{id: x, goto: x}, {id: y, goto: y}]}}
- {id: x, needs: [way], manual: X}
- {id: y, needs: [way], manual: Y}
- {id: end, needs: [x, y], manual: E}
"""
    ).start()
    story.choose("way", "x")
    assert story.statuses["y"] == "skipped"

    with pytest.raises(Refused, match="`y` was left out"):
        story.go_back("y")
    story.go_back("way")
    story.choose("way", "y")

    assert (story.statuses["x"], story.statuses["y"]) == ("skipped", "waiting")


@pytest.mark.parametrize(
    ("step", "reason", "by", "error", "match"),
    [
        ("a", " ", "ada", Refused, "needs a reason"),
        ("c", "once more", "ada", Refused, "`c` is not over: it is waiting"),
        ("nonsense", "once more", "ada", Misuse, "has no step `nonsense`"),
    ],
    ids=["no reason", "not over", "unknown"],
)
def test_going_back_is_refused(tell, step, reason, by, error, match):
    story = up_to_c(tell)

    with pytest.raises(error, match=match):
        story.go_back(step, reason, by)


def test_going_back_is_refused_while_a_program_that_depends_on_it_runs_or_is_in_doubt(tell):
    story = up_to_c(tell)
    story.answer("c")
    story.claim()
    with pytest.raises(Refused, match="`d` is running"):
        story.go_back("a")

    story.breaks_off("d")
    with pytest.raises(Refused, match="`d` is in doubt"):
        story.go_back("a")


def test_going_back_into_a_part_that_is_over_names_the_part(tell):
    story = tell(NESTED, child=CHILD).start()
    for path in ("first", "x", "y"):
        story.answer(path)

    with pytest.raises(Refused, match="inside of `part`, which is over") as refused:
        story.go_back("x")
    assert refused.value.help == "go back to `part`"


def test_going_back_is_refused_to_who_may_not_act_there_and_when_the_run_has_ended(tell):
    story = tell(GATE).start()
    story.answer("prepare")
    story.approve("gate", "bob")
    with pytest.raises(Refused, match="ada acts as `operator`"):
        story.go_back("gate", by="ada")

    story.answer("act")
    story.answer("end")
    with pytest.raises(Conflict, match="has ended"):
        story.go_back("act")


# -- on -----------------------------------------------------------------------------------------------


def test_a_jump_skips_what_the_step_waits_for_with_the_reason(tell):
    story = tell(NESTED, child=CHILD).start()
    story.answer("first")
    story.answer("x")

    story.jump("last", "the rest was done yesterday")

    assert story.statuses == {
        "first": "succeeded", "part": "succeeded", "x": "succeeded", "y": "skipped", "child": "skipped",
        "last": "waiting",
    }  # fmt: skip
    assert story.state.steps["y"].reply == {
        "outcome": "skipped", "by": "ada", "reason": "the rest was done yesterday", "to": "last",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "to", "match"),
    [
        (GATE, "end", "`gate` can't be left out"),
        ("- {id: a, manual: A}\n- {id: s, section: {steps: [{id: in, approval: {role: boss}}]}}\n- {id: z, manual: Z}",
         "z", "`in` can't be left out"),
        ("- {id: a, manual: A}\n- {id: p, process: g/child}\n- {id: z, manual: Z}", "z", "`choice` can't be left out"),
        ("- {id: a, manual: A}\n- {id: s, section: {steps: [{id: in, manual: I}]}}", "in", "part that has not begun"),
        ("- {id: a, command: [a]}\n- {id: b, manual: B}", "b", "`a` is running"),
        ("- {id: a, manual: A}", "a", "`a` has begun already"),
    ],
    ids=["approval", "approval inside", "decision in a process", "inside", "running", "begun"],
)  # fmt: skip
def test_a_jump_is_refused_and_leaves_everything_as_it_is(tell, text, to, match):
    text = text if "roles" in text else f"roles: {{op: {{}}, boss: {{}}}}\nsteps:\n{text}"
    story = tell(text, child="steps: [{id: choice, decision: {options: [{id: x}, {id: y}]}}]").start()
    story.claim()
    before = story.statuses

    with pytest.raises(Refused, match=match):
        story.jump(to)

    assert story.statuses == before


def test_a_jump_over_somebody_elses_step_is_refused(tell):
    story = tell(
        """
roles: {operator: {}, expert: {people: [eve]}}
steps: [{id: a, role: expert, manual: A}, {id: b, manual: B}]
"""
    ).start()

    with pytest.raises(Refused, match="ada may not act as `expert` at `a`"):
        story.jump("b")


# -- failures -----------------------------------------------------------------------------------------


def failed(tell):
    story = tell("- {id: a, command: [a], outputs: {x: {from: stdout}}}\n- {id: b, manual: B}").start()
    story.claim()
    story.ends("a", 1, attended=True, stderr="no such disk")
    return story


def test_a_failure_waits_for_the_operator_who_is_there(tell):
    story = failed(tell)

    step = story.state.steps["a"]
    assert (step.status.value, step.waits_for, step.reason) == ("waiting", "decision", "exit code 1: no such disk")
    assert step.result["stderr"] == "no such disk"
    assert story.statuses["b"] == "pending"


def test_a_failure_is_one_when_nobody_is_there_or_when_the_run_goes_on_anyway(tell):
    story = tell("- {id: a, command: [a]}").start()
    story.claim()
    story.ends("a", 1)
    assert story.status == "failed"

    story = tell("- {id: a, critical: false, command: [a]}\n- {id: b, manual: B}").start()
    story.claim()
    story.ends("a", 1, attended=True)
    assert story.statuses == {"a": "failed", "b": "waiting"}


@pytest.mark.parametrize(
    ("outcome", "words", "statuses", "status"),
    [
        ("redo", {}, {"a": "ready", "b": "pending"}, "running"),
        ("done", {"fields": {"x": "by hand"}}, {"a": "succeeded", "b": "waiting"}, "waiting"),
        ("skipped", {}, {"a": "skipped", "b": "waiting"}, "waiting"),
        ("failed", {}, {"a": "failed", "b": "cancelled"}, "failed"),
    ],
    ids=["redo", "by hand", "skip", "give up"],
)
def test_what_the_operator_says_about_a_failure_is_done(tell, outcome, words, statuses, status):
    story = failed(tell)
    with pytest.raises(Refused, match="`a`, which has failed, needs a reason"):
        story.answer("a", outcome, **words)

    story.answer("a", outcome, reason="the disk is there now", **words)

    assert (story.statuses, story.status) == (statuses, status)


def test_a_failure_is_asked_about_again_after_another_attempt(tell):
    story = failed(tell)
    story.answer("a", "redo", reason="try again")
    story.claim()
    story.ends("a", 2, attended=True)

    assert (story.state.steps["a"].attempt, story.state.steps["a"].waits_for) == (2, "decision")


# -- programs that wait for a person to let them start ------------------------------------------------


def test_a_program_that_is_ready_can_be_skipped(tell):
    story = tell("- {id: a, command: [a]}\n- {id: b, manual: B}").start()

    story.answer("a", "skipped", reason="done by hand")

    assert story.statuses == {"a": "skipped", "b": "waiting"}


# -- remarks ------------------------------------------------------------------------------------------


def test_notes_and_evidence_stay_with_their_step_also_when_it_is_done_anew(tell):
    story = up_to_c(tell)
    story.note("The gauge is hard to read", "a")
    story.attach("a", "gauge.jpg")
    story.note("Two people were needed")
    story.go_back("a")

    step = story.state.steps["a"]
    assert [each["text"] for each in step.notes] == ["The gauge is hard to read"]
    assert [each["name"] for each in step.evidence] == ["gauge.jpg"]
    assert [each["text"] for each in story.state.notes] == ["Two people were needed"]


def test_a_hand_over_is_there_until_somebody_takes_the_run_up(tell):
    story = up_to_c(tell)
    story.hand_over("bob", "The lamp is red")
    assert (story.state.handed_over["by"], story.state.handed_over["to"]) == ("ada", "bob")

    story.resume()

    assert story.state.handed_over == {}


def test_remarks_are_refused_without_words_or_about_what_is_not_there(tell):
    story = up_to_c(tell)

    with pytest.raises(Refused, match="needs a text"):
        story.note("  ")
    with pytest.raises(Refused, match="`nonsense` has not been reached"):
        story.note("Strange", "nonsense")
    with pytest.raises(Refused, match="`nonsense` has not been reached"):
        story.attach("nonsense", "photo.jpg")


def test_going_back_costs_what_it_opens_also_when_it_is_replayed():
    costs = {}
    for number in (500, 2_000):
        story = story_of(chain(number)).start()
        for place in range(number - 1):
            story.claim()
            story.ends(f"s{place}")
        back = lines(lambda story=story: story.go_back("s0"))
        costs[number] = (back, lines(story.replayed))

    for small, large in zip(costs[500], costs[2_000], strict=True):
        assert large < 4.5 * small


# -- ways back that the procedure itself has ----------------------------------------------------------


LAST_DECIDES = """
- {id: look, title: Look, manual: Look}
- id: enough
  title: Enough
  decision:
    options: [{id: again, when: steps.look.passes < 2, goto: look}, {id: fine}]
"""


def test_way_back_from_the_last_step_of_a_list_does_not_end_it(tell):
    story = tell(LAST_DECIDES).start()

    story.answer("look")
    assert (story.status, list(story.state.waiting)) == ("waiting", ["look"])
    story.answer("look")

    assert story.status == "succeeded"
    assert story.trace.count("StepStarted look") == 2


def test_failure_of_the_last_step_whose_goto_leads_back_does_not_end_the_run(tell):
    story = tell(
        "- {id: mend, title: Mend, shell: mend}\n- {id: try, title: Try, on_failure: {goto: mend}, shell: try}"
    ).start()

    story.claim()
    story.ends("mend")
    story.claim()
    story.ends("try", 1)
    story.carry_out()

    assert story.status == "succeeded"
    assert story.trace.count("StepStarted mend") == 2


def test_what_follows_a_step_that_leads_back_has_not_begun(tell):
    story = tell(LAST_DECIDES + "- {id: next, title: Next, manual: Next}").start()

    story.answer("look")

    assert "StepReopened next" not in story.trace
    assert story.state.steps["next"].passes == 0
