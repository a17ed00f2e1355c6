"""Runs inside of a critical section that nobody carries out any more: they have to wait for their turn again.

Rule 1: who waits for people or for a time is alive. Dead is a run whose engine has gone while something was to be done.
Rule 2: nothing of it may still be running: what a supervisor carries on is waited for.
"""

from __future__ import annotations

from pathlib import Path

from runbook.engine.book import Book
from runbook.engine.identity import Actor
from runbook.engine.lease import holder
from runbook.engine.recovery import Orphans
from runbook.errors import RunbookError
from runbook.run.commands import LoseLock
from runbook.run.state import RunState

_GONE = ("running", "blocked")


def make_way(book: Book, home: Path, state: RunState, actor: Actor) -> bool:
    """Let the run in where only the dead are before it; True when some were."""
    wanted = {key for key, _, granted in state.locks.values() if not granted}
    if not wanted or state.ended:
        return False
    found = False
    for row in list(book.store.locks()):
        if row.granted and row.key in wanted and row.run != state.run and _is_dead(book, home, row.run):
            book.advance(row.run, [LoseLock(row.place, f"its engine has gone, and {state.run} went on")], actor)
            found = True
    return found


def _is_dead(book: Book, home: Path, run: str) -> bool:
    row = book.store.row(run)
    if row is None or row.status not in _GONE or holder(home / "leases", run):
        return False
    try:
        state = book.state(run)
    except RunbookError:  # nobody can carry on a run that can't be understood
        return True
    orphans = Orphans()
    orphans.take_on(state, state.running, home)
    orphans.look()
    return not len(orphans)
