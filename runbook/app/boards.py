"""The board of a team, what comes next on it, and pulling that."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.app.worklists import operations, worklist
from runbook.app.workspace import Workspace
from runbook.collecting import without_collecting
from runbook.errors import Misuse, Refused

if TYPE_CHECKING:
    from runbook.engine.worklist import Worklist
    from runbook.operations.board import Board
    from runbook.operations.department import Operations
    from runbook.operations.item import Item
    from runbook.operations.limits import Excess
    from runbook.operations.standings import Place


@dataclass(frozen=True, slots=True)
class Seen:
    """A board at an instant: its open items in the order of the work, and its limits with what counts in them."""

    board: Board
    now: int
    places: tuple[Place, ...]
    limits: tuple[Excess, ...]


@without_collecting()
def board(workspace: Workspace, id: str = "", team: str = "") -> Seen:
    """A board as it stands now: the one named, else that of the team, else that of the caller's, else the first."""
    from runbook.diagnostics import suggestion
    from runbook.operations.board import board_for, boards_of
    from runbook.operations.limits import loads
    from runbook.operations.seconds import seconds

    work = worklist(workspace) if workspace.existing_journal() else None
    known = work.operations if work else operations(workspace)
    boards = boards_of(known.data)
    if id and id not in boards:
        raise Misuse(f"there is no board `{id}`", suggestion(id, boards, f"use one of {', '.join(boards)}"))
    wanted = board_for(boards, team or _own_team(workspace, known, boards), id)
    now = seconds(workspace.clock())
    items = [each for each in (work.open_items() if work else ()) if _on(boards, each, wanted)]
    places = tuple(in_order(work, items, now)) if work else ()
    return Seen(wanted, now, places, loads(wanted, items))


def _own_team(workspace: Workspace, known: Operations, boards: Mapping[str, Board]) -> str:
    """The first team of the caller that has a board; empty when none has."""
    people = known.organisation
    person = people.people.get(people.person_of(workspace.actor.name))
    with_board = {team for each in boards.values() for team in each.teams}
    return next((team for team in (person.teams if person else ()) if team in with_board), "")


def _on(boards: dict[str, Board], item: Item, board: Board) -> bool:
    from runbook.operations.board import board_for

    return board_for(boards, item.team, item.board).id == board.id


def in_order(
    work: Worklist, items: Sequence[Item], now: int, lasts: Callable[[str], int | None] | None = None
) -> list[Place]:
    """These items in the order in which they are to be done; `lasts`, where it is known, is how long a kind takes."""
    from runbook.operations.priority import priorities_of
    from runbook.operations.standings import places_of

    rules = priorities_of(work.operations.data)
    return places_of(items, lambda item: work.judges.clocks(item, now), now, rules, lasts or _lasting(work, now))


def _lasting(work: Worklist, now: int) -> Callable[[str], int | None]:
    """How long 85 % of what is finished of a kind took; worked out when somebody asks for the first time."""
    known: dict[str, int] | None = None

    def lasts(kind: str) -> int | None:
        nonlocal known
        if known is None:
            from runbook.operations.board import board_for, boards_of
            from runbook.operations.flow import LONG, usual_cycles
            from runbook.operations.passages import course_of
            from runbook.operations.seconds import instant_of

            boards = boards_of(work.operations.data)
            ended = work.all_items(instant_of(max(now - LONG, 0)))
            courses = (course_of(item, board_for(boards, item.team, item.board), now) for item in ended)
            known = usual_cycles((course.passage for course in courses), now)
        return known.get(kind)

    return lasts


def items_of(workspace: Workspace, person: str) -> list[Place]:
    """The open items that a person is accountable for, on any board, in the order of the work."""
    from runbook.operations.seconds import seconds

    if workspace.existing_journal() is None:
        return []
    work = worklist(workspace)
    items = [item for item in work.open_items() if item.accountable == person]
    return in_order(work, items, seconds(workspace.clock())) if items else []


def upcoming(workspace: Workspace, mine: bool = False, board_id: str = "", team: str = "") -> list[Place]:
    """What is to be done next: what somebody could take, then what is theirs, in the order of the work."""
    from runbook.app.worklists import someone
    from runbook.operations.standings import waiting_for_people

    me = someone(workspace, "me")
    places = waiting_for_people(board(workspace, board_id, team).places)
    return [
        place
        for place in places
        if (place.item.accountable == me if mine else place.item.state != "active")
        and place.item.accountable in ("", me)
    ]


def pull(workspace: Workspace, board_id: str = "", team: str = "") -> Item:
    """Take the first of what comes next that the caller may take and that fits the limits, and begin it."""
    from runbook.app.worklists import someone
    from runbook.operations import commands as c

    me = someone(workspace, "me")
    wanted = board(workspace, board_id, team).board
    target = wanted.first("active")
    why = ""
    for place in upcoming(workspace, board_id=board_id, team=team):
        item = place.item
        if lacking := _lacks(workspace, item, me):
            why = why or f"{item.id}: {me} is {lacking}"
            continue
        take = [] if item.accountable == me else [c.Assign(me)]
        try:
            return worklist(workspace).ask(item.id, *take, c.Move(target.id))
        except Refused as error:
            why = why or f"{item.id}: {error}"
            if not item.accountable and "would have" in str(error):
                break  # a full column, or a full plate, is full for whatever comes after as well
    help = why or "open one with `runbook item open`"
    raise Refused("there is nothing to pull", help)


def _lacks(workspace: Workspace, item: Item, person: str) -> str:
    """What the person lacks for the process of an item, in words; empty when nothing."""
    from runbook.app.definitions import read_one
    from runbook.app.people import organisation

    if not item.process:
        return ""
    try:
        process = read_one(workspace, item.process).project.processes[item.process]
    except (Misuse, KeyError):  # it was renamed, or is broken: whoever takes it will see
        return ""
    role = next(iter(process.roles.values()), None)
    return organisation(workspace).lacks(person, role) if role else ""
