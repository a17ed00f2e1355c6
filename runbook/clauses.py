"""What stands in the fields of a step or a process: texts with values in them, retries, expectations, roles, inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.source import Path


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression of an author: its text and its parsed tree (see `expressions.py`)."""

    source: str
    tree: Json


@dataclass(frozen=True, slots=True)
class Template:
    """Text with `{{ ... }}` in it, taken apart; one lone expression keeps the type of its value."""

    source: str
    parts: tuple[str | Expression, ...]

    @property
    def constant(self) -> bool:
        """True when there is no expression in it."""
        return all(isinstance(part, str) for part in self.parts)


def as_written(value: Json) -> str:
    """A value that may hold templates, as its author wrote it, on one line."""
    import json

    if isinstance(value, Template):
        return value.source
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=lambda each: each.source)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value that a program takes for one of its options when it begins with `-`; `at` is its place in the text."""

    program: str
    value: Expression
    at: int


@dataclass(frozen=True, slots=True)
class Script:
    """A constant shell script and the values it takes from its environment (`RB_1`, `RB_2` ...)."""

    source: str
    text: str
    bindings: tuple[tuple[str, Expression], ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Retry:
    """How often, and after which pauses (seconds), a failed attempt is made again."""

    attempts: int
    delay: float = 0.0
    backoff: float = 1.0
    jitter: bool = False
    on_exit: tuple[int, ...] = ()
    within: float | None = None
    """Seconds from the first attempt after which no further one is made (`verify`)."""


@dataclass(frozen=True, slots=True)
class Foreach:
    """A step done once for each item: how many at the same time, in which batches, and how many have to succeed."""

    items: Json
    """A list, or a `Template` that gives one when the step begins; `{hosts: ...}` or `{group: ...}` for hosts."""
    name: str = "item"
    """What an item is called in expressions."""
    max_parallel: int = 1
    batch: int = 0
    """How many items are begun before all of them have to be over; 0 is all."""
    pause: float = 0.0
    """Seconds between two batches."""
    max_failures: int = 0
    """How many items may fail."""
    count: int | None = None
    """How many items have to succeed before the run goes on; None for all of them."""
    rest_cancelled: bool = False
    """True when the items that nobody waits for are withdrawn."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A step done again and again: while a condition holds, or until it does."""

    condition: Expression
    first: bool
    """True when it is asked before each turn (`while`), false when after it (`until`)."""
    every: float = 0.0
    """Seconds between two turns."""
    at_most: int = 100


@dataclass(frozen=True, slots=True)
class Due:
    """When, in seconds after its beginning, a step is overdue, and who else may do it then."""

    after: float
    role: str = ""


@dataclass(frozen=True, slots=True)
class Concurrency:
    """What at most so many parts of runs may be inside of at the same time."""

    key: Template
    limit: int = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """The range a number has to lie in, ends included."""

    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Expect:
    """What must hold of a program's result before its step counts as done."""

    exit_codes: tuple[int, ...] = (0,)
    contains: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    json: Mapping[str, Json] = field(default_factory=dict)
    limits: Mapping[str, Limits] = field(default_factory=dict)
    that: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """How a text is read as a table, and what is taken from it."""

    split: str = "blanks"
    """What parts its columns: `blanks`, `aligned` (below their titles), `tab`, or one sign."""
    column: str = ""
    """The column that is taken; all of them when empty."""
    where: Mapping[str, Template] = field(default_factory=dict)
    """What a row has in its columns; with `all`, every such row is taken."""
    row: str = ""
    """`first` or `last`: which of the rows is taken."""
    columns: tuple[str, ...] = ()
    """The names of its columns, in place of those in its header."""
    header: bool = True
    skip: int = 0
    """Lines above the header."""


@dataclass(frozen=True, slots=True)
class Output:
    """Where a named value comes from: a stream, a file, a form; cut out by a regex, JSON path or table; then typed."""

    source: str = "stdout"
    """`stdout`, `stderr`, `exit_code`, `file` or `form`."""
    json: str | None = None
    regex: str | None = None
    type: str = "text"
    """Of each one, where there are several."""
    group: str = ""
    """The group of the regex that is taken, by name or number; its first one when empty."""
    all: bool = False
    """True when every match, or every row, is taken."""
    table: Table | None = None
    path: Template | None = None
    """The file that the program writes, below the project's folder."""
    field: str = ""
    """The field of the step's form."""
    max_size: int = 65_536
    """Bytes that it may have."""
    kept: bool = False
    """True when it is kept as a file of evidence, and its value says which, with a preview."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that has to be there before a step counts as done, and who brings it: a person, or its program."""

    id: str
    title: str
    types: tuple[str, ...] = ()
    """The media types it may have; any when empty."""
    max_size: int | None = None
    required: bool = True
    source: str = ""
    """`stdout`, `stderr` or `file` when it is taken from the step's program; empty when a person attaches it."""
    path: Template | None = None
    """The file that the program writes, below the project's folder."""


@dataclass(frozen=True, slots=True)
class Role:
    """A part that somebody plays in a process; `excludes` are roles the same person may not play."""

    name: str
    summary: str = ""
    team: str = ""
    people: tuple[str, ...] = ()
    """The ids of those who may play it; everybody when there are none, here and in `people_from`."""
    excludes: tuple[str, ...] = ()
    people_from: tuple[Template, ...] = ()
    """What gives further ids when somebody is needed, such as `{{ inputs.owner }}`."""
    held: str = ""
    """What they have to be in the organisation."""
    capabilities: Mapping[str, int] = field(default_factory=dict)
    manager_of: str = ""
    """A role, or `starter`, whose player they have to be the manager of."""
    binds: str = ""
    """`start`: named when the run starts; `first`: whoever acts in it first plays it in the whole run."""

    @property
    def asks(self) -> bool:
        """True when it asks for something that only the organisation knows."""
        return bool(self.team or self.held or self.capabilities or self.manager_of)


@dataclass(frozen=True, slots=True)
class Performer:
    """Who of those who may play its role does a step."""

    people: tuple[str, ...] = ()
    people_from: tuple[Template, ...] = ()
    capabilities: Mapping[str, int] = field(default_factory=dict)
    same_as: str = ""
    """The step whose performer does this one as well, as long as they are there."""
    not_same_as: tuple[str, ...] = ()
    """Steps whose performers may not do this one."""
    allocate: str = ""
    """Who it is given to when it begins to wait: `round-robin`, `shortest-queue`, `experienced`, `least-recent`."""
    claimed_first: bool = False
    """True when it has to be claimed before it is answered."""
    confidential: bool | str = False
    """True when only those who may do it see it among what waits; `once-claimed` when only whoever has it does."""


@dataclass(frozen=True, slots=True)
class Input:
    """A value the run is started with; `schema` is its JSON Schema."""

    name: str
    schema: Mapping[str, Json]
    title: str = ""
    required: bool = True
    default: Json = None


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret is to be had when a program needs it: a source, and what that has to know."""

    name: str
    source: str
    options: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Use:
    """One place where an expression stands, for the rules that check what it names."""

    expression: Expression
    at: Path
    step: str | None = None
    """The id of the step it belongs to; None for the process itself."""
    extra: tuple[str, ...] = ()
    """Names this place sees besides the usual ones."""
