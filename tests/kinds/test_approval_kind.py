"""`approval`: a yes or no by somebody entitled."""

from __future__ import annotations

import pytest

from runbook.errors import Refused

ROLES = "roles: {op: {}, boss: {}}\nsteps:\n"


def test_the_short_form_names_the_role_and_one_approval_is_enough(tell):
    story = tell(ROLES + "- {id: ok, approval: boss}").start()

    story.approve("ok", "bob")

    assert story.state.steps["ok"].outputs == {"approved": True, "by": ["bob"]}


def test_a_quorum_counts_different_people(tell):
    story = tell(ROLES + "- {id: ok, approval: {role: boss, quorum: 3}}").start()

    for person in ("bob", "cy"):
        story.approve("ok", person)
        assert story.statuses == {"ok": "waiting"}
    story.approve("ok", "dee")

    assert story.status == "succeeded"
    assert [word for word in story.trace if "Reply" in word] == ["ReplyRecorded ok"] * 2


@pytest.mark.parametrize("outcome", ["reject", "failed"])
def test_one_rejection_is_enough(tell, outcome):
    story = tell(ROLES + "- {id: ok, approval: {role: boss, quorum: 3}}").start()
    story.approve("ok", "bob")

    story.answer("ok", outcome, by="cy", reason="Not on a Friday")

    assert story.state.reason == "step `ok` failed: rejected by cy: Not on a Friday"


def test_a_rejection_needs_a_reason(tell):
    story = tell(ROLES + "- {id: ok, approval: boss}").start()

    with pytest.raises(Refused, match="`reject` needs a reason"):
        story.answer("ok", "reject", by="bob")


@pytest.mark.parametrize("outcome", ["done", "choose", "redo"])
def test_nothing_else_is_an_approval(tell, outcome):
    story = tell(ROLES + "- {id: ok, approval: boss}").start()

    with pytest.raises(Refused, match="this step is an approval"):
        story.answer("ok", outcome, by="bob")


def test_a_rejection_that_is_not_critical_lets_the_run_go_on(tell):
    story = tell(
        ROLES + "- {id: ok, critical: false, approval: boss}\n- {id: m, when: steps.ok.status == 'failed', manual: M}"
    ).start()

    story.answer("ok", "reject", by="bob", reason="No")

    assert story.statuses == {"ok": "failed", "m": "waiting"}
