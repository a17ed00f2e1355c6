"""The record for programs: the status object, what the other forms say, and every event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from runbook.run.events import Recorded
from runbook.run.state import RunState
from runbook.views import machine
from runbook.views.record.model import Approval, Attempt, Done, Record, Remark, Said


def data(record: Record, state: RunState, events: Sequence[Recorded]) -> dict[str, Any]:
    """The record as `record --json` prints it (docs/reference/json.md)."""
    steps = {step.path: _step(step) for step in record.steps}
    entry = machine.status(state)
    entry["steps"] = [{**each, **steps.get(each["id"], {})} for each in entry["steps"]]
    return {
        **entry,
        "title": record.title,
        "definition": record.definition,
        "definitions_before": list(record.adopted),
        "organisation": record.organisation,
        "project": record.project,
        "transcribed": dict(record.transcribed),
        "instructions": record.instructions,
        "roles": {role: list(people) for role, people in record.roles},
        "deviations": [asdict(each) for each in record.deviations],
        "approvals": [_approval(each) for each in record.approvals],
        "evidence": [asdict(each) for each in record.evidence],
        "notes": [_remark(each) for each in record.remarks],
        "events": [machine.event(each) for each in events],
    }


def _step(step: Done) -> dict[str, Any]:
    """What the record adds to a step of the status object."""
    return {
        "number": step.number,
        "kind": step.kind,
        "role": step.role,
        "seconds": step.seconds,
        "tried": [_attempt(each) for each in step.attempts],
        "shown": step.shown,
        "answered": [_said(each) for each in step.said],
        "besides": list(step.besides),
        "notes": [_remark(each) for each in step.remarks],
        "evidence": [each.sha256 for each in step.evidence],
        "to_carry_out": step.command,
        "carried_out": step.carried_out,
        "output": step.output,
        "output_cut": step.cut,
        "undo": step.undo,
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "attempt": attempt.number,
        "status": attempt.status,
        "by": attempt.by,
        "started_at": attempt.started_at,
        "ended_at": attempt.ended_at,
        "seconds": attempt.seconds,
        "reason": attempt.reason,
    }


def _said(said: Said) -> dict[str, Any]:
    """An answer; what it has not got is left out."""
    entry: dict[str, Any] = {"seq": said.seq, "at": said.at, "by": said.by, "outcome": said.outcome}
    more = {
        "for": said.for_,
        "stated_by": said.stated_by,
        "reason": said.reason,
        "fields": dict(said.fields),
        "seen": said.seen,
        "signed": said.signed,
    }
    return entry | {name: value for name, value in more.items() if value}


def _approval(approval: Approval) -> dict[str, Any]:
    return {
        **_said(approval.said),
        "step": approval.step,
        "title": approval.title,
        "round": approval.round,
        "role": approval.role,
        "shown": approval.shown,
        "lapsed": approval.lapsed,
    }


def _remark(remark: Remark) -> dict[str, Any]:
    entry: dict[str, Any] = {"step": remark.step, "at": remark.at, "by": remark.by, "text": remark.text}
    return entry if remark.to is None else entry | {"to": remark.to}
