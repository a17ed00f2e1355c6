"""`manual`: a person does it and says so."""

from __future__ import annotations

import pytest

from runbook.errors import Refused


def test_the_person_is_shown_the_text_with_its_values(tell):
    story = tell("inputs: {host: {}}\nsteps:\n- {id: m, title: Look, manual: 'Look at {{ inputs.host }}'}").start(
        host="db1"
    )

    waiting = story.events[-1].event

    assert waiting.data["prompt"] == {"text": "Look at db1"}
    assert (waiting.data["title"], waiting.data["for"]) == ("Look", "person")


@pytest.mark.parametrize("outcome", ["approve", "reject", "choose", "redo"])
def test_words_for_other_kinds_are_refused(tell, outcome):
    story = tell("- {id: m, manual: M}").start()

    with pytest.raises(Refused):
        story.answer("m", outcome, reason="why")

    assert story.statuses == {"m": "waiting"}


def test_a_form_with_defaults_can_be_left_as_it_is(tell):
    story = tell(
        "- {id: m, manual: {text: M, fields: {n: {type: integer, default: 3}, ok: {type: boolean, default: true}}}}"
    ).start()

    story.answer("m")

    assert story.state.steps["m"].answers == {"n": 3, "ok": True}
