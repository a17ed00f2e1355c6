"""No attack succeeds, in any of the sets, and every set would show one that does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.security.attempt import AttackSet, Attempt, Outcome, Succeeded, succeeded
from tests.security.ground import Ground
from tests.security.sets import SETS
from tests.security.table import Row


def tried(attempt: Attempt, ground: Ground) -> Outcome:
    """How an attempt fails; `Succeeded` when it does not, or when something was carried out."""
    outcome = attempt.work(ground)
    succeeded(ground.hits(), f"{ground.hits()} appeared")
    return outcome


@pytest.mark.parametrize("name", SETS)
def test_no_attack_of_a_set_succeeds(name: str, ground: Ground, record_property: Callable[[str, object], None]) -> None:
    attacks: AttackSet = SETS[name]
    ended = {"refused": 0, "harmless": 0}
    through: list[str] = []

    for attempt in attacks.attempts:
        try:
            ended[tried(attempt, ground)] += 1
        except Succeeded as found:
            through.append(f"{attempt.way}: {attempt.what!r}: {found}")
            ground.cleared()
    row = Row(name, len(attacks.attempts), ended["refused"], ended["harmless"], len(through), len(attacks.controls))
    record_property("attacks", row.to_json())

    assert not through, "\n".join(through)


CONTROLS = [(name, control) for name, each in SETS.items() for control in each.controls]


@pytest.mark.parametrize(("name", "control"), CONTROLS, ids=[f"{name}: {each.way}" for name, each in CONTROLS])
def test_a_success_would_be_seen(name: str, control: Attempt, ground: Ground) -> None:
    with pytest.raises(Succeeded):
        tried(control, ground)


def test_the_sets_are_as_large_as_promised() -> None:
    assert sum(len(each.attempts) for name, each in SETS.items() if name not in ("expressions", "shell matrix")) >= 150
    assert len(SETS["expressions"].attempts) >= 113
    assert len(SETS["shell matrix"].attempts) >= 1_800
    assert len(SETS["webhooks"].attempts) >= 260
    assert len(SETS["preview"].attempts) >= 330
    assert all(each.controls for each in SETS.values())
    for each in SETS.values():
        known = [(attempt.way, attempt.what) for attempt in each.attempts]
        assert len(set(known)) == len(known), each.name
