"""What is different between the definition of a run and another version of it; and whether it can go on by that.

Rule 1: what is over stays as it was done. A definition that says otherwise about it is not adopted.
Rule 2: nothing that was handed on (outputs, answers, evidence) is lost by an adoption.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runbook.definition import Process, Step
from runbook.errors import Misuse, Refused
from runbook.graph import parts
from runbook.inputs import checked_inputs
from runbook.run.commands import Adopt
from runbook.run.deviating import check_may_alter
from runbook.run.events import Status
from runbook.run.plan import Plan
from runbook.run.progress import StepState
from runbook.run.state import RunState
from runbook.run.weakening import check_gates

if TYPE_CHECKING:
    from runbook.run.turn import Turn

_WORDS = frozenset(("title", "why", "warning", "caution", "note", "description", "summary"))
"""Fields that tell people something and change nothing that is done."""
_TOLD = frozenset(("text", "question", "title", "summary"))
"""The same inside of what people are asked."""
_OF_PEOPLE = frozenset(("manual", "ask", "approval", "decision", "end"))
_OF_PROCESS = ("roles", "inputs", "outputs", "on_failure", "concurrency")


class Verdict(enum.Enum):
    """What a difference means to a run."""

    TEXT = "text only"
    SAFE = "safe"
    TOUCHES = "touches finished work"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: in which process and step (empty: the process itself), what it is, and what it means."""

    process: str
    step: str
    what: str
    verdict: Verdict


def differences(state: RunState, plan: Plan) -> tuple[Difference, ...]:
    """Everything that the plan says otherwise than the one the run is bound to."""
    old = state.plan
    if plan.root != old.root:
        raise Misuse(f"run {state.run} is one of {old.root}, not of {plan.root}", "name the same process")
    begun = _begun(state)
    found: list[Difference] = []
    for id in dict.fromkeys((*old.processes, *plan.processes)):
        before, after = old.processes.get(id), plan.processes.get(id)
        if before is None or after is None:
            what = "is used now" if before is None else "is not used any more"
            found.append(Difference(id, "", what, Verdict.SAFE))
        elif before.data != after.data:
            found += _of_process(state, before, after)
            found += _of_steps(before, after, begun.get(id, {}))
    return tuple(found)


def verdict(found: tuple[Difference, ...]) -> Verdict:
    """The gravest of them."""
    return max((each.verdict for each in found), key=list(Verdict).index, default=Verdict.TEXT)


def _begun(state: RunState) -> dict[str, dict[str, list[StepState]]]:
    """By process and id, the steps of the run that have begun or are over."""
    begun: dict[str, dict[str, list[StepState]]] = {}
    for step in state.steps.values():
        waits = step.status is Status.PENDING or (step.status is Status.READY and not step.attempts)
        if not waits and not step.cut and (step.status is not Status.CANCELLED or step.attempts):
            begun.setdefault(step.siblings.scope.process.id, {}).setdefault(step.step.id, []).append(step)
    return begun


def _of_process(state: RunState, before: Process, after: Process) -> Iterator[Difference]:
    words = [name for name in sorted({*before.data, *after.data}) if before.data.get(name) != after.data.get(name)]
    for name in words:
        if name in _OF_PROCESS:
            lost = name == "inputs" and _inputs_do_not_fit(state, after)
            yield Difference(before.id, "", f"`{name}` changed", Verdict.TOUCHES if lost else Verdict.SAFE)
        elif name not in ("checks", "steps", "finally", "on_cancel"):
            yield Difference(before.id, "", f"`{name}` changed", Verdict.TEXT)


def _inputs_do_not_fit(state: RunState, after: Process) -> bool:
    """True when a run of the process that is under way has no right value for an input."""
    try:
        for scope in state.scopes.values():
            if scope.process.id == after.id and scope.phase != ":over":
                inputs_for(after, scope.inputs)
    except Misuse:
        return True
    return False


def inputs_for(process: Process, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values that a process under way goes on with; `Misuse` when one is missing, or not right."""
    return checked_inputs(process, {name: value for name, value in inputs.items() if name in process.inputs})


def _of_steps(before: Process, after: Process, begun: Mapping[str, list[StepState]]) -> Iterator[Difference]:
    places = {step.id: name for name, steps in parts(after).items() for step in steps}
    old_places = {step.id: name for name, steps in parts(before).items() for step in steps}
    old, new = ({step.id: step for step in each.every_step()} for each in (before, after))
    for id in old:
        if id not in new:
            yield Difference(before.id, id, "is gone", Verdict.TOUCHES if id in begun else Verdict.SAFE)
    for id, step in new.items():
        if id not in old:
            users = [each for each in new.values() if id in each.needs and each.id in begun]
            late = f", before `{users[0].id}`, which has begun" if users else ""
            yield Difference(before.id, id, f"is new{late}", Verdict.TOUCHES if users else Verdict.SAFE)
            continue
        changed = _changed(before, after, old[id], step)
        if places[id] != old_places[id]:
            changed.append("stands in another place")
        elif step.needs != old[id].needs and not _is_over(step.needs, begun.get(id, ()), begun):
            changed.append("needs other steps")
        for what in changed:
            yield Difference(before.id, id, what, Verdict.TOUCHES if id in begun else Verdict.SAFE)
        if not changed and _given(before, old[id]) != _given(after, step):
            yield Difference(before.id, id, "its text changed", Verdict.TEXT)


def _is_over(needs: tuple[str, ...], steps: list[StepState] | tuple[()], begun: Mapping[str, list[StepState]]) -> bool:
    """True when a step has begun, and all that it needs now is over, so that nothing of it comes too late."""
    return bool(steps) and all(need in begun and all(each.status.is_final for each in begun[need]) for need in needs)


def _changed(before: Process, after: Process, old: Step, new: Step) -> list[str]:
    one, other = _behaviour(_given(before, old), old.kind), _behaviour(_given(after, new), new.kind)
    names = [name for name in sorted({*one, *other}) if one.get(name) != other.get(name)]
    return [f"`{name}` changed" for name in names if name != "needs"]


def _given(process: Process, step: Step) -> Mapping[str, Any]:
    value: Any = process.data
    for part in step.at:
        value = value[part]
    return dict(value)


def _behaviour(given: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """What is done, without words for people, and without the steps inside, which are compared by themselves."""
    kept = {name: _without_steps(value) for name, value in given.items() if name not in _WORDS}
    if kind in _OF_PEOPLE:
        kept[kind] = _without_words(given[kind])
    elif "manual" in kept:
        del kept["manual"]
    return kept


def _without_steps(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_steps(each) for name, each in value.items() if name not in ("steps", "do", "before")}
    if isinstance(value, list) and value and all(isinstance(each, dict) and "id" in each for each in value):
        return [each["id"] for each in value] if any("when" in each or "goto" in each for each in value) else []
    return value


def _without_words(value: Any) -> Any:
    if isinstance(value, str):
        return ""
    if isinstance(value, dict):
        kept = {name: each for name, each in value.items() if name not in _TOLD}
        return {name: _without_words(each) if isinstance(each, (dict, list)) else each for name, each in kept.items()}
    return [_without_words(each) for each in value] if isinstance(value, list) else value


def adopt(turn: Turn, command: Adopt) -> None:
    """Somebody wants the run to go on by another version of its process."""
    state, reason = turn.state, command.reason.strip()
    if not reason:
        raise Refused("adopting another definition needs a reason", "say why")
    found = differences(state, state.definition_of(command.definition))
    if command.definition == state.definition:
        raise Refused(f"run {state.run} is bound to that definition already", "nothing was changed")
    authority = check_may_alter(state, "going on by another definition", turn.by, turn.now)
    touching = [each for each in found if each.verdict is Verdict.TOUCHES]
    if touching:
        first = touching[0]
        where = f"`{first.step}` of {first.process}" if first.step else first.process
        more = f", and {len(touching) - 1} more" if touching[1:] else ""
        raise Refused(
            f"{where} {first.what}, and that is done or under way{more}", "let the run end, or start a new one"
        )
    gates = check_gates(state, state.definition_of(command.definition), turn.by, turn.now, _changed)
    wrote = {"authors": list(command.authors)} if command.authors else {}
    turn.emit("DefinitionAdopted", definition=command.definition, before=state.definition, reason=reason,
              changes=[f"{each.process} {each.step} {each.what}".replace("  ", " ") for each in found],
              verdict=verdict(found).value, **({"gates": gates} if gates else {}), **wrote, **authority)  # fmt: skip
