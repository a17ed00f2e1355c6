"""One way through a process as a simulation has walked it: its steps, its forks, its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from runbook.definition import Step
from runbook.outcome import Json
from runbook.run.asked import Asked
from runbook.run.knowing import Sources


@dataclass(frozen=True, slots=True)
class Fork:
    """A place where there is more than one way on, and what is not known that would decide it."""

    path: str
    what: str
    """`option`, `comes`, `approved` or `fails`."""
    ways: tuple[str, ...]
    taken: str
    depends: Sources = ()
    """The steps that would decide it; empty where a person does, or where anything can happen."""
    named: bool = False
    """True when somebody named the way."""
    supposed: bool = False
    """True when that way is the one by what these steps give here, which is only a sample of what they could."""

    @property
    def open(self) -> bool:
        """True when it was assumed: nobody named it."""
        return not self.named and len(self.ways) > 1


@dataclass(frozen=True, slots=True)
class Passed:
    """One step on the way: what became of it, what it would run or show, what it gave, and what is not known."""

    path: str
    step: Step
    process: str
    happens: str
    """`done`, `skipped` or `failed`."""
    shown: str = ""
    why: str = ""
    """Why it was skipped or has failed."""
    back: str = ""
    """The step that it leads back to."""
    unknown: Sources = ()
    turns: str = ""
    chosen: str = ""
    gives: Mapping[str, tuple[Json, str]] = field(default_factory=dict)
    """By output, its value and where that is from: `sample`, `default` or `worked out`."""
    hidden: tuple[str, ...] = ()
    """Its outputs of which no value is known."""
    asked: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """One way through the process, from its beginning to its end."""

    steps: tuple[Passed, ...]
    forks: tuple[Fork, ...]
    ends: str
    """`succeeded`, `failed`, or `unfinished` where it is not walked any further."""
    why: str = ""
