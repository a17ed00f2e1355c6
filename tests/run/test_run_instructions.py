"""Stories of runs of which nothing is executed: people carry out each command, and paste back what came of it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wild import KINDS, Recording, bring_to_its_end, play, wild_plan

from runbook.errors import Refused
from runbook.run.commands import Claim
from runbook.run.events import ENDED, Status
from runbook.testing import Story, plan_from

Tell = Callable[..., Story]

COUNT = """
- id: count
  title: Count the files
  shell: ls {{ inputs.folder }} | wc -l
  manual: Count them by hand.
  outputs: {n: {type: integer}}
  expect: {limits: {n: {min: 1, max: 9}}}
- id: tell
  title: Tell
  command: [echo, "{{ steps.count.outputs.n }}"]
"""

INPUTS = "inputs:\n  folder: {type: string, default: my files}\n"


def instructed(story: Story, **inputs: Any) -> Story:
    """The story, begun as one of which nothing is executed."""
    story.about = {"instructions": True}
    return story.start(**inputs)


@pytest.fixture
def count(tell: Tell) -> Story:
    return instructed(tell(f"{INPUTS}steps:{COUNT.replace(chr(10), chr(10) + '  ')}"))


def test_a_program_is_asked_of_a_person_with_the_command_that_a_run_would_carry_out(count: Story, tell: Tell) -> None:
    ordinary = tell(f"{INPUTS}steps:{COUNT.replace(chr(10), chr(10) + '  ')}").start()
    ordinary.claim()

    step = count.state.steps["count"]

    assert step.status.value == "waiting"
    assert step.prompt["command"] == ordinary.state.steps["count"].act["shown"] == "ls 'my files' | wc -l"
    assert step.prompt["text"] == "Count them by hand."
    assert step.prompt["fields"] == ["stdout"]


def test_what_is_pasted_ends_the_step_as_the_program_would(count: Story) -> None:
    count.wait("3s")
    count.answer("count", fields={"stdout": "5\r\n"})

    step = count.state.steps["count"]
    assert step.outputs == {"n": 5}
    assert step.result == {"exit_code": 0, "seconds": 3.0, "stdout": "5\n"}
    assert count.state.steps["tell"].prompt["command"] == "echo 5"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"stdout": "12"}, "`n` is 12, above 9"),
        ({"stdout": "many"}, "output `n` is `many`, which is not of type integer"),
        ({"exit_code": 2, "stderr": "no such folder"}, "exit code 2: no such folder"),
    ],
    ids=["out of limits", "of another type", "exit code"],
)
def test_what_is_not_as_expected_fails_the_step(count: Story, fields: dict[str, Any], reason: str) -> None:
    count.answer("count", fields=fields)

    assert count.state.steps["count"].status.value == "failed"
    assert count.state.steps["count"].reason == reason
    assert count.status == "failed"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"fields": {}}, "`stdout` of `count` is needed"),
        ({"fields": {"exit_code": "x", "stdout": "1"}}, "`exit_code` can't be `x`"),
        ({"fields": {"exit_code": 256, "stdout": "1"}}, "outside its limits"),
        ({"fields": {"n": 4}}, "`n` is not a box of `count`"),
        ({"fields": {"stdout": 5}}, "`stdout` is not a text"),
        ({"fields": {"stdout": "1" * 65_537}}, "longer than 65536 characters"),
        ({"fields": {"stdout": "1", "command": "ls | wc"}}, "another command than the one shown"),
        ({"outcome": "failed"}, "`failed` needs a reason"),
        ({"outcome": "skipped"}, "`skipped` needs a reason"),
        ({"outcome": "redo", "reason": "again"}, "can't be answered with `redo`"),
        ({"outcome": "approve"}, "can't be answered with `approve`"),
    ],
)
def test_what_can_not_be_an_end_is_refused_and_the_step_goes_on_waiting(
    count: Story, words: dict[str, Any], message: str
) -> None:
    with pytest.raises(Refused, match=message):
        count.answer("count", **words)

    assert count.state.steps["count"].status.value == "waiting"


def test_another_command_is_a_deviation_with_its_reason(count: Story) -> None:
    fields = {"stdout": "3", "command": "find . | wc -l"}
    count.answer("count", fields=fields, reason="ls is broken")

    assert count.state.steps["count"].reply["deviation"] == {
        "kind": "changed-command",
        "reason": "ls is broken",
        "command": "find . | wc -l",
        "shown": "ls 'my files' | wc -l",
    }
    assert count.answer("count", fields=fields, reason="ls is broken") == [], "the same answer twice changes nothing"


def test_the_command_that_was_shown_is_no_deviation(count: Story) -> None:
    count.answer("count", fields={"stdout": "3", "command": "ls 'my files' | wc -l"})

    assert "deviation" not in count.state.steps["count"].reply


def test_nothing_of_it_is_ever_claimed_whoever_asks(count: Story) -> None:
    for _ in range(3):
        assert count.ask(Claim(8)) == []
        count.resume()
        count.state = count.replayed()

    assert not count.state.running
    count.answer("count", "failed", reason="broken")
    count.retry()
    assert count.ask(Claim(8)) == []
    assert count.state.steps["count"].status.value == "waiting"


def test_a_failed_attempt_is_made_again_after_its_pause_and_with_its_steps_before(tell: Tell) -> None:
    story = instructed(tell("- {id: copy, title: Copy, command: [cp], retry: {attempts: 2, delay: 30s, on_exit: [3]}}"))
    story.answer("copy", fields={"exit_code": 3})
    assert story.state.steps["copy"].status.value == "ready"
    story.wait("30s")
    assert story.state.steps["copy"].status.value == "waiting"

    story.answer("copy", fields={"exit_code": 3})

    assert story.state.steps["copy"].reason == "exit code 3 (after 2 attempts)"


def test_a_verify_is_looked_at_again_until_it_holds(tell: Tell) -> None:
    story = instructed(
        tell("- {id: up, title: Up, verify: {command: [look], every: 5s, within: 1m}, expect: {contains: [ready]}}")
    )
    story.answer("up", fields={"stdout": "not yet"})
    story.wait("5s")
    story.answer("up", fields={"stdout": "ready"})

    assert story.status == "succeeded"


def test_what_a_step_has_for_its_failure_is_asked_as_well(tell: Tell) -> None:
    story = instructed(
        tell(
            """
- id: copy
  title: Copy
  command: [cp]
  on_failure: {do: [{id: tidy, title: Tidy up, command: [rm]}], then: continue}
"""
        )
    )
    story.answer("copy", "failed", reason="the disk is full")
    assert story.state.steps["tidy"].prompt["command"] == "rm"
    story.answer("tidy")

    assert story.state.steps["copy"].reason == "the disk is full"
    assert story.status == "succeeded with failures"


def test_a_person_at_the_terminal_decides_about_a_failure(tell: Tell) -> None:
    story = instructed(tell("- {id: copy, title: Copy, command: [cp]}"))
    story.answer("copy", fields={"exit_code": 1}, attended=True)
    assert story.state.steps["copy"].undecided

    story.answer("copy", "redo", reason="I mistyped the code")
    assert story.state.steps["copy"].prompt["command"] == "cp"
    story.answer("copy")

    assert story.status == "succeeded"


def test_checks_and_the_way_back_are_asked_of_people(tell: Tell) -> None:
    story = instructed(
        tell(
            """
checks:
  - {id: alive, title: Alive, command: [ping, host]}
steps:
  - {id: copy, title: Copy, command: [cp], undo: {command: [rm, copy]}}
"""
        )
    )
    assert story.state.steps["alive"].prompt["command"] == "ping host"
    story.answer("alive")
    story.answer("copy")
    story.undo()
    assert story.ask(Claim(8)) == []
    assert story.state.steps["copy.undo"].prompt["command"] == "rm copy"
    story.answer("copy.undo")

    assert story.status == "undone"


def test_roles_that_are_kept_apart_are_kept_apart_at_commands_too(tell: Tell) -> None:
    story = instructed(
        tell(
            """
roles:
  operator: {}
  checker: {not: operator}
steps:
  - {id: look, title: Look, role: checker, command: [look]}
"""
        )
    )
    with pytest.raises(Refused, match="may not act as `checker`"):
        story.answer("look")

    story.answer("look", by="bob")
    assert story.status == "succeeded"


def test_a_second_person_confirms_what_was_pasted(tell: Tell) -> None:
    story = instructed(
        tell(
            """
roles:
  operator: {}
  second: {not: operator}
steps:
  - {id: count, title: Count, command: [count], verifier: second, outputs: {n: {type: integer}}}
"""
        )
    )
    story.answer("count", fields={"stdout": "4"})
    assert story.status == "waiting"
    with pytest.raises(Refused, match="waits for a second person"):
        story.answer("count", fields={"stdout": "5"})
    with pytest.raises(Refused, match="ada"):
        story.answer("count", "confirm")

    story.answer("count", "confirm", by="bob")

    assert story.status == "succeeded"
    assert story.state.steps["count"].outputs == {"n": 4}
    assert story.state.steps["count"].result["stdout"] == "4"


# -- programs that failed, declared done by hand ----------------------------------------------------


@pytest.fixture
def failed(tell: Tell) -> Story:
    story = tell(f"{INPUTS}steps:{COUNT.replace(chr(10), chr(10) + '  ')}").start()
    story.claim()
    story.ends("count", 1, attended=True)
    return story


def test_what_a_person_pastes_gives_the_outputs_of_a_program_that_failed(failed: Story) -> None:
    fields = {"stdout": "4\n", "command": "ls | wc -l"}
    failed.answer("count", fields=fields, reason="the pipe was broken")

    step = failed.state.steps["count"]
    assert step.outputs == {"n": 4}
    assert step.result["stdout"] == "4\n"
    assert step.reply["deviation"]["shown"] == "ls 'my files' | wc -l"


def test_what_a_person_pastes_has_to_show_that_it_is_done(failed: Story) -> None:
    with pytest.raises(Refused, match="does not show that `count` is done: `n` is 40, above 9"):
        failed.answer("count", fields={"stdout": "40"}, reason="I looked")

    assert failed.state.steps["count"].undecided


def test_outputs_may_still_be_stated_one_by_one(failed: Story) -> None:
    failed.answer("count", fields={"n": "4"}, reason="I counted")

    assert failed.state.steps["count"].outputs == {"n": 4}


# -- laws -------------------------------------------------------------------------------------------

wild = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@wild
@given(st.integers(0, 2**32))
def test_no_program_ever_starts_whatever_people_do_and_the_run_has_an_end(seed: int) -> None:
    random = Random(seed)
    story = Recording(wild_plan(random))
    story.about = {"instructions": True}
    story.start()

    play(story, random, 40)
    bring_to_its_end(story)

    assert story.status in ENDED
    assert not any("act" in each.event.data for each in story.events)
    assert story.replayed().instructions


PROGRAM = st.fixed_dictionaries(
    {
        "retry": st.integers(1, 3),
        "expect": st.sampled_from(["", "contains: [x]", "exit_code: [0, 3]", "limits: {n: {max: 5}}"]),
        "on_failure": st.sampled_from(["stop", "continue"]),
        "ends": st.lists(st.tuples(st.sampled_from([0, 0, 1, 3]), st.sampled_from(["5", "9 x", "", "x"])), min_size=3),
    }
)


@wild
@given(st.lists(PROGRAM, min_size=1, max_size=4))
def test_told_by_people_a_run_goes_as_it_goes_with_programs(programs: list[dict[str, Any]]) -> None:
    text = "runbook: 1\ntitle: Law\nsteps:\n" + "".join(
        f"- id: s{number}\n  title: S\n  command: [s{number}]\n  on_failure: {each['on_failure']}\n"
        f"  retry: {{attempts: {each['retry']}}}\n  outputs: {{n: {{regex: '[0-9]', type: integer}}}}\n"
        + (f"  expect: {{{each['expect']}}}\n" if each["expect"] else "")
        for number, each in enumerate(programs)
    )
    plan = plan_from({"g/main": text}, KINDS)
    told, pasted = Story(plan), instructed(Story(plan))
    told.start()

    for number, each in enumerate(programs):
        path = f"s{number}"
        for code, wrote in each["ends"][: each["retry"]]:
            told.ask()
            pasted.ask()
            if told.state.steps[path].status is not Status.READY:
                assert pasted.state.steps[path].status is not Status.WAITING
                break
            assert told.claim() == [path]
            told.ends(path, code, stdout=wrote)
            pasted.answer(path, fields={"exit_code": code, "stdout": wrote})

    for path, step in told.state.steps.items():
        other = pasted.state.steps[path]
        assert (step.status, step.outputs, step.reason, step.attempts) == (
            other.status, other.outputs, other.reason, other.attempts,
        )  # fmt: skip
        assert {**step.result, "seconds": 0} == {**other.result, "seconds": 0} or not step.result
    assert told.status == pasted.status
