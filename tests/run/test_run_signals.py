"""Stories of signals: whose counts where, early or late."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from runbook.errors import Refused
from runbook.run.commands import Signal
from runbook.testing import Story

Tell = Callable[..., Story]
HELD = """
roles: {operator: {people: [kim]}, keeper: {people: [ana]}}
steps:
  - {id: begin, manual: Begin}
  - {id: held, role: keeper, wait: {signal: go}}
"""


def test_only_those_whom_the_step_names_end_its_wait(tell: Tell) -> None:
    story = tell(HELD).start()
    story.answer("begin", by="kim")

    with pytest.raises(Refused, match="the signal `go` is not yours to send: bo may not act as `keeper`"):
        story.ask(Signal("go"), by="bo")
    story.ask(Signal("go"), by="ana")

    assert story.status == "succeeded"


def test_an_early_signal_is_held_to_the_same(tell: Tell) -> None:
    story = tell(HELD).start()

    with pytest.raises(Refused, match="not yours to send"):
        story.ask(Signal("go"), by="bo")
    story.ask(Signal("go"), by="ana")
    story.answer("begin", by="kim")

    assert story.status == "succeeded"


def test_a_wait_without_a_role_of_its_own_takes_a_signal_from_anybody(tell: Tell) -> None:
    story = tell(HELD.replace("role: keeper, ", "")).start()
    story.answer("begin", by="kim")

    story.ask(Signal("go"), by="monitoring")

    assert story.status == "succeeded"


def test_each_step_takes_the_signal_of_whom_it_names_and_leaves_the_others(tell: Tell) -> None:
    story = tell(HELD + "  - {id: free, wait: {signal: go}}\n").start()
    story.ask(Signal("go"), by="bo")
    story.answer("begin", by="kim")
    assert story.statuses["held"] == "waiting"

    story.ask(Signal("go"), by="ana")

    assert story.status == "succeeded"
    assert story.state.signals["go"] == []


def test_a_signal_that_decides_is_held_to_the_role_of_the_decision(tell: Tell) -> None:
    story = tell("""
roles: {operator: {}, keeper: {people: [ana]}}
steps:
  - {id: ways, role: keeper, decision: {options: [{id: left}, {id: right, signal: right}]}}
""").start()

    with pytest.raises(Refused, match="bo may not act as `keeper` at `ways`"):
        story.ask(Signal("right"), by="bo")
    story.ask(Signal("right"), by="ana")

    assert story.state.steps["ways"].outputs == {"choice": "right"}
