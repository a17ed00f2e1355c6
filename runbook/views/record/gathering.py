"""Gathers the record of a run from the run as it stands and from its events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from runbook.instants import between
from runbook.phrases import Phrase
from runbook.run.events import Recorded
from runbook.run.state import RunState
from runbook.views.deviations import deviations
from runbook.views.origin import origin
from runbook.views.record.model import Record
from runbook.views.record.registers import approvals, evidence, remarks
from runbook.views.record.steps import steps
from runbook.views.standing import progress

if TYPE_CHECKING:
    from runbook.outcome import Json


def gathered(state: RunState, events: Sequence[Recorded]) -> Record:
    """The record of a run, as far as it has come."""
    begun: Mapping[str, Json] = events[0].event.data if events else {}
    paper = _mapping(begun.get("transcribed"))
    if paper:
        paper = {**paper, "by": events[0].by, "at": events[0].at}
    events = [_as_written(each) for each in events]
    titles = {path: step.step.title for path, step in state.steps.items()}
    over, total = progress(state)
    definitions, organisation = _bound_to(events, str(begun.get("definition", state.definition)))
    return Record(
        run=state.run, process=state.plan.root, title=state.plan.process.title, status=Phrase(state.status),
        reason=state.reason, origin=origin(state), started_at=state.started_at, started_by=state.started_by,
        ended_at=state.ended_at,
        seconds=between(state.started_at, state.ended_at) if state.ended_at else None,
        over=over, total=total, failures=tuple(state.failures), roles=_roles(state, events),
        names={id: person.name for id, person in state.organisation.people.items() if person.name},
        definition=definitions[-1], adopted=tuple(definitions[:-1]), organisation=organisation,
        project=state.root,
        transcribed=paper, instructions=bool(begun.get("instructions")),
        inputs=state.scopes[""].inputs if "" in state.scopes else {}, outputs=state.outputs,
        deviations=tuple(deviations(events)), approvals=approvals(events, titles),
        evidence=tuple(evidence(events)), remarks=tuple(remarks(events)), steps=tuple(steps(state, events)),
    )  # fmt: skip


def _roles(state: RunState, events: Sequence[Recorded]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Who acted in which role, and who was assigned to it."""
    found = {role: set(people) for role, people in state.played.items() if role and people}
    for each in events:
        data = each.event.data
        if each.event.type == "RoleAssigned" and isinstance(role := data.get("role"), str):
            named = data.get("people") or [data.get("person")]
            found.setdefault(role, set()).update(str(one) for one in named if one)
    return tuple((role, tuple(sorted(people))) for role, people in found.items())


def _bound_to(events: Sequence[Recorded], definition: str) -> tuple[list[str], str]:
    """The definitions the run went by, oldest first, and the newest organisation it knows."""
    definitions, organisation = [definition], ""
    for each in events:
        if each.event.type == "DefinitionAdopted":
            definitions.append(str(each.event.data["definition"]))
        if each.event.type in ("RunStarted", "OrganisationAdopted"):
            organisation = str(each.event.data.get("organisation") or organisation)
    return definitions, organisation


def _as_written(each: Recorded) -> Recorded:
    """The event at the time that a form of paper gives for it, when it was written down from one."""
    at = each.event.data.get("written_at")
    if not at:
        return each
    return each._replace(at=str(at), event=each.event._replace(data={**each.event.data, "entered_at": each.at}))


def _mapping(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}
