"""The shape of the files about people: one file a person, and one of all teams."""

from __future__ import annotations

from runbook.reading.schema_words import DATE, ID, PERCENT, Schema, choice, closed, list_of, named, text, text_like

_ID = text_like(ID, "An id.", longest=63)
_DAYS = {
    "from": text_like(DATE, "The first day."),
    "to": text_like(DATE, "The last day."),
}


def person_schema() -> Schema:
    """The schema of `operations/people/ID.yaml`."""
    substitute = {
        "person": {**_ID, "description": "Who acts for them."},
        "for": list_of(
            choice(("approve", "perform", "verify"), "One sort of act."), "What for; everything when left out."
        ),
        **_DAYS,
    }
    level = {"type": "integer", "minimum": 1, "maximum": 3, "description": "How well: 1, 2 or 3."}
    properties = {
        "name": text("The name in full."),
        "users": list_of(text("A system user."), "The system users they log in as; the id when left out."),
        "email": text("The address, by which commits are known as theirs."),
        "teams": list_of(_ID, "The teams they are in."),
        "roles": list_of(_ID, "What they are in the organisation, such as `change-approver`."),
        "capabilities": named(ID, level, "What they can do, and how well."),
        "manager": {**_ID, "description": "Who they answer to; the lead of their team when left out."},
        "leave": list_of(closed(_DAYS, "From one day to another.", ("from", "to")), "When they are not there."),
        "substitutes": list_of(
            closed(substitute, "Who acts for them, and when.", ("person", "from", "to")), "Who acts for them."
        ),
        "wip": {
            "type": "integer",
            "minimum": 1,
            "maximum": 100,
            "description": "How many steps they may have claimed at the same time.",
        },
        "starts_on_claim": {"type": "boolean", "description": "What they claim counts as begun at once."},
        "calendar": {**_ID, "description": "The calendar of `operations/calendars` by which they work."},
        "location": text("Where they are."),
        "allocation": text_like(
            PERCENT, "How much of the open time of their calendar they work here; `100%` when left out."
        ),
        "phone": text("The number at which they are called when they are on call."),
        "contact": text("How they are reached besides, such as an address of a messenger."),
    }
    described = closed(properties, "One person.")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A person", **described}


def teams_schema() -> Schema:
    """The schema of `operations/teams.yaml`."""
    properties = {
        "title": text("What the team is called."),
        "lead": {**_ID, "description": "Who leads it."},
        "members": list_of(_ID, "Who is in it, besides those whose own file says so."),
        "pull": choice(("free", "strict"), "`strict`: members claim what waits in its order; `free` when left out."),
    }
    teams = named(ID, closed(properties, "One team.", optional=True), "The teams, by id.")
    described = closed({"teams": teams}, "The teams of the organisation.", ("teams",))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Teams", **described}
