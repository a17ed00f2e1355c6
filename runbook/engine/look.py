"""A run as it stands, to be shown: folded from the journal with only as much of its definition as showing needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from runbook.engine.glance import glanced
from runbook.errors import JournalDamaged, Misuse
from runbook.journal.store import Store
from runbook.organisation import Organisation
from runbook.run.plan import Plan
from runbook.run.state import RunState


def look(store: Store, run: str) -> RunState:
    """The run as it stands; its steps know their titles and order, not what they do."""
    row = store.row(run)
    if row is None:
        raise Misuse(f"there is no run `{run}`", "see `runbook runs`")
    state = RunState(
        _glance(store, row.definition),
        lambda definition: _glance(store, definition),
        lambda hash: stored_organisation(store, hash),
    )
    with understood(run):
        for recorded in store.events(run):
            state.apply(recorded)
    return state


def _glance(store: Store, definition: str) -> Plan:
    with stored_as(definition, "a process"):
        return glanced(stored_definition(store, definition))


def stored_organisation(store: Store, hash: str) -> Organisation:
    """Who there was, as a run has stored it."""
    import json

    from runbook.organisation import organisation_of

    with stored_as(hash, "an organisation"):
        return organisation_of(json.loads(stored_definition(store, hash)))


@contextmanager
def stored_as(hash: str, what: str) -> Iterator[None]:
    """What is stored under a hash is read as that while the block runs; `JournalDamaged` when it is something else."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise JournalDamaged(
            f"what is stored as definition {hash[:12]} is not {what}", "restore the journal from a backup"
        ) from error


@contextmanager
def understood(run: str) -> Iterator[None]:
    """What the journal has of a run makes sense while the block folds it; `JournalDamaged` when it does not."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise JournalDamaged(
            f"the journal's record of run {run} can't be understood ({error})", "restore the journal from a backup"
        ) from error


def stored_definition(store: Store, definition: str) -> str:
    """The text of a stored definition; `JournalDamaged` when it is not what was stored."""
    from runbook.journal.codec import content_hash

    body = store.definition(definition)
    if content_hash(body) != definition:
        raise JournalDamaged(
            f"definition {definition[:12]} is not what was stored", "restore the journal from a backup"
        )
    return body
