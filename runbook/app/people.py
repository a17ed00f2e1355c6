"""Who somebody is, what waits for them, and who takes what on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from runbook.app.replies import caught_up, inbox
from runbook.app.waiting import mentions, mine
from runbook.app.workspace import Workspace
from runbook.errors import Misuse, Refused, RunbookError

if TYPE_CHECKING:
    from runbook.organisation import Organisation
    from runbook.run.commands import Work
    from runbook.run.events import Recorded
    from runbook.run.progress import StepState
    from runbook.run.state import RunState
    from runbook.views.people import Candidate, Me


def organisation(workspace: Workspace) -> Organisation:
    """Who there is in the project; of nobody is known outside of one."""
    from runbook.engine.files import people_files
    from runbook.engine.register import Register
    from runbook.organisation import NOBODY

    if not any(people_files(workspace.root)):
        return NOBODY
    return Register().of(str(workspace.root)).organisation


def caller(workspace: Workspace, state: RunState | None = None) -> str:
    """The id of who calls, as the run knows them, or the project."""
    known = state.organisation if state is not None else organisation(workspace)
    return known.person_of(workspace.actor.name)


def may_answer(workspace: Workspace, state: RunState, step: StepState, person: str = "") -> RunbookError | None:
    """Why the person, or who calls, may not answer a step now, or not before others; None when they may."""
    from runbook.engine.pulling import comes_first, refusal
    from runbook.run.offering import objection
    from runbook.run.working import is_free

    who = person or caller(workspace, state)
    if (why := objection(state, step, who, workspace.clock())) is not None or not is_free(step):
        return why
    first = comes_first(workspace.book, who, state.run, workspace.clock())
    return refusal(first) if first is not None and (first.run, first.step) != (state.run, step.path) else None


def me(workspace: Workspace) -> Me:
    """Who calls, and all that is theirs."""
    from runbook.app.boards import items_of
    from runbook.app.carrying import runs
    from runbook.run.offering import to_come
    from runbook.views.people import Me

    known = organisation(workspace)
    person, today = known.person_of(workspace.actor.name), workspace.clock()
    rows = mine(workspace)
    claimed = [row for row in rows if row.about.get("work", {}).get("by") == person]
    delegated = [row for row in rows if row.about.get("work", {}).get("offered") == person]
    offered = [row for row in rows if row not in claimed and row not in delegated]
    coming = []
    for row in runs(workspace):
        if not row.ended_at:
            state = workspace.book.state(row.run)
            coming += [(row.run, step) for step in to_come(state, caller(workspace, state), today)]
    acts_for = {
        each for what in ("approve", "perform", "verify") for each in known.principals(person, what, today[:10])
    }
    return Me(
        person, known.people.get(person), claimed, delegated, offered, coming, sorted(acts_for),
        list(mentions(workspace)), items_of(workspace, person),
    )  # fmt: skip


def work(workspace: Workspace, run: str, command: Work) -> list[Recorded]:
    """Somebody takes a step on, gives it away, or says how it stands with them."""
    caught_up(workspace, run)
    return workspace.book.advance(run, [command], workspace.actor)


def first_of(workspace: Workspace) -> tuple[str, str]:
    """The run and the step that come first of all that who calls may claim; `Refused` when nothing waits for them."""
    from runbook.run.queue import is_claimable

    for row in mine(workspace):
        if is_claimable(row.about):
            return row.run, row.step
    raise Refused("nothing waits for you that could be claimed", "see `runbook inbox`")


def who(
    workspace: Workspace,
    can: Sequence[tuple[str, int]] = (),
    team: str = "",
    role: str = "",
    day: str = "",
) -> Iterator[Candidate]:
    """Everybody in the project who can do all that, is in the team, and is that in the organisation."""
    from runbook.clauses import Role
    from runbook.views.people import Candidate

    known = organisation(workspace)
    if not known:
        raise Misuse("nobody is described in this project", "describe people in `operations/people`")
    _check_words(known, can, team, role)
    wanted = Role("", team=team, held=role, capabilities=dict(can))
    loads = _loads(workspace)
    for person in known.people.values():
        if not known.lacks(person.id, wanted):
            yield Candidate(person, person.away(day or workspace.clock()[:10]), loads.get(person.id, 0))


def _check_words(known: Organisation, can: Sequence[tuple[str, int]], team: str, role: str) -> None:
    from runbook.diagnostics import suggestion

    people = known.people.values()
    for what, words, all in (
        ("capability", [name for name, _ in can], {name for each in people for name in each.capabilities}),
        ("team", [team] if team else [], {*known.teams, *(name for each in people for name in each.teams)}),
        ("role in the organisation", [role] if role else [], {name for each in people for name in each.roles}),
    ):
        for word in words:
            if word not in all:
                raise Misuse(f"nobody has the {what} `{word}`", suggestion(word, all, "see `runbook who`"))


def who_for(workspace: Workspace, run: str, step: str) -> Iterator[Candidate]:
    """Everybody the run knows, for one of its steps: those who may answer it, and why the others may not."""
    from runbook.run.offering import objection
    from runbook.views.people import Candidate

    state = workspace.book.state(run)
    if step not in state.steps:
        raise Misuse(f"run {run} has no step `{step}`", f"see `runbook status {run}`")
    if not state.organisation:
        raise Misuse(f"run {run} knows of nobody", "describe people in `operations/people`")
    loads, today = _loads(workspace), workspace.clock()
    for person in state.organisation.people.values():
        why = objection(state, state.steps[step], person.id, today)
        yield Candidate(person, person.away(today[:10]), loads.get(person.id, 0), str(why) if why else "")


def _loads(workspace: Workspace) -> dict[str, int]:
    loads: dict[str, int] = {}
    for row in inbox(workspace):
        if by := row.about.get("work", {}).get("by"):
            loads[by] = loads.get(by, 0) + 1
    return loads
