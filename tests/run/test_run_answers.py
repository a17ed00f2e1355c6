"""The answers file: what it may say, and when each of its answers is given."""

from __future__ import annotations

import re

import pytest

from runbook.errors import Misuse
from runbook.run.answers import Script, answers_of
from runbook.run.commands import Answer

STEPS = """
roles: {op: {}, boss: {}}
steps:
- {id: m, manual: M}
- {id: n, manual: N}
- {id: p, process: g/child}
- {id: a, approval: boss}
- {id: d, decision: {question: Which?, options: [{id: x}, {id: y}]}}
- {id: c, command: [c]}
- {id: w, wait: 1h}
- {id: v, set: {values: {x: 1}}}
"""


@pytest.fixture
def story(tell):
    return tell(STEPS, child="- {id: x, manual: X}")


@pytest.mark.parametrize(
    ("step", "written", "answer"),
    [
        ("m", "done", Answer("m", "done")),
        ("m", {"outcome": "failed", "reason": "Broken"}, Answer("m", "failed", reason="Broken")),
        ("m", {"outcome": "skipped", "reason": "Not here"}, Answer("m", "skipped", reason="Not here")),
        ("m", {"fields": {"n": 1}}, Answer("m", "done", fields={"n": 1})),
        ("w", {"outcome": "skipped", "reason": "Late"}, Answer("w", "skipped", reason="Late")),
        ("c", {"outcome": "redo", "reason": "It hung"}, Answer("c", "redo", reason="It hung")),
        ("d", {"choose": "x"}, Answer("d", "choose", choose="x")),
        (
            "a",
            {"approve": True, "by": "maria", "comment": "Seen"},
            Answer("a", "approve", reason="Seen", stated_by="maria"),
        ),
        ("a", {"approve": False, "reason": "No"}, Answer("a", "reject", reason="No")),
    ],
)
def test_an_answer_is_read(story, step, written, answer):
    assert answers_of({step: written}, story.plan) == {step: (answer,)}


@pytest.mark.parametrize(
    ("step", "written", "says"),
    [
        ("v", "done", "never asks: it is a `set` step"),
        ("p", "done", "never asks: it is a `process` step"),
        ("a", {"choose": "x"}, "`approval` step and can't be answered with `choose`"),
        ("a", "done", "can't be answered with `done`"),
        ("d", {"approve": True}, "can't be answered with `approve`"),
        ("m", {"outcome": "redo", "reason": "Again"}, "can't be answered with `redo`"),
        ("w", "done", "can't be answered with `done`"),
        ("m", "skipped", "`skipped` needs a reason"),
        ("m", {"outcome": "failed", "reason": " "}, "`failed` needs a reason"),
        ("a", {"approve": False}, "`reject` needs a reason"),
        ("m", {"outcome": "done", "by": " "}, "`by` of the answer of `m` is blank"),
    ],
)
def test_an_answer_that_no_such_step_takes_is_refused(story, step, written, says):
    with pytest.raises(Misuse, match=re.escape(says)) as refusal:
        answers_of({step: written}, story.plan)

    assert refusal.value.help


@pytest.mark.parametrize(
    "written",
    [[], None, 7, {}, {"approve": "yes"}, {"outcome": "fine"}, {"fields": [1]}, {"reason": 7}, {"by": ["x"]},
     {"outcom": "done"}, "nonsense", True, {"choose": 1}],
    ids=str,
)  # fmt: skip
def test_what_can_not_be_an_answer_is_refused_by_the_name_of_its_step(story, written):
    with pytest.raises(Misuse, match="`m`") as refusal:
        answers_of({"m": written} if written != [] else {"m": [None]}, story.plan)

    assert refusal.value.help


def test_a_step_that_is_not_there_is_refused_with_the_one_that_may_be_meant(story):
    with pytest.raises(Misuse, match="`p/xx` of the answers is not a step") as refusal:
        answers_of({"p/xx": "done"}, story.plan)
    assert refusal.value.help == "did you mean `p/x`?"
    with pytest.raises(Misuse, match="is a mapping"):
        answers_of(["m"], story.plan)


def test_each_answer_is_given_once_when_its_step_waits(story):
    script = Script(
        answers_of({"m": "done", "p/x": [{"outcome": "failed", "reason": "Broken"}], "n": "done"}, story.plan)
    )
    story.start()

    given = []
    while replies := script.replies(story.state):
        given += [reply.step for reply in replies]
        story.ask(*replies)

    assert given == ["m", "n", "p/x"]
    assert story.status == "failed"


@pytest.fixture
def turning(tell):
    return tell(
        """
- {id: each, foreach: [a, b, c], manual: 'Do {{ item }}'}
- id: part
  foreach: [a, b]
  section: {steps: [{id: look, manual: Look.}]}
- {id: child, foreach: [a, b], process: g/one}
- {id: pick, decision: {question: Which?, choose: several, options: [{id: x}, {id: y}, {id: z}]}}
""",
        one="- {id: inner, manual: Do it.}",
    )


def answered(story, data) -> list[tuple[str, str]]:
    script = Script(answers_of(data, story.plan))
    story.start()
    given = []
    while replies := script.replies(story.state):
        given += [(reply.step, reply.choose or reply.outcome) for reply in replies]
        story.ask(*replies)
    return given


def test_one_answer_is_for_every_turn_and_a_list_is_taken_in_their_order(turning):
    given = answered(
        turning,
        {
            "each": ["done", {"outcome": "skipped", "reason": "Not this one"}, "done"],
            "look": "done",
            "child/inner": "done",
            "pick": {"choose": ["x", "z"]},
        },
    )

    assert given == [
        ("each.1", "done"), ("each.2", "skipped"), ("each.3", "done"),
        ("part.1/look", "done"), ("part.2/look", "done"),
        ("child.1/inner", "done"), ("child.2/inner", "done"),
        ("pick", "x,z"),
    ]  # fmt: skip
    assert turning.status == "succeeded"
    assert turning.state.steps["pick"].outputs == {"choices": ["x", "z"]}


def test_the_answer_of_one_turn_comes_before_the_one_for_every_turn(turning):
    given = answered(turning, {"each.2": {"outcome": "failed", "reason": "Broken"}, "each": "done"})

    assert given == [("each.1", "done"), ("each.2", "failed")]
    assert turning.status == "failed"


@pytest.mark.parametrize("path", ["each.2", "part.1/look", "look", "child.9/inner", "child/inner"])
def test_a_turn_can_be_named(turning, path):
    assert list(answers_of({path: "done"}, turning.plan)) == [path]


@pytest.mark.parametrize(
    "path", ["each.x", "part/look", "pick.1", "child.1/inner.2", "each.2/look2", "part.1/nothing", "each.undo"]
)
def test_a_turn_that_can_not_be_is_refused(turning, path):
    with pytest.raises(Misuse, match="is not a step of") as refusal:
        answers_of({path: "done"}, turning.plan)

    assert refusal.value.help


def test_the_undo_of_a_step_can_be_answered(tell):
    story = tell("steps:\n- {id: a, manual: Do it., undo: Undo it.}\n- {id: b, manual: Do it.}\non_failure: undo")

    given = answered(story, {"a": "done", "b": {"outcome": "failed", "reason": "Broken"}, "a.undo": "done"})

    assert [step for step, _ in given] == ["a", "b", "a.undo"]
    assert story.statuses["a"] == "undone"
