"""What somebody asks of a run, as imperatives: the decider's only way in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from runbook.outcome import Finished, Json


@dataclass(frozen=True, slots=True)
class Begin:
    """Start the run with these inputs, checked before."""

    run: str
    inputs: Mapping[str, Json]
    definition: str
    """Content hash of the definition the run is bound to."""
    root: str = ""
    """Folder of the project, in which programs run."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Somebody takes the run up again."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Start up to `slots` ready programs; `runner` names the process that will carry them out."""

    slots: int
    runner: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settle:
    """A program has ended; `adopted` when it outlived the one who started it."""

    step: str
    attempt: int
    finished: Finished
    adopted: bool = False


@dataclass(frozen=True, slots=True)
class NotRun:
    """It is proved that a started attempt never did anything."""

    step: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Doubt:
    """An attempt was under way when its supervisor died; `known` is what is known of it."""

    step: str
    attempt: int
    known: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's reply to a waiting step, or to one in doubt, in the words of the answers file."""

    step: str
    outcome: str
    fields: Mapping[str, Json] = field(default_factory=dict)
    choose: str = ""
    reason: str = ""
    stated_by: str = ""
    """The person it is said to come from, when that is not who says it."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A named signal for the steps that wait for it; kept until one does."""

    name: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed: what is due happens."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the run: nothing new starts, what waits is withdrawn, `finally` still runs."""

    reason: str


Command = Begin | Resume | Claim | Settle | NotRun | Doubt | Answer | Signal | Tick | Cancel
