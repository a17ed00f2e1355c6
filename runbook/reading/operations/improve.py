"""The file `operations/policies/improve.yaml`: which rules of improvement are on, and what they compare with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from runbook.diagnostics import Diagnostic, Problem, Severity, found
from runbook.reading.operations.document import Document
from runbook.reading.schema_words import PERCENT, Schema, closed
from runbook.reading.schema_words import text_like as like

if TYPE_CHECKING:
    from runbook.operations.improve.rule import Limit
    from runbook.organisation import Organisation
    from runbook.outcome import Json
    from runbook.reading.tree import Tree

UNUSED_LIMIT = Problem(
    "RB385",
    "unused-limit",
    """\
A rule of improvement is off, and has limits all the same, which nobody asks for.

    rules:
      rework: {off: true, share: 20%}

Leave out the limits, or `off`.
""",
    Severity.WARNING,
)


def schema() -> Schema:
    """The schema of `operations/policies/improve.yaml`."""
    from runbook.operations.improve.rules import builtin

    rules = {}
    for rule in builtin():
        limits = {name: _limit(limit) for name, limit in rule.limits.items()}
        off = {"type": "boolean", "description": "True for a rule that says nothing."}
        rules[rule.name] = closed({"off": off, **limits}, rule.finds)
    properties = {
        "window": {
            "type": "string",
            "pattern": "^([7-9]|[1-9][0-9]{1,2})d$",
            "description": "The days that are looked at; `90d`.",
        },
        "rules": closed(rules, "The rules, by name; what is left out is as shipped."),
    }
    described = closed(properties, "How improvement is suggested.")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Improvement", **described}


def _limit(limit: Limit) -> Schema:
    if limit.percent:
        return like(PERCENT, f"{limit.meaning} {limit.shown}")
    return {"type": "number", "minimum": 0, "maximum": 1_000_000, "description": f"{limit.meaning} {limit.shown}"}


def check(tree: Tree, data: Mapping[str, Json], organisation: Organisation) -> Iterator[Diagnostic]:
    """What is wrong with the file of the right shape."""
    for name, given in tree.data.get("rules", {}).items():
        if given.get("off") and len(given) > 1:
            first = next(each for each in given if each != "off")
            place = tree.place(("rules", name, first), key=True)
            yield found(UNUSED_LIMIT, f"`{name}` is off, so that `{first}` says nothing", "leave it out", place)


DOCUMENT = Document("improve", r"operations/policies/improve\.yaml", schema, check, (UNUSED_LIMIT,))
