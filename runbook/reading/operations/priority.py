"""The file `operations/policies/priority.yaml`: when priority rises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from runbook.diagnostics import Diagnostic, Problem, found
from runbook.operations.priority import PATH
from runbook.reading.operations.document import Document
from runbook.reading.schema_words import DURATION, PERCENT, Schema, closed, list_of
from runbook.reading.schema_words import text_like as like

if TYPE_CHECKING:
    from runbook.organisation import Organisation
    from runbook.outcome import Json
    from runbook.reading.tree import Tree

BAD_RAISE = Problem(
    "RB334",
    "bad-raise",
    """\
Priority is to rise twice at one share of the agreed time, at none of it, or at the end of it. What is late escalates;
raising it as well has never made less work late.

    raise_at: [50%, 100%]

Name shares between 1 % and 99 %, each once.
""",
)


def schema() -> Schema:
    """The schema of `operations/policies/priority.yaml`."""
    properties = {
        "raise_at": {
            **list_of(like(PERCENT, "One share."), "At which shares of the agreed time priority rises; 50 % and 80 %."),
            "minItems": 1,
            "maxItems": 3,
        },
        "first_guess": like(DURATION, "How long work is taken to last while too little of its kind is finished; `5d`."),
        "starving_after": {
            "type": "integer",
            "minimum": 1,
            "maximum": 100,
            "description": "How many times as long as usual intangible work waits before it rises; 4.",
        },
    }
    described = closed(properties, "How priority rises.")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Priority", **described}


def check(tree: Tree, data: Mapping[str, Json], organisation: Organisation) -> Iterator[Diagnostic]:
    """What is wrong with the file of the right shape."""
    seen: set[int] = set()
    for at, each in enumerate(tree.data.get("raise_at", ())):
        percent = int(each[:-1])
        if percent in seen or not 0 < percent < 100:
            why = "priority rises there already" if percent in seen else f"priority does not rise at {each}"
            yield found(BAD_RAISE, why, "name shares between 1% and 99%, each once", tree.place(("raise_at", at)))
        seen.add(percent)


DOCUMENT = Document("priority", PATH.replace(".", r"\."), schema, check, (BAD_RAISE,))
