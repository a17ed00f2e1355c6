"""Steps with turns: how many there are, and when there are too few."""

from __future__ import annotations

import pytest

VOTE = """
inputs: {{people: {{type: array}}}}
steps:
- {{id: vote, foreach: {{items: "{{{{ inputs.people }}}}", count: {count}}}, manual: Vote.}}
- {{id: go-on, manual: Go on.}}
"""


@pytest.mark.parametrize(
    ("condition", "turns"),
    [
        ("while: turn <= 2", 2),
        ("while: turn < 1", 0),
        ("while: 'last.n is not defined or last.n != 1'", 1),
        ("until: turn >= 2", 2),
        ("until: turn >= 1", 1),
    ],
)
def test_while_sees_the_turn_that_would_begin_and_until_the_newest(tell, condition, turns):
    story = tell(f"- {{id: again, repeat: {{{condition}}}, set: {{values: {{n: 1}}}}}}").start()

    assert (story.status, story.state.steps["again"].outputs["turns"]) == ("succeeded", turns)


def test_a_loop_of_as_many_turns_as_it_may_have_is_no_failure(tell):
    story = tell("- {id: again, repeat: {while: turn <= 3, at_most: 3}, set: {values: {n: 1}}}").start()

    assert (story.status, story.state.steps["again"].outputs["turns"]) == ("succeeded", 3)


@pytest.mark.parametrize(
    ("people", "reason"),
    [
        (["ann", "ben"], "there are only 2 items, and 3 have to succeed"),
        (["ann"], "there is only 1 item, and 3 have to succeed"),
        ([], "there is no item, and 3 have to succeed"),
    ],
)
def test_a_list_that_came_out_shorter_than_its_count_fails_before_the_first_turn(tell, people, reason):
    story = tell(VOTE.format(count=3)).start(people=people)

    assert (story.status, story.state.steps["vote"].reason) == ("failed", reason)
    assert not any(event.startswith("TurnStarted") for event in story.trace)


def test_as_many_items_as_have_to_succeed_are_enough(tell):
    story = tell(VOTE.format(count=2)).start(people=["ann", "ben"])

    story.answer("vote.1")
    assert story.statuses["go-on"] == "pending"
    story.answer("vote.2")

    assert story.statuses["go-on"] == "waiting"


def test_a_turn_that_fails_when_all_are_needed_ends_the_step(tell):
    story = tell(VOTE.format(count=2).replace("count: 2", "count: 2, max_failures: 1")).start(people=["ann", "ben"])

    story.answer("vote.1", "failed", reason="ill")

    assert story.state.steps["vote"].reason == "only 0 of 2 items succeeded, and 2 have to"
