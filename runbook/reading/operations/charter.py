"""Reading `operations/department.yaml`: what the department is there for, and what it leaves to others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from runbook.diagnostics import Diagnostic, Problem, Severity, found, suggestion
from runbook.operations.catalogue import POLICIES
from runbook.operations.department import each_in
from runbook.reading.operations.document import Document
from runbook.reading.schema_words import ID, WITHIN, Schema, choice, closed, list_of, text, text_like

if TYPE_CHECKING:
    from runbook.organisation import Organisation
    from runbook.outcome import Json
    from runbook.reading.tree import Tree
    from runbook.source import Path

UNKNOWN_OWNER = Problem(
    "RB350",
    "unknown-owner",
    """\
A department or a service names somebody who is neither a person nor a team of the project.

    # operations/services/backup.yaml
    owner: boo

Write the id as the file in `operations/people` is called, or that of a team in `operations/teams.yaml`.
""",
)
UNKNOWN_ROUTE = Problem(
    "RB351",
    "unknown-route",
    """\
What is out of scope is routed to somebody nobody knows: neither a person, a team or a customer, nor an integration.

    out_of_scope:
      - {what: application code defects, route_to: "jura:ATLAS"}

Write the id of a person, a team or a customer; the name of a file in `operations/integrations`, a colon and where it
goes there; or the address of a page: `https://...`.
""",
    Severity.WARNING,
)


def charter_schema() -> Schema:
    """The schema of `operations/department.yaml`."""
    need = closed(
        {
            "name": text("What it is; the output of a process has the same name."),
            "within": text_like(WITHIN, "How soon they need it: `4h`, `2d`, or `1bd` for one business day."),
        },
        "One thing that they need.",
        ("name",),
    )
    customer = closed(
        {"id": _id("Its id."), "needs": list_of(need, "What they need, and how soon.")}, "One customer.", ("id",)
    )
    out = closed(
        {
            "what": text("What it is, in a few words."),
            "route_to": text("Who does it: a person, a team, a customer, `INTEGRATION:KEY`, or an address."),
        },
        "One thing that others do.",
        ("what",),
    )
    properties = {
        "id": _id("Its id, such as `it-support`."),
        "charter": text("What it is there for, in a sentence."),
        "owner": text("The person, or the team, that answers for it."),
        "relationship_manager": text("The person whom customers talk to about the whole of it."),
        "customers": list_of(
            {"description": "A customer: an id, or with what they need.", "anyOf": [_id("Its id."), customer]},
            "Who it works for.",
        ),
        "suppliers": list_of(_id("Its id."), "Whose work it needs, outside of the project."),
        "in_scope": list_of(text("One thing, in a word or two."), "What it takes care of."),
        "out_of_scope": list_of(
            {"description": "A text, or with who does it.", "anyOf": [text("What it is."), out]},
            "What it does not do, and who does.",
        ),
        "out_of_scope_policy": choice(
            POLICIES,
            "What becomes of work out of scope; `accept_with_owner` when left out: somebody answers for it.",
        ),
    }
    described = closed(properties, "What the department is there for.", ("id", "owner", "in_scope"))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A department", **described}


def _id(description: str) -> Schema:
    return text_like(ID, description, longest=63)


def check_charter(tree: Tree, data: Mapping[str, Json], organisation: Organisation) -> Iterator[Diagnostic]:
    """Who it names, and where it routes what it does not do."""
    given = tree.data
    yield from unknown_owner(tree, ("owner",), given["owner"], organisation)
    if "relationship_manager" in given:
        yield from unknown_owner(tree, ("relationship_manager",), given["relationship_manager"], organisation)
    customers = [each["id"] if isinstance(each, dict) else each for each in given.get("customers", ())]
    integrations = [id for id, _ in each_in(data, "integrations")]
    for place, each in enumerate(given.get("out_of_scope", ())):
        route = each.get("route_to", "") if isinstance(each, dict) else ""
        if route and (known := _unrouted(route, customers, integrations, organisation)):
            help = suggestion(route.partition(":")[0], known, "name a person, a team, or an integration")
            where = tree.place(("out_of_scope", place, "route_to"))
            yield found(UNKNOWN_ROUTE, f"nobody knows `{route}`, who is to do what is out of scope", help, where)


def _unrouted(route: str, customers: list[str], integrations: list[str], organisation: Organisation) -> list[str]:
    """The words there are, when a route is none of them; nothing when it is, or when nobody can tell."""
    if route.startswith(("https://", "http://", "mailto:")):
        return []
    word, colon, _ = route.partition(":")
    known = integrations if colon else [*organisation.people, *organisation.teams, *customers]
    certain = bool(integrations) if colon else bool(organisation)
    return known if certain and word not in known else []


def unknown_owner(tree: Tree, at: Path, name: str, organisation: Organisation) -> Iterator[Diagnostic]:
    """The finding for a name that is neither a person's nor a team's, where people are described."""
    known = [*organisation.people, *organisation.teams]
    if organisation and name not in known:
        help = suggestion(name, known, "describe them in `operations/people`, or name a team")
        yield found(UNKNOWN_OWNER, f"there is neither a person nor a team `{name}`", help, tree.place(at))


DOCUMENT = Document(
    name="department",
    pattern=r"operations/department\.yaml",
    schema=charter_schema,
    check=check_charter,
    problems=(UNKNOWN_OWNER, UNKNOWN_ROUTE),
)
