"""What the record says of a run besides its steps: what did not go by the book, and what happened beside the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runbook.phrases import Phrase, joined
from runbook.run.events import Recorded
from runbook.run.history import by_itself
from runbook.views import machine
from runbook.views.telling import HANDLES, items_in_words

if TYPE_CHECKING:
    from runbook.outcome import Json

STATED = {
    "out-of-limits": Phrase("{path} was recorded out of its limits by {person}"),
    "changed-command": Phrase("{path} was recorded with another command by {person}"),
    "out-of-order": Phrase("{path} was recorded out of order by {person}"),
}
"""The deviations that a person states with an answer, in words."""

_WORK = {
    "WorkClaimed": Phrase("{person} claimed it"),
    "WorkReleased": Phrase("{person} gave it back"),
    "WorkAssigned": Phrase("{person} assigned it"),
    "WorkDelegated": Phrase("{person} delegated it"),
    "WorkAccepted": Phrase("{person} accepted it"),
    "WorkDeclined": Phrase("{person} declined it"),
    "WorkStarted": Phrase("{person} began with it"),
    "WorkSuspended": Phrase("{person} laid it down"),
    "WorkResumed": Phrase("{person} took it up again"),
    "HelperJoined": Phrase("{person} joined as a helper"),
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
        right = each.event.data.get("authority")
        for kind, text in (*_deviation(each, doubtful), *_stated(each), *quorums.told(each)):
            if "authority" in each.event.data:
                text = Phrase("{what} (with the authority of {role})", what=text, role=right)
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
            as_well: str = same[0]
            for other in same[1:]:
                as_well = Phrase("{first} and {last}", first=as_well, last=other)
            text = Phrase("The yes of {person} at {path} came from the login of {login}, as did that of {others}",
                          person=reply["by"], path=path, login=each.by, others=as_well)  # fmt: skip
            yield "one-login", text


def _because(text: Phrase, reason: object) -> Phrase:
    """What happened, and why where that is known."""
    return joined((text, str(reason)), ": ") if reason else text


def _deviation(each: Recorded, doubtful: set[str | None]) -> Iterator[tuple[str, str]]:
    event, reason = each.event, each.event.data.get("reason", "")
    data, path = event.data, event.step
    by = data["reply"]["by"] if "reply" in data else ""
    match event.type:
        case "CancelRequested":
            yield "cancelled", Phrase("The run was cancelled by {person}: {reason}", person=each.by, reason=reason)
        case "RunPaused":
            yield (
                "paused",
                _because(Phrase("The run was paused by {person} at {time}", person=each.by, time=each.at), reason),
            )
        case "RunReopened":
            text = Phrase("{person} had the run go on after its end: {reason}", person=each.by, reason=reason)
            yield "reopened", text
        case "DefinitionAdopted":
            text = Phrase("{person} had the run go on with another version of its process", person=each.by)
            yield "another-version", _because(text, reason)
            for change in data.get("changes", ()):
                yield "another-version", Phrase("In that version, {change}", change=change)
        case "UndoRequested" if not path and "prefix" not in data:
            yield "undone", Phrase("{person} had the run undone: {reason}", person=each.by, reason=reason)
            for left in data.get("across", ()):
                yield "undone", Phrase("{what} was not undone: it can't be", what=left)
        case "UndoRequested" if data.get("refused"):
            yield "undone", Phrase("After a failure {refused}", refused=data["refused"])
        case "UndoRequested":
            steps = ", ".join(data["steps"]) or Phrase("nothing")
            yield "undone", Phrase("What was done was undone after a failure: {steps}", steps=steps)
        case "UndoStopped":
            yield "undone", Phrase("The way back ended early: {reason}", reason=reason)
        case "StopRequested" if not by_itself(event):
            text = Phrase("{path} was stopped by {person}: {reason}", path=path, person=each.by, reason=reason)
            yield "stopped", text
        case "EnoughDone" if not by_itself(event):
            text = Phrase(
                "{person} said that {path} has had enough turns: {reason}", person=each.by, path=path, reason=reason
            )
            yield "ended-early", text
        case "ItemsAdded":
            items = items_in_words(len(data["items"]))
            yield (
                "more-items",
                _because(Phrase("{person} gave {path} {items} more", person=each.by, path=path, items=items), reason),
            )
        case "LockLost":
            if path:
                yield "not-alone", Phrase("{path} was no more alone inside: {reason}", path=path, reason=reason)
            else:
                yield "not-alone", Phrase("The run was no more alone inside: {reason}", reason=reason)
        case "StepOverdue":
            yield "overdue", Phrase("{path} was overdue at {time}", path=path, time=each.at)
        case "HandlingStarted" if data["for"] in ("on_failure", "undo"):
            about = {"path": path, "time": each.at, "what": HANDLES[data["for"]], "reason": data["failure"]["reason"]}
            yield "failed", Phrase("{path} failed at {time}, and {what}: {reason}", **about)
        case "StepSkipped" if by:
            kind = "jumped" if data["reply"].get("to") else "skipped"
            yield kind, Phrase("{path} was skipped by {person}: {reason}", path=path, person=by, reason=reason)
        case "StepInDoubt":
            doubtful.add(path)
            yield "in-doubt", Phrase("{path} was in doubt after a crash at {time}", path=path, time=each.at)
        case "StepWaiting" if data["for"] == "decision":
            doubtful.add(path)
            yield "failed", Phrase("{path} failed at {time}: {reason}", path=path, time=each.at, reason=reason)
        case "StepWaiting" if by and path in doubtful:  # a second person confirms it, or not
            doubtful.discard(path)
            yield (
                "declared",
                Phrase("{path} was declared done by {person}: {reason}", path=path, person=by, reason=reason),
            )
        case "StepFailed" if isinstance(data.get("refused"), Mapping):
            about = {"path": path, "person": data["refused"]["by"], "reason": data["refused"]["reason"]}
            yield "not-confirmed", Phrase("{path} was not confirmed by {person}: {reason}", **about)
        case "StepSucceeded" if by and data["reply"].get("emergency"):
            about = {"path": path, "person": by, "reason": data["reply"].get("reason", "")}
            yield "emergency", Phrase("{path} was approved in an emergency by {person}: {reason}", **about)
        case "StepReopened" if path == data["to"]:
            who = data.get("by", each.by)
            if who:
                yield (
                    "gone-back",
                    Phrase("{person} went back to {path}: {reason}", person=who, path=path, reason=reason),
                )
            else:
                yield "gone-back", Phrase("The run went back to {path}: {reason}", path=path, reason=reason)
        case "AttemptAbandoned":
            yield "repeated", Phrase("{path} was repeated: {reason}", path=path, reason=reason)
        case "StepSucceeded" | "StepFailed" if by and path in doubtful:
            done = Phrase("{path} was declared done by {person}: {reason}")
            failed = Phrase("{path} was declared failed by {person}: {reason}")
            text = done if event.type == "StepSucceeded" else failed
            yield "declared", Phrase(text, path=path, person=by, reason=reason)
        case "VerificationRefused":
            told = (data.get("reply") or {}).get("reason") or reason
            text = Phrase("{path} was not confirmed by {person}", path=path, person=by or each.by)
            yield "not-confirmed", _because(text, told)
        case "ApprovalLapsed":
            state = _STATES.get(data.get("state", "void"), data.get("state"))
            text = Phrase("The approval of {path} is {state} since {time}", path=path, state=state, time=each.at)
            yield "lapsed", _because(text, reason)


_STATES = {
    "void": Phrase("void"),
    "stale": Phrase("stale"),
    "expired": Phrase("expired"),
    "revoked": Phrase("revoked"),
}


def _stated(each: Recorded) -> Iterator[tuple[str, str]]:
    """What a person stated with an answer that does not go by the book."""
    reply = each.event.data.get("reply") or {}
    if "confirmed" in each.event.data:  # what the first person stated has been told when they did
        return
    given = reply.get("deviation") or ()
    for stated in (given,) if isinstance(given, Mapping) else given:
        kind, by = str(stated.get("kind", "deviation")), reply.get("by", each.by)
        if kind == "changed-command" and {"shown", "command", "reason"} <= stated.keys():
            about = {
                "path": each.event.step,
                "person": by,
                **{name: stated[name] for name in ("reason", "shown", "command")},
            }
            yield (
                kind,
                Phrase(
                    "At {path} {person} ran another command than the one shown: {reason}. "
                    "Shown: {shown}; run: {command}",
                    **about,
                ),
            )
            continue
        if kind == "out-of-limits" and isinstance(fields := stated.get("fields"), Mapping):
            for name, value in fields.items():
                about = {"path": each.event.step, "person": by, "name": name, "value": _beyond(value)}
                text = Phrase(
                    "{path}: {person} took {name} = {value}: {reason}", reason=stated.get("reason", ""), **about
                )
                yield kind, text
            continue
        how = STATED.get(kind) or Phrase("{path} was recorded {how} by {person}")
        told = Phrase(how, path=each.event.step, person=by, how=kind.replace("-", " "))
        yield kind, _because(joined((told, _details(stated)), ""), stated.get("reason"))


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
    least, most = (f"{end} {unit}".rstrip() for end in ends)
    given = found.get("value")
    told = (
        f"{_value(given.get('value'))} {given.get('unit', '')}".strip() if isinstance(given, Mapping) else _value(given)
    )
    if all(ends):
        return Phrase("{value}, outside of {minimum} to {maximum}", value=told, minimum=ends[0], maximum=most)
    if ends[0]:
        return Phrase("{value}, outside of at least {minimum}", value=told, minimum=least)
    return Phrase("{value}, outside of at most {maximum}", value=told, maximum=most)


def _value(value: Json) -> str:
    return value if isinstance(value, str) else machine.line(value)


def besides(events: Sequence[Recorded]) -> Iterator[Phrase]:
    """What happened to one step beside the way, in words, with its time."""
    for each in events:
        if text := _beside(each):
            yield joined((each.at, text), " ")


def _beside(each: Recorded) -> Phrase | None:
    event, data = each.event, each.event.data
    reason = data.get("reason")
    match event.type:
        case "HandlingStarted":
            return joined((HANDLES[data["for"]], str(data["failure"]["reason"])), ": ")
        case "TurnsPaused":
            return Phrase("the turns rested until {time}", time=data["until"])
        case "ItemsAdded":
            items = items_in_words(len(data["items"]))
            return _because(Phrase("{person} gave it {items} more", person=each.by, items=items), reason)
        case "EnoughDone":
            return _because(Phrase("it had enough turns"), reason)
        case "StepOverdue":
            return Phrase("it was overdue")
        case "StopRequested":
            return _because(Phrase("it had to end"), reason)
        case "LockAwaited":
            return Phrase("it waited until it might go on with key {key}", key=data["key"])
        case "LockTaken":
            return Phrase("it was let in")
        case "LockLost":
            return _because(Phrase("it was let in no more"), reason)
        case "StepTakenUp":
            return _because(Phrase("{person} had it go on", person=each.by), reason)
        case "StepUndone":
            return Phrase("it was undone")
        case "ApprovalLapsed":
            state = _STATES.get(data.get("state", "void"), data.get("state"))
            return _because(Phrase("its approval became {state}", state=state), reason)
        case work if work in _WORK:
            resting = (data.get("work") or {}).get("reason") if work == "WorkSuspended" else ""
            did = Phrase(_WORK[work], person=_who(each, data))
            return _because(_to(did, data), resting or reason)
    return None


def _who(each: Recorded, data: Mapping[str, Any]) -> str:
    return str(data.get("by") or each.by)


def _to(did: Phrase, data: Mapping[str, Any]) -> Phrase:
    """What was done, and to whom."""
    if not data.get("to"):
        return did
    text = Phrase("{did} to {person} (by the rule `{rule}`)") if data.get("rule") else Phrase("{did} to {person}")
    return Phrase(text, did=did, person=data["to"], rule=data.get("rule"))
