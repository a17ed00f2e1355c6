"""Who has acted in which part of a run, whose part it is, and what they approved. A part of the fold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runbook.run.progress import StepState, role_of

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.state import RunState


def plays(state: RunState, step: StepState, person: str, approves_as: str = "") -> None:
    """Somebody has acted at the step: in its role, or in that one of several in which they approve.

    So has for whom they stand in: neither of the two does what the other one may not.
    """
    _, role = role_of(step.siblings.scope, step.step)
    acted = {person, step.principal} - {""}
    state.played.setdefault(approves_as or role, set()).update(acted)
    if step.step.kind != "approval":
        state.worked.update(acted)
    bind(state, step, person, approves_as)


def confirms(state: RunState, step: StepState, person: str, whom: str = "") -> None:
    """Somebody has confirmed what was recorded at the step, maybe for somebody else."""
    step.confirmed_by = person
    state.played.setdefault(step.step.verifier, set()).update({person, whom} - {""})


def bind(state: RunState, step: StepState, person: str, approves_as: str = "") -> None:
    """Where the role of the step is played by whoever acts in it first, that is this person."""
    around, role = role_of(step.siblings.scope, step.step)
    role = approves_as or role
    declared = around.process.roles.get(role)
    if declared is not None and declared.binds == "first":
        state.assigned.setdefault(role, (step.principal or person,))


def approves(state: RunState, step: StepState, reply: Mapping[str, Json]) -> None:
    """A reply that says yes is remembered with who is left out of it."""
    if step.step.kind == "approval" and reply["outcome"] == "approve":
        people = (reply["by"], *((reply["for"],) if "for" in reply else ()))
        state.approved.append((step.path, people, step.step.excludes))


def wrote(state: RunState, data: Mapping[str, Json]) -> None:
    """Whoever wrote one of the definitions that the run went by is one of its authors."""
    state.authors = tuple(dict.fromkeys((*state.authors, *data.get("authors", ()))))
