"""What is under way in a run: its processes, their lists of steps, and each step. Changed by the fold alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runbook.definition import Process, Step
from runbook.graph import Links
from runbook.run.events import Status

if TYPE_CHECKING:
    from runbook.outcome import Json


class StepState:
    """One step of the run: its status and what its attempts left."""

    __slots__ = (
        "act", "answers", "attempt", "attempts", "before", "by", "ended_at", "evidence", "failures",
        "first_started_at", "notes", "outputs", "path", "prompt", "reason", "replies", "reply", "result", "runner",
        "siblings", "signal", "since", "started_at", "status", "step", "until", "waits_for",
    )  # fmt: skip

    def __init__(self, path: str, step: Step, siblings: StepList) -> None:
        self.path = path
        self.step = step
        self.siblings = siblings
        self.attempt = 0
        self.before: Mapping[str, Json] = {}
        """What people answered the last time, before it was reopened."""
        self.notes: tuple[Mapping[str, Json], ...] = ()
        """Notes about it, each `{by, at, text}`, oldest first."""
        self.evidence: tuple[Mapping[str, Json], ...] = ()
        """Files kept as its evidence, each `{by, at, name, sha256, size}`, oldest first."""
        self.begin()

    @property
    def undecided(self) -> bool:
        """True when a person has to say how its program ended, or what is to be done about its failure."""
        decision = (
            self.status is Status.WAITING and self.waits_for == "decision"
        )  # `WaitsFor.DECISION`, which looking at a run need not import
        return self.status is Status.IN_DOUBT or decision

    def begin(self) -> None:
        """Nothing of it has begun: at first, and when it is reopened."""
        self.status = Status.PENDING
        self.attempts = 0
        """Attempts since then; `attempt` is the number of the newest one of all."""
        self.failures = 0
        self.outputs: Mapping[str, Json] = {}
        self.answers: Mapping[str, Json] = {}
        self.started_at = ""
        self.first_started_at = ""
        self.ended_at = ""
        self.by = ""
        self.reason = ""
        self.prompt: Mapping[str, Json] = {}
        self.waits_for = ""
        self.since = ""
        """When it began to wait, or came into doubt."""
        self.until = ""
        self.signal = ""
        self.reply: Mapping[str, Json] = {}
        """The reply that ended it."""
        self.replies: list[Mapping[str, Json]] = []
        """Replies recorded while it went on waiting (approvals), oldest first."""
        self.act: Mapping[str, Json] = {}
        self.runner: Mapping[str, Json] = {}
        self.result: Mapping[str, Json] = {}


class StepList:
    """One list of steps under way: those of a process part, or of a section (`owner`)."""

    __slots__ = ("failed", "links", "missing", "open", "owner", "scope", "steps", "stopped", "withdrawn")

    def __init__(self, scope: Scope, owner: StepState | None, links: Links) -> None:
        self.scope = scope
        self.owner = owner
        self.links = links
        self.missing = dict(links.required)
        self.steps: dict[str, StepState] = {}
        self.open = len(links.order)
        self.failed = ""
        """Why it failed: the first critical failure; empty while none."""
        self.stopped = False
        self.withdrawn = False
        """True when it was stopped from outside."""


class Scope:
    """One process under way: the root, or a child in a `process` step (`owner`)."""

    __slots__ = ("current", "failed", "inputs", "owner", "phase", "prefix", "process", "withdrawn")

    def __init__(self, prefix: str, process: Process, inputs: Mapping[str, Json], owner: StepState | None) -> None:
        self.prefix = prefix
        self.process = process
        self.inputs = inputs
        self.owner = owner
        self.phase = ""
        self.current: StepList | None = None
        self.failed = ""
        self.withdrawn = False


def role_of(scope: Scope, step: Step) -> tuple[Process, str]:
    """The role somebody acts in at a step, and the process that has it: that of the step, or one above it."""
    name = step.role or next(iter(scope.process.roles), "")
    if name or scope.owner is None:
        return scope.process, name
    return role_of(scope.owner.siblings.scope, scope.owner.step)


def as_json(state: StepState) -> dict[str, Any]:
    """What an expression sees of a step."""
    return {"status": state.status.value, "outputs": state.outputs, "answers": state.answers}
