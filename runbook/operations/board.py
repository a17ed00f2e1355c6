"""A Kanban board: its columns, swimlanes and limits, as `operations/boards/ID.yaml` describes them.

Rule 1: what an item is blocked by is a flag on it, and never a column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runbook.operations.department import each_in

if TYPE_CHECKING:
    from runbook.operations.item import Item
    from runbook.outcome import Json


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `state` says what work in it has come to, `wip` how many items may be in it (0: any number)."""

    id: str
    title: str
    state: str
    wip: int = 0
    hard: bool = False
    """True when nobody gets over the limit without a reason and a role that may give one."""
    exit: tuple[str, ...] = ()
    """What must hold before an item leaves it for a later column: `verified_by_other`."""
    on_the_clock: bool = True
    """False where the time in it does not count for what may be expected."""


@dataclass(frozen=True, slots=True)
class Swimlane:
    """A row of the board for items of some class, kind, severity or service; one without a match takes the rest."""

    id: str
    match: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wip: int = 0
    hard: bool = False

    def holds(self, item: Item) -> bool:
        """True for an item that belongs into it."""
        return all(_word(item, name) in wanted for name, wanted in self.match.items())


@dataclass(frozen=True, slots=True)
class ClassLimit:
    """How many items of one class of service, or of one kind, there may be at a time."""

    wip: int = 0
    hard: bool = False
    over_column_limits: bool = False
    """True when the limits of columns do not hold for items of the class."""
    reason_required: bool = False
    """True when nobody opens one, or makes an item one, without a reason."""


@dataclass(frozen=True, slots=True)
class Board:
    """One board."""

    id: str
    title: str
    teams: tuple[str, ...]
    columns: tuple[Column, ...]
    started_at: str
    """The commitment point: the column in which cycle time begins."""
    finished_at: str
    swimlanes: tuple[Swimlane, ...] = ()
    person: int = 0
    """How many items one person may be accountable for while they are worked on; 0 for any number."""
    person_hard: bool = False
    person_of: Mapping[str, int] = field(default_factory=dict)
    """The limits of those for whom the usual one does not hold."""
    max_expedite: int = 0
    """How many of them may be expedited; 0 for any number."""
    classes: Mapping[str, ClassLimit] = field(default_factory=dict)
    wip: int = 0
    """How many items may be worked on, on the whole board; 0 for any number."""
    wip_hard: bool = False
    override_roles: tuple[str, ...] = ()
    """Who, of those with a role in the organisation, may go over a hard limit; everybody when there are none."""
    blocked_counts: bool = True
    block_reasons: tuple[str, ...] = ("requester", "supplier", "approval", "dependency", "tool", "knowledge")
    block_check: str = "1bd"
    """When a block is to be looked at again: a duration, or working days (`1bd`)."""
    aging: tuple[int, ...] = (50, 70, 85, 95)
    """Percentiles of the age of finished items at which an open one changes its colour."""
    sle_percentile: int = 85
    sle_window: str = "90d"
    sle_min_items: int = 11
    sle_by: str = "kind"

    def column(self, id: str) -> Column | None:
        """The column of that id."""
        return next((column for column in self.columns if column.id == id), None)

    def place_of(self, item: Item) -> Column:
        """The column an item stands in; of one that is no longer there, the first that means the same."""
        found = self.column(item.column)
        same = (column for column in self.columns if column.state == item.state)
        return found or next(same, self.columns[0])

    def position(self, id: str) -> int:
        """The place of a column, from 0."""
        return next((place for place, column in enumerate(self.columns) if column.id == id), 0)

    def lane_of(self, item: Item) -> Swimlane | None:
        """The swimlane an item belongs into; None on a board without any, or where none takes it."""
        return next((lane for lane in self.swimlanes if lane.holds(item)), None)

    def first(self, state: str) -> Column:
        """The first column that means this; the first of all when none does."""
        return next((column for column in self.columns if column.state == state), self.columns[0])


DEFAULT = Board(
    id="work",
    title="Work",
    teams=(),
    columns=(
        Column("inbox", "Inbox", "new", on_the_clock=False),
        Column("ready", "Next", "committed", 8),
        Column("doing", "Now", "active", 5),
        Column("verify", "Verify", "active", 3),
        Column("done", "Done", "finished"),
    ),
    started_at="ready",
    finished_at="done",
    swimlanes=(Swimlane("expedite", {"class": ("expedite",)}), Swimlane("default")),
    person=2,
    max_expedite=1,
    classes={"expedite": ClassLimit(1, over_column_limits=True, reason_required=True)},
)
"""The board of a department that has described none."""


def boards_of(data: Mapping[str, Json]) -> dict[str, Board]:
    """The boards by id, in the data of the department's files; the default one where there are none."""
    found = {id: board_from(id, given) for id, given in each_in(data, "boards")}
    return found or {DEFAULT.id: DEFAULT}


def board_for(boards: Mapping[str, Board], team: str, id: str = "") -> Board:
    """The board of an item: the one it names, else that of its team, else the first."""
    if id in boards:
        return boards[id]
    of_team = (board for board in boards.values() if team and team in board.teams)
    return next(of_team, next(iter(boards.values())))


def board_from(id: str, given: Mapping[str, Any]) -> Board:
    """A board in data of the right shape."""
    limits, blocked, sle = given.get("limits", {}), given.get("blocked", {}), given.get("sle", {})
    mode = limits.get("mode", "soft")
    columns = tuple(_column(each, mode) for each in given["columns"])
    person, whole = limits.get("person", {}), limits.get("board", 0)
    whole = {"wip": whole} if isinstance(whole, int) else whole
    usual = Board(id, id, (), columns, "", "")
    return Board(
        id=id,
        title=given.get("title", id.replace("-", " ").capitalize()),
        teams=tuple(given.get("teams", ())),
        columns=columns,
        started_at=given.get("started_at")
        or next((each.id for state in ("committed", "active") for each in columns if each.state == state), ""),
        finished_at=given.get("finished_at") or usual.first("finished").id,
        swimlanes=tuple(_lane(each, mode) for each in given.get("swimlanes", ())),
        person=person.get("default", 0),
        person_hard=person.get("mode", mode) == "hard",
        person_of=person.get("of", {}),
        max_expedite=person.get("max_expedite", 0),
        classes={name: _class(each, mode) for name, each in limits.get("class", {}).items()},
        wip=whole.get("wip", 0),
        wip_hard=whole.get("mode", mode) == "hard",
        override_roles=tuple(limits.get("override_roles", ())),
        blocked_counts=blocked.get("counts_in_wip", True),
        block_reasons=tuple(blocked.get("reasons", usual.block_reasons)),
        block_check=blocked.get("check_every", usual.block_check),
        aging=tuple(given.get("aging", {}).get("bands", usual.aging)),
        sle_percentile=sle.get("percentile", usual.sle_percentile),
        sle_window=sle.get("window", usual.sle_window),
        sle_min_items=sle.get("min_items", usual.sle_min_items),
        sle_by=sle.get("by", usual.sle_by),
    )


def _column(given: Mapping[str, Any], mode: str) -> Column:
    return Column(
        given["id"],
        given.get("title", given["id"].replace("-", " ").capitalize()),
        given["state"],
        given.get("wip", 0),
        given.get("wip_mode", mode) == "hard",
        tuple(given.get("exit", ())),
        given.get("sle_clock", "on") != "off",
    )


def _lane(given: Mapping[str, Any], mode: str) -> Swimlane:
    match = given.get("match", {})
    wanted = {name: tuple([each] if isinstance(each, str) else each) for name, each in match.items()}
    return Swimlane(given["id"], wanted, given.get("wip", 0), given.get("wip_mode", mode) == "hard")


def _class(given: Mapping[str, Any], mode: str) -> ClassLimit:
    return ClassLimit(
        given.get("wip", 0),
        given.get("mode", mode) == "hard",
        given.get("over_column_limits", False),
        given.get("reason") == "required",
    )


_WORDS = {"class": "item_class"}


def _word(item: Item, name: str) -> str:
    return str(getattr(item, _WORDS.get(name, name)))
