"""Gates that another version of a process drops or changes: who has to be the one that lets a run go on without them.

Rule 1: a gate is changed by nobody who could not pass it: who may give the yes, who may confirm, who may leave the step
out, or who has the authority. Whatever is not as it was counts as changed, as nobody can tell stricter from weaker.
Rule 2: a signature is owed by whom it binds; no version of the process takes that back while the run goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from runbook.clauses import Role
from runbook.comparing import behaviour_changes
from runbook.definition import Process, Step, walk
from runbook.errors import Refused
from runbook.graph import onward
from runbook.run.fitness import kept_apart
from runbook.run.people import authority_over, check_entitled, check_plays
from runbook.run.plan import Plan
from runbook.run.progress import Scope

if TYPE_CHECKING:
    from runbook.run.state import RunState


@dataclass(frozen=True, slots=True)
class Gate:
    """What holds a run up until somebody has spoken, or what only some may do (`sort`), at a step or in a process."""

    process: Process
    step: Step | None
    sort: str
    how: str
    """What becomes of it."""

    @property
    def called(self) -> str:
        """Its name, for messages and for the record."""
        at = f"at `{self.step.id}` of {self.process.id}" if self.step else f"of {self.process.id}"
        return f"the {self.sort} {at}"


def check_gates(state: RunState, plan: Plan, by: str, now: str) -> list[str]:
    """What becomes of the gates that the plan drops or changes; `Refused` names the first that is not theirs."""
    found = list(_changed_gates(state.plan, plan))
    for gate in found:
        message = f"{gate.called} {gate.how}"
        if gate.sort == "signature":
            raise Refused(f"{message}, and no version of a process takes that back", "let the run end, or cancel it")
        try:
            _check_may_pass(state, gate, by, now)
        except Refused as error:
            raise Refused(f"{message}, and only who may pass it lets the run go on so: {error}", error.help) from None
    return [f"{gate.called} {gate.how}" for gate in found]


def _check_may_pass(state: RunState, gate: Gate, by: str, now: str) -> None:
    scope, step = _scope_of(state, gate.process), gate.step
    refused: Refused | None = None
    for around, name in _authorities(state, scope, gate.process):
        try:
            check_plays(state, scope, step or _WHOLE, (name,), by, now=now, around=around)
        except Refused as error:
            refused = error
        else:
            return
    roles = _passed_by(gate)
    if roles:
        check_plays(state, scope, step or _WHOLE, roles, by, now=now)
    elif step is not None:
        check_entitled(state, scope, step, by, now=now)
    elif refused is not None:
        raise refused


_WHOLE = Step(id="", title="", kind="", spec=None, at=())
"""In place of a step, where a gate is one of a whole process."""


def _passed_by(gate: Gate) -> tuple[str, ...]:
    """The roles that pass the gate; none where that is whoever does the step."""
    step, process = gate.step, gate.process
    if gate.sort == "authority":
        return (process.authority,)
    if gate.sort.startswith("privilege"):
        what = gate.sort.split("`")[1]
        return (step.privileges if step else process.privileges)[what]
    assert step is not None
    if gate.sort == "approval":
        return tuple(step.spec.roles)
    if step.verifier:
        return (step.verifier,)
    return step.privileges.get("skip") or process.privileges.get("skip", ())


def _authorities(state: RunState, scope: Scope, process: Process) -> Iterator[tuple[Scope, str]]:
    """Who has authority over the process: by itself, or by what is around it."""
    if process.authority:
        yield scope, process.authority
    for each in (scope, state.scopes[""]):
        if found := authority_over(each):
            yield found


def _scope_of(state: RunState, process: Process) -> Scope:
    """Where the process is under way, or would be."""
    found = next((each for each in state.scopes.values() if each.process.id == process.id), None)
    return found or (Scope("", process, {}, None) if process.roles else state.scopes[""])


# -- what has become of them --------------------------------------------------------------------------


def _changed_gates(old: Plan, new: Plan) -> Iterator[Gate]:
    shut = set(_inside_of_changed(old, new))
    for process in old.processes.values():
        after = new.processes.get(process.id)
        if after is not None and after.data == process.data and process.id not in shut and _same_apart(old, new):
            continue
        for gate in _gates(process):
            how = "is gone" if after is None else _how(old, new, process, after, gate)
            how = how or ("is reached in another way" if process.id in shut and gate.sort == "approval" else "")
            if how:
                yield replace(gate, how=how)


def _same_apart(old: Plan, new: Plan) -> bool:
    return _excludes(old) == _excludes(new)


def _excludes(plan: Plan) -> dict[str, set[str]]:
    roles = {role.name for process in plan.processes.values() for role in process.roles.values()}
    return {name: set(kept_apart(plan, name)) for name in roles}


def _gates(process: Process) -> Iterator[Gate]:
    """The gates of a process, without those of what it runs."""
    if process.mode == "strict":
        yield Gate(process, None, "authority", "")
    for what in process.privileges:
        yield Gate(process, None, f"privilege `{what}`", "")
    signed = _signed(process)
    for step in process.every_step():
        if step.kind == "approval":
            yield Gate(process, step, "approval", "")
        if step.verifier:
            yield Gate(process, step, "verifier", "")
        if any(each.required for each in step.evidence):
            yield Gate(process, step, "evidence", "")
        if step.id in signed:
            yield Gate(process, step, "signature", "")
        for what in step.privileges:
            yield Gate(process, step, f"privilege `{what}`", "")


def _signed(process: Process) -> set[str]:
    """The steps that are answered with a signature, as far as the process says so."""
    if process.signed:
        return {step.id for step in process.every_step()}
    return {inner.id for step in process.every_step() if step.signed for inner in walk((step,))}


def _how(old: Plan, new: Plan, before: Process, after: Process, gate: Gate) -> str:
    """What becomes of a gate, in words; empty when it stays as it was."""
    if gate.step is None:
        return _how_of_process(before, after, gate)
    step = next((each for each in after.every_step() if each.id == gate.step.id), None)
    if step is None:
        return "is gone"
    match gate.sort:
        case "approval":
            if step.kind != "approval":
                return "is gone"
            return _how_of_approval(old, new, before, after, gate.step, step)
        case "verifier":
            if step.verifier != gate.step.verifier:
                return "changes" if step.verifier else "is gone"
            return _how_of_roles(old, new, before, after, (step.verifier,))
        case "evidence":
            kept = {(each.id, each.types, each.max_size, each.source) for each in step.evidence if each.required}
            asked = {(each.id, each.types, each.max_size, each.source)
                     for each in gate.step.evidence if each.required}  # fmt: skip
            return "" if asked <= kept else "is not required any more, or other evidence is"
        case "signature":
            return "" if step.id in _signed(after) else "is not required any more"
        case _:
            what = gate.sort.split("`")[1]
            same = step.privileges.get(what) == gate.step.privileges[what]
            return _how_of_roles(old, new, before, after, step.privileges[what]) if same else "changes"


def _how_of_process(before: Process, after: Process, gate: Gate) -> str:
    if gate.sort == "authority":
        same = after.mode == before.mode and after.authority == before.authority
        names: tuple[str, ...] = (before.authority,)
    else:
        what = gate.sort.split("`")[1]
        names = before.privileges[what]
        same = after.privileges.get(what) == names
    return "" if same and all(_role(before, each) == _role(after, each) for each in names) else "changes"


def _how_of_approval(old: Plan, new: Plan, before: Process, after: Process, was: Step, step: Step) -> str:
    if what := behaviour_changes(before, after, was, step):
        return f"is another one: `{what[0]}` changed"
    due, spec = was.flow.due, was.spec
    if how := _how_of_roles(old, new, before, after, (*spec.roles, spec.emergency, due.role if due else "")):
        return how
    around, now_around = _around(before, was.id), _around(after, was.id)
    if [each.id for each in around] != [each.id for each in now_around]:
        return "stands elsewhere"
    for one, other in zip(around, now_around, strict=True):
        if what := behaviour_changes(before, after, one, other):
            return f"is reached in another way: `{what[0]}` changed at `{one.id}`"
    for id in (was.id, *(each.id for each in around)):
        if loose := _loose(old, new, before, after, id):
            return f"does not hold `{loose}` any more"
    return ""


def _how_of_roles(old: Plan, new: Plan, before: Process, after: Process, names: Iterable[str]) -> str:
    """The same for the roles that pass it: who may play them, and who is kept apart from them."""
    for name in filter(None, names):
        if _role(before, name) != _role(after, name) or set(kept_apart(old, name)) - set(kept_apart(new, name)):
            return f"is passed by others: the role `{name}` changes"
    return ""


def _role(process: Process, name: str) -> tuple[object, ...]:
    """A role, without the words about it; what gives its people by a value is compared as it is written."""
    role = process.roles.get(name, Role(name))
    values = tuple(each.source for each in role.people_from)
    return (role.team, role.people, role.excludes, values, role.held, dict(role.capabilities), role.manager_of,
            role.binds)  # fmt: skip


def _loose(old: Plan, new: Plan, before: Process, after: Process, id: str) -> str:
    """A step that could not begin before this one was over, and now can; empty when there is none."""
    known = {each.id: each for each in after.every_step()}
    joins = {each.id: each.join for each in before.every_step()}
    held = _after(new, after, id)
    for follower in _after(old, before, id) - {id}:
        step = known.get(follower)
        if step is not None and (follower not in held or step.join not in (joins[follower], None)):
            return follower
    return ""


def _after(plan: Plan, process: Process, id: str) -> set[str]:
    """What comes after a step in its list, itself included."""
    for links in plan.links[process.id].values():
        if id in links.after:
            return set(onward((id,), links.after))
    return set()


def _around(process: Process, id: str) -> list[Step]:
    """The steps that a step is inside of, the outermost first."""
    return [each for each in process.every_step() if each.id != id and any(inner.id == id for inner in walk((each,)))]


def _inside_of_changed(old: Plan, new: Plan) -> Iterator[str]:
    """The processes that are not run any more where they were, or in another way, and what they run themselves."""
    for process in old.processes.values():
        after = new.processes.get(process.id)
        known = {each.id: each for each in after.every_step()} if after else {}
        for step in process.every_step():
            if not step.use:
                continue
            now = known.get(step.id)
            around = (*_around(process, step.id), step)
            same = after is not None and now is not None and now.use == step.use and all(
                each.id in known and not behaviour_changes(process, after, each, known[each.id]) for each in around
            )  # fmt: skip
            if not same or (after is not None and _loose(old, new, process, after, step.id)):
                yield from _used(old, step.use, set())


def _used(plan: Plan, id: str, seen: set[str]) -> Iterator[str]:
    if id in seen or id not in plan.processes:
        return
    seen.add(id)
    yield id
    for step in plan.processes[id].every_step():
        if step.use:
            yield from _used(plan, step.use, seen)
