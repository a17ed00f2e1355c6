"""The steps of a record, each with its attempts, from the run as it stands and the events that brought it there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from runbook.blocks import Field
from runbook.instants import between
from runbook.phrases import Phrase
from runbook.run.events import ENDS_ATTEMPT, Recorded, Status
from runbook.run.progress import StepState
from runbook.run.shown import Shown, shown
from runbook.run.state import RunState
from runbook.views.chosen import chosen
from runbook.views.deviations import besides
from runbook.views.record.forms import forms
from runbook.views.record.model import Attempt, Done
from runbook.views.record.registers import evidence, remarks, said

_ENDED = {
    "StepSucceeded": Phrase("succeeded"),
    "AttemptFailed": Phrase("failed"),
    "AttemptNotRun": Phrase("not run"),
    "AttemptAbandoned": Phrase("given up"),
    "StepFailed": Phrase("failed"),
    "StepSkipped": Phrase("skipped"),
    "StepCancelled": Phrase("cancelled"),
    "StepReopened": Phrase("withdrawn"),
}
"""How an attempt ended, by the event that ends it."""


def steps(state: RunState, events: Sequence[Recorded]) -> Iterator[Done]:
    """Every step that was reached, in the order of the text."""
    happened: dict[str, list[Recorded]] = {}
    known = {process.id: forms(process) for process in state.plan.processes.values()}
    for event in events:
        happened.setdefault(event.event.step or "", []).append(event)
    for each in shown(state):
        if each.found is not None:
            form = known[each.found.siblings.scope.process.id].get(each.step.id, ())
            yield _step(state, each, each.found, happened.get(each.path, []), form)


def _step(state: RunState, row: Shown, step: StepState, events: Sequence[Recorded], form: tuple[Field, ...]) -> Done:
    written = "\n".join(str(step.result.get(name, "")).rstrip() for name in ("stdout", "stderr")).strip()
    back = state.steps.get(f"{step.path}.undo")
    return Done(
        number=row.number, path=step.path, title=row.step.title, kind=row.step.kind, status=Phrase(step.status.value),
        reason=step.reason, by=step.by, role=row.step.role or "", choice=chosen(step),
        started_at=step.first_started_at, ended_at=step.ended_at, seconds=_seconds(step),
        attempts=tuple(attempts(events)), attempt=step.attempt, passes=step.passes + 1,
        turn=row.turn, turns=row.turns, item=row.item, shown=str(step.prompt.get("text") or ""),
        said=tuple(answer for event in events for answer in said(event)),
        besides=tuple(besides(events)), remarks=tuple(remarks(events)), evidence=tuple(evidence(events)),
        command=str(step.prompt.get("command") or ""), carried_out=str(step.act.get("shown") or ""), output=written,
        cut=int(step.result.get("stdout_cut", 0)) + int(step.result.get("stderr_cut", 0)), outputs=step.outputs,
        form=form,
        undo=Phrase(back.status.value) if back is not None and back.status is not Status.PENDING else "",
    )  # fmt: skip


def _seconds(step: StepState) -> float | None:
    """How long it took; what was adopted had ended before its end was recorded."""
    if not step.first_started_at:
        return None
    if step.result.get("adopted") and step.result.get("seconds") is not None:
        return float(step.result["seconds"])
    return between(step.first_started_at, step.ended_at) if step.ended_at else None


def attempts(events: Sequence[Recorded]) -> list[Attempt]:
    """The attempts of one step, from its events; what ended without a start has one all the same."""
    found: list[Attempt] = []
    open = False
    for each in events:
        event, data = each.event, each.event.data
        if event.type in ("StepStarted", "StepTakenUp"):
            by = each.by if "act" in data else ""
            number = event.attempt or (found[-1].number if found else 0) + (event.type == "StepStarted")
            found.append(Attempt(each.seq, number or 1, Phrase("running"), by, each.at, "", None, "", ()))
            open = True
        elif not open and event.type in ENDS_ATTEMPT and event.type != "StepReopened":
            number = event.attempt or (found[-1].number if found else 0)
            found.append(Attempt(each.seq, number, "", "", "", "", None, "", ()))
            open = True
        if open:
            found[-1] = _further(found[-1], each, data)
        open = open and event.type not in ENDS_ATTEMPT
    return found


def _further(attempt: Attempt, each: Recorded, data: Mapping[str, Any]) -> Attempt:
    """The attempt after one more of its events."""
    type = each.event.type
    for answer in said(each):
        by = attempt.by if answer.outcome in ("confirm", "send-back") and attempt.by else answer.by
        attempt = replace(attempt, said=(*attempt.said, answer), by=by)
    if type == "StepWaiting":
        return replace(attempt, status=Phrase("waiting"))
    if type == "StepInDoubt":
        return replace(attempt, status=Phrase("in doubt"))
    if type not in ENDS_ATTEMPT:
        return attempt
    result = data.get("result") or {}
    seconds = result.get("seconds") if result.get("adopted") else None
    if seconds is None and attempt.started_at:
        seconds = between(attempt.started_at, each.at)
    reason = str(data.get("reason") or "")
    return replace(attempt, status=_ENDED[type], ended_at=each.at, seconds=seconds, reason=reason)
