"""Laws of the decider and of the fold: whatever the process is, and whatever people and programs do."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from wild import KINDS, Recording, bring_to_its_end, play, visible, wild_plan

from runbook.definition import OnFailure
from runbook.engine.plans import loaded, stored
from runbook.run.branches import simulate
from runbook.run.commands import Tick
from runbook.run.decide import decide
from runbook.run.events import ENDED, ENDS_ATTEMPT, TRANSITIONS, Status
from runbook.run.foresight import foresee
from runbook.run.knowing import Beginning
from runbook.run.shown import OVER, shown
from runbook.testing import Story
from runbook.views import machine
from runbook.views.record import as_markdown
from runbook.views.standing import progress
from runbook.views.status import status as screen
from runbook.views.style import Style
from runbook.views.terminal import happened

wild = settings(deadline=None, suppress_health_check=list(HealthCheck))
seeds = st.integers(0, 2**32)


def told(seed: int, turns: int = 40) -> Recording:
    """A wild run: the same for the same seed."""
    random = Random(seed)
    story = Recording(wild_plan(random))
    story.start()
    play(story, random, turns)
    return story


@wild
@given(seeds)
@example(33897114)  # stopped in its steps for a failure, the second time round
@example(2652440)
def test_a_run_is_never_parked_for_ever(seed):
    story = told(seed)

    bring_to_its_end(story)

    assert story.status in ENDED
    left = [*story.state.running, *story.state.waiting, *story.state.in_doubt, *story.state.ready]
    assert left == []


@wild
@given(seeds)
def test_replaying_the_events_of_any_number_of_turns_gives_the_same_state(seed):
    story = told(seed)

    for *_, now, length, seen in story.turns:
        state = story.replayed(length)
        if seen:
            assert decide(state, [Tick()], "ada", now) == []
            assert visible(state) == seen


@wild
@given(seeds)
def test_from_the_same_events_the_same_commands_at_the_same_time_lead_to_the_same(seed):
    story = told(seed)
    again = Story(loaded(stored(story.plan), KINDS))
    again.events = story.events

    done = 0
    for commands, by, now, length, _ in story.turns:
        one, other = (decide(each.replayed(done), [Tick(), *commands], by, now) for each in (story, again))
        assert one == other
        done = length


@wild
@given(seeds)
def test_what_the_events_of_a_run_never_do(seed):
    story = told(seed, 60)
    steps = {path: step.step for path, step in story.state.steps.items()}
    over: set[str] = set()
    finished: set[str] = set()
    under_way: dict[str, int] = {}

    for number, recorded in enumerate(story.events, 1):
        event, path = recorded.event, recorded.event.step or ""
        assert recorded.seq == number
        if not path:
            continue
        step, prefix = steps[path], path.removesuffix(steps[path].id)
        if event.type == "EnoughDone":
            over.add(path)
        if event.type not in TRANSITIONS or event.type == "StepUndone":
            continue
        if event.type == "StepTakenUp":
            finished.discard(path)
            over.discard(path)
            continue
        if event.type == "StepReopened":
            finished.discard(path)
            over.discard(path)
            if event.attempt:
                assert under_way.pop(path) == event.attempt, "an attempt ended that never began"
            continue
        assert path not in finished, "something happened to a finished step"
        if event.type == "StepStarted":
            assert path not in under_way, "two attempts at once"
            under_way[path] = event.attempt
            there = [need for need in step.needs if prefix + need in over]
            wanted = len(step.needs) if step.join is None else min(step.join, len(step.needs))
            assert len(there) >= wanted, "a step started before its needs allowed"
        elif event.type in ENDS_ATTEMPT:
            assert under_way.pop(path, None) == event.attempt, "an attempt ended twice, or one that never began"
        if event.type in ("StepSucceeded", "StepSkipped", "StepFailed", "StepCancelled"):
            finished.add(path)
            checks = story.plan.processes[story.state.steps[path].siblings.scope.process.id].checks
            goes_on = step.on_failure in (OnFailure.CONTINUE, OnFailure.GOTO) or step in checks
            if event.type != "StepFailed" or goes_on:
                over.add(path)


@wild
@given(seeds)
def test_the_progress_counts_what_the_status_shows_as_over(seed):
    story = told(seed)

    statuses = [step["status"] for step in machine.status(story.state)["steps"]]
    assert progress(story.state) == (sum(status in OVER for status in statuses), len(statuses))


@wild
@given(seeds)
def test_every_step_that_has_begun_is_shown_once_and_can_be_told(seed):
    story = told(seed)

    rows = [row.path for row in shown(story.state)]

    assert len(rows) == len(set(rows))
    begun = {path for path, step in story.state.steps.items() if step.status is not Status.PENDING}
    anew = {path for path in begun if path.endswith(".undo") and path.removesuffix(".undo") not in begun}
    assert begun - anew <= set(rows)
    assert list(screen(story.state, Style(), 80))
    assert "## Steps" in as_markdown(story.state, story.events)
    assert [line for each in story.events for line in happened(each, story.state, Style())]


@wild
@given(seeds)
def test_what_a_run_would_do_can_be_said_of_any_process_and_has_an_end(seed):
    plan = wild_plan(Random(seed))

    found = list(foresee(Beginning(plan, {}, "ada", "2026-11-22T08:00:00.000Z")))

    assert {each.comes for each in found} <= {"yes", "no", "perhaps"}
    assert len({each.path for each in found}) == len(found)


@wild
@given(seeds)
def test_every_way_through_any_process_can_be_walked_and_is_told_once(seed):
    plan = wild_plan(Random(seed))

    found = simulate(Beginning(plan, {}, "ada", "2026-11-22T08:00:00.000Z"), {}, every=True, most=20)

    told = [tuple((step.path, step.happens, step.back) for step in branch.way.steps) for branch in found.branches]
    ends = [branch.way.ends for branch in found.branches]
    assert len(set(zip(told, ends, strict=True))) == len(told) >= 1
    assert set(ends) <= {"succeeded", "failed", "unfinished"}
    assert len(told) == 20 or not found.more or sum(map(len, told)) > 1_000
