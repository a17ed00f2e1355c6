"""The files `operations/oncall/ID.yaml`: their shape, and rotations that could not be carried out."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from runbook.diagnostics import Diagnostic, Problem, found, suggestion
from runbook.operations.calendars import calendars_of
from runbook.operations.oncall import local_second
from runbook.operations.zones import is_zone, zone
from runbook.reading.operations.board import check_teams
from runbook.reading.people import UNKNOWN_PERSON
from runbook.reading.schema_words import DATE, DAYS, HANDOFF, ID, LOCAL_TIME, PERCENT, Schema, closed, list_of, text
from runbook.reading.schema_words import text_like as like

if TYPE_CHECKING:
    from runbook.organisation import Organisation
    from runbook.outcome import Json
    from runbook.reading.tree import Tree
    from runbook.source import Path

from runbook.reading.operations.document import Document

BAD_ROTATION = Problem(
    "RB333",
    "bad-rotation",
    """\
A schedule by which nobody could tell who is on call: its time zone, a day or a time is none, an override ends before it
begins, two layers have one id, the calendar of a layer is none, or a rotation by days is handed over on a weekday.

    layers: [{id: primary, rotate: [ana, bo], every: 10d, handoff: "Mon 09:00", start: 2026-03-16}]

Rotate by weeks with a day of the week, or by days with a time alone: `every: 10d`, `handoff: "09:00"`.
""",
)

_ID = like(ID, "An id.", longest=63)


def schema() -> Schema:
    """The schema of `operations/oncall/ID.yaml`."""
    layer = {
        "id": {**_ID, "description": "What it is called."},
        "rotate": {
            **list_of({**_ID, "description": "A person."}, "Who takes turns, in this order."),
            "minItems": 1,
            "maxItems": 200,
        },
        "every": like(DAYS, "How long a turn is."),
        "handoff": like(HANDOFF, "When a turn ends and the next one begins, by the clock on the wall."),
        "start": like(DATE, "The first turn begins at the first handoff from this day on."),
        "calendar": {**_ID, "description": "Only in the open time of this calendar, such as nights."},
    }
    override = {
        "person": {**_ID, "type": ["string", "null"], "description": "Who is on call; nobody where it is null."},
        "from": like(LOCAL_TIME, "When it begins, in the time zone of the schedule."),
        "to": like(LOCAL_TIME, "When it ends."),
        "reason": text("Why."),
    }
    rules = {
        "min_gap": like(DAYS, "How long nobody is on call again after a turn."),
        "max_share": like(PERCENT, "How much of the time one person is on call at the most."),
        "no_oncall_on_leave": {"type": "boolean", "description": "Nobody is on call on leave; so when left out."},
    }
    properties = {
        "title": text("What the schedule is called."),
        "timezone": text("The time zone by whose clock it is handed over, such as `Europe/Berlin`; UTC when left out."),
        "teams": list_of(_ID, "The teams for which somebody is on call."),
        "layers": {
            **list_of(
                closed(layer, "One rotation.", ("id", "rotate", "every", "handoff", "start")),
                "The rotations; a later one wins over those before it.",
            ),
            "minItems": 1,
            "maxItems": 10,
        },
        "overrides": {
            **list_of(
                closed(override, "One exception.", ("person", "from", "to")), "Exceptions, which win over all layers."
            ),
            "maxItems": 2000,
        },
        "rules": closed(rules, "What `runbook oncall check` finds fault with."),
    }
    described = closed(properties, "Who is on call.", ("layers",))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "An on-call schedule", **described}


def check(tree: Tree, data: Mapping[str, Json], organisation: Organisation) -> Iterator[Diagnostic]:
    """What is wrong with a schedule of the right shape."""
    given = tree.data
    where = given.get("timezone", "UTC")
    if not is_zone(where):
        help = "name one of the IANA database, such as `Europe/Berlin`"
        yield found(BAD_ROTATION, f"there is no time zone `{where[:60]}`", help, tree.place(("timezone",)))
        where = "UTC"
    yield from check_teams(tree, organisation)
    seen: set[str] = set()
    for at, layer in enumerate(given["layers"]):
        here: Path = ("layers", at)
        if layer["id"] in seen:
            help = "give each an id of its own"
            yield found(BAD_ROTATION, f"there is another `{layer['id']}` before it", help, tree.place((*here, "id")))
        seen.add(layer["id"])
        if not _is_day(layer["start"]):
            help = "write a day such as `2026-03-16`"
            yield found(BAD_ROTATION, f"there is no day `{layer['start']}`", help, tree.place((*here, "start")))
        if " " in layer["handoff"] and layer["every"].endswith("d") and int(layer["every"][:-1]) % 7:
            message = f"turns of {layer['every']} do not end on the same day of the week"
            yield found(BAD_ROTATION, message, "leave the day out of `handoff`", tree.place((*here, "handoff")))
        calendars = calendars_of(data)
        if "calendar" in layer and layer["calendar"] not in calendars:
            help = suggestion(layer["calendar"], calendars, f"write `operations/calendars/{layer['calendar']}.yaml`")
            place = tree.place((*here, "calendar"))
            yield found(BAD_ROTATION, f"there is no calendar `{layer['calendar']}`", help, place)
        for number, person in enumerate(layer["rotate"]):
            yield from _person(tree, organisation, person, (*here, "rotate", number))
    for at, override in enumerate(given.get("overrides", ())):
        yield from _override(tree, organisation, override, at, where)


def _override(
    tree: Tree, organisation: Organisation, override: Mapping[str, Json], at: int, where: str
) -> Iterator[Diagnostic]:
    here: Path = ("overrides", at)
    if override["person"]:
        yield from _person(tree, organisation, override["person"], (*here, "person"))
    times = []
    for name in ("from", "to"):
        try:
            times.append(local_second(override[name], zone(where)))
        except (ValueError, OverflowError):
            help = "write a time such as `2026-04-07T09:00`"
            yield found(BAD_ROTATION, f"there is no time `{override[name]}`", help, tree.place((*here, name)))
    if len(times) == 2 and times[0] >= times[1]:
        message = f"there is no time from {override['from']} to {override['to']}"
        yield found(BAD_ROTATION, message, "write the beginning, then the end", tree.place((*here, "to")))


def _person(tree: Tree, organisation: Organisation, person: str, at: Path) -> Iterator[Diagnostic]:
    if organisation and person not in organisation.people:
        help = suggestion(person, organisation.people, "describe them as a file in `operations/people`")
        yield found(UNKNOWN_PERSON, f"there is no person `{person}`", help, tree.place(at))


def _is_day(text: str) -> bool:
    try:
        return 1970 <= datetime.date.fromisoformat(text).year <= 9000
    except ValueError:
        return False


DOCUMENT = Document("oncall", r"operations/oncall/[a-z0-9][a-z0-9-]{0,62}\.yaml", schema, check, (BAD_ROTATION,))
