"""The file `operations/policies/sla.yaml`: severities, and what has been agreed about how soon what is done."""

from __future__ import annotations

from runbook.operations.agreements import POLICY, TYPES
from runbook.operations.forms import INSTANT, PERCENT, STANDS_STILL
from runbook.operations.happened import FACTS, WORDS
from runbook.reading.operations.document import Document
from runbook.reading.operations.sla_problems import PROBLEMS, check
from runbook.reading.schema_words import (
    DURATION,
    ID,
    NAME,
    Schema,
    choice,
    closed,
    list_of,
    named,
    one_or_list,
    text,
    text_like,
)

_PRIORITY = choice(("P1", "P2", "P3", "P4"), "The priority.")


def match_schema(description: str) -> Schema:
    """What an agreement or a ladder is for: facts of an item, each with the values that fit."""
    return closed({name: one_or_list(text("A value."), f"The {name} of the item.") for name in FACTS}, description)


def schema() -> Schema:
    """The schema of the policy."""
    severity = {
        "priority": {**_PRIORITY, "description": "The priority that goes with it."},
        "examples": list_of(text("An example."), "What counts as that; shown to whoever opens an item."),
    }
    word = choice(WORDS, "What happens to the item.")
    clock = {
        "start": one_or_list(word, "What starts it."),
        "stop": one_or_list(word, "What stops it."),
        "pause_on": one_or_list(text_like(STANDS_STILL, "A sort of standstill."), "What pauses it."),
        "restart_on": one_or_list(word, "What ends its cycle and begins another."),
    }
    target = {
        "in": text("How soon: `30m`, `24h` or `2bd`, counted time of the calendar."),
        "calendar": text_like(ID, "The calendar it is counted by; `always` when left out."),
    }
    reopening = {
        "within": text("How long an item may be reopened, such as `5bd`."),
        "mode": choice(("continue", "new_cycle"), "Whether its clock goes on, or begins anew."),
    }
    objective = {
        "attainment": text_like(PERCENT, "The share of cycles that should be met, such as `95%`."),
        "window": text_like(DURATION, "Over how long, such as `90d`."),
    }
    agreement = {
        "id": text_like(ID, "What it is called in reports.", longest=63),
        "title": text("What it is called for people."),
        "type": choice(TYPES, "With whom: `sla` customer, `ola` another team, `uc` supplier; `sla` when left out."),
        "match": match_schema("The items it is for; all when left out."),
        "clocks": named(NAME, closed(clock, "One clock.", ("start", "stop")), "Its clocks, by name."),
        "targets": named(
            ID,
            named(NAME, closed(target, "How soon.", ("in",)), "The targets of its clocks."),
            "The targets of each severity.",
        ),
        "warn_at": list_of(text_like(PERCENT, "A share."), "The shares of a target that are recorded when used up."),
        "on_retarget": choice(("restate", "restart", "keep"), "What a change of the severity does to a running clock."),
        "restate_floor": text("What is left at least after a change, such as `30m`."),
        "reopen": closed(reopening, "What holds when an item is reopened."),
        "objective": closed(objective, "How often the targets should be met."),
        "effective_from": text_like(INSTANT, "From when on items are escalated by it; older ones are only measured."),
    }
    properties = {
        "version": {"type": "integer", "minimum": 1, "description": "The version of this form: 1."},
        "severities": named(ID, closed(severity, "One severity.", optional=True), "The severities, the worst first."),
        "default_severity": text_like(ID, "The severity of what was given none; `moderate` when left out."),
        "matrix": named(
            NAME,
            {**list_of(_PRIORITY, "The priorities for the urgencies critical to low."), "minItems": 4, "maxItems": 4},
            "The priorities by impact, and then by urgency.",
        ),
        "pause": closed(
            {"roles": list_of(text_like(ID, "A role."), "Roles in the organisation.")},
            "Who may let clocks stand still; everybody when left out.",
        ),
        "agreements": list_of(closed(agreement, "One agreement.", ("id", "clocks", "targets")), "The agreements."),
    }
    described = closed(properties, "What has been agreed about service.", ("severities", "agreements"))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Service levels", **described}


DOCUMENT = Document(name="sla", pattern=POLICY.replace(".", r"\."), schema=schema, check=check, problems=PROBLEMS)
