"""What whoever goes on with a run has to know, as data: what comes first, what waits, what comes, what was done.

It tells of the time since the run was last handed over and taken up; of the whole run when it never was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Any

from runbook.instants import between
from runbook.run.events import COMPLETES, Recorded, Status
from runbook.run.progress import StepState, role_of
from runbook.run.shown import shown
from runbook.run.state import RunState
from runbook.run.visibility import WITHHELD, without_reasons
from runbook.views.awaited import reply
from runbook.views.cautions import cautions
from runbook.views.deviations import deviations
from runbook.views.lines import minute
from runbook.views.standing import progress, running

_MOST = 50
"""Instants that are named."""
_COMING = 5
"""Steps that come next, which are named."""
_ENDS = {**dict.fromkeys(COMPLETES), "StepUndone": None}


def report(state: RunState, events: Sequence[Recorded], now: str, hidden: Collection[str] = ()) -> dict[str, Any]:
    """The shift report; `now` is the instant it is written at. `since` is None when nobody has handed over before.

    Of the steps in `hidden`, only how they stand; the events are as whoever reads the report may see them.
    """
    before, pending = _hand_overs(events)
    recent = [each for each in events if before is None or each.seq > before.seq]
    told = [each for each in recent if WITHHELD not in each.event.data]
    over, total = progress(state)
    return {
        "run": state.run,
        "process": state.plan.root,
        "title": state.plan.process.title,
        "status": state.status,
        "at": now,
        "since": _handed_over(before),
        "started_at": state.started_at,
        "by": state.started_by,
        "steps": {"over": over, "total": total},
        "running": running(state, now),
        "first": list(_first(state, pending, now, hidden)),
        "waiting": [
            _awaited(state, state.steps[path], now, path in hidden) for path in (*state.in_doubt, *state.waiting)
        ],
        "due": list(islice(_due(state), _MOST)),
        "next": list(islice(_next(state), _COMING)),
        "done": [_done(state, each) for each in recent if each.event.type in _ENDS],
        "doubts": list(_doubts(state, hidden)),
        "deviations": [each.text for each in deviations(told)],
        "notes": [_note(each) for each in told if each.event.type in ("NoteAdded", "EvidenceAttached")],
    }


def _hand_overs(events: Sequence[Recorded]) -> tuple[Recorded | None, Recorded | None]:
    """The last time the run was handed over and taken up again, and the time after it that nobody has taken up yet."""
    taken_up = pending = None
    for each in events:
        if each.event.type == "RunHandedOver":
            pending = each
        elif each.event.type == "RunResumed" and pending is not None:
            taken_up, pending = pending, None
    return taken_up, pending


def _handed_over(recorded: Recorded | None) -> dict[str, Any] | None:
    if recorded is None:
        return None
    return {"at": recorded.at, "by": recorded.by, "to": recorded.event.data["to"], "text": recorded.event.data["text"]}


def _first(state: RunState, pending: Recorded | None, now: str, hidden: Collection[str]) -> Iterator[str]:
    """What the next person has to know before anything else, in words."""
    if state.ended:
        why = without_reasons(state.reason, hidden)
        yield f"The run has ended: {state.status}" + (f", {why}" if why else "")
    if left := _handed_over(pending):
        text = f": {left['text']}" if left["text"] else ""
        yield f"Handed over by {left['by']} to {left['to'] or 'whoever goes on'}{text}"
    if state.paused:
        why = f": {state.paused['reason']}" if state.paused.get("reason") else ""
        yield f"Paused by {state.paused['by']} at {minute(str(state.paused['at']))}{why}; no program starts"
    if state.cancelled and not state.ended:
        yield f"The run is being cancelled: {state.cancelled}"
    for path in (*state.in_doubt, *state.waiting):
        step = state.steps[path]
        if step.status is Status.IN_DOUBT:
            yield f"{path} is in doubt: nobody knows how its program ended"
        elif step.undecided:
            yield f"{path} has failed, and somebody has to decide" + (f": {step.reason}" if path not in hidden else "")
        if step.overdue or (step.overdue_at and step.overdue_at <= now):
            yield f"{path} is overdue"
        for word, text in cautions(step.step, step.siblings.scope.process):
            yield f"{word} at {path}: {text}"


def _awaited(state: RunState, step: StepState, now: str, hidden: bool) -> dict[str, Any]:
    """One step that waits: for whom or what, since when, until when, and what answers it."""
    waits = step.status is Status.WAITING
    about = {"for": step.waits_for, "kind": step.step.kind, "prompt": step.prompt} if waits else {}
    return {
        "step": step.path,
        "title": step.step.title,
        "for": _whom(step),
        "since": step.since,
        "waited": round(max(0.0, between(step.since, now))) if step.since else 0,
        "until": step.until,
        "due": step.overdue_at,
        "overdue": step.overdue or bool(step.overdue_at and step.overdue_at <= now),
        "command": "" if hidden or step.waits_for in ("time", "signal") else reply(state.run, step.path, about),
    }


def _whom(step: StepState) -> str:
    if step.waits_for == "signal":
        return f"the signal {' or '.join(step.signals)}"
    if step.waits_for == "time":
        return "its time"
    if step.performed:
        return f"{step.step.verifier}, to confirm what {step.performed['by']} did"
    if step.work.get("by"):
        return f"{step.work['by']} ({step.work['state']})"
    _, role = role_of(step.siblings.scope, step.step)
    given = ", ".join(str(each["by"]) for each in step.replies)
    return (role or "anybody") + (f"; so far: {given}" if given else "")


def _due(state: RunState) -> Iterator[dict[str, Any]]:
    """What time brings next, the nearest first."""
    found: list[tuple[str, str, str]] = []
    for path, step in state.steps.items():
        if step.status.is_final or step.status is Status.PENDING:
            continue
        if step.overdue_at and not step.overdue:
            found.append((step.overdue_at, path, "is overdue from then on"))
        if step.until:
            words = {"time": "goes on", "person": "its time is over", "signal": "its time is over"}
            again = "is tried again" if step.status is Status.READY else "its next turn begins"
            found.append((step.until, path, words.get(step.waits_for if step.since else "", again)))
    for at, path, what in sorted(found):
        yield {"at": at, "step": path, "what": what}


def _next(state: RunState) -> Iterator[dict[str, Any]]:
    """The steps that come next, in the order of the text."""
    if state.ended:
        return
    for each in shown(state):
        if each.status == Status.PENDING.value:
            found: dict[str, Any] = {"step": each.path, "title": each.step.title}
            if each.step.role:
                found["role"] = each.step.role
            yield found


def _done(state: RunState, recorded: Recorded) -> dict[str, Any]:
    """One step that was over."""
    event = recorded.event
    step = state.steps.get(event.step or "")
    by = event.data["reply"]["by"] if event.data.get("reply") else ""
    return {
        "step": event.step,
        "title": step.step.title if step else "",
        "status": event.type.removeprefix("Step").lower(),
        "at": recorded.at,
        "by": by,
        "reason": str(event.data.get("reason", "")),
    }


def _doubts(state: RunState, hidden: Collection[str]) -> Iterator[str]:
    """What is still open besides what waits: programs in doubt, failures, a yes that has to be looked at afterwards."""
    for path, step in state.steps.items():
        if step.status is Status.IN_DOUBT:
            yield f"{path} is in doubt since {minute(step.since)}"
        elif step.undecided:
            yield f"{path} failed at {minute(step.since)}" + (f": {step.reason}" if path not in hidden else "")
        elif step.reply.get("emergency") and step.status is Status.SUCCEEDED:
            why = "" if path in hidden else f": {step.reply.get('reason', '')}"
            yield f"{path} was approved in an emergency by {step.reply['by']}{why}"


def _note(recorded: Recorded) -> dict[str, Any]:
    """What somebody noted, or attached."""
    data = recorded.event.data
    note: dict[str, Any] = {"at": recorded.at, "by": recorded.by, "step": recorded.event.step or ""}
    if recorded.event.type == "EvidenceAttached":
        taken = {"from": data["from"]} if data.get("from") else {}
        return {**note, "file": data["name"], "sha256": data["sha256"], **taken}
    return {**note, "text": data["text"], **({"mentions": data["mentions"]} if data.get("mentions") else {})}


__all__ = ["report"]
