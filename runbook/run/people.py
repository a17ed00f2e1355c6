"""Who may act at a step: the one place that every way in goes through.

Rule 1: a role is one part in the whole run. What keeps two roles apart in one of its processes does so in all of them.
Rule 2: whoever acts for somebody else is held to the rules for both; nobody is exempt from any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from runbook.clauses import Role
from runbook.definition import Step
from runbook.errors import Refused
from runbook.run.fitness import kept_apart, named, names_people, players, unfit, unfit_as, who_did, why_not
from runbook.run.progress import Scope, StepState, role_of
from runbook.run.state import RunState

_MOST_NAMED = 10
"""How many people a refusal names who may act instead."""
ROLELESS = ("starter", "implementer", "author")
"""What an approval may exclude besides roles: who started the run, did any of its work, or wrote its process."""


def check_entitled(
    state: RunState, scope: Scope, step: Step, person: str, said_by: str = "", overdue: bool = False, now: str = "",
    refusing: bool = False,
) -> str:  # fmt: skip
    """For whom the person acts when they may act at the step, empty for themselves; `Refused` says what forbids it.

    `said_by` is the system user who speaks, when that is somebody else than the person they name. A step that is
    `overdue` may be done by those as well to whom it is offered then. `now` decides who stands in for whom. Whoever is
    `refusing` need not be kept apart from anybody.
    """
    around, name = role_of(scope, step)
    due = step.flow.due
    try:
        return _check_role(state, scope, step, around, name, person, said_by, now, apart=not refusing)
    except Refused:
        if not overdue or due is None or not due.role:
            raise
        return _check_role(state, scope, step, scope, due.role, person, said_by, now, apart=not refusing)


def check_plays(
    state: RunState, scope: Scope, step: Step, names: Iterable[str], person: str, said_by: str = "", now: str = "",
    refusing: bool = False, around: Scope | None = None,
) -> str:  # fmt: skip
    """The same for somebody who has to play one of these roles to say something about the step.

    They are roles of the process of the step, or of the one `around` that.
    """
    refused: Refused | None = None
    around = around or scope
    for name in names:
        try:
            return _check_role(state, scope, step, around, name, person, said_by, now, alone=True, apart=not refusing)
        except Refused as error:
            refused = refused or error
    assert refused is not None
    raise refused


def check_privilege(state: RunState, step: StepState, what: str, person: str, said_by: str = "", now: str = "") -> str:
    """The same for somebody who wants to `skip`, `redo`, `delegate`, `suspend` or `reassign` the step.

    Whoever may do it may do that too, unless it is left to certain roles: then whoever plays one of them.
    """
    scope, (around, roles) = step.siblings.scope, left_to(step, what)
    if roles:
        return check_plays(state, scope, step.step, roles, person, said_by, now, around=around)
    return check_entitled(state, scope, step.step, person, said_by, step.overdue, now)


def left_to(step: StepState, what: str) -> tuple[Scope, tuple[str, ...]]:
    """The roles that this is left to at the step, and the process under way that has them; none when it is not.

    What the step does not say itself is said by its section, its process, or what is around that: the innermost.
    """
    inner = step
    while True:
        scope, outer = inner.siblings.scope, inner.around
        if roles := inner.step.privileges.get(what):
            return scope, roles
        leaves = outer is None or outer.siblings.scope.whole is not scope.whole
        if leaves and (roles := scope.process.privileges.get(what)):
            return scope, roles
        if outer is None:
            return scope, ()
        inner = outer


def check_verifier(state: RunState, step: StepState, person: str, said_by: str = "", now: str = "") -> str:
    """The same as `check_entitled` for whoever confirms what was recorded at a step: never who recorded it."""
    scope, name = step.siblings.scope, step.step.verifier
    if state.transcribed:
        said_by = ""  # paper is signed by those who acted, and whoever transcribes it only says what stands there
    whom = _check_role(state, scope, step.step, scope, name, person, said_by, now, alone=True, what="verify")
    performers = {str(step.performed.get(each, "")) for each in ("by", "for")} - {""} | set(step.helpers)
    for each in {person, whom, said_by} & performers:
        raise Refused(f"{each} did `{step.path}`, and nobody confirms their own work", "ask a second person")
    if said_by not in ("", person):
        raise Refused(
            f"{person} has to confirm `{step.path}` themselves", f"let {person} do so, logged in as themselves"
        )
    return whom


def _check_role(
    state: RunState,
    scope: Scope,
    step: Step,
    around: Scope,
    name: str,
    person: str,
    said_by: str,
    now: str,
    alone: bool = False,
    what: str = "",
    apart: bool = True,
) -> str:
    """For whom the person acts when they may act in that role, which is one of the process `around`.

    `alone`: only the role is asked, and not what the step wants of its performer besides.
    """
    role = around.process.roles.get(name, Role(name))
    at = f"`{scope.prefix}{step.id}`"
    whom = _principal(state, scope, step, around, role, person, what, now, alone)
    if said_by not in ("", person) and not state.transcribed and names_people(state, role, step):
        raise Refused(
            f"{person} has to speak for themselves at {at}: `{role.name}` names its people",
            f"let {person} answer, logged in as themselves",
        )
    for each in filter(None, (person, whom) if apart else ()):
        _check_apart(state, scope, step, around, role, each, at, alone)
    return whom


def _principal(
    state: RunState, scope: Scope, step: Step, around: Scope, role: Role, person: str, what: str, now: str, alone: bool
) -> str:
    """For whom the person acts in the role: somebody who may, or empty for themselves; `Refused` when nobody."""
    why, whom = why_not(state, scope, step, around, role, person, what, now, alone)
    if why is None:
        return whom
    known = state.organisation.people or named(state, around, role)
    fit = [each for each in known if unfit(state, scope, step, around, role, each, now, alone) is None]
    listed = ", ".join(fit[:_MOST_NAMED]) + (f" and {len(fit) - _MOST_NAMED} more" if fit[_MOST_NAMED:] else "")
    help = f"ask one of {listed}" if fit else "ask somebody else"
    because = f": {why}" if why else ""
    raise Refused(f"{person} may not act as `{role.name}` at `{scope.prefix}{step.id}`{because}", help)


def names_its_people(state: RunState, scope: Scope, step: Step) -> bool:
    """True when it is said who may act at the step, so that it is not for everybody."""
    around, name = role_of(scope, step)
    return names_people(state, around.process.roles.get(name, Role(name)), step)


def _check_apart(
    state: RunState, scope: Scope, step: Step, around: Scope, role: Role, person: str, at: str, alone: bool
) -> None:
    """Nothing when no separation of duties keeps the person from the role at the step."""
    for word, people, did in _left_out(state):
        if word in step.excludes and person in people:
            raise Refused(f"{person} {did} and may not act at {at}", "ask somebody else")
    for other in (*kept_apart(state.plan, role.name), *step.excludes):
        if other != role.name and person in players(state, around, other):
            raise Refused(
                f"{person} acts as `{other}` in this run and may not act as `{role.name}` at {at}", "ask somebody else"
            )
    if step.kind != "approval":
        for gate, people, excludes in state.approved:
            if person in people and ("implementer" in excludes or role.name in excludes):
                raise Refused(f"{person} approved `{gate}` and may not act at {at}", "ask somebody else")
    wanted = step.performer
    for id in wanted.not_same_as if wanted and not alone else ():
        found = who_did(state, scope, id)
        if found is not None and person in found.doers:
            raise Refused(f"{person} did `{found.path}` and may not do {at}", "ask somebody else")


def _left_out(state: RunState) -> Iterator[tuple[str, Iterable[str], str]]:
    yield "starter", (state.started_by,), "started this run"
    yield "implementer", state.worked, "did some of the work of this run"
    yield "author", state.authors, "wrote the process of this run"


def fitting(state: RunState, scope: Scope, step: Step, now: str = "") -> tuple[str, ...]:
    """The ids of all who may do the step now; of an unknown organisation, those that are named."""
    around, name = role_of(scope, step)
    return _all_who_may(state, scope, step, around, name, now)


def fitting_as(state: RunState, step: StepState, name: str, now: str = "") -> tuple[str, ...]:
    """The same for one of several roles that decide at a step."""
    scope = step.siblings.scope
    return _all_who_may(state, scope, step.step, scope, name, now, alone=True)


def _all_who_may(
    state: RunState, scope: Scope, step: Step, around: Scope, name: str, now: str, alone: bool = False
) -> tuple[str, ...]:
    role = around.process.roles.get(name, Role(name))
    found = []
    for person in state.organisation.people or named(state, around, role):
        why, whom = why_not(state, scope, step, around, role, person, "", now, alone)
        try:
            for each in filter(None, (person, whom) if why is None else ()):
                _check_apart(state, scope, step, around, role, each, "", alone)
        except Refused:
            continue
        found += [person] if why is None else []
    return tuple(found)


def check_starter(state: RunState, step: StepState, person: str) -> None:
    """Nothing when the person may begin a run that carries over what this step has done: they play its first role."""
    first = next(iter(state.plan.process.roles), "")
    _, role = role_of(step.siblings.scope, step.step)
    apart = role in kept_apart(state.plan, first) or {"starter", first} & set(step.step.excludes)
    if person and person in (step.by, step.principal) and role != first and apart:
        raise Refused(
            f"{person} acted at `{step.path}` in run {state.run} and may not begin a run that carries it over",
            "let somebody else begin it, or leave out --from",
        )


def authority_over(scope: Scope) -> tuple[Scope, str] | None:
    """The innermost strict process around, and the role that may deviate from it; None where a reason is enough."""
    around: Scope | None = scope
    while around is not None:
        if around.process.mode == "strict":
            return around.whole, around.process.authority
        around = around.owner.siblings.scope if around.owner else None
    return None


def check_authority(state: RunState, scope: Scope, what: str, by: str, said_by: str = "", now: str = "") -> None:
    """Nothing when the person may deviate there, or a reason is enough; `Refused` names the role that may.

    What somebody passes on (`said_by`) is nobody's authority: whoever has it uses it themselves, or who stands in for
    them in everything.
    """
    found = authority_over(scope)
    if found is None:
        return
    around, name = found
    role = around.process.roles.get(name, Role(name))
    takes = f"{what} takes the authority of `{name}`"
    if said_by not in ("", by):
        raise Refused(
            f"{takes}, and {said_by} only passes on what {by} says", f"let {by} do it, logged in as themselves"
        )
    day = (now or state.now)[:10]
    acting = [by, *state.organisation.principals(by, "authority", day)]
    whom = next((each for each in acting if unfit_as(state, around, role, each) is None), "")
    able = [each for each in state.organisation.people or named(state, around, role)
            if unfit_as(state, around, role, each) is None]  # fmt: skip
    ask = f"ask {' or '.join(able)}" if able else f"ask somebody who plays `{name}`"
    if not whom:
        raise Refused(f"{takes}, which {by} does not have", ask)
    for other in kept_apart(state.plan, name):
        for each in {by, whom} if other != name else ():
            if each in players(state, around, other):
                raise Refused(f"{takes}, and {each} acts as `{other}` in this run", f"{ask} who does not")


def names_of(state: RunState, person: str) -> tuple[str, ...]:
    """What a person may sign with: their id, or their full name."""
    known = state.organisation.people.get(person)
    return (person, known.name) if known and known.name else (person,)
