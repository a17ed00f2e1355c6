"""An approval lacks a part, or has one that means nothing.

Why: a yes that nobody can give parks the run for ever, and a word that is not heeded promises what does not happen.

Example:

    - id: go-ahead
      title: Approve it
      approval: {role: approver, deadline: 4h, on_timeout: escalate}

Instead: say who may decide after the deadline (`escalate_to: manager`). An approval has a `role`, or several
`roles`, which `order` puts in a row; `escalate_to` goes with `on_timeout: escalate` and a `deadline`; `covers` and
`send_back_to` name steps that come before it in the same list; a quorum of `all`, or of a share, needs a role whose
people are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runbook.definition import Step
from runbook.reading.roles import players
from runbook.reading.rule import Finding, Subject

CODE = "RB254"
NAME = "incomplete-approval"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds approvals whose fields do not go together."""
    for step in subject.every:
        own = subject.given(step).get("approval")
        if step.kind != "approval" or not isinstance(own, dict) or step.id.endswith("-review"):
            continue
        for name, message, help in _found(own):
            at = (*step.at, "approval", name) if name in own else (*step.at, "approval")
            yield Finding(at, f"`{step.id}` {message}", help, key=True)
        yield from _steps(subject, step, own)
        if isinstance(step.spec.quorum, str):
            for role in step.spec.roles:
                if role in subject.process.roles and players(subject, subject.process.roles[role]) is None:
                    message = f"nobody can tell who all are that may play `{role}`"
                    yield Finding((*step.at, "approval", "quorum"), message, "give a number, or name the people")


def _found(own: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    if "role" not in own and "roles" not in own:
        yield "", "says of nobody that they may approve", "give it a `role`"
    if "role" in own and "roles" in own:
        yield "roles", "has a `role` and `roles`", "leave one of them out"
    if "order" in own and len(own.get("roles", ())) < 2:
        yield "order", "has an `order` and only one role", "name several `roles`, or leave `order` out"
    escalates = own.get("on_timeout") == "escalate"
    if "on_timeout" in own and "deadline" not in own:
        yield "on_timeout", "has no `deadline` that could be missed", "give it a `deadline`"
    if escalates and "escalate_to" not in own:
        yield "on_timeout", "escalates to nobody", "name the role in `escalate_to`"
    if "escalate_to" in own and not escalates:
        yield "escalate_to", "never escalates", "write `on_timeout: escalate`"


def _steps(subject: Subject, step: Step, own: dict[str, Any]) -> Iterator[Finding]:
    before = subject.orders.get(subject.home[step.id])
    for name, ids in (("covers", step.spec.covers), ("send_back_to", (step.spec.send_back_to,))):
        for place, id in enumerate(filter(None, ids)):
            at = (*step.at, "approval", name, place) if isinstance(own[name], list) else (*step.at, "approval", name)
            if id not in subject.steps or subject.home[id] != subject.home[step.id]:
                yield Finding(at, f"there is no step `{id}` beside `{step.id}`", "name a step of the same list")
            elif before is not None and not before.surely(id, step.id):
                yield Finding(at, f"`{id}` does not come before `{step.id}`", "name a step that it needs")
