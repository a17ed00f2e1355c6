"""The contract of a kind of step: the narrow middle between the language above and the engine below.

Rule 1: every function here but `work` is pure. A kind says what has to be carried out (`Act`); the engine does it.
Rule 2: a kind that waits for people returns `Waiting` and holds nothing.
Rule 3: `work` is a small program. It runs in a process of its own under the supervisor, is handed a request as JSON,
prints what it has found, and raises `WorkFailed` when it did not work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from runbook.blocks import Block
    from runbook.clauses import Doubt, Expression, Foreach, Script, Template
    from runbook.definition import Step
    from runbook.errors import ExpressionError
    from runbook.inventory import Inventory
    from runbook.outcome import Json, Outcome
    from runbook.secret_source import SecretSource


class Reader(Protocol):
    """What `read` is handed: it turns an author's text into checked values and notes where each stands.

    `at` is the path below the kind's own key; what is wrong becomes a diagnostic there.
    """

    def template(self, text: str, *at: str | int, sealed: bool = False) -> Template:
        """Text that may hold `{{ ... }}`; `sealed`: also secrets, as what it gives goes where nobody looks."""

    def values(self, value: Json, *at: str | int, sealed: bool = False) -> Json:
        """A JSON value whose texts may hold `{{ ... }}`: the same shape with `Template` in them."""

    def condition(self, text: str | bool, *at: str | int) -> Expression:
        """A bare expression that has to be true or false; YAML's own `true` and `false` will do."""

    def below(self, *at: str | int) -> Reader:
        """The same reader, for what stands below that path."""

    def script(self, text: str, *at: str | int) -> Script:
        """A shell script whose `{{ ... }}` become references to its environment."""

    def mind(self, danger: ExpressionError | Doubt, *at: str | int) -> None:
        """A value that would be code here, or that may be taken for an option."""

    def duration(self, text: str | int | float, *at: str | int) -> float:
        """Seconds from `90s`, `10m`, `4h`, `3d`, `2w`."""

    def steps(self, value: Json, *at: str | int, in_turn: bool = True) -> tuple[Step, ...]:
        """A list of steps (of a section); `in_turn`: each needs the one before it, unless it says otherwise."""


class Values(Protocol):
    """What `perform` is handed: the values an author's expressions see."""

    def text(self, template: Template) -> str:
        """The template as text."""

    def value(self, value: Json) -> Json:
        """Any shape made by `Reader.values`, with its templates replaced; a lone expression keeps its type."""

    def holds(self, expression: Expression) -> bool:
        """Whether a condition is true; an error when it is neither true nor false."""

    @property
    def inventory(self) -> Inventory:
        """The hosts that are described in the project."""


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who fills in a form: the person, what they may sign with (nothing when somebody else speaks for them), when."""

    person: str = ""
    names: tuple[str, ...] = ()
    at: str = ""


NOBODY = Signatory()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person says at a waiting step; the answers file, the prompt and `answer` all make this.

    `outcome` is `done`, `failed`, `skipped`, `redo`, `choose`, `approve` or `reject`. `by` is the person;
    `before` are the replies recorded earlier for this step (approvals), oldest first.
    """

    outcome: str
    by: str
    fields: Mapping[str, Json] = field(default_factory=dict)
    choose: str = ""
    """The option; several are parted by commas."""
    reason: str = ""
    before: tuple[Mapping[str, Json], ...] = ()
    deviates: bool = False
    """True when values are taken that lie outside of their limits, for a reason that was given."""
    signer: Signatory = NOBODY
    """Who signs, where the form asks for a signature."""
    missing: int = 0
    """How many people have to approve besides, after this one."""


class WorkFailed(Exception):
    """The work of a step did not succeed: why, for the operator, and the exit code its step ends with."""

    def __init__(self, message: str, help: str = "", exit_code: int = 1) -> None:
        super().__init__(message)
        self.help = help
        self.exit_code = exit_code


@dataclass(frozen=True, slots=True)
class StepKind:
    """A kind of step as one value. `schema` is the JSON Schema of what stands under its key.

    `read(value, reader)` gives the spec; `perform(spec, values)` what is to happen; `describe(spec)`
    the blocks every view is made of; `answer(spec, reply)` an outcome for a person's reply (Waiting
    when more replies are needed), raising `Refused` for one that is not acceptable.
    """

    key: str
    summary: str
    schema: Mapping[str, Json]
    read: Callable[[Any, Reader], Any]
    perform: Callable[[Any, Values], Outcome]
    describe: Callable[[Any], Iterable[Block]]
    answer: Callable[[Any, Reply], Outcome] | None = None
    wake: Callable[[Any, str], Outcome] | None = None
    """What it means to a step that waits that its time has run out, or that the signal of that name has come."""
    acts: bool = False
    """True when the machine carries it out, so that `timeout`, `retry`, `expect` and `outputs` apply."""
    work: Callable[[Any], None] | None = None
    """What carries out an `Act` of this kind that has a request; see rule 3."""
    turns: Callable[[Any], Foreach | None] | None = None
    """What a step of this kind is done once for each of, by its spec; None when it is done once."""
    read_only: bool = False
    """True when every step of this kind only looks."""
    only_looks: Callable[[Any], bool] | None = None
    """Whether a step with that spec only looks, where that hangs on the step."""
    skippable: bool = True
    """False when the way on hangs on its answer, so that a person can't skip it."""
    example: str = ""
    """YAML of one step, for the reference page; validated by a test."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds, and the sources of secrets, that a program was given: chosen in one place, passed to everyone else."""

    by_key: Mapping[str, StepKind]
    secret_sources: Mapping[str, SecretSource] = field(default_factory=dict)
    """Where secrets can come from, by key."""

    def __getitem__(self, key: str) -> StepKind:
        return self.by_key[key]

    def __iter__(self) -> Iterator[StepKind]:
        return iter(self.by_key.values())

    @property
    def keys(self) -> tuple[str, ...]:
        """The kind keys, in the order of the reference page."""
        return tuple(self.by_key)


def kinds_of(kinds: Iterable[StepKind], secret_sources: Mapping[str, SecretSource] | None = None) -> Kinds:
    """A `Kinds` value of these kinds, in this order, and of these sources."""
    return Kinds({kind.key: kind for kind in kinds}, secret_sources or {})
