"""What the record says of a run besides its steps: what did not go by the book, and what happened beside the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runbook.run.events import Recorded
from runbook.run.history import by_itself
from runbook.views import machine
from runbook.views.telling import HANDLES, items_in_words

if TYPE_CHECKING:
    from runbook.outcome import Json

STATED = {
    "out-of-limits": "out of its limits",
    "changed-command": "with another command",
    "out-of-order": "out of order",
}
"""The deviations that a person states with an answer, in words."""

_WORK = {
    "WorkClaimed": "claimed it",
    "WorkReleased": "gave it back",
    "WorkAssigned": "assigned it",
    "WorkDelegated": "delegated it",
    "WorkAccepted": "accepted it",
    "WorkDeclined": "declined it",
    "WorkStarted": "began with it",
    "WorkSuspended": "laid it down",
    "WorkResumed": "took it up again",
    "HelperJoined": "joined as a helper",
}
"""What people do with work that is theirs to do, in words."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """Something that did not go by the book; `seq` is the event that says so, `step` is empty for the whole run."""

    seq: int
    at: str
    by: str
    step: str
    kind: str
    text: str


def deviations(events: Sequence[Recorded]) -> Iterator[Deviation]:
    """What did not go by the book, from the journal: skips by people, ways back, doubts, what was stopped or undone."""
    doubtful: set[str | None] = set()
    quorums = _Quorums()
    for each in events:
        replies = (each.event.data.get(name) for name in ("reply", "refused"))
        reply = next((found for found in replies if isinstance(found, Mapping)), {})
        by = reply.get("by", each.by)
        by_right = f" (with the authority of {each.event.data['authority']})" if "authority" in each.event.data else ""
        for kind, text in (*_deviation(each, doubtful), *_stated(each), *quorums.told(each)):
            text = f"{text}{by_right}"
            yield Deviation(each.seq, each.at, by, each.event.step or "", kind, text)


class _Quorums:
    """Who has said yes at each approval so far, and from whose login; what is on paper is signed there."""

    def __init__(self) -> None:
        self._said: dict[str, list[tuple[str, str]]] = {}
        self._on_paper = False

    def told(self, each: Recorded) -> Iterator[tuple[str, str]]:
        """A further yes of a quorum that came from the same login as one before."""
        event, path = each.event, each.event.step or ""
        self._on_paper = self._on_paper or (event.type == "RunStarted" and "transcribed" in event.data)
        if event.type in ("StepReopened", "ApprovalLapsed"):
            self._said.pop(path, None)
        reply = event.data.get("reply")
        if self._on_paper or not isinstance(reply, Mapping) or reply.get("outcome") != "approve":
            return
        before = self._said.setdefault(path, [])
        same = [by for by, login in before if login == each.by]
        before.append((str(reply["by"]), each.by))
        if same:
            as_well = " and ".join(same)
            yield (
                "one-login",
                f"The yes of {reply['by']} at {path} came from the login of {each.by}, as did that of {as_well}",
            )


def _deviation(each: Recorded, doubtful: set[str | None]) -> Iterator[tuple[str, str]]:
    event, reason = each.event, each.event.data.get("reason", "")
    data, path = event.data, event.step
    by = data["reply"]["by"] if "reply" in data else ""
    why = f": {reason}" if reason else ""
    match event.type:
        case "CancelRequested":
            yield "cancelled", f"The run was cancelled by {each.by}: {reason}"
        case "RunPaused":
            yield "paused", f"The run was paused by {each.by} at {each.at}{why}"
        case "RunReopened":
            yield "reopened", f"{each.by} had the run go on after its end: {reason}"
        case "DefinitionAdopted":
            yield "another-version", f"{each.by} had the run go on with another version of its process{why}"
            for change in data.get("changes", ()):
                yield "another-version", f"In that version, {change}"
        case "UndoRequested" if not path and "prefix" not in data:
            yield "undone", f"{each.by} had the run undone: {reason}"
            for left in data.get("across", ()):
                yield "undone", f"{left} was not undone: it can't be"
        case "UndoRequested" if data.get("refused"):
            yield "undone", f"After a failure {data['refused']}"
        case "UndoRequested":
            yield "undone", f"What was done was undone after a failure: {', '.join(data['steps']) or 'nothing'}"
        case "UndoStopped":
            yield "undone", f"The way back ended early: {reason}"
        case "StopRequested" if not by_itself(event):
            yield "stopped", f"{path} was stopped by {each.by}: {reason}"
        case "EnoughDone" if not by_itself(event):
            yield "ended-early", f"{each.by} said that {path} has had enough turns: {reason}"
        case "ItemsAdded":
            yield "more-items", f"{each.by} gave {path} {items_in_words(len(data['items']))} more{why}"
        case "LockLost":
            yield "not-alone", f"{path or 'The run'} was no more alone inside: {reason}"
        case "StepOverdue":
            yield "overdue", f"{path} was overdue at {each.at}"
        case "HandlingStarted" if data["for"] in ("on_failure", "undo"):
            yield "failed", f"{path} failed at {each.at}, and {HANDLES[data['for']]}: {data['failure']['reason']}"
        case "StepSkipped" if by:
            kind = "jumped" if data["reply"].get("to") else "skipped"
            yield kind, f"{path} was skipped by {by}: {reason}"
        case "StepInDoubt":
            doubtful.add(path)
            yield "in-doubt", f"{path} was in doubt after a crash at {each.at}"
        case "StepWaiting" if data["for"] == "decision":
            doubtful.add(path)
            yield "failed", f"{path} failed at {each.at}: {reason}"
        case "StepWaiting" if by and path in doubtful:  # a second person confirms it, or not
            doubtful.discard(path)
            yield "declared", f"{path} was declared done by {by}: {reason}"
        case "StepFailed" if isinstance(data.get("refused"), Mapping):
            yield "not-confirmed", f"{path} was not confirmed by {data['refused']['by']}: {data['refused']['reason']}"
        case "StepSucceeded" if by and data["reply"].get("emergency"):
            told = data["reply"].get("reason", "")
            yield "emergency", f"{path} was approved in an emergency by {by}: {told}"
        case "StepReopened" if path == data["to"]:
            yield "gone-back", f"{data.get('by', each.by) or 'The run'} went back to {path}: {reason}"
        case "AttemptAbandoned":
            yield "repeated", f"{path} was repeated: {reason}"
        case "StepSucceeded" | "StepFailed" if by and path in doubtful:
            word = "done" if event.type == "StepSucceeded" else "failed"
            yield "declared", f"{path} was declared {word} by {by}: {reason}"
        case "VerificationRefused":
            told = (data.get("reply") or {}).get("reason") or reason
            yield "not-confirmed", f"{path} was not confirmed by {by or each.by}" + (f": {told}" if told else "")
        case "ApprovalLapsed":
            yield "lapsed", f"The approval of {path} is {data.get('state', 'void')} since {each.at}{why}"


def _stated(each: Recorded) -> Iterator[tuple[str, str]]:
    """What a person stated with an answer that does not go by the book."""
    reply = each.event.data.get("reply") or {}
    if "confirmed" in each.event.data:  # what the first person stated has been told when they did
        return
    given = reply.get("deviation") or ()
    for stated in (given,) if isinstance(given, Mapping) else given:
        kind, by = str(stated.get("kind", "deviation")), reply.get("by", each.by)
        if kind == "changed-command" and {"shown", "command", "reason"} <= stated.keys():
            told = f"Shown: {stated['shown']}; run: {stated['command']}"
            yield kind, f"At {each.event.step} {by} ran another command than the one shown: {stated['reason']}. {told}"
            continue
        if kind == "out-of-limits" and isinstance(fields := stated.get("fields"), Mapping):
            for name, value in fields.items():
                yield kind, f"{each.event.step}: {by} took {name} = {_beyond(value)}: {stated.get('reason', '')}"
            continue
        how = STATED.get(kind, kind.replace("-", " "))
        reason = f": {stated['reason']}" if stated.get("reason") else ""
        yield kind, f"{each.event.step} was recorded {how} by {by}{_details(stated)}{reason}"


def _details(stated: Mapping[str, Json]) -> str:
    """What else is known of a stated deviation."""
    rest = [f"{name} = {_value(value)}" for name, value in stated.items() if name not in ("kind", "reason")]
    return f" ({', '.join(rest)})" if rest else ""


def _beyond(found: Json) -> str:
    """A value that was taken all the same, and what it should have been: `7 bar, outside of 1 to 6 bar`."""
    if not isinstance(found, Mapping) or not isinstance(limits := found.get("limits"), Mapping):
        return _value(found)
    unit = str(limits.get("unit", ""))
    ends = [_value(limits.get(name, "")) for name in ("min", "max")]
    between = " to ".join(ends) if all(ends) else f"at least {ends[0]}" if ends[0] else f"at most {ends[1]}"
    given = found.get("value")
    told = (
        f"{_value(given.get('value'))} {given.get('unit', '')}".strip() if isinstance(given, Mapping) else _value(given)
    )
    return f"{told}, outside of {between} {unit}".rstrip()


def _value(value: Json) -> str:
    return value if isinstance(value, str) else machine.line(value)


def besides(events: Sequence[Recorded]) -> Iterator[str]:
    """What happened to one step beside the way, in words, with its time."""
    for each in events:
        event, data = each.event, each.event.data
        why = f": {data['reason']}" if data.get("reason") else ""
        match event.type:
            case "HandlingStarted":
                yield f"{each.at} {HANDLES[data['for']]}: {data['failure']['reason']}"
            case "TurnsPaused":
                yield f"{each.at} the turns rested until {data['until']}"
            case "ItemsAdded":
                yield f"{each.at} {each.by} gave it {items_in_words(len(data['items']))} more{why}"
            case "EnoughDone":
                yield f"{each.at} it had enough turns{why}"
            case "StepOverdue":
                yield f"{each.at} it was overdue"
            case "StopRequested":
                yield f"{each.at} it had to end{why}"
            case "LockAwaited":
                yield f"{each.at} it waited until it might go on with key {data['key']}"
            case "LockTaken":
                yield f"{each.at} it was let in"
            case "LockLost":
                yield f"{each.at} it was let in no more{why}"
            case "StepTakenUp":
                yield f"{each.at} {each.by} had it go on{why}"
            case "StepUndone":
                yield f"{each.at} it was undone"
            case "ApprovalLapsed":
                yield f"{each.at} its approval became {data.get('state', 'void')}{why}"
            case work if work in _WORK:
                resting = (data.get("work") or {}).get("reason") if work == "WorkSuspended" else ""
                yield f"{each.at} {_who(each, data)} {_WORK[work]}{_whom(data)}{f': {resting}' if resting else why}"


def _who(each: Recorded, data: Mapping[str, Any]) -> str:
    return str(data.get("by") or each.by)


def _whom(data: Mapping[str, Any]) -> str:
    rule = f" (by the rule `{data['rule']}`)" if data.get("rule") else ""
    return f" to {data['to']}{rule}" if data.get("to") else ""
