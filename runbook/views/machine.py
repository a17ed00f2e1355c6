"""Runs and processes for programs: JSON whose shapes are a promise (docs/reference/json.md)."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from runbook.run.events import Status

if TYPE_CHECKING:
    from runbook.diagnostics import Problem
    from runbook.journal.store import RunRow, WaitingRow
    from runbook.outcome import Json
    from runbook.run.events import Recorded
    from runbook.run.progress import StepState
    from runbook.run.shown import Shown
    from runbook.run.state import RunState

_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What JSON may hold as it stands, but a terminal would obey and UTF-8 may not hold."""


def line(value: Json) -> str:
    """A value as one line of JSON."""
    return _escaped(json.dumps(value, ensure_ascii=False))


def pretty(value: Json) -> str:
    """A value as indented JSON."""
    return _escaped(json.dumps(value, ensure_ascii=False, indent=2))


def _escaped(text: str) -> str:
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def status(state: RunState, hidden: Collection[str] = ()) -> dict[str, Any]:
    """A run as `status --json` prints it, steps in the order of the definition; of those `hidden`, how they stand."""
    from runbook.run.shown import shown
    from runbook.run.visibility import without_reasons

    return {
        "run": state.run,
        "process": state.plan.root,
        "status": state.status,
        "reason": without_reasons(state.reason, hidden),
        "started_at": state.started_at,
        "ended_at": state.ended_at,
        "by": state.started_by,
        "inputs": state.scopes[""].inputs if "" in state.scopes else {},
        "outputs": state.outputs,
        "steps": [_seen(step(each), each.path in hidden, _OF_STEP) for each in shown(state)],
        "waiting": seen_waiting(state, hidden),
        **_besides(state),
    }


_OF_STEP = ("id", "title", "status", "attempts", "started_at", "ended_at", "turn", "turns", "passes", "overdue", "by")
_OF_WAITING = ("step", "title", "kind", "for", "since", "until", "role", "work", "awaits")
"""What everybody sees of a confidential step."""


def _seen(entry: dict[str, Any], hidden: bool, kept: tuple[str, ...]) -> dict[str, Any]:
    """What is told of a step; of one that is hidden, how it stands, and that it is confidential."""
    if not hidden:
        return entry
    return {**{name: entry[name] for name in kept if name in entry}, "confidential": True}


def seen_waiting(state: RunState, hidden: Collection[str]) -> list[dict[str, Any]]:
    """What a run waits for; of the steps in `hidden`, only that it does."""
    return [_seen(each, each["step"] in hidden, _OF_WAITING) for each in waiting(state)]


def _besides(state: RunState) -> dict[str, Any]:
    """What only some runs have: where they come from, a pause, failures in one that succeeded, keys they wait for."""
    found: dict[str, Any] = dict(state.origin)
    if state.instructions:
        found["instructions"] = True
    if state.transcribed:
        found["transcribed"] = dict(state.transcribed)
    if state.evidence:
        found["evidence"] = [dict(each) for each in state.evidence]
    if state.paused:
        found["paused"] = dict(state.paused)
    if state.failures:
        found["failures"] = list(state.failures)
    locks = [{"at": at, "key": key} for at, (key, _, taken) in state.locks.items() if not taken]
    if locks and not state.ended:
        found["locks"] = locks
    return found


def step(each: Shown) -> dict[str, Any]:
    """One step of `status --json`."""
    found = each.found
    entry: dict[str, Any] = {
        "id": each.path,
        "title": each.step.title,
        "status": each.status,
        "attempts": found.attempt if found else 0,
        "started_at": found.first_started_at if found else "",
        "ended_at": each.ended_at,
        "outputs": found.outputs if found else {},
    }
    if each.turn:
        entry["turn"] = each.turn
    if each.turns:
        entry["turns"], entry["item"] = each.turns, each.item
    if found and found.by:
        entry["by"] = found.by
    if found and found.reason:
        entry["reason"] = found.reason
    if found and found.passes:
        entry["passes"] = found.passes + 1
    if found and found.overdue:
        entry["overdue"] = True
    if found and found.evidence:
        entry["evidence"] = [{name: value for name, value in file.items() if name != "pass"} for file in found.evidence]
    return entry


def waiting(state: RunState) -> list[dict[str, Any]]:
    """What a run waits for: people, times, signals, and decisions about what is in doubt."""
    from runbook.run.evidence import missing

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
        if step.work:
            entry["work"] = dict(step.work)
        if step.performed:
            entry["awaits"] = {"verifier": step.step.verifier, "performed_by": step.performed["by"]}
        if step.undecided and step.reason:
            entry["reason"] = step.reason
        if step.prompt.get("text"):
            entry["text"] = step.prompt["text"]
        if "command" in step.prompt and not step.undecided:
            entry["command"] = step.prompt["command"]
        if step.prompt.get("options"):
            entry["options"] = step.prompt["options"]
        if form := fields(step):
            entry["fields"] = form
        if lacking := [each.id for each in missing(step)]:
            entry["missing"] = lacking
        if step.replies:
            entry["approved_by"] = [reply["by"] for reply in step.replies]
        found.append(entry)
    return found


def fields(step: StepState) -> dict[str, Json]:
    """The form of a step that waits for a person, by field, as its author wrote it; empty when it has none."""
    if step.status is not Status.WAITING:
        return {}
    if "command" in step.prompt and not step.undecided:
        return {name: {"type": "text"} for name in step.prompt.get("fields", ())}
    if step.step.kind not in ("manual", "ask"):
        return {}
    written = as_written(step.siblings.scope.process.data, step.step.id)
    if step.siblings.undoes is not None:
        written = written["undo"] if isinstance(written["undo"], Mapping) else {"manual": written["undo"]}
    given = written[step.step.kind]
    if isinstance(given, str):
        return {"answer": {}} if step.step.kind == "ask" else {}
    return {name: field or {} for name, field in given.get("fields", {}).items()}


def as_written(process: Mapping[str, Any], id: str) -> Mapping[str, Any]:
    """The step of that id as its author wrote it; looking at a run knows no places in the text."""
    parts = ("checks", "steps", "on_failure", "on_cancel", "finally")
    return next(step for part in parts for step in _written(process.get(part)) if step["id"] == id)


def _written(given: Any) -> Iterator[Mapping[str, Any]]:
    """Steps and those inside of them; `given` is a list of steps, or a mapping that has one under `do`, or neither."""
    steps = given.get("do") if isinstance(given, Mapping) else given
    for step in steps if isinstance(steps, list) else ():
        yield step
        inside = (step.get("section", {}).get("steps"), step.get("retry", {}).get("before"))
        for each in (*inside, step.get("on_failure"), step.get("on_cancel"), step.get("due")):
            yield from _written(each)


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


def inbox(row: WaitingRow, now: str) -> dict[str, Any]:
    """A waiting step as `inbox --json` prints it; whether it is overdue is told by `now`."""
    about = row.about
    return {
        "run": row.run,
        "process": row.process,
        "step": row.step,
        "title": about.get("title", row.step),
        "for": about.get("for", "decision"),
        "role": about.get("role", ""),
        "verifier": about.get("awaits", {}).get("verifier", ""),
        "work": about.get("work", {}),
        "since": row.since,
        "due": about.get("due", ""),
        "until": about.get("until", ""),
        "overdue": bool(about.get("due")) and about["due"] <= now,
        "offer_to": about.get("offer_to", ""),
    }
