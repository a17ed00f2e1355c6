"""What is known of a run that has not been made: values that steps give, and for the others what they hang on.

Rule 1: it never guesses. What is not known has the names of the steps that would give it.
Rule 2: a secret stays its name: it is put in place of nothing that is shown, and nobody here could look it up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from runbook.clauses import Expression, Template, Use
from runbook.definition import Process, Step
from runbook.expressions import names
from runbook.graph import single
from runbook.organisation import NOBODY, Organisation
from runbook.outcome import Json
from runbook.run.events import Event, Recorded, Status
from runbook.run.paths import step_named
from runbook.run.plan import Plan
from runbook.run.progress import Scope, StepList, StepState
from runbook.run.state import RunState
from runbook.run.values import Names

PLACEHOLDER = "RUN"
"""Stands for the id that a run would get."""
_LATER = ("run", "started_at")
"""What is known of a run only when it has begun."""

Sources = tuple[str, ...]
"""The paths of steps that something hangs on; or `run`."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a run would begin: its plan, its inputs, who begins it and when, and who there is."""

    plan: Plan
    inputs: Mapping[str, Json]
    by: str
    now: str
    people: Mapping[str, Json] = field(default_factory=dict)
    """As in the command `Begin`."""
    organisation: Organisation = NOBODY


@dataclass(frozen=True, slots=True)
class Where:
    """What a list of steps stands in: the values that are known there, and whether it comes."""

    scope: Scope
    lists: Mapping[str, tuple[Step, ...]]
    uses: Mapping[str, list[Use]]
    comes: str
    because: str = ""
    later: Mapping[str, str] = field(default_factory=dict)
    """Names that have no value yet, each with the step that gives it."""
    around: tuple[str, ...] = ()
    """The processes around it, the innermost last."""
    gates: tuple[str, ...] = ()
    """The approvals without which it does not come."""


class Knowledge:
    """What would be known in a run at one moment."""

    def __init__(self, beginning: Beginning, begun: bool = False) -> None:
        self.begun = begun
        """True when the run is taken to begin now."""
        self.now = beginning.now
        self.person = beginning.organisation.person_of(beginning.by)
        organisation = beginning.organisation
        self.state = RunState(beginning.plan, organisations=lambda hash: organisation)
        data = {
            "run": PLACEHOLDER, "process": beginning.plan.root, "definition": "", "inputs": dict(beginning.inputs),
            **beginning.people, **({"organisation": "known"} if organisation.data else {}),
        }  # fmt: skip
        self.state.apply(Recorded(1, beginning.now, self.person, Event("RunStarted", data=data)))
        self._hidden: dict[str, Mapping[str, Sources]] = {}
        self._supposed: dict[str, None] = {}

    def learn(
        self,
        scope: Scope,
        step: Step,
        outputs: Mapping[str, Json],
        hidden: Mapping[str, Sources] | None = None,
        status: Status = Status.SUCCEEDED,
    ) -> None:
        """The step is over; `hidden` are its outputs of which the values are not known, with what they hang on."""
        path = scope.prefix + step.id
        found = StepState(path, step, StepList(scope, None, single(step.id)))
        found.status, found.outputs = status, dict(outputs)
        if getattr(step.spec, "fields", ()):
            found.answers = found.outputs
        self.state.steps[path] = found
        self._hidden[path] = hidden or {}

    def forget(self, path: str) -> None:
        """The step is to be done anew, and all inside of it."""
        for each in [each for each in self._hidden if each == path or each.startswith((f"{path}/", f"{path}."))]:
            del self._hidden[each]

    def suppose(self, path: str) -> None:
        """What this step gives, or hands to its process, is only supposed: a sample, or made out of one."""
        self._supposed[path] = None

    def rests(self, where: Where, expressions: Iterable[Expression]) -> Sources:
        """The steps with supposed values that these expressions use."""
        found: dict[str, None] = {}
        for expression in expressions:
            for path, _ in names(expression.tree):
                source = where.scope.whole.prefix.rstrip("/") if path[0] == "inputs" else ""
                if path[0] == "steps" and len(path) > 1 and (step := step_named(self.state, where.scope, path[1])):
                    source = step.path
                if source in self._supposed:
                    found[source] = None
        return tuple(found)

    def knows(self, path: str) -> bool:
        """True for a step that is over."""
        return path in self._hidden

    def hangs(self, where: Where, expressions: Iterable[Expression]) -> Sources:
        """The steps whose values these expressions use and that are not known, and inputs that hang on such."""
        found: dict[str, None] = {}
        for expression in expressions:
            for path, _ in names(expression.tree):
                found |= dict.fromkeys(self._missing(where, path))
        return tuple(found)

    def _missing(self, where: Where, path: tuple[str, ...]) -> Sources:
        whole = where.scope.whole
        if path[0] == "steps" and len(path) > 1:
            step = step_named(self.state, where.scope, path[1])
            hidden = self._hidden.get(step.path) if step else None
            if step is None or hidden is None:
                return (whole.prefix + path[1],)
            if len(path) > 3:
                return hidden.get(path[3], ()) if path[2] in ("outputs", "answers") else ()
            every = (source for each in hidden.values() for source in each)
            return () if path[2:3] in (("status",), ("passes",)) else tuple(dict.fromkeys(every))
        if path[:2] == _LATER and not self.begun:
            return ("run",)
        if path[0] in where.later:
            return (where.later[path[0]],)
        if path[0] == "inputs" and len(path) > 1 and path[1] not in where.scope.inputs:
            return (whole.prefix.rstrip("/"),)
        return ()

    def worked_out(self, where: Where, values: Mapping[str, Json]) -> tuple[dict[str, Json], dict[str, Sources]]:
        """Of values with templates in them those that are known, and for the others what they hang on."""
        known: dict[str, Json] = {}
        hidden: dict[str, Sources] = {}
        for name, value in values.items():
            if missing := self.hangs(where, expressions_in(value)):
                hidden[name] = missing
            else:
                known[name] = Names(self.state, where.scope).value(value)
        return known, hidden


def expressions_in(value: Json) -> Iterator[Expression]:
    """Every expression in a value with templates."""
    match value:
        case Template():
            yield from (part for part in value.parts if isinstance(part, Expression))
        case Mapping():
            for each in value.values():
                yield from expressions_in(each)
        case list() | tuple():
            for each in value:
                yield from expressions_in(each)


def uses_of(process: Process) -> dict[str, list[Use]]:
    """The expressions of a process, by the step that they belong to."""
    uses: dict[str, list[Use]] = {}
    for use in process.uses:
        uses.setdefault(use.step or "", []).append(use)
    return uses


def used_under(where: Where, step: Step, *fields: str) -> list[Expression]:
    """The expressions of a step below some of its fields."""
    at = len(step.at)
    found = where.uses.get(step.id, [])
    return [use.expression for use in found if len(use.at) > at and str(use.at[at]) in fields]


__all__ = ["PLACEHOLDER", "Beginning", "Knowledge", "Where", "expressions_in", "used_under", "uses_of"]
