"""Runs and work items as tests of improvement tell of them: so many, each a day after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from runbook.kinds import builtin
from runbook.operations.agreements import policy_of
from runbook.operations.board import DEFAULT
from runbook.operations.calendars import calendars_of
from runbook.operations.improve import Evidence, Settings, Suggestion, settings_of
from runbook.operations.improve import builtin as rules
from runbook.operations.item import item_of
from runbook.operations.item_clocks import clocks_of
from runbook.operations.passages import course_of
from runbook.operations.seconds import instant_of, seconds
from runbook.operations.shipped_policy import SHIPPED
from runbook.operations.subject import DAY, Subject, Work
from runbook.reading.library import read_library
from runbook.run.effort import Effort, Pass
from runbook.run.events import Event, Recorded

NOW = seconds("2026-11-22T12:00:00.000Z")
HOUR = 3600
FILE = "processes/web/restart.yaml"
TEXT = """\
runbook: 1
title: Restart the web server
roles:
  operator: {summary: Does the work}
  boss: {summary: Signs}
steps:
  - id: drain
    title: Drain it   # of all users
    role: operator
    manual: Type `drain web` and wait.

  # nobody likes this one
  - id: allow
    title: May it be restarted?
    approval: boss

  - id: restart
    title: Restart it
    manual: Restart it.
"""
PROJECT = {
    "runbook.yaml": "runbook: 1\ntitle: T\n",
    "processes/web/group.yaml": "title: Web\nowner: platform\n",
    FILE: TEXT,
}

POLICY = policy_of({**SHIPPED, "agreements": [{
    **SHIPPED["agreements"][0], "clocks": {"resolve": SHIPPED["agreements"][0]["clocks"]["resolve"]},
}]})  # fmt: skip
"""What was agreed: the shipped targets, for the one clock that says when something is done."""


def subject(*efforts: Effort, text: str = TEXT, **more: Any) -> Subject:
    """The process with these runs."""
    library = read_library({path: each.encode() for path, each in {**PROJECT, FILE: text}.items()}, builtin())
    definition = library.project.processes["web/restart"]
    ordered = tuple(sorted(efforts, key=lambda each: each.began))
    begun = tuple(seconds(each.began) for each in ordered)
    made = Subject("web/restart", NOW - 90 * DAY, NOW, definition, ordered, begun=begun)
    return replace(made, **more)


def run(number: int, *passes: Pass, hours: float = 1.0, status: str = "succeeded", **more: Any) -> Effort:
    """A run that began so many days ago, and was over some hours later."""
    start = NOW - (number + 1) * DAY // 2
    ended = instant_of(start + round(hours * HOUR))
    return Effort(f"r{number}", "web/restart", status, instant_of(start), ended, "kim", passes, **more)


def runs(many: int, *passes: Pass, **more: Any) -> tuple[Effort, ...]:
    """So many runs alike."""
    return tuple(run(number, *passes, **more) for number in range(many))


def manual(step: str = "drain", minutes: float = 30.0, by: str = "kim", how: str = "succeeded", **more: Any) -> Pass:
    """That a person did a step."""
    return Pass(step, how, "manual", by, touch=minutes * 60 if how != "skipped" else None, **more)


def approval(hours: float = 1.0, outcome: str = "approve") -> Pass:
    """That somebody decided."""
    how = "succeeded" if outcome == "approve" else "failed"
    return Pass("allow", how, "approval", "boss", waited=hours * HOUR, touch=hours * HOUR, outcome=outcome)


def evidence(*subjects: Subject, works: Iterable[Work] = (), **more: Any) -> Evidence:
    """What happened in 90 days."""
    return Evidence(NOW, 90, {each.process: each for each in subjects}, tuple(works), policy=POLICY, **more)


def work(
    number: int,
    *events: tuple[float, str, Mapping[str, Any]],
    opened: float = 1.0,
    touched: float = 0.0,
    **data: Any,
) -> Work:
    """An item that was opened so many days ago; each event comes so many hours after that."""
    start = NOW - round(opened * DAY)
    given = {"kind": "incident", "title": f"mail {number} is down", "severity": "moderate", **data}
    told: list[tuple[float, str, Mapping[str, Any]]] = [(0.0, "ItemOpened", given), *events]
    recorded = [
        Recorded(seq, instant_of(start + round(hours * HOUR)), "ana", Event(type, data=dict(each)))
        for seq, (hours, type, each) in enumerate(told, 1)
    ]
    item = item_of(f"INC-{number}", recorded)
    clocks = clocks_of(recorded, POLICY, calendars_of({}), NOW)
    return Work(item, course_of(item, DEFAULT, NOW), clocks, {"ana": touched * HOUR} if touched else {})


def resolved(hours: float, **data: Any) -> tuple[float, str, Mapping[str, Any]]:
    """That it was resolved after so many hours."""
    return hours, "ItemResolved", {"resolution": "done", "proof": "seen", **data}


def at_work(hours: float = 0.0) -> tuple[tuple[float, str, Mapping[str, Any]], ...]:
    """That somebody began it."""
    column = next(each for each in DEFAULT.columns if each.state == "active")
    return (
        (hours, "ItemAssigned", {"to": "ana"}),
        (hours, "ItemMoved", {"column": column.id, "state": "active"}),
    )


def found(known: Evidence, rule: str, settings: Settings | Mapping[str, Any] = Settings()) -> Sequence[Suggestion]:  # noqa: B008
    """What one rule says of it."""
    said = settings if isinstance(settings, Settings) else settings_of({"operations/policies/improve.yaml": settings})
    each = next(one for one in rules() if one.name == rule)
    return list(each.suggest(known, said.limits(each)))
