"""The answers file: what it may say, and when each of its answers is given."""

from __future__ import annotations

import pytest

from runbook.errors import Misuse
from runbook.run.answers import Script, answers_of
from runbook.run.commands import Answer

STEPS = "- {id: m, manual: M}\n- {id: n, manual: N}\n- {id: p, process: g/child}"


@pytest.fixture
def story(tell):
    return tell(STEPS, child="- {id: x, manual: X}")


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("done", Answer("m", "done")),
        ("failed", Answer("m", "failed")),
        ({"outcome": "skipped", "reason": "Not here"}, Answer("m", "skipped", reason="Not here")),
        ({"fields": {"n": 1}}, Answer("m", "done", fields={"n": 1})),
        ({"choose": "x"}, Answer("m", "choose", choose="x")),
        ({"approve": True, "by": "maria", "comment": "Seen"}, Answer("m", "approve", reason="Seen", stated_by="maria")),
        ({"approve": False, "reason": "No"}, Answer("m", "reject", reason="No")),
    ],
)
def test_an_answer_is_read(story, written, answer):
    assert answers_of({"m": written}, story.plan) == {"m": (answer,)}


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
