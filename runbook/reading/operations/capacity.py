"""The file `operations/policies/capacity.yaml`: what is expected of a week, and what hours cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from runbook.diagnostics import Diagnostic, Problem, Severity, found, suggestion
from runbook.operations.capacity import PATH
from runbook.reading.operations.document import Document
from runbook.reading.schema_words import ID, PERCENT, Schema, closed, named
from runbook.reading.schema_words import text_like as like

if TYPE_CHECKING:
    from runbook.organisation import Organisation
    from runbook.outcome import Json
    from runbook.reading.tree import Tree

UNUSED_RATE = Problem(
    "RB335",
    "unused-rate",
    """\
An hour of a role has a price, and nobody has that role, so it never counts.

    rates: {engeneer: 80}

Write the role as it stands under `roles` in `operations/people`.
""",
    Severity.WARNING,
)


def schema() -> Schema:
    """The schema of `operations/policies/capacity.yaml`."""
    properties = {
        "planned_days_target": {
            "type": "number",
            "minimum": 0,
            "maximum": 7,
            "description": "How many days of planned work make a week of one person a good one; 2.",
        },
        "daily_hours": {
            "type": "number",
            "minimum": 0.5,
            "maximum": 24,
            "description": "How many hours of work are a day; 8.",
        },
        "commit_percentile": {
            "type": "integer",
            "minimum": 1,
            "maximum": 99,
            "description": "Which percentile of the last weeks is committed to: 15 is kept in 85 % of the weeks.",
        },
        "fewest_weeks": {
            "type": "integer",
            "minimum": 2,
            "maximum": 104,
            "description": "How many weeks have to be known before anything is committed to; 8.",
        },
        "oncall_drag": like(PERCENT, "How much of their open time being on call takes from people; as measured."),
        "usual_hours": {
            "type": "number",
            "minimum": 0.1,
            "maximum": 1000,
            "description": "How many hours an item is thought to take while too few of its kind are finished; 4.",
        },
        "rates": named(
            ID, {"type": "number", "minimum": 0, "description": "The price."}, "What an hour costs, by role."
        ),
    }
    described = closed(properties, "What is expected of weeks.")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Capacity", **described}


def check(tree: Tree, data: Mapping[str, Json], organisation: Organisation) -> Iterator[Diagnostic]:
    """What is wrong with the file of the right shape."""
    held = {role for person in organisation.people.values() for role in person.roles}
    for role in tree.data.get("rates", {}):
        if organisation and role not in held:
            help = suggestion(role, held, "give it to somebody under `roles`, or leave it out")
            yield found(UNUSED_RATE, f"nobody is `{role}`", help, tree.place(("rates", role), key=True))


DOCUMENT = Document("capacity", PATH.replace(".", r"\."), schema, check, (UNUSED_RATE,))
