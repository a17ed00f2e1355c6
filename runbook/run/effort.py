"""How it went at each step of past runs: who was asked, who took it on when, how long they were at it, how often anew.

Rule 1: it is told the events by the one that counts runs (`Tally`), so that no run is gone through twice.
Rule 2: a time is only told where the journal has both of its ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runbook.instants import between
from runbook.run.events import COMPLETES, Recorded, without_turns

if TYPE_CHECKING:
    from runbook.run.tally import PastRun

_TAKES = frozenset({"WorkClaimed", "WorkAssigned", "WorkAccepted"})


@dataclass(frozen=True, slots=True)
class Pass:
    """One time that a step was gone through, from its beginning to its end; times are seconds."""

    step: str
    """Its path without numbers of turns."""
    how: str
    """`succeeded`, `failed`, `skipped` or `cancelled`."""
    kind: str = ""
    """The kind of a step that waited for a person; empty for what the machine did alone."""
    by: str = ""
    """Who did, decided or skipped it; empty for what the machine did alone."""
    offered: float | None = None
    """From the offer to a person until somebody took it on; None where nobody said so before it was done."""
    touch: float | None = None
    """How long somebody, or a program, was at it; None for what was left out."""
    waited: float = 0.0
    """How long it stood open for people, from the offer to the end."""
    retries: int = 0
    again: bool = False
    """True when it had been over before, in the same run."""
    comments: tuple[str, ...] = ()
    outcome: str = ""
    """What somebody answered: `done`, `approve`, `reject`."""
    evidence: int = 0
    """The files that were kept with it."""
    chosen: str = ""
    """The option of a decision."""
    at_it: tuple[tuple[str, str], ...] = ()
    """From when until when whoever did it was at it, without rests; empty for what the machine did alone."""


@dataclass(frozen=True, slots=True)
class Effort:
    """One run with all that was gone through in it."""

    run: str
    process: str
    status: str
    began: str
    ended: str
    by: str
    passes: tuple[Pass, ...]
    definition: str = ""
    handovers: int = 0
    departures: int = 0
    """How often people did otherwise than the process says."""
    comments: tuple[str, ...] = ()
    """What was noted about the run as a whole."""

    @property
    def over(self) -> bool:
        """True when it has come to its end."""
        return bool(self.ended)

    @property
    def people(self) -> tuple[str, ...]:
        """Who did anything in it, each once."""
        return tuple(dict.fromkeys(each.by for each in self.passes if each.by))

    @property
    def right_first_time(self) -> bool:
        """True for a run that succeeded with no step failed, tried again or done anew."""
        smooth = not any(each.again or each.retries or each.how == "failed" for each in self.passes)
        return self.status == "succeeded" and smooth


@dataclass(slots=True)
class _Going:
    """A step that is under way."""

    began: str
    kind: str = ""
    offered_at: str = ""
    taken_at: str = ""
    at_it_since: str = ""
    rests_since: str = ""
    rests: list[tuple[str, str]] = field(default_factory=list)
    retries: int = 0
    evidence: int = 0
    comments: list[str] = field(default_factory=list)


class Efforts:
    """Takes in the events of runs of one process, one run after the other."""

    def __init__(self) -> None:
        self.found: list[Effort] = []
        self._begin()

    def _begin(self) -> None:
        self._going: dict[str, _Going] = {}
        self._over: set[str] = set()
        self._passes: list[Pass] = []
        self._comments: list[str] = []
        self._process = self._definition = ""
        self._handovers = 0

    def take(self, each: Recorded) -> None:
        """Take in one event of the run that is gone through."""
        event = each.event
        type = event.type
        if event.step is None:
            self._of_run(type, event.data)
        elif type == "StepStarted" or event.step in self._going or type in COMPLETES or type == "NoteAdded":
            self._of_step(each, type, event.step, event.data)

    def end(self, past: PastRun, departures: int) -> None:
        """That was all of this run."""
        self.found.append(
            Effort(
                past.run, self._process, past.status, past.started_at, past.ended_at, past.by, tuple(self._passes),
                self._definition, self._handovers, departures, tuple(self._comments),
            )
        )  # fmt: skip
        self._begin()

    def _of_run(self, type: str, data: Mapping[str, object]) -> None:
        if type == "RunStarted":
            self._process = str(data.get("process", ""))
        if type in ("RunStarted", "DefinitionAdopted"):
            self._definition = str(data.get("definition", self._definition))
        elif type == "RunHandedOver":
            self._handovers += 1
        elif type == "NoteAdded":
            self._comments.append(str(data.get("text", "")))

    def _of_step(self, each: Recorded, type: str, path: str, data: Mapping[str, object]) -> None:
        at = each.at
        going = self._going.get(path)
        if going is None:
            if type == "NoteAdded":
                self._comments.append(str(data.get("text", "")))
                return
            going = self._going[path] = _Going(at)
        match type:
            case "StepReopened":
                self._over.add(path)
                del self._going[path]
                return
            case "StepWaiting" if data.get("for") == "person":
                going.kind = str(data.get("kind", ""))
                going.offered_at = going.offered_at or at
            case _ if type in _TAKES:
                going.taken_at = going.taken_at or at
            case "WorkReleased":
                going.taken_at = going.at_it_since = ""
            case "WorkStarted":
                going.at_it_since = going.at_it_since or at
            case "WorkSuspended":
                going.rests_since = at
            case "WorkResumed" if going.rests_since:
                going.rests.append((going.rests_since, at))
                going.rests_since = ""
            case "AttemptFailed":
                going.retries += 1
            case "NoteAdded":
                going.comments.append(str(data.get("text", "")))
            case "EvidenceAttached":
                going.evidence += 1
        if type in COMPLETES:
            self._passes.append(self._ended(going, path, type, at, data))
            self._over.add(path)
            del self._going[path]

    def _ended(self, going: _Going, path: str, type: str, at: str, data: Mapping[str, object]) -> Pass:
        reply = data.get("reply")
        said: Mapping[str, object] = reply if isinstance(reply, Mapping) else {}
        how = type.removeprefix("Step").lower()
        touch, at_it = None, list[tuple[str, str]]()
        if how in ("succeeded", "failed"):
            start = going.at_it_since or going.taken_at or going.offered_at or going.began
            touch = max(0.0, between(start, at) - sum(between(*each) for each in going.rests))
            for since, until in going.rests:
                at_it.append((start, since))
                start = until
            at_it.append((start, at))
        by = str(said.get("by", ""))
        answers = data.get("outputs")
        chosen = answers.get("choice", "") if going.kind == "decision" and isinstance(answers, Mapping) else ""
        return Pass(
            without_turns(path),
            how,
            going.kind,
            by,
            between(going.offered_at, going.taken_at) if going.offered_at and going.taken_at else None,
            touch,
            between(going.offered_at, at) if going.offered_at else 0.0,
            going.retries,
            path in self._over,
            tuple(going.comments),
            str(said.get("outcome", "")),
            going.evidence,
            str(chosen),
            tuple(at_it) if by else (),
        )


__all__ = ["Effort", "Efforts", "Pass"]
