"""The record of a run says what happened, also where it was written down later."""

from __future__ import annotations

from runbook.kinds import builtin
from runbook.outcome import Finished
from runbook.run.commands import Settle
from runbook.testing import Story, plan_from
from runbook.views.record import as_markdown


def test_the_time_of_an_adopted_program_is_its_own() -> None:
    text = "runbook: 1\ntitle: P\nsteps: [{id: a, title: A, command: [a]}]\n"
    story = Story(plan_from({"g/p": text}, builtin())).start()
    story.claim()
    story.wait("2h")
    story.ask(Settle("a", 1, Finished(0, seconds=7.0), adopted=True))

    assert "Started: 2026-11-22T08:00:00.000Z, took 7 s" in as_markdown(story.state, story.events)
