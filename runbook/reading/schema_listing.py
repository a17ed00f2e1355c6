"""The shape of what a process says for the catalogue: its service, its sort of work, its schedule, its neighbours."""

from __future__ import annotations

from runbook.listing import CLASSES, DEMANDS, KINDS_OF_WORK, MISSED, OVERDUE
from runbook.reading.schema_words import ALERT, NAME, WITHIN, Schema, choice, closed, list_of, named, text, text_like


def listing_fields() -> Schema:
    """These fields, in their order."""
    return {
        "kind": choice(KINDS_OF_WORK, "What sort of work it handles; an item of it is opened as that."),
        "service": {"$ref": "#/$defs/id", "description": "The service it belongs to: a file in `operations/services`."},
        "backup_owner": text("The person or team that answers for it while its owner is away."),
        "trigger": _trigger(),
        "interfaces": _interfaces(),
        "class_of_service": choice(CLASSES, "How its items are treated on the board; `standard` when left out."),
        "demand": choice(DEMANDS, "Whether its work can be planned; by `kind` and `trigger` when left out."),
        "controls": list_of(
            text("One control, such as `iso27001:8.13`."), "The controls that its runs are evidence for."
        ),
        "alerts": list_of(
            text_like(ALERT, "The name of an alert, as its monitor has it.", longest=80),
            "The alerts it is the answer to; the site has a page `alerts/NAME.html` that leads here.",
        ),
        "intake": named(NAME, {"$ref": "#/$defs/field"}, "The form for whoever opens an item of it."),
    }


def _trigger() -> Schema:
    schedule = {
        "cron": text("Minute, hour, day, month and weekday, such as `0 9 * * 1#1`: nine o'clock on the first Monday."),
        "timezone": text("The time zone of these, such as `Europe/Berlin`; `UTC` when left out."),
        "missed": choice(
            MISSED,
            "What becomes of instants that passed while nobody looked: none is opened, one (when left out), or all.",
        ),
    }
    return closed(
        {
            "schedule": closed(schedule, "When it is due by itself.", ("cron",)),
            "overdue": choice(
                OVERDUE,
                "While one is not done when the next is due: `delay_next` holds that back, `no_impact` opens it too.",
            ),
        },
        "When it is due by itself.",
        ("schedule",),
    )


def _interfaces() -> Schema:
    within = text_like(WITHIN, "How soon it comes, or has to: `4h`, `2d`, or `1bd` for one business day.")
    taken = {
        "name": text("What it is."),
        "from": text("Who gives it: a party, a service, a group or a process."),
        "within": within,
    }
    given = {
        "name": text("What it is."),
        "to": text("Who takes it: a customer, a team, a group or a process."),
        "within": within,
    }
    return closed(
        {
            "inputs": list_of(
                closed(taken, "One thing it needs from others.", ("name",)), "What it needs from others."
            ),
            "outputs": list_of(closed(given, "One thing it gives to others.", ("name",)), "What it gives to others."),
        },
        "What goes in and comes out, between this process and those around it.",
    )
