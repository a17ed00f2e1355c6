"""What a person is shown at a step, before the question."""

from __future__ import annotations

from runbook.kinds import builtin
from runbook.testing import Story, plan_from
from runbook.views import asking
from runbook.views.style import Style

TEXT = """
runbook: 1
title: P
roles: {operator: {}, dba: {}}
steps:
  - {id: sign, title: Sign, approval: {role: dba, text: Sign it., deadline: 1h}, due: 10m}
"""


def test_a_time_is_written_as_everywhere() -> None:
    story = Story(plan_from({"g/p": TEXT}, builtin())).start()

    shown = list(asking.prompt(story.state, story.state.steps["sign"], Style(), 100))

    assert "For dba, until 2026-11-22 09:00, due 2026-11-22 08:10" in shown
