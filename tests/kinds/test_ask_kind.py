"""`ask`: a question whose answers later steps use."""

from __future__ import annotations

import pytest

from runbook.errors import Refused


def test_the_short_form_has_one_field(tell):
    story = tell("- {id: q, ask: Which one?}\n- {id: m, manual: 'Take {{ steps.q.answers.answer }}'}").start()

    story.answer("q", fields={"answer": " the blue one "})

    assert story.state.steps["m"].prompt == {"text": "Take the blue one"}


def test_an_answer_keeps_its_type(tell):
    story = tell(
        "- {id: q, ask: {fields: {n: {type: integer}}}}\n"
        "- {id: s, set: {values: {next: '{{ steps.q.answers.n + 1 }}'}}}"
    ).start()

    story.answer("q", fields={"n": "41"})

    assert story.state.steps["s"].outputs == {"next": 42}


def test_no_answer_is_refused(tell):
    story = tell("- {id: q, ask: Which one?}").start()

    with pytest.raises(Refused, match=r"`answer` .* must be filled in"):
        story.answer("q")


def test_what_was_skipped_has_no_answers(tell):
    story = tell(
        "- {id: q, ask: Which?}\n- {id: m, manual: \"{{ steps.q.answers.answer | default('none') }}\"}"
    ).start()

    story.answer("q", "skipped", reason="It does not matter")

    assert story.state.steps["m"].prompt == {"text": "none"}
