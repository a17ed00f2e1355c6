"""The files `operations/calendars/ID.yaml`: when the department is open, in one time zone."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from runbook.diagnostics import Diagnostic, Problem, found
from runbook.operations.calendars import calendar_of
from runbook.operations.forms import DAYS, WINDOW
from runbook.operations.zones import is_zone
from runbook.reading.operations.document import Document
from runbook.reading.schema_words import DATE, Schema, closed, list_of, named, text, text_like

if TYPE_CHECKING:
    from runbook.organisation import Organisation
    from runbook.outcome import Json
    from runbook.reading.tree import Tree

BAD_CALENDAR = Problem(
    "RB310",
    "bad-calendar",
    """\
A calendar names a time zone that there is not, or a day that no month has.

    timezone: Europe/Berlim
    holidays: [2026-02-30]

Write the zone as the IANA database does (`Europe/Berlin`), and days as year, month and day.
""",
)
NEVER_OPEN = Problem(
    "RB311",
    "calendar-never-open",
    """\
A calendar has no open time at all, so whatever is counted by it would never be due.

    hours: {}

Give it hours: `hours: {mon-fri: ["09:00-17:00"]}`.
""",
)


def schema() -> Schema:
    """The schema of a calendar."""
    windows = list_of(
        text_like(WINDOW, "From and to; an end that is not after the start is on the next day."), "Windows."
    )
    day_off = text_like(DATE, "A day off.")
    public = {
        "region": text("The country, and the part of it, that they are those of, such as `DE-BY`."),
        "days": named(DATE, text("What it is called."), "The days, each with its name."),
    }
    properties = {
        "title": text("What it is called."),
        "timezone": text("The time zone its hours are read in, such as `Europe/Berlin`."),
        "hours": named(DAYS, windows, "The open windows of the days of the week."),
        "holidays": {
            "description": "The days without hours: a list, or a mapping of day to name.",
            "anyOf": [{"type": "array", "items": day_off}, named(DATE, text("What it is called."), "Days with names.")],
        },
        "public_holidays": closed(
            public, "The days off that `runbook calendar sync` has written down.", ("region", "days")
        ),
        "exceptions": named(
            DATE,
            {**windows, "type": ["array", "null"]},
            "The days with hours of their own, also on a holiday; none for a day that is closed.",
        ),
    }
    described = closed(properties, "When the department is open.", ("timezone", "hours"))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A calendar", **described}


def check(tree: Tree, data: Mapping[str, Json], organisation: Organisation) -> Iterator[Diagnostic]:
    """What is wrong with one calendar of the right shape."""
    given: Mapping[str, Any] = tree.data
    if not is_zone(given["timezone"]):
        message = f"there is no time zone `{given['timezone'][:60]}`"
        yield found(BAD_CALENDAR, message, "write it like `Europe/Berlin`", tree.place(("timezone",)))
    for path, day in _days(given):
        if not _is_day(day):
            key = not isinstance(path[-1], int)
            yield found(
                BAD_CALENDAR, f"there is no day `{day}`", "write a day that there is", tree.place(path, key=key)
            )
    if not calendar_of("", given).ever_open:
        message = "the calendar is never open"
        yield found(NEVER_OPEN, message, 'give it hours: {mon-fri: ["09:00-17:00"]}', tree.place(("hours",), key=True))


def _days(given: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    own = given.get("holidays", ())
    if isinstance(own, Mapping):
        yield from ((("holidays", day), day) for day in own)
    else:
        yield from ((("holidays", place), day) for place, day in enumerate(own))
    yield from ((("public_holidays", "days", day), day) for day in given.get("public_holidays", {}).get("days", {}))
    yield from ((("exceptions", day), day) for day in given.get("exceptions", {}))


def _is_day(text: str) -> bool:
    try:
        return 1900 < datetime.date.fromisoformat(text).year < 9990
    except ValueError:
        return False


DOCUMENT = Document(
    name="calendar",
    pattern=r"operations/calendars/[a-z0-9][a-z0-9-]{0,62}\.yaml",
    schema=schema,
    check=check,
    problems=(BAD_CALENDAR, NEVER_OPEN),
)
