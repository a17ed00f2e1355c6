"""Steps that only look, really carried out in a dry run: which may be, and what came of them.

Rule 1: what is carried out only looks, surely comes, needs no secret and waits for nobody's yes; nobody gets round a
role by it.
Rule 2: what is seen counts as what the step gives only where nothing before it would have changed anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from runbook.definition import Step
from runbook.errors import Refused
from runbook.kind import Values
from runbook.outcome import Act, Done, Failed, Finished, Json, Taken
from runbook.run.knowing import Knowledge, Sources, Where
from runbook.run.people import check_entitled
from runbook.run.plan import Plan
from runbook.run.results import conclude
from runbook.run.values import Names
from runbook.sealed import seals


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a step that was really carried out, because it only looks; or why it was not (`refused`)."""

    refused: str = ""
    failed: str = ""
    """Why it did not count as done."""
    outputs: Mapping[str, Json] = field(default_factory=dict)
    seconds: float = 0.0
    changes: tuple[str, ...] = ()
    """The steps before it that would have changed something, and were not carried out: it shows how things are now."""


Look = Callable[[str, Step, Act, Values], tuple[Finished, Mapping[str, Taken]]]
"""Carries out a step that only looks."""


class Looker:
    """Has steps carried out that only look, and knows what would have changed before them."""

    def __init__(self, known: Knowledge, look: Look | None) -> None:
        self.known = known
        self.plan = known.state.plan
        self.look = look
        self.changes: list[str] = []
        """The steps so far that would change something."""

    def passes(self, step: Step, where: Where, path: str) -> None:
        """The way goes on over this step, which was not carried out."""
        if changes_something(self.plan, step, where):
            self.changes.append(path)

    def see(self, where: Where, inside: Where, step: Step, path: str, comes: str, unknown: Sources) -> Seen | None:
        """What comes of a step that only looks; None where nobody looks, or the step does more than that."""
        if self.look is None or not _only_looks(self.plan, step, where) or comes == "no":
            return None
        if why := self._objection(inside, step, comes, unknown, where.gates):
            return Seen(refused=why)
        values = Names(self.known.state, inside.scope)
        act = self.plan.kinds[step.kind].perform(step.spec, values)
        if not isinstance(act, Act):
            return None
        if needed := _secrets_in(act):
            return Seen(refused=f"it needs {needed}, and a secret is looked up only in a run")
        finished, taken = self.look(path, step, act, values)
        changes = tuple(self.changes)
        match conclude(step, finished, self.known.state, inside.scope, taken=taken):
            case Failed(reason):
                return Seen(failed=reason, seconds=finished.seconds, changes=changes)
            case Done(outputs):
                if not changes and step.flow.body is None:
                    self.known.learn(where.scope, step, outputs)
                return Seen(outputs=outputs, seconds=finished.seconds, changes=changes)

    def _objection(self, inside: Where, step: Step, comes: str, unknown: Sources, gates: Sequence[str]) -> str:
        if comes != "yes":
            return "it is not known whether it comes"
        if unknown:
            return f"it needs what is not known before {listed(unknown)}"
        if gates:
            return f"it comes only after a yes at {listed(gates)}"
        try:
            check_entitled(self.known.state, inside.scope, step, self.known.person, now=self.known.now)
        except Refused as error:
            return str(error)
        return ""


def _only_looks(plan: Plan, step: Step, where: Where) -> bool:
    """True for a step that only looks, or is a check."""
    is_check = any(step is each for each in where.scope.process.checks)
    return (step.read_only or is_check) and plan.kinds[step.kind].acts


def _secrets_in(act: Act) -> str:
    """The secrets that the program would be given, in words; empty when there are none."""
    found = [
        part["secret"]
        for place in (act.env, act.stdin, act.request)
        for _, parts in seals(place)
        for part in parts
        if not isinstance(part, str)
    ]
    names = list(dict.fromkeys(found))
    return f"the secret{'s' if names[1:] else ''} {listed(names)}" if names else ""


def changes_something(plan: Plan, step: Step, where: Where) -> bool:
    """True for a step after which things may be other than they are now."""
    if any(step is each for each in where.scope.process.checks):
        return False
    if plan.kinds[step.kind].acts:
        return not step.read_only
    return step.kind == "manual" or bool(step.use and step.spec.detached)


def listed(names: Sequence[str]) -> str:
    """Paths of steps in a sentence: ``a`, `b``."""
    return ", ".join(f"`{name}`" for name in names)
