"""What who calls may see of a run: the one place that every command asks before it shows what was said in one.

Rule 1: a command shows events that came through here, or has asked `check_sees_all` first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace
from runbook.errors import Refused

if TYPE_CHECKING:
    from runbook.journal.store import RunRow
    from runbook.run.events import Recorded
    from runbook.run.state import RunState


def hidden_from_caller(workspace: Workspace, state: RunState) -> frozenset[str]:
    """The paths of the steps of a run, as it is shown, that are confidential and not for who calls."""
    if not any(step.step.performer and step.step.performer.confidential for step in state.steps.values()):
        return frozenset()
    from runbook.run.visibility import hidden_from

    known = workspace.book.state(state.run)
    return hidden_from(known, known.organisation.person_of(workspace.actor.name), workspace.clock())


def seen(workspace: Workspace, state: RunState, events: Iterable[Recorded]) -> Iterator[Recorded]:
    """Events of a run as it is shown, without what was asked and answered where that is not for who calls."""
    from runbook.run.visibility import withheld

    hidden = hidden_from_caller(workspace, state)
    for recorded in events:
        yield withheld(recorded, hidden) if hidden else recorded


def seen_now(workspace: Workspace, run: str, recorded: Recorded) -> Recorded:
    """The same for what has just happened in a run that is carried out here, as it is known by then."""
    from runbook.run.visibility import hidden_from, withheld

    known = workspace.book.known(run)
    step = known.steps.get(recorded.event.step or "")
    mine = step.step.performer if step is not None else None
    if not (mine and mine.confidential) and "reason" not in recorded.event.data:
        return recorded
    person = known.organisation.person_of(workspace.actor.name)
    return withheld(recorded, hidden_from(known, person, workspace.clock()))


def seen_of_past(workspace: Workspace, rows: Iterable[RunRow]) -> Iterator[tuple[RunRow, Iterable[Recorded]]]:
    """Each of these runs with its events as who calls may see them; only what has something to hide is folded."""
    from runbook.engine.look import look, stored_definition
    from runbook.journal.laws import definitions_of

    @cache
    def hides(hash: str) -> bool:
        return '"confidential"' in stored_definition(workspace.journal, hash)

    for row in rows:
        events = list(workspace.journal.events(row.run))
        if any(map(hides, definitions_of(row.definition, events))):
            yield row, seen(workspace, look(workspace.journal, row.run), events)
        else:
            yield row, events


def check_sees_all(workspace: Workspace, state: RunState, what: str) -> None:
    """Nothing when who calls may see all of a run; `Refused` otherwise: `what` is whole, or there is none."""
    if hidden := sorted(hidden_from_caller(workspace, state)):
        listed = ", ".join(f"`{path}`" for path in hidden[:5]) + (f" and {len(hidden) - 5} more" if hidden[5:] else "")
        raise Refused(
            f"{what} of run {state.run} holds what is confidential and not for you: {listed}",
            f"let somebody who may do that make it; `runbook events {state.run}` shows the rest",
        )


__all__ = ["check_sees_all", "hidden_from_caller", "seen", "seen_now", "seen_of_past"]
