"""Runs and processes for programs: JSON whose shapes are a promise (docs/reference/json.md)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from runbook.journal.store import RunRow, WaitingRow
from runbook.run.events import Recorded, Status
from runbook.run.progress import StepState
from runbook.run.state import RunState

if TYPE_CHECKING:
    from runbook.diagnostics import Problem
    from runbook.outcome import Json


_UNSAFE = re.compile("[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What JSON may hold as it stands, but a terminal would obey and UTF-8 may not hold."""

OVER = frozenset({"succeeded", "failed", "skipped", "cancelled"})
"""The statuses of steps to which nothing can happen any more."""


def line(value: Json) -> str:
    """A value as one line of JSON."""
    return _escaped(json.dumps(value, ensure_ascii=False))


def pretty(value: Json) -> str:
    """A value as indented JSON."""
    return _escaped(json.dumps(value, ensure_ascii=False, indent=2))


def _escaped(text: str) -> str:
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def status(state: RunState) -> dict[str, Any]:
    """A run as `status --json` prints it; steps in the order of the definition."""
    owners = _owners(state)
    steps = [_step(state, path, step.title, owners) for path, step in state.plan.every_path()]
    return {
        "run": state.run,
        "process": state.plan.root,
        "status": state.status,
        "reason": state.reason,
        "started_at": state.started_at,
        "ended_at": state.ended_at,
        "by": state.started_by,
        "inputs": state.scopes[""].inputs if "" in state.scopes else {},
        "outputs": state.outputs,
        "steps": steps,
        "waiting": waiting(state),
    }


def _step(state: RunState, path: str, title: str, owners: Mapping[str, str]) -> dict[str, Any]:
    found = state.steps.get(path)
    if found is None:
        status, ended_at = _unreached(state, path, owners)
        return {
            "id": path,
            "title": title,
            "status": status,
            "attempts": 0,
            "started_at": "",
            "ended_at": ended_at,
            "outputs": {},
        }
    status, ended_at = found.status.value, found.ended_at
    if found.status is Status.PENDING:
        status, ended_at = _unreached(state, path, owners)
    step: dict[str, Any] = {
        "id": path,
        "title": title,
        "status": status,
        "attempts": found.attempt,
        "started_at": found.first_started_at,
        "ended_at": ended_at,
        "outputs": found.outputs,
    }
    if found.by:
        step["by"] = found.by
    if found.reason:
        step["reason"] = found.reason
    return step


def _owners(state: RunState) -> dict[str, str]:
    """For each step inside a section, the section."""
    return {
        f"{path[: -len(step.id)]}{inner.id}": path for path, step in state.plan.every_path() for inner in step.steps
    }


def _unreached(state: RunState, path: str, owners: Mapping[str, str]) -> tuple[str, str]:
    """Status and end of a step that has not begun: its nearest owner that has, or the end of the run, says.

    Nobody has opened its list yet, or it was reopened with the list.
    """
    owner = path
    while owner := owners.get(owner) or owner.rpartition("/")[0]:
        found = state.steps.get(owner)
        if found is None or found.status is Status.PENDING:
            continue
        if found.status.is_final:
            return (Status.SKIPPED if found.status is Status.SKIPPED else Status.CANCELLED).value, found.ended_at
        break
    return (Status.CANCELLED.value, state.ended_at) if state.ended else (Status.PENDING.value, "")


def waiting(state: RunState) -> list[dict[str, Any]]:
    """What a run waits for: people, times, signals, and decisions about what is in doubt."""
    found: list[dict[str, Any]] = []
    for path in (*state.waiting, *state.in_doubt):
        step = state.steps[path]
        entry: dict[str, Any] = {
            "step": path,
            "title": step.step.title,
            "kind": step.step.kind,
            "for": step.waits_for if step.status is Status.WAITING else "decision",
            "since": step.since,
        }
        if step.until:
            entry["until"] = step.until
        if step.signals:
            entry["signal"] = step.signals[0]
            entry["signals"] = list(step.signals)
        if step.step.role:
            entry["role"] = step.step.role
        if step.undecided and step.reason:
            entry["reason"] = step.reason
        if step.prompt.get("text"):
            entry["text"] = step.prompt["text"]
        if step.prompt.get("options"):
            entry["options"] = step.prompt["options"]
        if form := fields(step):
            entry["fields"] = form
        if step.replies:
            entry["approved_by"] = [reply["by"] for reply in step.replies]
        found.append(entry)
    return found


def fields(step: StepState) -> dict[str, Json]:
    """The form of a step that waits for a person, by field, as its author wrote it; empty when it has none."""
    if step.step.kind not in ("manual", "ask") or step.status is not Status.WAITING:
        return {}
    data = step.siblings.scope.process.data
    written = next((each for each in as_written(data.get("steps", ())) if each["id"] == step.step.id), None)
    written = written or next(each for each in as_written(data.get("finally", ())) if each["id"] == step.step.id)
    given = written[step.step.kind]
    if isinstance(given, str):
        return {"answer": {}} if step.step.kind == "ask" else {}
    return {name: field or {} for name, field in given.get("fields", {}).items()}


def as_written(steps: Any) -> Iterator[Mapping[str, Any]]:
    """These steps and those inside their sections, as their author wrote them."""
    for step in steps:
        yield step
        if "section" in step:
            yield from as_written(step["section"]["steps"])


def event(recorded: Recorded) -> dict[str, Any]:
    """An event as `events --json` prints it."""
    what = recorded.event
    entry: dict[str, Any] = {"seq": recorded.seq, "at": recorded.at, "type": what.type}
    if what.step is not None:
        entry["step"] = what.step
    if what.attempt:
        entry["attempt"] = what.attempt
    entry["by"] = recorded.by
    if recorded.where:
        entry["where"] = recorded.where
    entry["data"] = what.data
    return entry


def run(row: RunRow) -> dict[str, Any]:
    """A run as `runs --json` prints it."""
    return {
        "run": row.run,
        "process": row.process,
        "status": row.status,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
        "by": row.by,
    }


def problem(found: Problem) -> dict[str, Any]:
    """A sort of finding as `explain --json` prints it."""
    return {
        "code": found.code,
        "rule": found.rule,
        "severity": found.severity.value,
        "explanation": found.explanation.strip(),
    }


def inbox(row: WaitingRow) -> dict[str, Any]:
    """A waiting step as `inbox --json` prints it."""
    about = row.about
    return {
        "run": row.run,
        "process": row.process,
        "step": row.step,
        "title": about.get("title", row.step),
        "for": about.get("for", "decision"),
        "role": about.get("role", ""),
        "since": row.since,
        "due": row.due,
    }
