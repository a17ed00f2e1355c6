"""What a team has written down: the project, its process groups, processes and steps. Frozen.

Rule 1: a definition is the same whether it was read from files or from a run's stored copy.
Rule 2: everything implied by the text (the step before it, a default) is explicit here.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runbook.listing import UNLISTED, Listing

if TYPE_CHECKING:
    from runbook.clauses import (
        Concurrency,
        Due,
        Evidence,
        Expect,
        Expression,
        Foreach,
        Input,
        Output,
        Performer,
        Repeat,
        Retry,
        Role,
        Secret,
        Template,
        Use,
    )
    from runbook.outcome import Json
    from runbook.source import Path


class OnFailure(enum.Enum):
    """What happens after a step, or a process, has failed for good."""

    STOP = "stop"
    CONTINUE = "continue"
    GOTO = "goto"
    """The run goes on with another step."""
    UNDO = "undo"
    """What was done inside of it is undone; a step with nothing inside undoes itself."""


@dataclass(frozen=True, slots=True)
class Undo:
    """The way back after a step: what a person does, or what a program does, as a spec of that kind."""

    kind: str
    spec: Any


@dataclass(frozen=True, slots=True)
class Flow:
    """How a step departs from being done once, in its turn, with nothing else to happen."""

    foreach: Foreach | None = None
    repeat: Repeat | None = None
    body: Step | None = None
    """What one turn of a step with `foreach` or `repeat` carries out; None for a step without."""
    rest_cancelled: bool = False
    """True when what a `join` does not wait for is withdrawn."""
    goto: str = ""
    """The step the run goes on with when this one has failed."""
    do: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    """Steps for when something happens to it, by `HANDLERS`."""
    cancels: tuple[str, ...] = ()
    """Steps that are withdrawn when this one is done."""
    before: tuple[str, ...] = ()
    """Steps with whose beginning the chance to do this one is over."""
    due: Due | None = None
    concurrency: Concurrency | None = None
    max_passes: int = 100
    """How often it is begun in one run when a `goto` leads back to it."""
    grace: float | None = None
    """Seconds a program gets to end by itself before it is killed."""


HANDLERS = {"on_failure": "F", "on_cancel": "C", "before_retry": "R", "due": "D", "review": "V"}
"""What can happen to a step and has steps of its own, each with the letter that begins their numbers."""

PRIVILEGES = ("skip", "redo", "delegate", "suspend", "reassign")
"""What may be left to certain roles, at a step or in a whole process."""

PLAIN = Flow()
"""A step that is done once, in its turn."""


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
    """Roles, `starter`, `implementer` or `author`, whose players may not do this step (`not` of an approval)."""
    performer: Performer | None = None
    verifier: str = ""
    """The role of a second person who confirms what was recorded; empty when nobody has to."""
    privileges: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The roles that may do what departs from the usual: by `PRIVILEGES`."""
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
    on_failure: OnFailure | None = None
    """None when its author left it open: then it stops what follows, unless a `join` can do without it."""
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
    signed: bool = False
    """True when answers to it, and to steps inside of it, are signed with a person's own key."""
    flow: Flow = PLAIN
    evidence: tuple[Evidence, ...] = ()
    """The files that belong to it, in the order of the text."""
    sample: Mapping[str, Json] = field(default_factory=dict)
    """What it could give, by output: for whoever tries the process before it is carried out."""

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
    mode: str = "guided"
    """`strict` when only those who play `authority` may deviate from it."""
    authority: str = ""
    privileges: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What is left to certain roles at all of its steps that do not say so themselves."""
    inputs: Mapping[str, Input] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    """Where its programs' secrets come from, by name."""
    signed: bool = False
    """True when the answers to all of its steps are signed with a person's own key."""
    checks: tuple[Step, ...] = ()
    steps: tuple[Step, ...] = ()
    on_failure: tuple[Step, ...] = ()
    """Steps for when the process is about to fail, before `finally`."""
    on_cancel: tuple[Step, ...] = ()
    """Steps for when the process is cancelled, before `finally`."""
    finally_: tuple[Step, ...] = ()
    undone_on_failure: bool = False
    """True when a failure undoes what the process has done."""
    concurrency: Concurrency | None = None
    outputs: Mapping[str, Template] = field(default_factory=dict)
    uses: tuple[Use, ...] = ()
    listing: Listing = UNLISTED
    """What the catalogue of the department says of it."""

    @property
    def is_written(self) -> bool:
        """False for a process that is only listed: its steps are not written yet."""
        return bool(self.steps)

    @property
    def group(self) -> str:
        """The id of its process group."""
        return self.id.rpartition("/")[0]

    def every_step(self) -> Iterator[Step]:
        """All steps, checks first, `finally` last, those inside of a step after it."""
        for part in self.lists():
            yield from walk(part)

    def lists(self) -> tuple[tuple[Step, ...], ...]:
        """The lists of steps that a run goes through, in order."""
        return (self.checks, self.steps, self.on_failure, self.on_cancel, self.finally_)


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
class Theme:
    """What a project changes in how its site looks."""

    tokens: Mapping[str, str] = field(default_factory=dict)
    """Colours in the place of ours, by the names in `palette.TOKENS`."""
    dark: Mapping[str, str] = field(default_factory=dict)
    """The same on a dark page."""
    templates: str = ""
    """The folder of templates that take the place of ours, from the project; empty when there is none."""


@dataclass(frozen=True, slots=True)
class Docs:
    """How the documentation site of a project is built."""

    language: str = "en"
    pages: str = ""
    """The folder of pages that become part of the site, from the project; empty when there is none."""
    runs: int | None = 0
    """How many of the newest runs of each process become pages; None for all of them."""
    board: bool = False
    """True when the boards stand on the site."""
    max_age: float = 180 * 86_400.0
    """Seconds for which a successful run proves a process."""
    source: str = ""
    """Where the file of a page is edited: an address with `{file}` in it; empty when that is not known."""
    base_url: str = ""
    """The address the site is served at, ending in a slash; empty when that is not known."""
    theme: Theme = field(default_factory=Theme)
    versions: tuple[str, ...] = ()
    """Tags or branches of git that stand beside the present version."""
    pinned: tuple[str, ...] = ()
    """The processes that stand first on the home page."""
    glossary: Mapping[str, str] = field(default_factory=dict)
    """The words of the department, each with what it means, as Markdown."""


@dataclass(frozen=True, slots=True)
class Project:
    """Everything in one repository of processes."""

    title: str
    summary: str = ""
    max_parallel: int = 8
    plugins: tuple[str, ...] = ()
    """The packages whose kinds of steps and sources of secrets it uses, by the names they are installed under."""
    groups: Mapping[str, ProcessGroup] = field(default_factory=dict)
    processes: Mapping[str, Process] = field(default_factory=dict)
    docs: Docs = field(default_factory=Docs)


def walk(steps: tuple[Step, ...]) -> Iterator[Step]:
    """These steps and those inside of them, in order; what is done when something happens to a step comes last."""
    for step in steps:
        yield step
        yield from walk(step.steps)
        if step.flow.do:
            for steps_then in step.flow.do.values():
                yield from walk(steps_then)
