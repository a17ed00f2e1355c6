"""The shape of who may do what in a process: roles, the performer and the verifier of a step, privileges."""

from __future__ import annotations

from runbook.definition import PRIVILEGES
from runbook.reading.schema_words import ID, Schema, choice, closed, list_of, named, one_or_list, text

_ID = {"$ref": "#/$defs/id"}
_ROLES = {"$ref": "#/$defs/roles"}


def role() -> Schema:
    """One role of a process."""
    properties = {
        "summary": text("What the role does, in one line."),
        "team": text("The team they have to be in, as `operations/teams.yaml` has it."),
        "role": {**_ID, "description": "What they have to be in the organisation, such as `change-approver`."},
        "people": list_of(text("The id of a person, or a value such as `{{ inputs.owner }}`."), "Who may play it."),
        "capabilities": _capabilities(),
        "manager_of": {
            **_ID,
            "description": "They have to be the manager of who plays this role, or of the `starter`.",
        },
        "binds": choice(
            ("start", "first"),
            "`start`: named when the run starts; `first`: whoever acts in it first plays it in the whole run.",
        ),
        "not": {**_ROLES, "description": "Roles that the same person may not play in the same run."},
    }
    return closed(properties, "A part that somebody plays; everybody may, unless it says who.", optional=True)


def people_fields() -> Schema:
    """The fields of a step that say who does it, and who else has a say."""
    performer = {
        "people": one_or_list(text("The id of a person, or a value."), "Who of its role does it."),
        "capabilities": _capabilities(),
        "same_as": {**_ID, "description": "A step whose performer does this one as well, as long as they are there."},
        "not_same_as": one_or_list(_ID, "Steps whose performers may not do this one."),
        "allocate": choice(
            ("round-robin", "shortest-queue", "experienced", "least-recent"),
            "Who it is given to when it begins to wait; left out, it is offered to all.",
        ),
        "claimed_first": {"type": "boolean", "description": "It has to be claimed before it is answered."},
        "confidential": {
            "description": "Who sees what it asks: only those who may do it, or, once it is claimed, only who has it.",
            "anyOf": [
                {"type": "boolean", "description": "`true`: only those who may do it."},
                choice(("once-claimed",), "Anybody, until it is claimed; then who has it, and who helps them."),
            ],
        },
    }
    return {
        "performer": closed(performer, "Who of those who may play its role does it."),
        "verifier": {
            **_ID,
            "description": "The role of a second person, never the first, who confirms what was recorded.",
        },
        "privileges": {"$ref": "#/$defs/privileges"},
    }


def privileges() -> Schema:
    """Which roles may do what departs from the usual."""
    words = {
        "skip": "Leave a step out.",
        "redo": "Go back to it.",
        "delegate": "Give a step one has claimed to somebody else.",
        "suspend": "Let a step one has begun rest.",
        "reassign": "Give a step to somebody, or take it from them.",
    }
    properties = {what: {**_ROLES, "description": words[what]} for what in PRIVILEGES}
    return closed(properties, "The roles that may; whoever may do the step, where nothing is said.")


def _capabilities() -> Schema:
    level = {"type": "integer", "minimum": 1, "maximum": 3, "description": "How well, from 1 to 3."}
    return named(ID, level, "What they have to be able to do, and how well.")
