"""Critical sections: which parts of a run wait for others to leave, and which of them may go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache

from runbook.run.commands import TakeLock
from runbook.run.progress import Scope, StepState
from runbook.run.state import RunState


def grantable(state: RunState, held_elsewhere: Callable[[str], int]) -> TakeLock | None:
    """The next lock that the run may take; `held_elsewhere` tells how often other runs have a key."""
    if state.ended or not state.locks:
        return None
    held = rows(state)
    own = Counter(key for key, _, taken in held.values() if taken)
    elsewhere = cache(held_elsewhere)
    for at, (key, limit, granted) in state.locks.items():
        free = not granted and (at not in held or own[key] + elsewhere(key) < limit)
        if free and not any(state.awaits_lock(place) for place in _around(state, at)):  # from the outside inwards
            return TakeLock(at)
    return None


def rows(state: RunState) -> dict[str, tuple[str, int, bool]]:
    """The locks that count for others, by place: key, limit, and whether the run has it; none when it is over.

    A part inside of one that has the same key is let in with it.
    """
    if state.ended or not state.locks:
        return {}
    return {at: lock for at, lock in state.locks.items() if not _let_in(state, at, lock[0])}


def _let_in(state: RunState, at: str, key: str) -> bool:
    held = (state.locks.get(place) for place in _around(state, at))
    return any(lock is not None and lock[0] == key and lock[2] for lock in held)


def _around(state: RunState, at: str) -> Iterator[str]:
    """The places that a place is inside of."""
    scope: Scope
    step: StepState | None
    if at.endswith(":"):
        scope = state.scopes[at[:-1]]
        step = scope.owner
    else:
        step = state.steps[at].siblings.owner
        scope = state.steps[at].siblings.scope.whole
        yield f"{scope.prefix}:"
    while step is not None or scope.owner is not None:
        step = step or scope.owner
        assert step is not None
        yield step.path
        scope = step.siblings.scope.whole
        yield f"{scope.prefix}:"
        step = step.siblings.owner or scope.owner
