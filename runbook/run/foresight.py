"""What a run would do, as far as it can be known before: nothing is carried out, and no run is made.

Rule 1: it never guesses. What hangs on a step that has not been done is said to be unknown, with the name of the step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from runbook.clauses import Foreach, Use
from runbook.definition import Process, Step
from runbook.durations import in_words
from runbook.errors import ExpressionError, Misuse
from runbook.expressions import names
from runbook.graph import NO_OPTION, parts
from runbook.inputs import checked_inputs
from runbook.organisation import NOBODY, Organisation
from runbook.outcome import Act, Enter, Failed, Json, Waiting
from runbook.run.events import Event, Recorded
from runbook.run.plan import Plan
from runbook.run.progress import Scope
from runbook.run.state import RunState
from runbook.run.turns import too_few
from runbook.run.values import Names

PLACEHOLDER = "RUN"
"""Stands for the id that a run would get."""
_LATER = ("run", "started_at")
"""What is known of a run only when it has begun."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One step: whether it comes, what it would run or show, and what that can't be said for.

    `comes` is `yes`, `no` or `perhaps`; `shown` the command or the text with its values in place, empty when it is not
    known; `unknown` the steps (or `run`) it hangs on; `problem` what would go wrong for sure. Of a step with turns it
    is what the first one would run or show.
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
    because: str = ""
    """What has to happen before it comes, besides a decision: `copy` fails, or the process does."""
    turns: str = ""
    """How often it comes, when not once: `for 3 items, the first of them web-1`."""


@dataclass(frozen=True, slots=True)
class _Where:
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


def foresee(
    plan: Plan, inputs: Mapping[str, Json], by: str, now: str, organisation: Organisation = NOBODY
) -> Iterator[Foreseen]:
    """Every step of the plan, those of processes that it uses below their step, as the text has them."""
    state = RunState(plan, organisations=lambda _: organisation)
    data = {"run": PLACEHOLDER, "process": plan.root, "definition": "", "inputs": dict(inputs)}
    if organisation.data:
        data["organisation"] = PLACEHOLDER
    state.apply(Recorded(1, now, by, Event("RunStarted", data=data)))
    yield from _process(state, Scope("", plan.process, inputs, None), "yes", ())


def _process(
    state: RunState, scope: Scope, comes: str, around: tuple[str, ...], later: Mapping[str, str] | None = None
) -> Iterator[Foreseen]:
    uses: dict[str, list[Use]] = {}
    for use in scope.process.uses:
        uses.setdefault(use.step or "", []).append(use)
    where = _Where(scope, parts(scope.process), uses, comes, "", later or {}, (*around, scope.process.id))
    name = f"`{scope.prefix.rstrip('/')}`" if scope.prefix else "the process"
    for part in (":checks", ":steps"):
        yield from _steps(state, where, part)
    yield from _besides(state, where, ":on_failure", f"{name} fails", scope.prefix.rstrip("/") or "run")
    yield from _besides(state, where, ":on_cancel", f"{name} is cancelled", scope.prefix.rstrip("/") or "run")
    yield from _steps(state, where, ":finally")


def _besides(state: RunState, where: _Where, part: str, because: str, source: str) -> Iterator[Foreseen]:
    """Steps that come only when something has happened; what they are told of it is not known before."""
    comes = "no" if where.comes == "no" else "perhaps"
    later = {**where.later, "failure": source}
    yield from _steps(state, replace(where, comes=comes, because=because, later=later), part)


def _steps(state: RunState, where: _Where, part: str) -> Iterator[Foreseen]:
    chosen = _chosen(state.plan, where.scope.process, part, where.lists[part])
    for step in where.lists[part]:
        decision = chosen.get(step.id, "")
        yield from _step(state, where, step, "perhaps" if decision else where.comes, decision)


def _step(state: RunState, where: _Where, step: Step, comes: str, decision: str) -> Iterator[Foreseen]:
    path = where.scope.prefix + step.id
    inside, turns, problem = _first_turn(state, where, step, path)
    found = Foreseen(path, step, comes, problem=problem) if problem else _foreseen(state, where, inside, step, comes)
    yield replace(
        found, decision=decision, process=where.scope.process.id, because=where.because, turns="" if problem else turns
    )
    if found.comes == "no":
        return
    inside = replace(inside, comes="perhaps" if turns == _NO_ITEM else found.comes)
    if step.steps:
        yield from _steps(state, inside, step.id)
    if step.use and not step.spec.detached and _ends(step.use, where.around, found):
        process = state.plan.processes[step.use]
        prefix = inside.scope.prefix if step.flow.body else f"{path}/"
        used = Scope(prefix, process, _inputs(state, inside.scope, step, process, found), None)
        yield from _process(state, used, inside.comes, where.around)
    for name in step.flow.do:
        yield from _besides(state, where, f"{step.id}:{name}", _HAPPENS[name].format(path), path)


_HAPPENS = {
    "on_failure": "`{}` fails",
    "on_cancel": "`{}` is cancelled",
    "before_retry": "another attempt at `{}` follows",
    "due": "`{}` is overdue",
    "review": "`{}` is approved in an emergency",
}
_NO_ITEM = "for no item: it is over at once"
_MOST_HOSTS = 30
"""How many hosts are named."""
_DEEPEST = 3
"""How often a process is shown inside of itself."""


def _ends(use: str, around: tuple[str, ...], found: Foreseen) -> bool:
    """True when a process is to be looked into: one that runs itself only where it surely does, and not for long."""
    return use not in around or (found.comes == "yes" and around.count(use) < _DEEPEST)


def _first_turn(state: RunState, where: _Where, step: Step, path: str) -> tuple[_Where, str, str]:
    """What the first turn of a step sees, how often the step comes, and what would go wrong for sure."""
    flow, scope = step.flow, where.scope
    if flow.foreach is None and flow.repeat is None:
        return where, "", ""
    if flow.repeat:
        every = f"until `{flow.repeat.condition.source}`"
        if flow.repeat.first:
            every = f"as long as `{flow.repeat.condition.source}` holds"
        names: dict[str, Json] = {"turn": 1, "last": {}}
        return replace(where, scope=scope.inward(f"{path}.1/", names)), f"again and again {every}", ""
    assert flow.foreach is not None
    later = {**where.later, flow.foreach.name: path}
    unsure = replace(where, scope=scope.inward(f"{path}.1/", {"turn": 1}), later=later)
    items: Json = None
    if not _unknown(where, [use for use in where.uses.get(step.id, []) if _field_of(use, step) == "foreach"]):
        try:
            items = Names(state, scope).value(flow.foreach.items)
            if isinstance(items, Mapping):
                items = state.organisation.inventory.members(items)
        except (ExpressionError, Misuse) as error:
            return unsure, "", str(error)
        if not isinstance(items, list):
            return unsure, "", "`items` is not a list"
        if short := too_few(flow.foreach, items):
            return unsure, "", short
    if items:
        inward = scope.inward(f"{path}.1/", {"turn": 1, flow.foreach.name: items[0]})
        return replace(where, scope=inward), f"{_those(items, flow.foreach)}{_paced(flow.foreach)}", ""
    turns = f"once for each item{_paced(flow.foreach)}" if items is None else _NO_ITEM
    return unsure, turns, ""


def _those(items: Sequence[Json], foreach: Foreach) -> str:
    """What it is done for: `for 2 hosts: web1, web2`."""
    if not isinstance(foreach.items, Mapping):
        return f"for {len(items)} item{'s' if items[1:] else ''}, the first of them `{items[0]}`"
    more = f" and {len(items) - _MOST_HOSTS} more" if len(items) > _MOST_HOSTS else ""
    named = ", ".join(f"`{item}`" for item in items[:_MOST_HOSTS])
    batches = f", {-(-len(items) // foreach.batch)} batches" if foreach.batch else ""
    return f"for {len(items)} host{'s' if items[1:] else ''}{batches}: {named}{more}"


def _paced(foreach: Foreach) -> str:
    """How its turns follow each other, and how many may fail: `; in batches of 2 with a pause of 1 s`."""
    pause = f" with a pause of {in_words(foreach.pause)}" if foreach.pause else ""
    words = [f"in batches of {foreach.batch}{pause}"] if foreach.batch else []
    if foreach.max_parallel not in (1, foreach.batch):
        words.append(f"{foreach.max_parallel} at a time")
    if foreach.max_failures:
        words.append(f"at most {foreach.max_failures} may fail")
    return "".join(f"; {each}" for each in words)


def _chosen(plan: Plan, process: Process, part: str, steps: Sequence[Step]) -> dict[str, str]:
    """The steps of a list that come only with some answer to a decision, each with that decision."""
    links = plan.links[process.id].get(part)
    decisions = {step.id: step.spec.automatic for step in steps if step.kind == "decision"}
    return {
        id: decision
        for decision, ways in (links.skips.items() if links else ())
        for way, ids in ways.items()
        if decision in decisions and (way != NO_OPTION or decisions[decision])
        for id in ids
    }


def _field_of(use: Use, step: Step) -> str:
    return str(use.at[len(step.at)]) if len(use.at) > len(step.at) else ""


def _foreseen(state: RunState, where: _Where, inside: _Where, step: Step, comes: str) -> Foreseen:
    """One step; its condition is asked outside of its turns, its command is that of the first one."""
    path, uses = where.scope.prefix + step.id, where.uses.get(step.id, [])
    conditions = [use for use in uses if _field_of(use, step) == "when"]
    own = [use for use in uses if _field_of(use, step) == step.kind]
    try:
        if step.when is not None:
            if hangs := _unknown(where, conditions):
                comes = "perhaps" if comes == "yes" else comes
                return Foreseen(path, step, comes, *_outcome(state, inside, step, _unknown(inside, own), hangs))
            if not Names(state, where.scope).holds(step.when):
                return Foreseen(path, step, "no")
        return Foreseen(path, step, comes, *_outcome(state, inside, step, _unknown(inside, own), ()))
    except (ExpressionError, Misuse) as error:
        return Foreseen(path, step, comes, problem=str(error))


def _outcome(
    state: RunState, where: _Where, step: Step, unknown: tuple[str, ...], hangs: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    """What it would run or show, and what it hangs on."""
    every = tuple(dict.fromkeys((*hangs, *unknown)))
    if unknown or step.kind == "section":
        return "", every
    match state.plan.kinds[step.kind].perform(step.spec, Names(state, where.scope)):
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


def _unknown(where: _Where, uses: list[Use]) -> tuple[str, ...]:
    """The steps whose values are used and not there yet, and inputs that hang on such."""
    found: dict[str, None] = {}
    for use in uses:
        for path, _ in names(use.expression.tree):
            if path[0] == "steps" and len(path) > 1:
                found[where.scope.whole.prefix + path[1]] = None
            elif path[:2] == _LATER:
                found["run"] = None
            elif path[0] in where.later:
                found[where.later[path[0]]] = None
            elif path[0] == "inputs" and len(path) > 1 and path[1] not in where.scope.inputs:
                found[where.scope.whole.prefix.rstrip("/")] = None
    return tuple(found)
