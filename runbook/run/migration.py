"""What is different between the definition of a run and another version of it; and whether it can go on by that.

Rule 1: what is over stays as it was done. A definition that says otherwise about it is not adopted.
Rule 2: nothing that was handed on (outputs, answers, evidence) is lost by an adoption.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runbook.comparing import given, process_fields, step_changes
from runbook.definition import Process
from runbook.errors import Misuse, Refused
from runbook.inputs import checked_inputs
from runbook.run.commands import Adopt
from runbook.run.deviating import check_may_alter
from runbook.run.dropped_gates import check_gates
from runbook.run.events import Status
from runbook.run.plan import Plan
from runbook.run.progress import StepState
from runbook.run.state import RunState

if TYPE_CHECKING:
    from runbook.run.turn import Turn

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
    for name in process_fields(before, after):
        if name in _OF_PROCESS:
            lost = name == "inputs" and _inputs_do_not_fit(state, after)
            yield Difference(before.id, "", f"`{name}` changed", Verdict.TOUCHES if lost else Verdict.SAFE)
        else:
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
    new = {step.id: step for step in after.every_step()}
    for change in step_changes(before, after):
        id, old, step = change.id, change.old, change.new
        if step is None:
            yield Difference(before.id, id, "is gone", Verdict.TOUCHES if id in begun else Verdict.SAFE)
            continue
        if old is None:
            users = [each for each in new.values() if id in each.needs and each.id in begun]
            late = f", before `{users[0].id}`, which has begun" if users else ""
            yield Difference(before.id, id, f"is new{late}", Verdict.TOUCHES if users else Verdict.SAFE)
            continue
        changed = [f"`{name}` changed" for name in change.behaviour]
        if change.moved:
            changed.append("stands in another place")
        elif change.needs and not _is_over(step.needs, begun.get(id, ()), begun):
            changed.append("needs other steps")
        for what in changed:
            yield Difference(before.id, id, what, Verdict.TOUCHES if id in begun else Verdict.SAFE)
        if not changed and given(before, old) != given(after, step):
            yield Difference(before.id, id, "its text changed", Verdict.TEXT)


def _is_over(needs: tuple[str, ...], steps: list[StepState] | tuple[()], begun: Mapping[str, list[StepState]]) -> bool:
    """True when a step has begun, and all that it needs now is over, so that nothing of it comes too late."""
    return bool(steps) and all(need in begun and all(each.status.is_final for each in begun[need]) for need in needs)


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
    gates = check_gates(state, state.definition_of(command.definition), turn.by, turn.now)
    wrote = {"authors": list(command.authors)} if command.authors else {}
    turn.emit("DefinitionAdopted", definition=command.definition, before=state.definition, reason=reason,
              changes=[f"{each.process} {each.step} {each.what}".replace("  ", " ") for each in found],
              verdict=verdict(found).value, **({"gates": gates} if gates else {}), **wrote, **authority)  # fmt: skip
