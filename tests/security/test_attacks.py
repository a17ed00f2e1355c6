"""No attack succeeds, in any of the sets, and every set would show one that does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.security.attempt import AttackSet, Succeeded
from tests.security.ground import Ground
from tests.security.sets import SETS
from tests.security.table import Row


@pytest.mark.parametrize("name", SETS)
def test_no_attack_of_a_set_succeeds(name: str, ground: Ground, record_property: Callable[[str, object], None]) -> None:
    tried: AttackSet = SETS[name]
    ended = {"refused": 0, "harmless": 0}
    through: list[str] = []

    for attempt in tried.attempts:
        try:
            ended[attempt.work(ground)] += 1
            if ground.hits():
                raise Succeeded(f"{ground.hits()} appeared")
        except Succeeded as found:
            through.append(f"{attempt.way}: {attempt.what!r}: {found}")
            ground.cleared()
    row = Row(name, len(tried.attempts), ended["refused"], ended["harmless"], len(through), len(tried.controls))
    record_property("attacks", row.to_json())

    assert not through, "\n".join(through)


CONTROLS = [(name, control) for name, each in SETS.items() for control in each.controls]


@pytest.mark.parametrize(("name", "control"), CONTROLS, ids=[f"{name}: {each.way}" for name, each in CONTROLS])
def test_a_success_would_be_seen(name: str, control: object, ground: Ground) -> None:
    with pytest.raises(Succeeded):
        control.work(ground)  # type: ignore[attr-defined]
        if ground.hits():
            raise Succeeded("it was carried out")


def test_the_sets_are_as_large_as_promised() -> None:
    assert sum(len(each.attempts) for name, each in SETS.items() if name not in ("expressions", "shell matrix")) >= 150
    assert len(SETS["expressions"].attempts) >= 113
    assert len(SETS["shell matrix"].attempts) >= 1_800
    assert all(each.controls for each in SETS.values())
    for each in SETS.values():
        tried = [(attempt.way, attempt.what) for attempt in each.attempts]
        assert len(set(tried)) == len(tried), each.name
