"""What has happened in a run: one record a fact, in the past tense, and the states each leads to.

Rule 1: an event type is a promise. It is never changed, only joined by a new one.
Rule 2: `TRANSITIONS` is the whole truth about step states; the fold, `runbook verify`'s check and the docs read it.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from runbook.outcome import Json


class Status(enum.Enum):
    """The state of one step."""

    PENDING = "pending"
    READY = "ready"
    RUNNING = "running"
    WAITING = "waiting"
    IN_DOUBT = "in doubt"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    UNDONE = "undone"

    __hash__ = object.__hash__  # there is one of each; the one of `Enum` is Python and asked for at every event

    @property
    def is_final(self) -> bool:
        """True when nothing can happen to the step any more."""
        return self in _FINAL


_FINAL = frozenset({Status.SUCCEEDED, Status.FAILED, Status.SKIPPED, Status.CANCELLED, Status.UNDONE})


_NO_DATA: Mapping[str, Json] = {}
"""Of an event that has none; nobody writes into it."""


class Event(NamedTuple):
    """A fact about a run; `step` is the path of the step it concerns (`child/step`), if any."""

    type: str
    step: str | None = None
    attempt: int | None = None
    data: Mapping[str, Json] = _NO_DATA


class Recorded(NamedTuple):
    """An event as the journal holds it: its number in the run, when, by whom, and from where."""

    seq: int
    at: str
    by: str
    event: Event
    where: str = ""


def as_written(recorded: Recorded) -> Recorded:
    """An event at the time that a paper form gives for it (`written_at`), when it was transcribed from one."""
    written = recorded.event.data.get("written_at")
    return recorded._replace(at=str(written)) if written else recorded


def without_turns(path: str) -> str:
    """The path of a step without the numbers of turns in it: `deploy.2/check` is `deploy/check`."""
    parts = ([mark for mark in part.split(".") if not mark.isdecimal()] for part in path.split("/"))
    return "/".join(".".join(marks) for marks in parts)


TRANSITIONS: Mapping[str, tuple[frozenset[Status], Status]] = {
    "StepStarted": (frozenset({Status.PENDING, Status.READY}), Status.RUNNING),
    "StepWaiting": (frozenset({Status.RUNNING, Status.WAITING, Status.IN_DOUBT}), Status.WAITING),
    "ReplyRecorded": (frozenset({Status.WAITING}), Status.WAITING),
    "StepPerformed": (frozenset({Status.WAITING}), Status.WAITING),
    "VerificationRefused": (frozenset({Status.WAITING}), Status.WAITING),
    "StepSucceeded": (frozenset({Status.RUNNING, Status.WAITING, Status.IN_DOUBT}), Status.SUCCEEDED),
    "AttemptFailed": (frozenset({Status.RUNNING, Status.WAITING}), Status.READY),
    "AttemptNotRun": (frozenset({Status.RUNNING}), Status.READY),
    "AttemptAbandoned": (frozenset({Status.RUNNING, Status.WAITING, Status.IN_DOUBT}), Status.READY),
    "StepInDoubt": (frozenset({Status.RUNNING}), Status.IN_DOUBT),
    "HandlingStarted": (
        frozenset({Status.PENDING, Status.READY, Status.RUNNING, Status.WAITING, Status.IN_DOUBT}),
        Status.RUNNING,
    ),
    "StepFailed": (
        frozenset({Status.PENDING, Status.READY, Status.RUNNING, Status.WAITING, Status.IN_DOUBT}),
        Status.FAILED,
    ),
    "StepSkipped": (frozenset({Status.PENDING, Status.READY, Status.WAITING, Status.IN_DOUBT}), Status.SKIPPED),
    "StepCancelled": (
        frozenset({Status.PENDING, Status.READY, Status.RUNNING, Status.WAITING, Status.IN_DOUBT}),
        Status.CANCELLED,
    ),
    "StepUndone": (frozenset({Status.SUCCEEDED}), Status.UNDONE),
    "StepTakenUp": (frozenset({Status.FAILED, Status.CANCELLED}), Status.RUNNING),
    "StepReopened": (frozenset({Status.READY, Status.RUNNING, Status.WAITING, *_FINAL}), Status.PENDING),
}
"""Event type: the states a step may be in before it, and the state after it."""

ENDS_ATTEMPT = frozenset(
    {
        "StepSucceeded",
        "AttemptFailed",
        "AttemptNotRun",
        "AttemptAbandoned",
        "StepFailed",
        "StepSkipped",
        "StepCancelled",
        "StepReopened",
    }
)
"""The event types that end an attempt: each attempt gets exactly one. A step that was over is reopened without one."""

COMPLETES = frozenset({"StepSucceeded", "StepFailed", "StepSkipped", "StepCancelled"})
"""The event types after which a step is over: it gets one, and another one only when it was reopened."""

OPENS_ATTEMPT = {
    "StepStarted": "started",
    "StepTakenUp": "started",
    "HandlingStarted": "started",
    "TurnStarted": "started",
    "TurnsPaused": "paused",
    "StepWaiting": "waiting",
    "AttemptFailed": "paused",
    "StepInDoubt": "in doubt",
}
"""The event types after which something of a step is under way, and what that is."""


def due_of(data: Mapping[str, Json]) -> str:
    """The instant at which time makes something happen, by what an event says; empty when it does not."""
    instants = [data[name] for name in ("until", "retry_at", "due") if data.get(name)]
    return str(min(instants, default=""))


WORK = (
    "WorkClaimed",
    "WorkReleased",
    "WorkAssigned",
    "WorkDelegated",
    "WorkAccepted",
    "WorkDeclined",
    "WorkStarted",
    "WorkSuspended",
    "WorkResumed",
    "HelperJoined",
)
"""The event types that say who has taken a waiting step on; each holds the whole of it as `work`."""

SAYS_MORE = frozenset({*WORK, "StepPerformed", "VerificationRefused"})
"""The event types that change what is to be known of a step that waits: its `work`, and what it `awaits`."""

RUN_EVENTS = (
    "RunStarted",
    "RunResumed",
    "RunPaused",
    "RunReopened",
    "RunHandedOver",
    "NoteAdded",
    "EvidenceAttached",
    "SignalReceived",
    "CancelRequested",
    "StopRequested",
    "TurnStarted",
    "TurnsPaused",
    "ItemsAdded",
    "EnoughDone",
    "StepOverdue",
    *WORK,
    "ApprovalLapsed",
    "LockAwaited",
    "LockTaken",
    "LockLost",
    "UndoRequested",
    "UndoStopped",
    "DefinitionAdopted",
    "OrganisationAdopted",
    "RoleAssigned",
    "ClockJumped",
    "RunSucceeded",
    "RunFailed",
    "RunCancelled",
    "RunUndone",
)
"""The event types that concern the run as a whole, or a step without changing its state."""

ENDS_RUN = {
    "RunSucceeded": "succeeded",
    "RunFailed": "failed",
    "RunCancelled": "cancelled",
    "RunUndone": "undone",
    "UndoStopped": "failed",
}
"""The event types after which nothing happens in a run by itself, and the status it has then.

An `UndoStopped` that names a step or a process ends only the undoing there.
"""

REMARKS = ("NoteAdded", "EvidenceAttached")
"""What may be said of a run after its end: it changes nothing about the run, nor about when it ended."""


def ends_run(recorded: Recorded) -> bool:
    """True for an event that ends the run; an undoing that stops may be that of a part only."""
    event = recorded.event
    part = event.type == "UndoStopped" and (event.step is not None or "prefix" in event.data)
    return event.type in ENDS_RUN and not part


WITH_FAILURES = "succeeded with failures"
"""The status of a run that succeeded although some of its steps failed."""

ENDED = frozenset((*ENDS_RUN.values(), WITH_FAILURES))
"""The statuses of a run that is over."""


def ended_at(events: Sequence[Recorded], status: str) -> str | None:
    """When a run ended that has this status after these events: empty while it is open, None when it had before."""
    if status not in ENDED:
        return ""
    return next((each.at for each in reversed(events) if ends_run(each)), None)
