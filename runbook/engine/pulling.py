"""Members of a team with `pull: strict` take what waits in its order, over all runs.

Rule 1: it is asked before anything is recorded, whichever way it comes in: a claim, an answer, or giving it to oneself.
Rule 2: what somebody has is theirs to do when they like; only what nobody has is taken in order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from runbook.errors import Refused, RunbookError
from runbook.run.commands import Answer, Command, Work
from runbook.run.offering import objection
from runbook.run.queue import is_claimable, urgency
from runbook.run.working import is_free

if TYPE_CHECKING:
    from runbook.engine.book import Book
    from runbook.engine.identity import Actor
    from runbook.journal.store import WaitingRow

_LEFT_OUT = ("skipped",)
"""Answers by which a step is not done: they have rules of their own, and a reason."""


def check_pull(book: Book, run: str, commands: Sequence[Command], actor: Actor, now: str) -> None:
    """Nothing when whoever takes a step on, or does it, may choose, or takes what comes first; `Refused` names that."""
    for command in commands:
        person = _taker(book, run, command, actor)
        step = book.state(run).steps.get(command.step) if person and isinstance(command, Work | Answer) else None
        if step is None or not is_free(step):
            continue
        first = comes_first(book, person, run, now)
        if first is not None and (first.run, first.step) != (run, step.path):
            raise refusal(first)


def refusal(row: WaitingRow) -> Refused:
    """Says what comes first."""
    return Refused(f"`{row.step}` of run {row.run} comes first", f"runbook claim {row.run} {row.step}")


def comes_first(book: Book, person: str, run: str, now: str) -> WaitingRow | None:
    """What a member of a strict team has to take before anything else; None when they may choose, or nothing waits.

    `run` is the one in whose project they are.
    """
    known = book.people(run)
    found = known.people.get(person)
    teams = [known.teams[team] for team in found.teams if team in known.teams] if found else []
    if not any(team.strict_pull for team in teams):
        return None
    return next(_claimable(book, person, now), None)


def _taker(book: Book, run: str, command: Command, actor: Actor) -> str:
    """Who takes a step on with a command, by their id; empty when nobody does."""
    match command:
        case Work(act="claim" | "start"):
            return book.person(run, actor)
        case Work(act="assign", rule=""):
            person = book.person(run, actor)
            return person if command.to == person else ""
        case Answer() if command.outcome not in _LEFT_OUT:
            return command.stated_by or book.person(run, actor)
    return ""


def _claimable(book: Book, person: str, now: str) -> Iterator[WaitingRow]:
    """What the person may claim, the most urgent first; of runs that know of nobody, nothing."""
    rows = [row for row in book.store.waiting() if is_claimable(row.about)]
    for row in sorted(rows, key=lambda row: (urgency(row.about, row.since, now), row.run, row.step)):
        try:
            state = book.state(row.run)
        except RunbookError:
            continue  # what can't be read can't be claimed either
        step = state.steps.get(row.step)
        if step is not None and state.organisation and objection(state, step, person, now) is None:
            yield row


__all__ = ["check_pull", "comes_first", "refusal"]
