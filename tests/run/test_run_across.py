"""Runs across time: paused and cancelled, undone and retried in another process than the one that ended them."""

from __future__ import annotations

import pytest

from runbook.errors import Misuse, Refused
from runbook.run.carrying import carried_over
from runbook.run.commands import Begin, LoseLock
from runbook.run.paths import step_at
from runbook.run.undoing import way_back
from runbook.testing import Story

CHAIN = """
on_failure: undo
steps:
- {id: a, command: [a], undo: {command: [unmake-a]}}
- {id: b, command: [b], undo: {command: [unmake-b]}}
- {id: c, command: [c]}
finally:
- {id: tidy, command: [tidy]}
"""


def elsewhere(story: Story) -> Story:
    """The story goes on in another process, which knows of it what the journal has."""
    story.state = story.replayed()
    return story


def test_a_run_is_undone_in_another_process_than_the_one_that_ended_it(tell):
    story = elsewhere(tell(CHAIN).start().carry_out())

    story.undo()
    assert story.status == "running"
    elsewhere(story).carry_out()

    assert story.status == "undone"
    assert [story.statuses[step] for step in ("a", "b", "c")] == ["undone", "undone", "succeeded"]


def test_a_run_is_retried_in_another_process_than_the_one_that_ended_it(tell):
    story = tell(CHAIN.replace("on_failure: undo\n", "")).start().carry_out(failing=["b"])
    assert story.status == "failed"

    elsewhere(story).retry()
    assert story.status == "running"
    elsewhere(story).carry_out()

    assert story.status == "succeeded"
    assert story.trace.count("StepStarted a") == 1


def test_cancelling_ends_a_pause(tell):
    story = tell(CHAIN).start()
    story.claim()
    story.pause()
    story.ends("a")
    assert story.status == "paused"

    story.cancel()

    assert story.carry_out().status == "cancelled"
    assert story.statuses["tidy"] == "succeeded"


def once_more(before: Story, since: str) -> Story:
    """The story of a run that carries over what was done before that step."""
    inputs = before.state.scopes[""].inputs
    story = Story(before.plan)
    story.ask(Begin("again", inputs, "0" * 64, "", carried_over(before.state, since, inputs, "ada"), {"from": since}))
    return story


FORK = """
- {id: a, command: [a]}
- {id: left, needs: [a], command: [left]}
- {id: right, needs: [a], command: [right]}
- {id: after-right, needs: [right], command: [after-right]}
- {id: both, needs: [left, after-right], command: [both]}
"""


def test_what_lies_beside_the_step_is_carried_over_as_far_as_it_was_done(tell):
    before = tell(FORK).start().carry_out(failing=["left"])

    story = once_more(before, "right").carry_out()

    assert story.status == "succeeded"
    started = [word.partition(" ")[2] for word in story.trace if word.startswith("StepStarted")]
    acted = [each.event.step for each in story.events if "act" in each.event.data]
    assert "a" in started
    assert set(acted) == {"right", "left", "after-right", "both"}


def test_a_join_that_had_enough_still_has(tell):
    before = (
        tell("""
        - {id: a, needs: [], command: [a]}
        - {id: b, needs: [], manual: B}
        - {id: first, needs: [a, b], join: {count: any, rest: cancel}, command: [first]}
        - {id: last, command: [last]}
    """)
        .start()
        .carry_out(failing=["last"])
    )
    assert before.statuses["b"] == "cancelled"

    story = once_more(before, "last").carry_out()

    assert story.status == "succeeded"
    assert [each.event.step for each in story.events if "act" in each.event.data] == ["last"]


@pytest.mark.parametrize(
    ("text", "failing", "since"),
    [
        ("- {id: a, command: [a], on_failure: continue}\n- {id: b, command: [b]}", ["a"], "b"),
        ("- {id: a, section: {steps: [{id: x, command: [x]}]}}\n- {id: b, command: [b]}", ["x"], "b"),
    ],
    ids=["that went on all the same", "inside of a section"],
)
def test_a_step_that_failed_is_not_carried_over(tell, text, failing, since):
    before = tell(text).start().carry_out(failing=failing)

    with pytest.raises(Refused, match="was not done in run story: it is failed"):
        carried_over(before.state, since, {}, "ada")


def test_a_step_that_was_undone_is_not_carried_over(tell):
    before = tell(CHAIN).start().carry_out()
    before.undo()
    before.carry_out()

    with pytest.raises(Refused, match="it is undone"):
        carried_over(before.state, "c", {}, "ada")


TURNS = """
- id: deploy
  foreach: {items: [a, b], max_parallel: 2}
  section:
    steps: [{id: check, manual: C}, {id: put, manual: P}, {id: look, manual: L}]
  on_failure:
    do: [{id: call, manual: C}, {id: write, manual: W}]
- {id: tell, manual: T, undo: U}
"""


def test_moves_inside_of_a_turn_leave_the_other_turns_alone(tell):
    story = tell(TURNS).start()
    story.jump("deploy.1/look")
    assert [story.statuses[f"deploy.1/{id}"] for id in ("check", "put", "look")] == ["skipped", "skipped", "waiting"]

    story.go_back("deploy.1/check")
    assert [story.statuses[f"deploy.1/{id}"] for id in ("check", "put", "look")] == ["waiting", "pending", "pending"]
    assert story.statuses["deploy.2/check"] == "waiting"


def test_moves_among_the_steps_about_a_failure(tell):
    story = tell("- {id: work, manual: W, on_failure: [{id: p, manual: P}, {id: q, manual: Q}]}\n- {id: on, manual: O}")
    story.start().answer("work", "failed", reason="broken")

    story.jump("q")
    story.go_back("p")
    story.answer("p")
    assert (story.statuses["p"], story.statuses["q"]) == ("succeeded", "waiting")
    with pytest.raises(Refused, match="`work` has failed"):
        story.jump("on")


MOVES = {
    "a step of turns without the turn": ("look", "is done in turns", "such as `deploy.1/look`"),
    "a turn that has not begun": ("deploy.3/look", "is inside of a part that has not begun", ""),
    "a step about a failure": ("write", "comes only when something has happened", ""),
    "a way back": ("tell.undo", "is inside of a part that has not begun", ""),
}


@pytest.mark.parametrize(("step", "says", "help"), MOVES.values(), ids=MOVES.keys())
def test_a_move_says_why_a_step_can_not_be_named(tell, step, says, help):
    story = tell(TURNS).start()

    with pytest.raises(Refused, match=says) as found:
        story.jump(step)
    assert help in found.value.help


def test_a_path_that_means_nothing_is_a_misuse(tell):
    story = tell(TURNS).start()

    for path in ("fly", "deploy/look", "tell.1", "deploy.0", "deploy.undo", "tell/look", "deploy.1.1"):
        assert step_at(story.plan, path) is None
        with pytest.raises(Misuse, match="has no step"):
            story.jump(path)


def test_a_process_that_runs_itself_can_be_left_out(tell):
    down = "{id: down, process: g/main, when: steps.ask.status == 'failed'}"
    story = tell(f"- {{id: ask, manual: A}}\n- {down}\n- {{id: e, manual: E}}").start()

    story.jump("e")

    assert story.statuses["down"] == "skipped"


def test_a_process_in_which_something_was_undone_is_not_carried_over(tell):
    before = tell(
        """
        - {id: child, process: g/child}
        - {id: each, foreach: [a], command: [e], undo: {command: [u]}}
        - {id: b, command: [b]}
        """,
        child="steps: [{id: x, command: [x], undo: {command: [u]}}]",
    ).start()
    before.carry_out().undo(to="each.1")
    before.carry_out()
    with pytest.raises(Refused, match=r"`each\.1`, before `b`, was not done in run story: it is undone"):
        carried_over(before.state, "b", {}, "ada")
    assert set(carried_over(before.state, "each", {}, "ada")) == {"child"}

    before.undo()
    before.carry_out()
    with pytest.raises(Refused, match="`child/x`, before `each`, was not done"):
        carried_over(before.state, "each", {}, "ada")


def test_a_way_back_that_stopped_is_gone_on_with_and_not_retried(tell):
    story = tell(CHAIN).start().carry_out()
    story.undo()
    story.claim()
    story.ends("b.undo", 1)
    assert story.status == "failed"

    with pytest.raises(Refused, match="way back of run story has stopped"):
        story.retry()
    elsewhere(story).undo()
    assert story.carry_out().status == "undone"
    assert [word for word in story.trace if word.startswith("StepUndone")] == ["StepUndone b", "StepUndone a"]


STOPS = {
    "while a program runs that ends": (
        lambda story: story.claim(), lambda story: story.ends("b.undo", None, signal=15), [],
    ),
    "while a program runs that is done all the same": (
        lambda story: story.claim(), lambda story: story.ends("b.undo"), ["b"],
    ),
    "before a program has begun": (lambda story: None, lambda story: None, []),
}  # fmt: skip


@pytest.mark.parametrize(("first", "then", "undone"), STOPS.values(), ids=STOPS.keys())
def test_cancelling_stops_a_way_back_which_can_be_gone_on_with(tell, first, then, undone):
    story = tell(CHAIN).start().carry_out()
    story.undo()
    first(story)
    story.cancel()
    if "b.undo" in story.state.running:
        assert story.state.steps["b.undo"].unwanted
    then(story)

    assert story.status == "failed"
    assert "stopped: " in story.state.reason
    assert [word for word in story.trace if word.startswith("StepUndone")] == [f"StepUndone {step}" for step in undone]
    elsewhere(story).undo()
    assert story.carry_out().status == "undone"
    assert sorted(word for word in story.trace if word.startswith("StepUndone")) == ["StepUndone a", "StepUndone b"]


def test_an_undo_that_was_stopped_has_undone_nothing(tell):
    story = tell(CHAIN.replace("{command: [unmake-b]}", "Take it back.")).start().carry_out()
    story.undo()

    story.stop_step("b.undo", "nobody knows how")

    assert (story.status, story.statuses["b"]) == ("failed", "succeeded")
    assert story.state.reason == "the undo of `b` was stopped: nobody knows how"


@pytest.mark.parametrize("end", [{"exit_code": 143}, {"exit_code": None, "signal": 15}, {"exit_code": 1}], ids=str)
def test_a_program_that_was_told_to_end_is_cancelled_however_it_says_so(tell, end):
    story = tell("- {id: a, command: [a]}\n- {id: b, command: [b]}").start()
    story.claim()
    story.stop_step("a")

    story.ends("a", **end)

    assert story.statuses["a"] == "cancelled"
    assert story.carry_out().status == "succeeded"


def test_undoing_down_to_a_part_undoes_what_is_in_it(tell):
    story = tell(
        "- {id: a, command: [a], undo: {command: [ua]}}\n"
        "- {id: s, section: {steps: [{id: b, command: [b], undo: {command: [ub]}}]}}\n"
        "- {id: t, foreach: [1, 2], command: [t], undo: {command: [ut]}}"
    ).start()
    story.carry_out()

    assert way_back(story.state, "t").steps == ("t.2", "t.1")
    assert way_back(story.state, "s").steps == ("t.2", "t.1", "b")


def test_an_early_end_that_fails_has_its_steps_for_a_failure_done(tell):
    story = tell(
        "on_failure: {do: [{id: c, command: [c]}], then: undo}\nsteps:\n"
        "- {id: a, command: [a], undo: {command: [ua]}}\n- {id: b, end: {as: failed, reason: Enough}}"
    ).start()
    story.carry_out()

    assert (story.statuses["c"], story.statuses["a"], story.status) == ("succeeded", "undone", "failed")


def test_added_items_are_checked_like_those_that_were_there(tell):
    text = "inputs: {n: {type: array, items: {type: string, pattern: '^[a-z]+$'}}}\nsteps:\n"
    from_input = tell(text + "- {id: s, foreach: '{{ inputs.n }}', manual: 'Look at {{ item }}'}").start(n=["a"])
    literal = tell("- {id: s, foreach: [a], manual: 'Look at {{ item }}'}").start()

    with pytest.raises(Misuse, match="input `n` of g/main, where the items come from"):
        from_input.add_items("s", "--version")
    with pytest.raises(Misuse, match="may take it for an option"):
        literal.add_items("s", "--version")
    with pytest.raises(Misuse, match="is not like the items that are there"):
        literal.add_items("s", {"x": 1})
    from_input.add_items("s", "b")
    literal.add_items("s", "b")


def test_who_lost_a_critical_section_can_not_be_answered_in_it(tell):
    story = tell("- {id: s, concurrency: db, section: {steps: [{id: m, manual: M}, {id: n, manual: N}]}}").start()
    story.rivals = {"db": 1}
    story.ask(LoseLock("s", "its engine has gone"))

    with pytest.raises(Refused, match="before others have left its critical section"):
        story.answer("m")
    story.rivals = {}
    story.ask()
    story.answer("m")
    story.answer("n")

    assert story.status == "succeeded"


WORKED = """
roles: {operator: {}, doer: {binds: first}, boss: {}}
steps:
- {id: a, manual: Do it}
- {id: b, role: doer, manual: Do this}
- {id: gate, approval: {role: boss, not: implementer}}
- {id: c, role: doer, manual: Do more}
"""


@pytest.fixture
def worked(tell):
    """A run carries over what `bo` and `cy` did in the run before."""
    before = tell(WORKED)
    before.start().answer("a", by="bo")
    before.answer("b", by="cy")
    before.cancel()
    return once_more(before, "gate")


def test_whoever_did_what_is_carried_over_has_done_some_of_the_work(worked):
    for person in ("bo", "cy"):
        with pytest.raises(Refused, match=f"{person} did some of the work of this run"):
            worked.approve("gate", person)
    assert worked.approve("gate", "eve")


def test_whoever_had_a_role_first_has_it_in_the_run_that_carries_that_over(worked):
    worked.approve("gate", "eve")

    with pytest.raises(Refused, match="in this run that is cy"):
        worked.answer("c", by="bo")
    assert worked.answer("c", by="cy")


def test_who_had_a_part_in_what_is_carried_over_is_kept_apart_as_before(tell):
    before = tell("""
roles: {op: {}, second: {}, signer: {not: second}}
steps:
- {id: work, manual: Do it, verifier: second}
- {id: more, role: signer, manual: Sign it}
- {id: gate, approval: {role: signer, not: implementer}}
- {id: last, manual: The last}
""").start()
    before.answer("work", by="bo")
    before.answer("work", "confirm", by="cy")
    before.cancel()

    story = once_more(before, "more")
    for again in (False, True):  # and once more from what had been carried over
        with pytest.raises(Refused, match="cy acts as `second`"):
            story.answer("more", by="cy")
        story.answer("more", by="dan")
        with pytest.raises(Refused, match="bo did some of the work"):
            story.approve("gate", "bo")
        if not again:
            story.cancel()
            story = once_more(story, "more")
