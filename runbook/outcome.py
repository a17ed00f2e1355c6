"""How one attempt at a step ends, or what it needs before it can end."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Any
"""A JSON value: None, bool, int, float, str, list or dict of the same."""


class WaitsFor(enum.Enum):
    """What a waiting step waits for."""

    PERSON = "person"
    TIME = "time"
    SIGNAL = "signal"
    DECISION = "decision"
    """Of the operator, about a program that failed."""


@dataclass(frozen=True, slots=True)
class Done:
    """It worked; `outputs` are the named values for later steps."""

    outputs: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not work, and why, in words for the operator."""

    reason: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing to do now: the step waits and holds nothing.

    `seconds` (from now) or `until` (ISO 8601, UTC) is when time runs out; its kind's `wake` says what that means, or
    what one of the `signals` does. `prompt` is what a person is shown, kept word for word in the journal.
    """

    waits_for: WaitsFor
    prompt: Mapping[str, Json] = field(default_factory=dict)
    seconds: float | None = None
    until: str | None = None
    signals: tuple[str, ...] = ()
    kept: bool = True
    """False when a signal that came before the step began to wait does not count."""


@dataclass(frozen=True, slots=True)
class Act:
    """The machine has to carry something out: a program, its arguments, its environment; or the work of a kind.

    `cwd` is relative to the project's root; `stdin` is empty unless the step asks for it; `shown` is
    the same as a line or script that a person can copy. `env`, `stdin` and `request` may hold secrets (`Sealed`).
    """

    argv: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: str = "."
    stdin: str = ""
    shown: str = ""
    work: str = ""
    """The kind whose `work` is done in a process of its own, in place of a program."""
    request: Json = None
    """What that work is handed."""


@dataclass(frozen=True, slots=True)
class Enter:
    """The step opens steps of its own: those of a section, or of another process with `inputs`."""

    process: str | None = None
    inputs: Mapping[str, Json] = field(default_factory=dict)
    detached: bool = False
    """True when that process becomes a run of its own, which nobody waits for."""
    max_depth: int = 20
    """How many runs of the process there may be inside of each other."""


@dataclass(frozen=True, slots=True)
class End:
    """The process ends here: whatever else is under way in it is withdrawn. `failed` is why, empty when all is well."""

    failed: str = ""


Outcome = Done | Failed | Waiting | Act | Enter | End


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended: what the supervisor found.

    `exit_code` is None when it was ended by `signal`; `dropped` counts bytes of output over the
    limit; `error` says why it could not be started or was ended by us (`timed out after 10 s`).
    """

    exit_code: int | None
    signal: int | None = None
    stdout: str = ""
    stderr: str = ""
    dropped: int = 0
    seconds: float = 0.0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken of a program for one of its outputs before its end was told: a file's text, or a kept file.

    `why` is what kept it from being taken.
    """

    text: str = ""
    file: Mapping[str, Json] = field(default_factory=dict)
    why: str = ""
