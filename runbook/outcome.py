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

    `seconds` (from now) or `until` (ISO 8601, UTC) is when time runs out: a wait for TIME is done
    then, a wait for a PERSON or SIGNAL is refused then. `prompt` is what a person is shown, kept
    word for word in the journal.
    """

    waits_for: WaitsFor
    prompt: Mapping[str, Json] = field(default_factory=dict)
    seconds: float | None = None
    until: str | None = None
    signal: str | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """The machine has to carry something out: a program, its arguments, its environment.

    `cwd` is relative to the project's root; `stdin` is empty unless the step asks for it; `shown` is
    the same as a line or script that a person can copy.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: str = "."
    stdin: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Enter:
    """The step opens steps of its own: those of a section, or of another process with `inputs`."""

    process: str | None = None
    inputs: Mapping[str, Json] = field(default_factory=dict)


Outcome = Done | Failed | Waiting | Act | Enter


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
