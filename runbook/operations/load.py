"""What people really have on their plate: work in progress, hours that are committed to, time on call, days away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from runbook.operations.board import Board, board_for
from runbook.operations.item import Item
from runbook.operations.oncall import Shift

DAY = 86400


@dataclass(frozen=True, slots=True)
class Load:
    """One person's plate for a week."""

    person: str
    wip: int
    """The items they work on."""
    limit: int
    """How many they may work on; 0 for any number."""
    items: tuple[str, ...]
    """All that is theirs and committed to or worked on."""
    committed: float
    """The hours these items are thought to take still."""
    capacity: float
    """The hours they can work in the week."""
    on_call_now: tuple[str, ...]
    """The schedules for which they are on call at this moment."""
    on_call: float
    """The hours they are on call in the four weeks to come."""
    on_call_share: float
    """The share of the time in which they have a call to fear, of the schedules that name them."""
    away: bool

    @property
    def over(self) -> tuple[str, ...]:
        """What is too much."""
        return (
            *(("wip",) if self.limit and self.wip > self.limit else ()),
            *(("hours",) if self.committed > self.capacity + 1e-9 else ()),
        )


def load_of(
    person: str,
    items: Iterable[Item],
    boards: Mapping[str, Board],
    left: Mapping[str, float],
    capacity: float,
    shifts: Mapping[str, tuple[Shift, ...]],
    now: int,
    away: bool = False,
) -> Load:
    """What one person has; `left` are the hours each item takes still, `shifts` those of each schedule from now on."""
    theirs = [each for each in items if each.accountable == person and each.is_open]
    under_way = [each for each in theirs if each.state in ("committed", "active")]
    limits = {board_for(boards, each.team, each.board).id for each in theirs} or {next(iter(boards))}
    most = [boards[id].person_of.get(person, boards[id].person) for id in limits]
    told = {id: [each for each in found if each.person == person] for id, found in shifts.items()}
    held = sum(each.end - each.start for found in told.values() for each in found)
    whole = sum(each.end - each.start for id, found in shifts.items() if told[id] for each in found)
    return Load(
        person,
        sum(each.state == "active" for each in theirs),
        min((each for each in most if each), default=0),
        tuple(each.id for each in under_way),
        sum(left.get(each.id, 0.0) for each in under_way),
        capacity,
        tuple(id for id, found in told.items() if any(each.start <= now < each.end for each in found)),
        held / 3600,
        held / whole if whole else 0.0,
        away,
    )
