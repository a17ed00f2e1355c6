"""What people, and time, may ask of a work item: one record a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runbook.outcome import Json


@dataclass(frozen=True, slots=True)
class Open:
    """Open an item; what is left out has a default of its board, its process or its policy."""

    kind: str
    title: str
    description: str = ""
    fields: Mapping[str, Json] = field(default_factory=dict)
    process: str = ""
    service: str = ""
    scope: str = ""
    severity: str = ""
    impact: str = ""
    urgency: str = ""
    priority: str = ""
    item_class: str = ""
    demand: str = ""
    requester: str = ""
    team: str = ""
    board: str = ""
    due: int = 0
    to: str = ""
    parent: str = ""
    milestone: str = ""
    budget_days: float = 0.0
    caused_by: str = ""
    reason: str = ""
    """Why it goes before all others, where its class asks for a reason."""
    override: str = ""
    policies: str = ""
    rev: str = ""


@dataclass(frozen=True, slots=True)
class Classify:
    """Say otherwise what an item is; only what is named changes."""

    changes: Mapping[str, str]
    reason: str = ""
    retarget: str = ""
    override: str = ""


@dataclass(frozen=True, slots=True)
class Assign:
    """Make somebody accountable for an item."""

    to: str
    override: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """Help whoever is accountable, or stop helping."""

    person: str
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class HandOver:
    """Hand an item over, with what the next one must know; `not_ours` when it is not in our control."""

    to: str
    note: str
    party: str = ""
    disposition: str = ""
    override: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """Move an item to another column of its board; `override` is the reason to go over a limit."""

    column: str
    override: str = ""


@dataclass(frozen=True, slots=True)
class Rank:
    """Put an item before others by hand (1 is first), or let the rule decide again (0)."""

    rank: int
    reason: str
    until: int = 0


@dataclass(frozen=True, slots=True)
class CommitDue:
    """Promise a date for an item."""

    due: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Hinder:
    """Flag an item as blocked."""

    reason: str
    party: str = ""
    note: str = ""
    next_check: int = 0
    item: str = ""


@dataclass(frozen=True, slots=True)
class Unblock:
    """Take the flag off again; `by_item` is the item whose end did."""

    by_item: str = ""


@dataclass(frozen=True, slots=True)
class RaiseConcern:
    """Flag a concern, which has to be answered."""

    concern: str
    severity: str = ""


@dataclass(frozen=True, slots=True)
class AnswerConcern:
    """Answer a concern: `accept`, `act` or `escalate`."""

    flag: str
    answer: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Await:
    """Let the clocks that may stand still, while somebody else has to act; for a reason, and until a time at most."""

    reason: str
    party: str
    resume_by: int


@dataclass(frozen=True, slots=True)
class Proceed:
    """Let the clocks run again; `by_clock` when the time was up."""

    by_clock: bool = False


@dataclass(frozen=True, slots=True)
class Respond:
    """Record the first answer that the requester got from a person."""

    how: str = ""


@dataclass(frozen=True, slots=True)
class SendUpdate:
    """Record what the requester was told."""

    text: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class AddNote:
    """Note something."""

    text: str


@dataclass(frozen=True, slots=True)
class AttachFile:
    """Record a file that was kept."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Resolve:
    """The work is done; `proof` says how one can tell."""

    resolution: str
    proof: str = ""
    disposition: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Reopen:
    """It was not done after all."""

    reason: str
    override: str = ""


@dataclass(frozen=True, slots=True)
class Close:
    """Nobody has to do anything about it any more."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Cancel an item."""

    reason: str


@dataclass(frozen=True, slots=True)
class Connect:
    """Link an item with a run, a ticket or another item."""

    relation: str
    what: str
    id: str


@dataclass(frozen=True, slots=True)
class SetMilestone:
    """Set a milestone of a project."""

    title: str
    due: int


@dataclass(frozen=True, slots=True)
class SetBudget:
    """Set the days that a project may cost."""

    days: float


@dataclass(frozen=True, slots=True)
class CorrectTime:
    """Say how many seconds of work an item has cost, where what was worked out is wrong."""

    seconds: int
    reason: str


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Take notice of an escalation: it is not repeated to those who can act, and still reaches management."""

    rung: str


@dataclass(frozen=True, slots=True)
class Snooze:
    """Hold escalations back until a time."""

    until: int
    reason: str


@dataclass(frozen=True, slots=True)
class Restate:
    """Judge an item by other policies from now on."""

    policies: str
    rev: str
    reason: str


Command = (
    Open | Classify | Assign | Help | HandOver | Move | Rank | CommitDue | Hinder | Unblock | RaiseConcern
    | AnswerConcern | Await | Proceed | Respond | SendUpdate | AddNote | AttachFile | Resolve | Reopen | Close
    | Withdraw | Connect | SetMilestone | SetBudget | CorrectTime | Acknowledge | Snooze | Restate
)  # fmt: skip
