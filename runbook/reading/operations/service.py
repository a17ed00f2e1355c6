"""Reading `operations/services/ID.yaml`: what the department offers, and what that stands on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from runbook.diagnostics import Diagnostic, Problem, found, suggestion
from runbook.operations.catalogue import circle, services_of
from runbook.reading.operations.charter import unknown_owner
from runbook.reading.operations.document import Document
from runbook.reading.schema_words import ID, Schema, closed, list_of, text, text_like

if TYPE_CHECKING:
    from runbook.organisation import Organisation
    from runbook.outcome import Json
    from runbook.reading.tree import Tree

UNKNOWN_DEPENDENCY = Problem(
    "RB352",
    "unknown-dependency",
    """\
A service depends on one that nobody has described.

    # operations/services/backup.yaml
    depends_on: [storrage]

Write the id as the file in `operations/services` is called, or describe the service there.
""",
)
CIRCLE = Problem(
    "RB353",
    "service-circle",
    """\
Services depend on each other in a circle, so that each of them could only start after itself.

    # operations/services/storage.yaml
    depends_on: [network]
    # operations/services/network.yaml
    depends_on: [storage]

Take out the one that can do without the other, or split a service in two.
""",
)


def service_schema() -> Schema:
    """The schema of an `operations/services/ID.yaml`."""
    tier = {
        "type": "integer",
        "minimum": 1,
        "maximum": 4,
        "description": "1 for what nobody can do without, to 4 for a convenience; 3 when left out.",
    }
    properties = {
        "id": text_like(ID, "Its id: the name of the file.", longest=63),
        "title": text("What it is called; made of its id when left out."),
        "summary": text("What it is, in one line."),
        "owner": text("The person, or the team, that answers for it."),
        "tier": tier,
        "depends_on": list_of(text_like(ID, "The id of a service.", longest=63), "The services that it stands on."),
        "sla": text_like(ID, "The agreement that holds for it; `default` when left out.", longest=63),
        "scope": list_of(text("One thing."), "What of `in_scope` it takes care of, where its name does not say it."),
    }
    described = closed(properties, "One service of the department.", ("owner",))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A service", **described}


def check_service(tree: Tree, data: Mapping[str, Json], organisation: Organisation) -> Iterator[Diagnostic]:
    """Who owns it, and what it depends on."""
    id = tree.source.path.rpartition("/")[2].removesuffix(".yaml")
    if tree.data.get("id", id) != id:
        message = f"the id `{tree.data['id']}` is not the name of the file"
        yield found(UNKNOWN_DEPENDENCY, message, f"write `id: {id}`, or leave it out", tree.place(("id",)))
    yield from unknown_owner(tree, ("owner",), tree.data["owner"], organisation)
    services = services_of(data)
    for place, other in enumerate(tree.data.get("depends_on", ())):
        if other not in services:
            help = suggestion(other, services, f"describe it in `operations/services/{other}.yaml`")
            at = tree.place(("depends_on", place))
            yield found(UNKNOWN_DEPENDENCY, f"there is no service `{other}`", help, at)
    round_ = circle(services)
    if round_ and round_[0] == id:
        way = " → ".join(f"`{each}`" for each in (*round_, id))
        at = tree.place(("depends_on", tree.data["depends_on"].index(round_[1] if round_[1:] else id)))
        yield found(CIRCLE, f"services depend on each other in a circle: {way}", "take one of them out", at)


DOCUMENT = Document(
    name="service",
    pattern=r"operations/services/[a-z0-9][a-z0-9-]{0,62}\.yaml",
    schema=service_schema,
    check=check_service,
    problems=(UNKNOWN_DEPENDENCY, CIRCLE),
)
