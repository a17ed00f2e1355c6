"""Traps that other tools fell into, each by its name."""

from __future__ import annotations

import pytest

from runbook.engine.plans import loaded, stored
from runbook.errors import Conflict, Refused
from runbook.kinds import builtin
from runbook.testing import Story

APPROVAL = "roles: {op: {}, boss: {}}\nsteps:\n- {id: ok, approval: {role: boss, quorum: 2, deadline: 4h}}\n"


def test_trap_a_waiting_step_freezes_other_branches(tell):
    story = tell("- {id: m, manual: M}\n- {id: p, needs: [], process: g/child}\n- {id: w, needs: [], wait: 1h}",
                 child="- {id: a, command: [a]}\n- {id: b, command: [b]}").start()  # fmt: skip

    story.carry_out()

    assert story.statuses["p"] == "succeeded"


def test_trap_an_early_answer_is_lost(tell):
    story = tell("- {id: m, manual: M}\n- {id: w, wait: {signal: go}}").start()

    story.signal("go")
    story.answer("m")

    assert story.status == "succeeded"


def test_trap_a_timer_wipes_an_answer_already_given(tell):
    story = tell(APPROVAL).start()
    story.approve("ok", "bob")
    story.approve("ok", "cy")

    story.wait("1w")

    assert story.status == "succeeded"


def test_trap_a_timeout_approves(tell):
    story = tell(APPROVAL).start()
    story.approve("ok", "bob")

    story.wait("1w")

    assert story.statuses["ok"] == "failed"


def test_trap_a_skipped_approval_parks_the_run_for_ever(tell):
    story = tell(APPROVAL + "- {id: d, decision: {options: [{id: x}, {id: y}]}}").start()

    with pytest.raises(Refused, match="can't be skipped"):
        story.answer("ok", "skipped", by="bob", reason="in a hurry")
    story.approve("ok", "bob")
    story.approve("ok", "cy")
    with pytest.raises(Refused, match="can't be skipped"):
        story.answer("d", "skipped", reason="in a hurry")
    story.choose("d", "x")

    assert story.status == "succeeded"


def test_trap_a_second_way_in_bypasses_self_approval(tell):
    story = tell("roles: {op: {}, boss: {}}\nsteps:\n- {id: ok, approval: {role: boss, not: starter}}").start()

    for words in ({}, {"stated_by": "ada"}):
        with pytest.raises(Refused, match="ada started this run"):
            story.answer("ok", "approve", **words)
    with pytest.raises(Refused, match="this step is an approval"):
        story.answer("ok", "done", by="bob")

    assert story.statuses["ok"] == "waiting"


def test_trap_one_person_fills_a_quorum_of_two(tell):
    story = tell(APPROVAL).start()
    story.approve("ok", "bob")

    for words in ({"by": "bob"}, {"by": "cy", "stated_by": "bob"}, {"by": "bob", "reason": "Once more"}):
        with pytest.raises(Refused, match="bob has approved already"):
            story.answer("ok", "approve", **words)

    assert story.status == "waiting"


def test_trap_empty_evidence_is_accepted(tell):
    story = tell("- {id: m, manual: {text: M, fields: {ticket: {}}}}").start()

    for fields in ({}, {"ticket": ""}, {"ticket": " \t\n"}, {"ticket": None}):
        with pytest.raises(Refused, match="must be filled in"):
            story.answer("m", fields=fields)


def test_trap_a_manual_wait_is_held_in_memory(tell):
    story = tell("- {id: m, manual: M}\n- {id: n, manual: N}").start()

    story.state = story.replayed()
    story.answer("m")
    story.state = story.replayed()
    story.answer("n")

    assert story.status == "succeeded"


def test_trap_resume_runs_finished_steps_again(tell):
    story = tell(
        "- {id: a, command: [a]}\n- {id: s, section: {steps: [{id: b, command: [b]}]}}\n- {id: m, manual: M}"
    ).start()
    story.carry_out()

    story.state = story.replayed()
    story.resume()

    assert story.claim() == []
    assert story.trace.count("StepStarted a") == story.trace.count("StepStarted b") == 1


def test_trap_outputs_are_lost_after_the_definition_changed(tell):
    """The run keeps its own definition: what is stored with it is all it needs."""
    story = tell(
        "- {id: a, command: [a], outputs: {v: stdout}}\n- {id: m, manual: 'Take {{ steps.a.outputs.v }}'}"
    ).start()
    story.claim()
    story.ends("a", stdout="blue")
    again = Story(loaded(stored(story.plan), builtin()))

    again.events = story.events
    again.state = again.replayed()

    assert again.state.steps["m"].prompt == {"text": "Take blue"}
    again.answer("m")
    assert again.status == "succeeded"


def test_trap_retry_inside_a_child_does_nothing(tell):
    story = tell("- {id: p, process: g/c}", c="- {id: a, command: [a], retry: {attempts: 3}}").start()

    for _ in range(2):
        story.claim()
        story.ends("p/a", 1)
        story.wait("0s")
    story.carry_out()

    assert (story.status, story.state.steps["p/a"].attempt) == ("succeeded", 3)


@pytest.mark.parametrize("data", ["{{ run.id }}", "{% raw %}", "{{ inputs }}", "$(id)", "`id`"])
def test_trap_data_is_evaluated_as_a_template(tell, data):
    story = tell(
        "inputs: {x: {}}\nsteps:\n- {id: s, set: {values: {y: '{{ inputs.x }}'}}}\n"
        "- {id: c, command: [echo, '{{ steps.s.outputs.y }}']}"
    ).start(x=data)
    story.claim()

    assert story.state.steps["c"].act["argv"] == ["echo", data]


def test_trap_an_answer_after_the_step_was_stopped_counts(tell):
    story = tell(
        "- {id: a, needs: [], command: [a]}\n- {id: m, needs: [], manual: M}\n- {id: b, needs: [], command: [b]}"
    ).start()
    story.claim()
    story.ends("a", 1)

    with pytest.raises(Conflict, match=r"over already \(cancelled\)"):
        story.answer("m")


def test_trap_resume_is_keyed_by_title_so_that_two_steps_collide(tell):
    story = tell(
        "- {id: a, title: Copy, command: [a]}\n- {id: m, manual: M}\n- {id: b, title: Copy, command: [b]}"
    ).start()
    story.carry_out()

    story.state = story.replayed()
    story.answer("m")

    assert story.claim() == ["b"]
    assert story.statuses == {"a": "succeeded", "m": "succeeded", "b": "running"}


def test_trap_a_position_kept_as_a_number_is_another_step_after_one_was_inserted(tell):
    old = "- {id: a, command: [a]}\n- {id: m, manual: M}\n- {id: z, command: [z]}"
    story = tell(old).start()
    story.carry_out()

    story.adopt(tell(old.replace("- {id: z", "- {id: new, command: [new]}\n- {id: z")).plan)
    story.state = story.replayed()
    story.answer("m")
    story.carry_out()

    started = [each for each in story.trace if each.startswith("StepStarted")]
    assert started == ["StepStarted a", "StepStarted m", "StepStarted new", "StepStarted z"]


def test_trap_a_step_that_was_rolled_back_is_rolled_back_again(tell):
    story = tell(
        "- {id: a, command: [a], undo: {command: [ua]}}\n- {id: b, command: [b], undo: {command: [ub]}}"
    ).start()
    story.carry_out()
    story.undo("b")
    story.carry_out()
    story.undo()
    story.carry_out()

    with pytest.raises(Refused, match="nothing to undo"):
        story.undo()
    assert story.trace.count("StepStarted a.undo") == story.trace.count("StepStarted b.undo") == 1
