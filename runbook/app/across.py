"""Runs across time: what was done is undone, a run that failed goes on, a run is done once more."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.carrying import authors_of, new_id, runs
from runbook.app.replies import caught_up
from runbook.app.sharing import check_project
from runbook.app.workspace import Workspace, now
from runbook.errors import Refused
from runbook.reading.layout import PROJECT

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.commands import Undo
    from runbook.run.events import Recorded
    from runbook.run.migration import Difference
    from runbook.run.plan import Plan
    from runbook.run.state import RunState
    from runbook.run.undoing import WayBack


def open_runs(workspace: Workspace, process: str) -> list[str]:
    """The runs of a process that have not ended, oldest first; `Misuse` when nobody knows the process."""
    from runbook.app.carrying import check_known

    check_known(workspace, process)
    return [row.run for row in runs(workspace) if row.process == process and not row.ended_at][::-1]


def way_back(workspace: Workspace, run: str, to: str = "") -> tuple[RunState, WayBack]:
    """The run, and what undoing it down to the step `to` would do; nothing is undone by looking."""
    from runbook.run.undoing import way_back as found

    state = workspace.book.state(run)
    return state, found(state, to)


def check_undo(workspace: Workspace, run: str, command: Undo) -> tuple[RunState, WayBack]:
    """The same for a way back that this person may take now; `Refused` says what stands in it."""
    from runbook.run.undoing import permitted

    caught_up(workspace, run)
    state = workspace.book.state(run)
    way, _ = permitted(state, command, state.organisation.person_of(workspace.actor.name), now())
    return state, way


def check_answers(workspace: Workspace, run: str, answers: Json) -> None:
    """`Misuse` when the data of an answers file can't be answers to this run; nothing for none."""
    from runbook.run.answers import answers_of

    if answers is not None:
        answers_of(answers, workspace.book.state(run).plan)


def rerun(
    workspace: Workspace,
    run: str,
    since: str,
    given: Mapping[str, Json],
    answers: Json = None,
    instructions: bool | None = None,
) -> str:
    """Begin a run of the same definition with the inputs of an earlier one, and other values on top: its id.

    What the earlier run had done before the step `since` is carried over, if one is named. Whether anything of it is
    executed is as in the earlier run, unless `instructions` says otherwise.
    """
    from runbook.inputs import checked_inputs
    from runbook.run.carrying import carried_over

    before = workspace.book.state(run)
    values = checked_inputs(before.plan.process, {**before.scopes[""].inputs, **given})
    person = before.organisation.person_of(workspace.actor.name)
    carried = carried_over(before, since, values, person) if since else {}
    check_answers(workspace, run, answers)
    about: dict[str, Json] = {"rerun_of": run, **({"from": since} if since else {})}
    if before.instructions if instructions is None else instructions:
        about["instructions"] = True
    new = new_id(workspace.book, before.plan.root)
    roles = {name: role for process in before.plan.processes.values() for name, role in process.roles.items()}
    bound = {name: list(each) for name, each in before.assigned.items() if roles[name].binds == "start"}
    people: dict[str, Json] = {"roles": bound} if bound else {}
    if before.authors:
        people["authors"] = list(before.authors)
    root = before.root or str(workspace.root)  # what was transcribed from paper was begun in no project
    check_project(workspace, root)
    workspace.book.begin(new, before.plan, values, root, workspace.actor, carried, about, people)
    return new


def differences(workspace: Workspace, run: str, plan: Plan) -> tuple[RunState, tuple[Difference, ...]]:
    """The run, and what a plan of its process says otherwise than the one it is bound to."""
    from runbook.run.migration import differences as found

    caught_up(workspace, run)
    state = workspace.book.state(run)
    return state, found(state, plan)


def migrate(workspace: Workspace, run: str, plan: Plan, reason: str) -> list[Recorded]:
    """Let a run go on by another version of its process; `Refused` when that touches what is done or under way.

    The version is that of the project that the run belongs to, as long as that is there: nobody brings their own.
    """
    caught_up(workspace, run)
    own = Path(workspace.book.state(run).root)
    if (own / PROJECT).is_file() and own.resolve() != workspace.root:
        raise Refused(f"run {run} belongs to the project in {own}, and goes on by no other's definition", f"cd {own}")
    check_project(workspace, str(workspace.root))
    return workspace.book.adopt(run, plan, reason, workspace.actor, authors_of(workspace, plan))
