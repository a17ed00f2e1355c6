"""The files `operations/boards/ID.yaml`: their shape, and boards on which work could not get to its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from runbook.diagnostics import Diagnostic, Problem, found, suggestion
from runbook.listing import CLASSES
from runbook.operations.department import each_in
from runbook.operations.item import PREFIXES, STATES
from runbook.reading.operations.document import Document
from runbook.reading.people import UNKNOWN_PERSON
from runbook.reading.schema_words import (
    DURATION,
    DURATION_OR_DAYS,
    ID,
    NAME,
    Schema,
    choice,
    closed,
    list_of,
    named,
    one_or_list,
    text,
)
from runbook.reading.schema_words import text_like as like

if TYPE_CHECKING:
    from runbook.organisation import Organisation
    from runbook.outcome import Json
    from runbook.reading.tree import Tree

BAD_BOARD = Problem(
    "RB330",
    "bad-board",
    """\
A board on which work could not go its way: two columns or lanes have one id, columns go back from `active` to `new`,
none is `active` or `finished`, `started_at` or `finished_at` names no column, or no item could ever come into a lane.

    columns:
      - {id: doing, state: active}
      - {id: inbox, state: new}

Order the columns from `new` over `committed` and `active` to `finished`, each with an id of its own.
""",
)
TWO_BOARDS = Problem(
    "RB331",
    "team-on-two-boards",
    """\
Two boards say that they are the board of one team, so nobody could tell on which of them its work stands.

    # operations/boards/desk.yaml
    teams: [infra]
    # operations/boards/infra.yaml
    teams: [infra]

Name each team on one board.
""",
)
UNKNOWN_TEAM = Problem(
    "RB332",
    "unknown-team",
    """\
A board or a schedule is for a team that nobody has described.

    teams: [infar]

Write the id as it stands in `operations/teams.yaml`, or describe the team there.
""",
)

_MODE = choice(("soft", "hard"), "`hard` refuses one item more, `soft` records it; `soft` when left out.")
_MOST = {"type": "integer", "minimum": 1, "maximum": 1000}
_ID = like(ID, "An id.", longest=63)
_MATCHED = ("class", "kind", "severity", "priority", "service", "process", "team")


def schema() -> Schema:
    """The schema of `operations/boards/ID.yaml`."""
    column = {
        "id": {**_ID, "description": "What it is called in commands."},
        "title": text("What stands above it."),
        "state": choice(STATES, "What work in it has come to."),
        "wip": {**_MOST, "description": "How many items may be in it."},
        "wip_mode": _MODE,
        "exit": list_of(
            choice(("verified_by_other",), "One condition."), "What must hold before an item leaves it onwards."
        ),
        "sle_clock": choice(("on", "off"), "`off` where the time in it is not to count for what may be expected."),
    }
    lane = {
        "id": {**_ID, "description": "What it is called."},
        "match": closed(
            {name: one_or_list(text("One of them."), f"Of which {name} its items are.") for name in _MATCHED},
            "Which items belong into it; the rest when left out.",
        ),
        "wip": {**_MOST, "description": "How many of its items may be worked on."},
        "wip_mode": _MODE,
    }
    properties = {
        "title": text("What the board is called."),
        "teams": list_of(_ID, "The teams whose work stands on it."),
        "columns": {
            **list_of(closed(column, "One column.", ("id", "state")), "The columns, from left to right."),
            "minItems": 2,
            "maxItems": 40,
        },
        "started_at": {**_ID, "description": "The column in which cycle time begins: the commitment point."},
        "finished_at": {**_ID, "description": "The column in which it ends."},
        "swimlanes": {
            **list_of(closed(lane, "One swimlane.", ("id",)), "The rows; an item is in the first that it matches."),
            "maxItems": 40,
        },
        "limits": _limits(),
        "blocked": closed(
            {
                "counts_in_wip": {"type": "boolean", "description": "Blocked items count for limits; yes by default."},
                "reasons": list_of(like(NAME, "One reason."), "Why an item may be blocked."),
                "check_every": like(
                    DURATION_OR_DAYS, "When a block is looked at again, where nobody says when: `1bd` when left out."
                ),
            },
            "What holds for blocked items.",
        ),
        "aging": closed(
            {"bands": {**list_of(_percent("One percentile."), "Percentiles, rising."), "minItems": 1, "maxItems": 9}},
            "When an open item changes its colour, by the age of finished ones in its column.",
        ),
        "sle": closed(
            {
                "percentile": _percent("How many percent of the items are to be done in it."),
                "window": like(DURATION, "How far back finished items are looked at."),
                "min_items": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 10000,
                    "description": "How many have to be finished before anything is expected.",
                },
                "by": choice(("kind", "class", "service", "process"), "For what of items it is told apart."),
            },
            "What may be expected, from what was finished.",
        ),
    }
    described = closed(properties, "One board.", ("columns",))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A board", **described}


def _limits() -> Schema:
    person = {
        "default": {**_MOST, "description": "How many items one person may work on."},
        "max_expedite": {**_MOST, "description": "How many of them may be expedited."},
        "of": named(ID, {**_MOST, "description": "Their own limit."}, "Those for whom another limit holds."),
        "mode": _MODE,
    }
    of_class = {
        "wip": {**_MOST, "description": "How many items of it there may be."},
        "mode": _MODE,
        "over_column_limits": {"type": "boolean", "description": "Full columns, lanes and boards do not hold it up."},
        "reason": choice(("required", "optional"), "Whether making an item one of them takes a reason."),
    }
    whole = closed({"wip": {**_MOST, "description": "How many items may be worked on."}, "mode": _MODE}, "The limit.")
    return closed(
        {
            "mode": {**_MODE, "description": "What holds where a limit does not say; `soft` when left out."},
            "person": closed(person, "What one person may work on at a time, on all boards together."),
            "class": named(NAME, closed(of_class, "One limit."), "Limits of classes of service, and of kinds."),
            "board": {"description": "How many items may be worked on, on the whole board.", "anyOf": [_MOST, whole]},
            "override_roles": list_of(
                _ID, "Who may go over a hard limit with a reason, by role in the organisation; everybody when left out."
            ),
        },
        "How much may be under way.",
    )


def _percent(description: str) -> Schema:
    return {"type": "integer", "minimum": 1, "maximum": 99, "description": description}


def check(tree: Tree, data: Mapping[str, Json], organisation: Organisation) -> Iterator[Diagnostic]:
    """What is wrong with a board of the right shape."""
    given = tree.data
    yield from _columns(tree, given)
    yield from _lanes(tree, given)
    for name in (given.get("limits") or {}).get("class") or {}:
        if name not in CLASSES and name not in PREFIXES:
            help = suggestion(name, (*CLASSES, *PREFIXES), f"use one of {', '.join(CLASSES)}, or a kind of item")
            message = f"there is no class of service, and no kind of item, `{name}`"
            yield found(BAD_BOARD, message, help, tree.place(("limits", "class", name), key=True))
    for person in ((given.get("limits") or {}).get("person") or {}).get("of") or {}:
        if organisation and person not in organisation.people:
            help = suggestion(person, organisation.people, "describe them as a file in `operations/people`")
            place = tree.place(("limits", "person", "of", person), key=True)
            yield found(UNKNOWN_PERSON, f"there is no person `{person}`", help, place)
    bands = (given.get("aging") or {}).get("bands", [])
    if bands != sorted(set(bands)):
        yield found(BAD_BOARD, "the bands do not rise", "order them, each once", tree.place(("aging", "bands")))
    yield from check_teams(tree, organisation)
    own = tree.source.path
    for at, team in enumerate(given.get("teams", ())):
        for id, other in each_in(data, "boards"):
            if f"operations/boards/{id}.yaml" < own and team in other.get("teams", ()):
                message = f"the team `{team}` is on the board `{id}` as well"
                yield found(TWO_BOARDS, message, "name it on one of them", tree.place(("teams", at)))


def check_teams(tree: Tree, organisation: Organisation) -> Iterator[Diagnostic]:
    """The teams of a file that nobody has described; nothing where no team is."""
    for at, team in enumerate(tree.data.get("teams", ()) if organisation.teams else ()):
        if team not in organisation.teams:
            help = suggestion(team, organisation.teams, "describe it in `operations/teams.yaml`")
            yield found(UNKNOWN_TEAM, f"there is no team `{team}`", help, tree.place(("teams", at)))


def _columns(tree: Tree, given: Mapping[str, Any]) -> Iterator[Diagnostic]:
    columns = given["columns"]
    yield from _twice(tree, "columns", columns)
    furthest = 0
    for at, column in enumerate(columns):
        state = STATES.index(column["state"])
        if state < furthest:
            message = f"`{column['id']}` is {column['state']}, and stands after a column that is {STATES[furthest]}"
            yield found(BAD_BOARD, message, "move it to the left", tree.place(("columns", at, "state")))
        furthest = max(furthest, state)
    for missing in ("active", "finished"):
        if all(column["state"] != missing for column in columns):
            message = f"no column is `{missing}`"
            yield found(BAD_BOARD, message, f"add one with `state: {missing}`", tree.place(("columns",), key=True))
    by_id = {column["id"]: column["state"] for column in columns}
    for name, states in (("started_at", ("committed", "active")), ("finished_at", ("finished",))):
        if name in given and by_id.get(given[name]) not in states:
            fitting = [id for id, state in by_id.items() if state in states]
            message = f"`{given[name]}` is no column that is {' or '.join(states)}"
            yield found(BAD_BOARD, message, suggestion(given[name], fitting, "name one that is"), tree.place((name,)))


def _lanes(tree: Tree, given: Mapping[str, Any]) -> Iterator[Diagnostic]:
    lanes = given.get("swimlanes", ())
    yield from _twice(tree, "swimlanes", lanes)
    rest = ""
    for at, lane in enumerate(lanes):
        if rest:
            message = f"nothing comes into `{lane['id']}`, as `{rest}` before it takes everything"
            yield found(BAD_BOARD, message, f"put `{rest}` last", tree.place(("swimlanes", at)))
        if not lane.get("match"):
            rest = rest or lane["id"]


def _twice(tree: Tree, name: str, given: Any) -> Iterator[Diagnostic]:
    seen: set[str] = set()
    for at, each in enumerate(given):
        if each["id"] in seen:
            message = f"there is another `{each['id']}` before it"
            yield found(BAD_BOARD, message, "give each an id of its own", tree.place((name, at, "id")))
        seen.add(each["id"])


DOCUMENT = Document(
    "board", r"operations/boards/[a-z0-9][a-z0-9-]{0,62}\.yaml", schema, check, (BAD_BOARD, TWO_BOARDS, UNKNOWN_TEAM)
)
