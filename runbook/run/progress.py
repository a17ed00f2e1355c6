"""What is under way in a run: its processes, their lists of steps, and each step. Changed by the fold alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from runbook.definition import Process, Step
from runbook.graph import Links
from runbook.run.events import Status

if TYPE_CHECKING:
    from runbook.outcome import Json

NOTHING: Mapping[str, Any] = {}
"""What a step has not got yet: one for all of them, as there may be a hundred thousand."""


class StepState:
    """One step of the run: its status and what its attempts left."""

    __slots__ = (
        "act", "answers", "attempt", "attempts", "before", "by", "by_clock", "confirmed_by", "cut", "ended_at",
        "evidence", "expires_at", "failures",
        "first_started_at", "handling", "inside", "notes", "outputs", "over_at", "overdue", "overdue_at", "passes",
        "path", "performed", "principal", "prompt", "reason", "released", "replies", "reply", "result", "runner",
        "siblings", "signal", "signals", "since", "started_at", "status", "step", "stopping", "turns", "under_way",
        "undoing", "unhandled", "until", "waits_for", "work",
    )  # fmt: skip

    def __init__(self, path: str, step: Step, siblings: StepList) -> None:
        self.path = path
        self.step = step
        self.siblings = siblings
        self.attempt = 0
        self.passes = 0
        """How often it was reopened."""
        self.before: Mapping[str, Json] = NOTHING
        """What people answered the last time, before it was reopened."""
        self.notes: tuple[Mapping[str, Json], ...] = ()
        """Notes about it, each `{by, at, text}`, oldest first."""
        self.evidence: tuple[Mapping[str, Json], ...] = ()
        """Files kept as its evidence, each `{by, at, pass, name, sha256, size, type, evidence}`, oldest
        first."""
        self.begin()

    @property
    def undecided(self) -> bool:
        """True when a person has to say how its program ended, or what is to be done about its failure."""
        decision = (
            self.status is Status.WAITING and self.waits_for == "decision"
        )  # `WaitsFor.DECISION`, which looking at a run need not import
        return self.status is Status.IN_DOUBT or decision

    @property
    def helpers(self) -> tuple[str, ...]:
        """Who has helped whoever does it."""
        return tuple(self.work.get("helpers", ()))

    @property
    def doers(self) -> tuple[str, ...]:
        """Who has done it: who said so, for whom they stood in, and who helped."""
        return tuple(filter(None, (self.by, self.principal, *self.helpers)))

    @property
    def around(self) -> StepState | None:
        """The step that it is a part of: the one that it undoes, its section, or the one that runs its process."""
        return self.siblings.undoes or self.siblings.owner or self.siblings.scope.owner

    @property
    def opened(self) -> bool:
        """True when it has steps inside that belong to it, and not only some beside it."""
        return any(isinstance(each, Scope) or not each.beside for each in self.inside)

    @property
    def unwanted(self) -> bool:
        """True when what runs of it has to end: it was stopped itself, or with all around it."""
        return bool(self.stopping) or self.siblings.ended

    def begin(self) -> None:
        """Nothing of it has begun: at first, and when it is reopened."""
        self.status = Status.PENDING
        self.attempts = 0
        """Attempts since then; `attempt` is the number of the newest one of all."""
        self.under_way = False
        """True while its newest attempt has not ended."""
        self.failures = 0
        self.outputs: Mapping[str, Json] = NOTHING
        self.answers: Mapping[str, Json] = NOTHING
        self.started_at = ""
        self.first_started_at = ""
        self.ended_at = ""
        self.over_at = 0
        """The number of the event with which it was over."""
        self.by = ""
        self.principal = ""
        """For whom they did it, as a substitute."""
        self.reason = ""
        self.prompt: Mapping[str, Json] = NOTHING
        self.waits_for = ""
        self.since = ""
        """When it began to wait, or came into doubt."""
        self.until = ""
        self.overdue_at = ""
        """When it becomes overdue; empty when it does not, or is."""
        self.overdue = False
        self.expires_at = ""
        """When a yes that was given no longer counts, unless what needs it has begun."""
        self.signals: tuple[str, ...] = ()
        """The signals it waits for."""
        self.signal = ""
        """The signal that ended it."""
        self.by_clock = False
        """True when the clock took its decision."""
        self.reply: Mapping[str, Json] = NOTHING
        """The reply that ended it."""
        self.replies: tuple[Mapping[str, Json], ...] = ()
        """Replies recorded while it went on waiting (approvals), oldest first."""
        self.work: Mapping[str, Json] = NOTHING
        """Who has taken it on, as `{state, by, since}`, with who `helps` and to whom it is `offered`."""
        self.confirmed_by = ""
        """Who confirmed as a second person what was recorded at it."""
        self.performed: Mapping[str, Json] = NOTHING
        """The reply of who did it, while a second person has to confirm it."""
        self.act: Mapping[str, Json] = NOTHING
        self.runner: Mapping[str, Json] = NOTHING
        self.result: Mapping[str, Json] = NOTHING
        self.inside: list[StepList | Scope] = []
        """What it has opened: its steps, its turns, another process, what is done about a failure."""
        self.turns: Turns | None = None
        self.handling: Mapping[str, Json] = NOTHING
        """What is being done about something that happened to it, as `HandlingStarted` says."""
        self.undoing: Undoing | None = None
        """What is being undone inside of it."""
        self.unhandled = False
        """True when what was to be done about its failure failed too."""
        self.stopping = ""
        """Why it has to end, when it was stopped by itself."""
        self.released = False
        """True when what needs it need not wait for it any more."""
        self.cut = False
        """True when it was cancelled because what it needs can't come any more."""


class StepList:
    """One list of steps under way: those of a process part, of a section, of a turn, or about a failure (`owner`)."""

    __slots__ = (
        "beside", "ended", "failed", "handles", "links", "lost", "missing", "open", "owner", "part", "scope", "steps",
        "stopped", "undoes", "withdrawn",
    )  # fmt: skip

    def __init__(self, scope: Scope, owner: StepState | None, links: Links, part: str = "") -> None:
        self.scope = scope
        self.part = part
        """The name of the list in its process; empty for a turn and a way back."""
        self.owner = owner
        self.links = links
        self.missing = dict(links.required)
        self.lost: dict[str, int] = {}
        """For each step how many of its needs can't come any more, when some can't."""
        self.steps: dict[str, StepState] = {}
        self.open = len(links.order)
        self.failed = ""
        """Why it failed: the first critical failure; empty while none."""
        self.stopped = False
        self.withdrawn = False
        """True when it was stopped from outside."""
        self.ended = False
        """True when it was stopped, and what runs in it has to end too."""
        self.beside = False
        """True when its owner goes on meanwhile."""
        self.handles = False
        """True when it is what is done about something that happened to its owner."""
        self.undoes: StepState | None = None
        """The step whose way back this is."""


class Scope:
    """What the names of steps mean somewhere: one process under way, or one turn inside of it (`outer`).

    `prefix` begins the paths of its steps; `owner` is the step that runs the process, None for the root.
    """

    __slots__ = ("current", "ends", "failed", "inputs", "lists", "names", "outer", "owner", "phase", "prefix",
                 "process", "undoing", "withdrawn")  # fmt: skip

    def __init__(
        self,
        prefix: str,
        process: Process,
        inputs: Mapping[str, Json],
        owner: StepState | None,
        outer: Scope | None = None,
        names: Mapping[str, Json] | None = None,
    ) -> None:
        self.prefix = prefix
        self.process = process
        self.inputs = inputs
        self.owner = owner
        self.outer = outer
        self.names = names or {}
        """Values that expressions see here besides the usual ones."""
        self.phase = ""
        self.current: StepList | None = None
        self.lists: dict[str, StepList] = {}
        """The lists it has gone through, by phase."""
        self.failed = ""
        self.withdrawn = False
        self.ends = ""
        """How a step ended the process early: `succeeded` or `failed`."""
        self.undoing: Undoing | None = None

    @property
    def whole(self) -> Scope:
        """The process that this is a part of."""
        return self.outer.whole if self.outer else self

    def inward(self, prefix: str, names: Mapping[str, Json]) -> Scope:
        """A part of it in which some names mean something of its own."""
        return Scope(prefix, self.process, self.inputs, self.owner, self, {**self.names, **names})

    def chain(self) -> Iterator[Scope]:
        """This scope and those around it, up to the whole process."""
        scope: Scope | None = self
        while scope:
            yield scope
            scope = scope.outer


class Turns:
    """The turns of a step that is done for each item, or again and again."""

    __slots__ = ("complete", "done", "failed", "items", "lists", "open", "paused")

    def __init__(self, items: list[Json]) -> None:
        self.items = items
        self.lists: list[StepList] = []
        """One list of one step for each turn that has begun."""
        self.open = 0
        self.done = 0
        self.failed = 0
        self.paused = 0
        """How many turns had begun when there was the last pause between two."""
        self.complete = ""
        """Why no further turn begins although there could be some."""

    def newest(self) -> StepState | None:
        """The step of the newest turn."""
        return next(iter(self.lists[-1].steps.values())) if self.lists else None


class Undoing:
    """A way back under way: the steps still to be undone, the next one last."""

    __slots__ = ("current", "failed", "left", "owner", "steps")

    def __init__(self, owner: StepState | Scope | None, steps: list[str]) -> None:
        self.owner = owner
        """Whose steps are undone: a step, a process about to fail, or None for the run after its end."""
        self.steps = steps
        self.left = deque(steps)
        self.failed = ""
        self.current: StepList | None = None


def role_of(scope: Scope, step: Step) -> tuple[Scope, str]:
    """The role somebody acts in at a step, and the process under way that has it: that of the step, or one above it."""
    name = step.role or next(iter(scope.process.roles), "")
    if name or scope.owner is None:
        return scope, name
    return role_of(scope.owner.siblings.scope, scope.owner.step)


def as_json(state: StepState) -> dict[str, Any]:
    """What an expression sees of a step."""
    passes = state.passes + 1
    return {"status": state.status.value, "outputs": state.outputs, "answers": state.answers, "passes": passes}
