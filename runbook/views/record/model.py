"""The record of a run as values, from which each of its forms (Markdown, HTML, CSV, JSON) is written: none differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.views.deviations import Deviation

if TYPE_CHECKING:
    from runbook.blocks import Field
    from runbook.outcome import Json


@dataclass(frozen=True, slots=True)
class Said:
    """What a person answered, as it was recorded."""

    seq: int
    at: str
    by: str
    stated_by: str
    """Who typed it for that person; empty when they did it themselves."""
    for_: str
    """Whom that person stood in for; empty when nobody."""
    outcome: str
    """As it was given: `done`, `skipped`, `approve` ..."""
    words: str
    """The same in the past tense: `done`, `approved`, `confirmed` ..."""
    reason: str
    fields: Mapping[str, Json]
    seen: str
    """The hash of what that person was shown; empty where it was not kept."""
    signed: str
    """The fingerprint of the key it was signed with; empty when it was not signed."""
    entered: str
    """When it was written down, where the paper says an earlier time; empty otherwise."""


@dataclass(frozen=True, slots=True)
class Approval:
    """One decision of an approval."""

    step: str
    title: str
    round: int
    said: Said
    role: str
    shown: str
    """The text that was shown with the question."""
    lapsed: str
    """Why it counts no more; empty while it does."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that was kept as evidence."""

    seq: int
    step: str
    requirement: str
    """The id of what it is evidence for, or of the field it fills, where the step asks for it."""
    taken_from: str
    """What of its program it was taken from; empty when a person attached it."""
    name: str
    size: int
    type: str
    sha256: str
    at: str
    by: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A note, or a hand-over (`to` says to whom; None for a note)."""

    step: str
    at: str
    by: str
    text: str
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of a step, from its start to its end."""

    first: int
    """The number of the event that began it."""
    number: int
    status: str
    by: str
    started_at: str
    ended_at: str
    seconds: float | None
    reason: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """One step that was reached, with all that happened there."""

    number: str
    path: str
    title: str
    kind: str
    status: str
    reason: str
    by: str
    role: str
    choice: str
    """What a decision has chosen, and what chose it; empty for other steps."""
    started_at: str
    ended_at: str
    seconds: float | None
    attempts: tuple[Attempt, ...]
    attempt: int
    """The number of its newest attempt."""
    passes: int
    """How often it was gone through: 1, unless somebody went back."""
    turn: int
    turns: int
    item: Json
    shown: str
    said: tuple[Said, ...]
    besides: tuple[str, ...]
    remarks: tuple[Remark, ...]
    evidence: tuple[Evidence, ...]
    command: str
    """What a person was shown to carry out; empty where the machine did it."""
    carried_out: str
    output: str
    cut: int
    """How many characters before `output` were left out."""
    outputs: Mapping[str, Json]
    form: tuple[Field, ...]
    """What people were asked to fill in; empty for other steps."""
    undo: str
    """What became of its way back; empty when nobody took it."""


@dataclass(frozen=True, slots=True)
class Record:
    """The record of a run."""

    run: str
    process: str
    title: str
    status: str
    reason: str
    origin: str
    started_at: str
    started_by: str
    ended_at: str
    seconds: float | None
    over: int
    total: int
    failures: tuple[str, ...]
    roles: tuple[tuple[str, tuple[str, ...]], ...]
    """Who acted in which role."""
    names: Mapping[str, str]
    """The full names of people, by id, as far as they are known."""
    definition: str
    adopted: tuple[str, ...]
    """The definitions that it went by before, oldest first."""
    organisation: str
    project: str
    """The folder of the project that it was begun in: whose definition it goes by, and whose people it knows."""
    transcribed: Mapping[str, Json]
    """The form of paper it was written down from, `{name, sha256, by, at}`; empty when it was carried out here."""
    instructions: bool
    """True when nothing of it is executed: people carry it all out."""
    inputs: Mapping[str, Json]
    outputs: Mapping[str, Json]
    deviations: tuple[Deviation, ...]
    approvals: tuple[Approval, ...]
    evidence: tuple[Evidence, ...]
    remarks: tuple[Remark, ...]
    steps: tuple[Done, ...]
