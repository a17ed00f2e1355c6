"""Runs as lines of text: for a terminal of any width, for a log, for a screen reader.

Colour never carries meaning alone: every state has a word and a sign of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from runbook.durations import in_words
from runbook.instants import between
from runbook.journal.store import RunRow, WaitingRow
from runbook.run.events import TRANSITIONS, Recorded
from runbook.run.progress import StepState
from runbook.run.state import RunState
from runbook.run.visibility import WITHHELD, without_reasons
from runbook.views.awaited import Rivals, awaited, in_time, nobody, way_on
from runbook.views.chosen import taken_by
from runbook.views.evidence import as_shown, file
from runbook.views.lines import minute, pairs, shortened
from runbook.views.status import to_copy
from runbook.views.style import Style
from runbook.views.telling import TOLD, items_in_words, line, told
from runbook.views.visible import visible
from runbook.views.wrote import excerpt

if TYPE_CHECKING:
    from runbook.outcome import Json


def happened(recorded: Recorded, state: RunState, style: Style) -> Iterator[str]:
    """The lines for one event, as it happens; none for what is no news to a person."""
    event = recorded.event
    step = state.steps.get(event.step or "")
    name = f"{event.step}  {step.step.title}" if step else ""
    data = event.data
    if WITHHELD in data:
        yield from _withheld(recorded, name, style)
        return
    match event.type:
        case "RunStarted":
            yield f"Run {style.bold(data['run'])} of {data['process']}"
        case "RunResumed":
            yield f"Resumed by {visible(recorded.by)}"
        case "StepStarted" if step and event.attempt == 1 and _is_turn(step):
            return  # its beginning was told with the turn
        case "StepStarted" if step and "act" in data:
            yield line("running", name, style, f"attempt {event.attempt}" if (event.attempt or 1) > 1 else "")
        case "StepStarted" if step and "items" in data:
            yield line("running", name, style, items_in_words(len(data["items"])))
        case "StepStarted" if step and (step.step.steps or step.step.use or step.step.flow.body):
            yield line("running", name, style)
        case "StepWaiting" if step and data["for"] == "decision":
            yield line("failed", name, style, visible(data.get("reason", "")))
            yield from excerpt(data.get("result", {}))
        case "StepWaiting":
            yield line("waiting", name, style, _awaited(data))
            yield from to_copy(step) if step else ()
        case "StepSucceeded" if step:
            seconds = data.get("result", {}).get("seconds")
            took = in_words(seconds) if seconds and seconds >= 1 else ""
            before = "done in the run before" if data.get("carried_over") else ""
            parts = (took, _said_by(data) or taken_by(step.step, data), before, _values(step, data))
            yield line("succeeded", name, style, ", ".join(part for part in parts if part))
        case "AttemptFailed":
            yield line("failed", name, style, f"{visible(data['reason'])}; trying again")
        case "AttemptNotRun":
            yield line("ready", name, style, "it never ran, so it starts again")
        case "AttemptAbandoned":
            yield line("ready", name, style, f"starts again: {visible(data.get('reason', ''))}")
        case "StepInDoubt":
            yield line(
                "in doubt", name, style, "it was running when its supervisor died, and nobody knows how it ended"
            )
        case "StepFailed" | "StepSkipped" | "StepCancelled":
            yield line(event.type.removeprefix("Step").lower(), name, style, visible(data.get("reason", "")))
            if event.type == "StepFailed" and step:
                yield from _left_behind(step, data)
        case "ReplyRecorded":
            yield line("waiting", name, style, f"{visible(data['reply']['by'])} has approved; more are needed")
        case "StepReopened":
            if event.step == data["to"]:
                who = visible(data.get("by", recorded.by)) or "The run"
                yield f"{who} goes back to `{event.step}`: {visible(data['reason'])}"
        case "NoteAdded":
            about = f" about `{event.step}`" if event.step else ""
            yield f"Note{about} by {visible(recorded.by)}: {visible(data['text'])}"
        case "EvidenceAttached":
            to = f"`{event.step}`" if event.step else "the run"
            if data.get("from"):
                yield f"Taken from {to} as evidence: {file(data)}"
            else:
                yield f"Attached to {to} by {visible(recorded.by)}: {file(data)}"
        case "RunHandedOver":
            to, text = visible(data["to"]) or "whoever goes on", visible(data["text"])
            yield f"Handed over by {visible(recorded.by)} to {to}" + (f": {text}" if text else "")
        case "LockAwaited" if not state.awaits_lock(data["at"]):
            return  # nobody was inside, so there was nothing to wait for
        case _ if event.type in TOLD:
            yield from told(recorded, step, style)
        case "CancelRequested":
            yield f"Cancelled by {visible(recorded.by)}: {visible(data['reason'])}"


def _withheld(recorded: Recorded, name: str, style: Style) -> Iterator[str]:
    """The line for what happened at a step that is not for who looks: how it stands then, if that has changed."""
    event = recorded.event
    if event.type not in TRANSITIONS:
        yield f"{event.type} at `{event.step}` by {visible(recorded.by)} (confidential)"
    elif event.type != "StepStarted":
        said = event.data.get("reply", {}).get("by")
        words = f"by {visible(said)}, confidential" if said else "confidential"
        yield line(TRANSITIONS[event.type][1].value, name, style, words)


def _is_turn(step: StepState) -> bool:
    owner = step.siblings.owner
    return owner is not None and owner.step.flow.body is step.step


def _said_by(data: Json) -> str:
    """Who answered, and who passed it on; empty for what nobody said."""
    reply = data.get("reply")
    if not reply:
        return ""
    passed_on = f", as stated by {visible(reply['stated_by'])}" if "stated_by" in reply else ""
    signed = ", signed" if "signature" in reply else ""
    second = data.get("confirmed")
    confirmed = f", confirmed by {visible(second['by'])}" if second else ""
    return f"by {visible(reply['by'])}{passed_on}{signed}{confirmed}{_deviating(reply)}"


def _deviating(reply: Json) -> str:
    """By what the answer does not go by the book, and why; empty when it does."""
    if "deviation" not in reply:
        return ""
    stated = reply["deviation"]
    how = {"out-of-limits": "out of limits", "changed-command": "another command"}.get(stated["kind"], "deviating")
    return f", {how}: {visible(stated['reason'])}"


def _awaited(data: dict[str, Json] | Json) -> str:
    until = f" until {minute(str(data['until']))}" if data.get("until") else ""
    if data["for"] == "signal":
        names = data.get("signals") or [data["signal"]]
        return f"for the signal `{'`, `'.join(names)}`{until}"
    who = f"for {data['role']}" if data.get("role") else f"for a {data['for']}"
    return (until.strip() if data["for"] == "time" else who + until) or who


def _values(step: StepState, data: Json) -> str:
    if step.step.flow.foreach and data.get("outputs"):
        return f"{data['outputs']['done']} done, {data['outputs']['failed']} failed"
    shown = [f"{name} = {shortened(as_shown(value))}" for name, value in data.get("outputs", {}).items()]
    return ", ".join(shown[:4]) + (", ..." if len(shown) > 4 else "")


def _left_behind(step: StepState, data: Json) -> Iterator[str]:
    """What helps after a failure: the last lines it wrote, and how to do it by hand."""
    yield from excerpt(data.get("result", {}))
    if step.step.by_hand:
        yield "    By hand:"
        for each in step.step.by_hand.strip().splitlines():
            yield f"      {visible(each)}"


def ending(state: RunState, style: Style, hidden: Collection[str] = ()) -> Iterator[str]:
    """How a run has ended, and how it goes on where its way back ended early."""
    reason = f": {visible(without_reasons(state.reason, hidden))}" if state.reason else ""
    yield f"{style.bold('Run ' + state.run)} {style.state(state.status)}{reason}"
    for what, command in way_on(state):
        yield f"{what}: {command}"


def what_next(state: RunState, rivals: Rivals = nobody, hidden: Collection[str] = ()) -> Iterator[str]:
    """What the run waits for, each with the command that goes on; `rivals` have a key that it waits for."""
    for what, command in awaited(state, rivals=rivals, hidden=hidden):
        yield f"{what}: {command}" if command else what


def runs(rows: Iterable[RunRow], style: Style, width: int) -> Iterator[str]:
    """Runs as a table."""
    found = list(rows)
    longest = max((len(row.run) for row in found), default=0)
    room = max((len(row.status) for row in found), default=0)
    parts = []
    for row in found:
        took = f"  {in_words(between(row.started_at, row.ended_at))}" if row.ended_at else ""
        state = style.state(row.status, max(room, 9))
        at = row.started_at[:16].replace("T", " ")
        parts.append((f"{state} {row.run:<{longest}}  {at}", f"{visible(row.by)}  {row.process}{took}"))
    yield from pairs(parts, width, 12)


def inbox(rows: Iterable[WaitingRow], now: str) -> Iterator[str]:
    """What waits for people, oldest first; what is late by `now` is said to be."""
    for row in rows:
        about = row.about
        waits_for = about.get("awaits", {}).get("verifier") or about.get("role") or f"a {about.get('for', 'decision')}"
        held = about.get("work", {})
        taken = f"{held['state']} by {held['by']}" if held.get("by") else ""
        late = in_time(about.get("due", ""), about.get("until", ""), False, about.get("offer_to", ""), now)
        words = ", ".join(each for each in (f"for {waits_for}", f"since {minute(row.since)}", taken, late) if each)
        yield f"{row.run}  {row.step}  {visible(about.get('title', ''))}  ({words})"


def events(recorded: Iterable[Recorded]) -> Iterator[str]:
    """The journal of a run, a line an event."""
    for each in recorded:
        step = f" {each.event.step}" if each.event.step else ""
        attempt = f"#{each.event.attempt}" if each.event.attempt else ""
        reason = "(confidential)" if WITHHELD in each.event.data else each.event.data.get("reason", "")
        tail = f"  {shortened(reason, 100)}" if reason else ""
        yield f"{each.seq:>5}  {each.at}  {each.event.type}{step}{attempt}  by {visible(each.by)}{tail}"
