"""The hash of what a person was shown: the same for the same, another one as soon as anything shown is another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from runbook.run.digest import digest_of, shown_at
from runbook.testing import Story

Tell = Callable[..., Story]

SHOWN = """
inputs:
  host: {type: string}
hazards:
  - {text: Hot, step: look}
  - {text: Loud}
steps:
- id: look
  title: Look at it
  warning: Do not touch it
  manual:
    text: Read the gauge of {{ inputs.host }}
    fields:
      bar: {type: number, max: 6}
"""


def digest(story: Story, step: str = "look") -> str:
    return digest_of(story.state, story.state.steps[step])


def test_the_same_is_shown_in_two_runs(tell: Tell) -> None:
    one, two = tell(SHOWN).start(host="a"), tell(SHOWN).start(host="a")

    assert digest(one) == digest(two)
    assert digest(one) == digest_of(one.replayed(), one.replayed().steps["look"])


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("Read the gauge", "Read the gauges"),
        ("max: 6", "max: 7"),
        ("Do not touch it", "Touch it"),
        ("Look at it", "Look at this"),
        ("text: Hot,", "text: Cold,"),
    ],
    ids=["text", "form", "warning", "title", "hazard"],
)
def test_what_the_author_changed_is_another(tell: Tell, was: str, now: str) -> None:
    before, after = tell(SHOWN).start(host="a"), tell(SHOWN.replace(was, now)).start(host="a")

    assert digest(before) != digest(after)


def test_a_hazard_of_another_step_is_not_covered(tell: Tell) -> None:
    before, after = tell(SHOWN).start(host="a"), tell(SHOWN.replace("Loud", "Quiet")).start(host="a")

    assert digest(before) == digest(after)


def test_a_value_and_evidence_and_what_stood_beside_it_count(tell: Tell) -> None:
    story = tell(SHOWN).start(host="a")
    before, step = digest(story), story.state.steps["look"]

    assert digest(tell(SHOWN).start(host="b")) != before
    assert digest_of(story.state, step, {"outputs": {"build": 1}}) != before
    assert digest_of(story.state, step, {}) == before
    story.attach("look", "photo.jpg")
    assert digest(story) != before
    assert shown_at(story.state, step)["evidence"] == [{"name": "photo.jpg", "sha256": "0" * 64, "size": 1}]


def test_what_is_not_shown_does_not_count(tell: Tell) -> None:
    story = tell("- {id: go, title: Go, approval: {role: boss, quorum: 2}}\nroles: {boss: {summary: Decides}}").start()
    before = digest(story, "go")

    story.approve("go", by="bo")
    story.note("a remark", "go")
    story.wait("1h")

    assert digest(story, "go") == before


def test_each_item_of_a_step_is_shown_as_another(tell: Tell) -> None:
    story = tell("- {id: each, title: Each, foreach: {items: [a, b], max_parallel: 2}, manual: 'Do it'}").start()
    digests = {digest(story, path) for path in story.state.waiting}

    assert len(digests) == 2


def test_what_is_known_of_a_program_that_failed_counts(tell: Tell) -> None:
    digests = set()
    for code in (1, 2):
        story = tell("- {id: try, title: Try, shell: 'exit 1'}").start()
        story.claim()
        story.ends("try", code, attended=True)
        digests.add(digest(story, "try"))

    assert len(digests) == 2
