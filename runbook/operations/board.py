"""The board: the columns that work passes through, its lanes and its limits.

Rule 1: blocked is a flag on an item, never a column: what is blocked stays where it was.
Rule 2: without a file there is a board all the same, `USUAL`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runbook.durations import duration
from runbook.operations.department import each_in
from runbook.operations.priority import EXPEDITE

if TYPE_CHECKING:
    from runbook.outcome import Json

NEW, COMMITTED, ACTIVE, FINISHED = "new", "committed", "active", "finished"
STATES = (NEW, COMMITTED, ACTIVE, FINISHED)
"""What a column means for what stands in it."""
SOFT, HARD = "soft", "hard"
REASONS = ("requester", "supplier", "approval", "dependency", "tool", "knowledge")
"""Why items are blocked, where a board names no reasons of its own."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How many items there may be at once; a hard limit refuses one more, a soft one records it."""

    most: int
    hard: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `exit` names what has to be true before an item leaves it."""

    id: str
    title: str
    state: str
    limit: Limit | None = None
    exit: tuple[str, ...] = ()
    on_the_clock: bool = True
    """False where time in it does not count for what may be expected."""


@dataclass(frozen=True, slots=True)
class Swimlane:
    """A lane of its own for the items that match: each field is one of these texts."""

    id: str
    title: str
    match: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limit: Limit | None = None

    def takes(self, facts: Mapping[str, str]) -> bool:
        """True when an item of these facts (class, kind, priority, service, team) belongs here."""
        return all(facts.get(name, "") in wanted for name, wanted in self.match.items())


@dataclass(frozen=True, slots=True)
class ClassLimit:
    """The limit of one class of service, and what its items are free of."""

    limit: Limit | None = None
    over_column_limits: bool = False
    """True when its items go past full columns, lanes and boards."""
    reason_required: bool = False


@dataclass(frozen=True, slots=True)
class PersonLimit:
    """How many items one person may be accountable for at once in active columns."""

    usual: Limit | None = None
    most_expedite: int = 0
    """How many of them may be expedite; 0 for no limit of their own."""
    of: Mapping[str, int] = field(default_factory=dict)
    """The limits of those for whom the usual one does not hold."""


@dataclass(frozen=True, slots=True)
class Board:
    """One board, as a team works by it."""

    id: str
    columns: tuple[Column, ...]
    started_at: str
    finished_at: str
    title: str = ""
    teams: tuple[str, ...] = ()
    swimlanes: tuple[Swimlane, ...] = ()
    person: PersonLimit = PersonLimit()
    classes: Mapping[str, ClassLimit] = field(default_factory=dict)
    whole: Limit | None = None
    """The limit of all items that are committed to or active."""
    override_roles: tuple[str, ...] = ()
    """Who may go past a hard limit, with a reason."""
    blocked_counts: bool = True
    """False when what is blocked does not count for the limits."""
    reasons: tuple[str, ...] = REASONS
    check_every: str = "1bd"
    bands: tuple[int, ...] = (50, 70, 85, 95)
    sle_percent: int = 85
    sle_window: int = 90 * 86400
    sle_min_items: int = 11
    sle_by: str = "kind"
    replenish: Mapping[str, Json] = field(default_factory=dict)

    def column(self, id: str) -> Column | None:
        """The column of that id."""
        return next((column for column in self.columns if column.id == id), None)

    def first(self, state: str) -> Column | None:
        """The first column of that state."""
        return next((column for column in self.columns if column.state == state), None)

    def lane(self, facts: Mapping[str, str]) -> str:
        """The lane of an item: the first that takes it; empty where there is none."""
        return next((lane.id for lane in self.swimlanes if lane.takes(facts)), "")

    def position(self, id: str) -> int:
        """How far along the board a column is; -1 when it is none of its."""
        return next((at for at, column in enumerate(self.columns) if column.id == id), -1)


_USUAL: dict[str, Json] = {
    "title": "Work",
    "columns": [
        {"id": "inbox", "title": "Inbox", "state": NEW, "sle_clock": "off"},
        {"id": "ready", "title": "Next", "state": COMMITTED, "wip": 8},
        {"id": "doing", "title": "Now", "state": ACTIVE, "wip": 5},
        {"id": "verify", "title": "Verify", "state": ACTIVE, "wip": 3},
        {"id": "done", "title": "Done", "state": FINISHED},
    ],
    "swimlanes": [{"id": "expedite", "match": {"class": EXPEDITE}}, {"id": "default"}],
    "limits": {
        "person": {"default": 2, "max_expedite": 1},
        "class": {EXPEDITE: {"wip": 1, "over_column_limits": True, "reason": "required"}, "project": {"wip": 2}},
        "board": 12,
    },
}


def boards_of(data: Mapping[str, Json]) -> tuple[Board, ...]:
    """The boards of a department, by id; the usual one where it has none of its own."""
    return tuple(board_from(id, given) for id, given in each_in(data, "boards")) or (USUAL,)


def board_of(data: Mapping[str, Json], id: str = "", team: str = "") -> Board:
    """The board of that id, else the one of that team, else the one that names no team, else the first."""
    boards = boards_of(data)
    for fits in (
        lambda board: bool(id) and board.id == id,
        lambda board: bool(team) and team in board.teams,
        lambda board: not board.teams,
    ):
        if found := next((board for board in boards if fits(board)), None):
            return found
    return boards[0]


def board_from(id: str, given: Mapping[str, Json]) -> Board:
    """A board in data of the right shape."""
    limits = given.get("limits") or {}
    hard = limits.get("mode") == HARD
    columns = tuple(
        Column(
            each["id"],
            each.get("title", each["id"]),
            each["state"],
            _limit(each, hard),
            tuple(each.get("exit", ())),
            each.get("sle_clock", "on") != "off",
        )
        for each in given["columns"]
    )
    lanes = tuple(
        Swimlane(each["id"], each.get("title", each["id"]), _match(each.get("match") or {}), _limit(each, hard))
        for each in given.get("swimlanes", ())
    )
    person, blocked, sle = limits.get("person") or {}, given.get("blocked") or {}, given.get("sle") or {}
    usual = Board("", (), "", "")
    whole = limits.get("board")
    return Board(
        id=id,
        columns=columns,
        started_at=given.get("started_at") or _first(columns, COMMITTED, ACTIVE),
        finished_at=given.get("finished_at") or _first(columns, FINISHED),
        title=given.get("title", id),
        teams=tuple(given.get("teams", ())),
        swimlanes=lanes,
        person=PersonLimit(
            Limit(person["default"], person.get("mode", SOFT) == HARD if "mode" in person else hard)
            if "default" in person
            else None,
            person.get("max_expedite", 0),
            person.get("of", {}),
        ),
        classes={name: _class(each or {}, hard) for name, each in (limits.get("class") or {}).items()},
        whole=_limit({"wip": whole} if isinstance(whole, int) else whole or {}, hard),
        override_roles=tuple((limits.get("override") or {}).get("roles", ())),
        blocked_counts=blocked.get("counts_in_wip", True),
        reasons=tuple(blocked.get("reasons", REASONS)),
        check_every=blocked.get("check_every", usual.check_every),
        bands=tuple((given.get("aging") or {}).get("bands", usual.bands)),
        sle_percent=sle.get("percentile", usual.sle_percent),
        sle_window=int(duration(sle["window"])) if "window" in sle else usual.sle_window,
        sle_min_items=sle.get("min_items", usual.sle_min_items),
        sle_by=sle.get("by", usual.sle_by),
        replenish=given.get("replenish") or {},
    )


def _limit(given: Mapping[str, Json], hard: bool) -> Limit | None:
    return Limit(given["wip"], given["wip_mode"] == HARD if "wip_mode" in given else hard) if "wip" in given else None


def _class(given: Mapping[str, Json], hard: bool) -> ClassLimit:
    return ClassLimit(
        _limit(given, hard), given.get("over_column_limits", False), given.get("reason", "optional") == "required"
    )


def _match(given: Mapping[str, Json]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(value) if isinstance(value, list) else (value,) for name, value in given.items()}


def _first(columns: tuple[Column, ...], *states: str) -> str:
    return next((column.id for state in states for column in columns if column.state == state), "")


USUAL = board_from("work", _USUAL)
"""The board of a department that has not written one."""
