"""What waits for people, in order, and what somebody wants to see of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.replies import inbox
from runbook.app.workspace import Workspace
from runbook.errors import Misuse

if TYPE_CHECKING:
    from runbook.journal.store import WaitingRow
    from runbook.organisation import Organisation
    from runbook.outcome import Json
    from runbook.run.progress import StepState
    from runbook.run.queue import Described, Wanted
    from runbook.run.state import RunState
    from runbook.views.inbox import Inbox


def in_order(workspace: Workspace, rows: Collection[WaitingRow]) -> list[WaitingRow]:
    """What waits, in the order in which it should be taken."""
    from runbook.run.queue import urgency

    now = workspace.clock()
    return sorted(rows, key=lambda row: (urgency(row.about, row.since, now), row.run, row.step))


def mine(workspace: Workspace, person: str = "") -> list[WaitingRow]:
    """What waits for the person, or who calls, in the order in which it should be taken.

    That is what they may answer; of a run that knows of nobody, everything.
    """
    return in_order(workspace, [row for row in inbox(workspace) if _for(workspace, row, person)])


def visible_inbox(workspace: Workspace) -> list[WaitingRow]:
    """What waits for anybody, in order, without what is confidential and not for who calls."""
    rows = [row for row in inbox(workspace) if not (row.about.get("confidential") and _hidden(workspace, row))]
    return in_order(workspace, rows)


def look_into(workspace: Workspace, wanted: Wanted, everybody: bool = False, with_mentions: bool = False) -> Inbox:
    """What waits for who calls, or for anybody, and is wanted; what is overdue is there in any case.

    `with_mentions`: with the notes in those runs that name who calls.
    """
    from runbook.run.queue import Described, choose, urgency
    from runbook.views.inbox import Inbox

    _check_words(workspace, wanted)
    now = workspace.clock()
    rows = visible_inbox(workspace) if everybody else mine(workspace)
    found = [(_described(workspace, row) if wanted.asks else Described("", ""), row) for row in rows]
    waiting = ((each, not urgency(row.about, row.since, now).is_in_time) for each, row in found)
    chosen = choose(waiting, wanted)
    shown = [rows[place] for place in chosen.places]
    runs = {row.run for row in shown} if with_mentions else ()
    return Inbox(
        rows=shown,
        unasked=[rows[place] for place in sorted(chosen.unasked)],
        left=chosen.left,
        mentions={run: list(_mentions(workspace, run)) for run in runs},
        asked=wanted.asks,
    )


def mentions(workspace: Workspace) -> Iterator[dict[str, Json]]:
    """The notes in open runs that name who calls, or their team, and that they have not answered; newest first."""
    from runbook.app.carrying import runs

    found = [note for row in runs(workspace) if not row.ended_at for note in _mentions(workspace, row.run)]
    yield from sorted(found, key=lambda note: str(note["at"]), reverse=True)


def _mentions(workspace: Workspace, run: str) -> Iterator[dict[str, Json]]:
    from runbook.run.mentions import unanswered

    state = workspace.book.state(run)
    yield from (dict(note) for note in unanswered(state, state.organisation.person_of(workspace.actor.name)))


def _for(workspace: Workspace, row: WaitingRow, person: str) -> bool:
    """True for a step that the person, or who calls, may answer; in a run that knows of nobody, for any."""
    if not _knows_people(workspace, row.run):
        return True
    from runbook.run.offering import objection

    found = _found(workspace, row)
    if found is None:
        return False
    state, step = found
    who = person or state.organisation.person_of(workspace.actor.name)
    return not state.organisation or objection(state, step, who, workspace.clock()) is None


def _knows_people(workspace: Workspace, run: str) -> bool:
    """False for a run that surely knows of nobody, which needs no more than its first event to tell."""
    first = next(iter(workspace.journal.events(run)), None)
    told = first.event.data if first else {}
    return bool(told.get("organisation")) or (Path(told.get("root", "")) / "operations").is_dir()


def _hidden(workspace: Workspace, row: WaitingRow) -> bool:
    from runbook.run.visibility import is_hidden

    found = _found(workspace, row)
    if found is None:
        return True
    state, step = found
    return is_hidden(state, step, state.organisation.person_of(workspace.actor.name), workspace.clock())


def _found(workspace: Workspace, row: WaitingRow) -> tuple[RunState, StepState] | None:
    state = workspace.book.state(row.run)
    step = state.steps.get(row.step)
    return (state, step) if step is not None else None


def _described(workspace: Workspace, row: WaitingRow) -> Described:
    from runbook.run.offering import answering_roles
    from runbook.run.queue import Described

    found = _found(workspace, row)
    if found is None:
        return Described(row.process, str(row.about.get("kind", "")))
    roles = list(answering_roles(*found))
    return Described(
        row.process,
        found[1].step.kind,
        frozenset(role.name for role in roles),
        frozenset(role.team for role in roles if role.team),
    )


def _check_words(workspace: Workspace, wanted: Wanted) -> None:
    """Nothing for words that something could match; `Misuse` for a process, group, team or kind that nobody knows."""
    from runbook.app.carrying import check_known
    from runbook.app.people import organisation
    from runbook.diagnostics import suggestion

    check_known(workspace, wanted.process or None, wanted.group or None)
    known = organisation(workspace) if wanted.team else None
    if known is not None and wanted.team not in (teams := _teams(known)):
        raise Misuse(f"there is no team `{wanted.team}`", suggestion(wanted.team, teams, "see `runbook who`"))
    kinds = [kind.key for kind in workspace.kinds]
    if wanted.kind and wanted.kind not in kinds:
        raise Misuse(
            f"there is no kind `{wanted.kind}`", suggestion(wanted.kind, kinds, f"it is one of {', '.join(kinds)}")
        )


def _teams(known: Organisation) -> set[str]:
    return {*known.teams, *(team for person in known.people.values() for team in person.teams)}


__all__ = ["in_order", "look_into", "mentions", "mine", "visible_inbox"]
