"""What a run would do, as far as it can be known before: nothing is carried out, and no run is made.

Rule 1: it never guesses. What hangs on a step that has not been done is said to be unknown, with the name of the step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from runbook.clauses import Use
from runbook.definition import Process, Step
from runbook.errors import ExpressionError, Misuse
from runbook.expressions import names
from runbook.graph import parts
from runbook.inputs import checked_inputs
from runbook.outcome import Act, Enter, Failed, Json, Waiting
from runbook.run.events import Event, Recorded
from runbook.run.plan import Plan
from runbook.run.progress import Scope
from runbook.run.state import RunState
from runbook.run.values import Names

PLACEHOLDER = "RUN"
"""Stands for the id that a run would get."""
_LATER = ("run", "started_at")
"""What is known of a run only when it has begun."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One step: whether it comes, what it would run or show, and what that can't be said for.

    `comes` is `yes`, `no` or `perhaps`; `shown` the command or the text with its values in place, empty when it is not
    known; `unknown` the steps (or `run`) it hangs on; `problem` what would go wrong for sure.
    """

    path: str
    step: Step
    comes: str
    shown: str = ""
    unknown: tuple[str, ...] = ()
    problem: str = ""
    decision: str = ""
    """The decision that may leave it out."""
    process: str = ""
    """The process that it is a step of."""


def foresee(plan: Plan, inputs: Mapping[str, Json], by: str, now: str) -> Iterator[Foreseen]:
    """Every step of the plan, those of processes that it uses below their step, as the text has them."""
    state = RunState(plan)
    data = {"run": PLACEHOLDER, "process": plan.root, "definition": "", "inputs": dict(inputs)}
    state.apply(Recorded(1, now, by, Event("RunStarted", data=data)))
    yield from _process(state, Scope("", plan.process, inputs, None), "yes")


def _process(state: RunState, scope: Scope, comes: str) -> Iterator[Foreseen]:
    uses: dict[str, list[Use]] = {}
    for use in scope.process.uses:
        uses.setdefault(use.step or "", []).append(use)
    lists = parts(scope.process)
    for part in (":checks", ":steps", ":finally"):
        yield from _steps(state, scope, part, lists, uses, comes)


def _steps(
    state: RunState,
    scope: Scope,
    part: str,
    lists: Mapping[str, tuple[Step, ...]],
    uses: Mapping[str, list[Use]],
    comes: str,
) -> Iterator[Foreseen]:
    chosen = _chosen(state.plan, scope.process, part)
    for step in lists[part]:
        decision = chosen.get(step.id, "")
        found = _step(state, scope, step, uses.get(step.id, []), "perhaps" if decision else comes)
        yield replace(found, decision=decision, process=scope.process.id)
        if found.comes == "no":
            continue
        if step.steps:
            yield from _steps(state, scope, step.id, lists, uses, found.comes)
        if step.use:
            process = state.plan.processes[step.use]
            inside = Scope(f"{found.path}/", process, _inputs(state, scope, step, process, found), None)
            yield from _process(state, inside, found.comes)


def _chosen(plan: Plan, process: Process, part: str) -> dict[str, str]:
    """The steps of a list that come only with some answer to a decision, each with that decision."""
    links = plan.links[process.id].get(part)
    ways = links.skips.items() if links else ()
    return {id: decision for decision, options in ways for ids in options.values() for id in ids}


def _step(state: RunState, scope: Scope, step: Step, uses: list[Use], comes: str) -> Foreseen:
    path, seen = scope.prefix + step.id, Names(state, scope)
    conditions = [use for use in uses if use.at[len(step.at) :] == ("when",)]
    own = [use for use in uses if use.at[len(step.at) : len(step.at) + 1] == (step.kind,)]
    try:
        if step.when is not None:
            if hangs := _unknown(scope, conditions):
                comes = "perhaps" if comes == "yes" else comes
                return Foreseen(path, step, comes, *_outcome(state, seen, step, _unknown(scope, own), hangs))
            if not seen.holds(step.when):
                return Foreseen(path, step, "no")
        return Foreseen(path, step, comes, *_outcome(state, seen, step, _unknown(scope, own), ()))
    except (ExpressionError, Misuse) as error:
        return Foreseen(path, step, comes, problem=str(error))


def _outcome(
    state: RunState, seen: Names, step: Step, unknown: tuple[str, ...], hangs: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    """What it would run or show, and what it hangs on."""
    every = tuple(dict.fromkeys((*hangs, *unknown)))
    if unknown or step.kind == "section":
        return "", every
    match state.plan.kinds[step.kind].perform(step.spec, seen):
        case Act() as act:
            return act.shown, every
        case Waiting() as waiting:
            return str(waiting.prompt.get("text", "")), every
        case Failed(reason):
            raise ExpressionError(reason)
    return "", every


def _inputs(state: RunState, scope: Scope, step: Step, process: Process, found: Foreseen) -> Mapping[str, Json]:
    """The inputs of a process that is used; those that are not known yet are left out."""
    if found.unknown or found.problem:
        return {}
    outcome = state.plan.kinds[step.kind].perform(step.spec, Names(state, scope))
    try:
        return checked_inputs(process, outcome.inputs) if isinstance(outcome, Enter) else {}
    except Misuse:
        return {}


def _unknown(scope: Scope, uses: list[Use]) -> tuple[str, ...]:
    """The steps whose values are used and not there yet, and inputs that hang on such."""
    found: dict[str, None] = {}
    for use in uses:
        for path, _ in names(use.expression.tree):
            if path[0] == "steps" and len(path) > 1:
                found[scope.prefix + path[1]] = None
            elif path[:2] == _LATER:
                found["run"] = None
            elif path[0] == "inputs" and len(path) > 1 and path[1] not in scope.inputs:
                found[scope.prefix.rstrip("/")] = None
    return tuple(found)
