"""Trying a process before it is carried out, in three depths. Nothing of it reaches the journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace, now

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.branches import Simulated
    from runbook.run.foresight import Foreseen
    from runbook.run.knowing import Beginning
    from runbook.run.plan import Plan


def beginning(
    workspace: Workspace, plan: Plan, given: Mapping[str, Json], roles: Mapping[str, Sequence[str]] | None = None
) -> Beginning:
    """How a run of the plan would begin; `Misuse` or `Refused` for inputs and roles that can't be right."""
    from runbook.app.people import organisation
    from runbook.inputs import checked_inputs
    from runbook.run.assigning import check_named
    from runbook.run.knowing import Beginning
    from runbook.run.state import RunState

    known = organisation(workspace)
    people: dict[str, Json] = {}
    if roles:
        check_named(RunState(plan), known, known.person_of(workspace.actor.name), roles)
        people["roles"] = {name: list(each) for name, each in roles.items()}
    return Beginning(plan, checked_inputs(plan.process, given), workspace.actor.name, now(), people, known)


def foreseen(begins: Beginning) -> Iterator[Foreseen]:
    """What a run would do; nothing is carried out, and nothing is written anywhere."""
    from runbook.run.foresight import foresee

    return foresee(begins)


def probed(workspace: Workspace, begins: Beginning) -> Iterator[Foreseen]:
    """The same; steps that only look are really carried out, in a folder that is thrown away."""
    from runbook.engine.probing import Prober
    from runbook.run.foresight import foresee

    with Prober(workspace.root, workspace.kinds) as prober:
        yield from foresee(begins, prober.look)


def simulated(begins: Beginning, choices: Mapping[str, Sequence[str]], every: bool) -> Simulated:
    """One way through the process, or every one, fed with samples and defaults; nothing is carried out."""
    from runbook.run.branches import simulate

    return simulate(begins, choices, every)
