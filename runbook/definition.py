"""What a team has written down: the project, its process groups, processes and steps. Frozen.

Rule 1: a definition is the same whether it was read from files or from a run's stored copy.
Rule 2: everything implied by the text (the step before it, a default) is explicit here.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runbook.clauses import Expect, Expression, Input, Output, Retry, Role, Template, Use
    from runbook.outcome import Json
    from runbook.source import Path


class OnFailure(enum.Enum):
    """What happens to the steps after a failed one."""

    STOP = "stop"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True)
class Undo:
    """The way back after a step: what a person does, or what a program does, as a spec of that kind."""

    kind: str
    spec: Any


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `spec` belongs to its kind; `needs` and `join` say when it is ready."""

    id: str
    title: str
    kind: str
    spec: Any
    at: Path
    number: str = ""
    needs: tuple[str, ...] = ()
    join: int | None = None
    """How many of `needs` must be over; None for all of them."""
    when: Expression | None = None
    role: str | None = None
    excludes: tuple[str, ...] = ()
    """Roles, or `starter`, whose players may not do this step (`not` of an approval)."""
    why: str = ""
    warning: str = ""
    caution: str = ""
    note: str = ""
    by_hand: str = ""
    """How a person does by hand what the machine does (`manual` beside an acting kind)."""
    timeout: float | None = None
    retry: Retry | None = None
    expect: Expect | None = None
    outputs: Mapping[str, Output] = field(default_factory=dict)
    on_failure: OnFailure = OnFailure.STOP
    critical: bool = True
    idempotent: bool = False
    read_only: bool = False
    steps: tuple[Step, ...] = ()
    """The steps of a `section`."""
    use: str | None = None
    """The id of the process a `process` step runs."""
    undo: Undo | None = None
    irreversible: bool = False
    """True when nothing brings back what was before it."""

    @property
    def repeatable(self) -> bool:
        """True when a crash may repeat it unasked."""
        return self.idempotent or self.read_only


@dataclass(frozen=True, slots=True)
class Process:
    """One procedure: what it is for, who does it, and its steps."""

    id: str
    title: str
    file: str
    data: Mapping[str, Json]
    """The document as it was read: what a run stores and hashes."""
    summary: str = ""
    description: str = ""
    owner: str = ""
    tags: tuple[str, ...] = ()
    practice: str = ""
    change: str = ""
    review: Mapping[str, Json] = field(default_factory=dict)
    use_when: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    hazards: tuple[Mapping[str, Json], ...] = ()
    """Each `{text, step?}`: `step` is the id it stands beside."""
    references: tuple[Mapping[str, Json], ...] = ()
    roles: Mapping[str, Role] = field(default_factory=dict)
    inputs: Mapping[str, Input] = field(default_factory=dict)
    checks: tuple[Step, ...] = ()
    steps: tuple[Step, ...] = ()
    finally_: tuple[Step, ...] = ()
    outputs: Mapping[str, Template] = field(default_factory=dict)
    uses: tuple[Use, ...] = ()

    @property
    def group(self) -> str:
        """The id of its process group."""
        return self.id.rpartition("/")[0]

    def every_step(self) -> Iterator[Step]:
        """All steps, checks first, `finally` last, those of sections after their section."""
        for part in (self.checks, self.steps, self.finally_):
            yield from walk(part)


@dataclass(frozen=True, slots=True)
class ProcessGroup:
    """A folder of processes that belong together: what it covers and who owns it."""

    id: str
    title: str
    file: str
    summary: str = ""
    description: str = ""
    owner: str = ""
    scope_in: tuple[str, ...] = ()
    scope_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """Everything in one repository of processes."""

    title: str
    summary: str = ""
    max_parallel: int = 8
    groups: Mapping[str, ProcessGroup] = field(default_factory=dict)
    processes: Mapping[str, Process] = field(default_factory=dict)


def walk(steps: tuple[Step, ...]) -> Iterator[Step]:
    """These steps and those inside their sections, in the order of the text."""
    for step in steps:
        yield step
        yield from walk(step.steps)
