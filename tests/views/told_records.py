"""A run with everything in it that a record can tell, also what the decider can't bring about yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from runbook.kinds import builtin
from runbook.run.events import Event, Recorded
from runbook.run.state import RunState
from runbook.testing import Story, plan_from

PROCESS = """
runbook: 1
title: Swap the <disk>
roles: {operator: {}, boss: {}}
inputs: {bay: {type: integer}}
steps:
  - id: look
    title: Look at the lamp
    manual: {text: "Look at bay {{ inputs.bay }} **twice**.", fields: {volts: {type: number, unit: V}}}
  - {id: stop, title: Stop the array, command: [mdadm, --stop], retry: {attempts: 2, delay: 5s}}
  - {id: label, title: Label it, manual: Write the label.}
  - {id: may, title: May it go on, approval: {role: boss, quorum: 2, text: Is the array whole?}}
  - {id: each, title: Wipe, foreach: [a, b], command: [wipe, "{{ item }}"]}
"""


def told() -> tuple[RunState, list[Recorded]]:
    """The run and its events, as the decider makes them."""
    story = Story(plan_from({"disks/swap": PROCESS}, builtin())).start(bay=7)
    story.note("Bay 7 is the lower one")
    story.attach("look", "lamp.jpg")
    story.wait("1m")
    story.answer("look", by="bo", fields={"volts": 11.9}, stated_by="cy")
    story.claim()
    story.ends("stop", 1, stderr="busy")
    story.wait("10s")
    story.claim()
    story.ends("stop", 0, stdout="stopped")
    story.hand_over("dee", "=1+1")
    story.answer("label", "skipped", by="dee", reason="The printer is broken")
    story.approve("may", "eve")
    story.wait("2h")
    story.approve("may", "fay")
    story.carry_out(by="dee")
    return story.state, story.events


def with_more(events: Sequence[Recorded], *more: Event, at: int, by: str = "ana") -> list[Recorded]:
    """The events with others put in before the one of that number."""
    before, after = list(events[: at - 1]), list(events[at - 1 :])
    added = [Recorded(0, after[0].at, by, event) for event in more]
    return [each._replace(seq=seq) for seq, each in enumerate([*before, *added, *after], 1)]


def with_data(events: Sequence[Recorded], at: int, **data: Any) -> list[Recorded]:
    """The events, one of them with more data; `reply` adds to the reply."""
    changed = list(events)
    event = changed[at - 1].event
    if "reply" in data:
        data["reply"] = {**event.data["reply"], **data["reply"]}
    changed[at - 1] = changed[at - 1]._replace(event=event._replace(data={**event.data, **data}))
    return changed


def number_of(events: Sequence[Recorded], type: str, step: str | None = None) -> int:
    """The number of the first event of that type, at that step."""
    return next(each.seq for each in events if each.event.type == type and step in (None, each.event.step))


def folded(events: Sequence[Recorded]) -> RunState:
    """The run after these events."""
    plan = plan_from({"disks/swap": PROCESS}, builtin())
    state = RunState(plan, {}.__getitem__)
    for each in events:
        state.apply(each)
    return state
