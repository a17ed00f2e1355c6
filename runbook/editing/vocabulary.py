"""What the fields of the files name: steps, roles, inputs, processes, teams, people.

A field is told by its way from the innermost step, or from the top: `("step", "needs")`, `("hazards", "step")`.
Where the author chooses the names, `*` stands for them; positions in lists are left out.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

from runbook.definition import PRIVILEGES
from runbook.reading.layout import Role

Way = tuple[str, ...]


class Sort(enum.Enum):
    """What a name is the name of."""

    STEP = "step"
    ROLE = "role"
    INPUT = "input"
    OUTPUT = "output"
    PROCESS = "process"
    TEAM = "team"
    PERSON = "person"


_OF_PROCESS: Mapping[Way, Sort] = {
    ("owner",): Sort.TEAM,
    ("authority",): Sort.ROLE,
    ("hazards", "step"): Sort.STEP,
    ("roles", "*", "team"): Sort.TEAM,
    ("roles", "*", "people"): Sort.PERSON,
    ("roles", "*", "manager_of"): Sort.ROLE,
    ("roles", "*", "not"): Sort.ROLE,
    ("step", "needs"): Sort.STEP,
    ("step", "cancels"): Sort.STEP,
    ("step", "before"): Sort.STEP,
    ("step", "role"): Sort.ROLE,
    ("step", "verifier"): Sort.ROLE,
    ("step", "due", "offer_to"): Sort.ROLE,
    ("step", "on_failure", "goto"): Sort.STEP,
    ("step", "performer", "people"): Sort.PERSON,
    ("step", "performer", "same_as"): Sort.STEP,
    ("step", "performer", "not_same_as"): Sort.STEP,
    ("step", "decision", "options", "goto"): Sort.STEP,
    ("step", "approval"): Sort.ROLE,
    ("step", "approval", "role"): Sort.ROLE,
    ("step", "approval", "roles"): Sort.ROLE,
    ("step", "approval", "not"): Sort.ROLE,
    ("step", "approval", "covers"): Sort.STEP,
    ("step", "approval", "escalate_to"): Sort.ROLE,
    ("step", "approval", "send_back_to"): Sort.STEP,
    ("step", "approval", "emergency", "role"): Sort.ROLE,
    ("step", "process"): Sort.PROCESS,
    ("step", "process", "use"): Sort.PROCESS,
    **{("privileges", each): Sort.ROLE for each in PRIVILEGES},
    **{("step", "privileges", each): Sort.ROLE for each in PRIVILEGES},
}

NAMES: Mapping[Role, Mapping[Way, Sort]] = {
    Role.PROCESS: _OF_PROCESS,
    Role.GROUP: {("owner",): Sort.TEAM},
    Role.PERSON: {
        ("teams",): Sort.TEAM,
        ("manager",): Sort.PERSON,
        ("substitutes", "person"): Sort.PERSON,
    },
    Role.TEAMS: {("teams", "*", "lead"): Sort.PERSON, ("teams", "*", "members"): Sort.PERSON},
}
"""By the sort of the file and the way to a field, what its text names."""

KEYS: Mapping[Role, Mapping[Way, Sort]] = {
    Role.PROCESS: {("inputs", "*"): Sort.INPUT, ("roles", "*"): Sort.ROLE},
    Role.TEAMS: {("teams", "*"): Sort.TEAM},
}
"""The same for keys that define a name."""

CHILD_INPUTS: Way = ("step", "process", "with", "*")
"""Keys that name inputs of the process that the step runs."""

NAMELESS: frozenset[Way] = frozenset(
    {
        ("practice",),
        ("calendar",),
        ("service",),
        ("roles", "*", "role"),
        ("step", "id"),
        ("step", "decision", "options", "id"),
        ("step", "decision", "options", "signal"),
        ("step", "wait", "signal"),
        ("roles",),
    }
)
"""Fields that look like the name of something in the project and are none: they give the name, or one from outside."""

FIXED: Mapping[Way, tuple[str, ...]] = {
    ("step", "approval", "not"): ("starter", "implementer", "author"),
    ("roles", "*", "manager_of"): ("starter",),
}
"""Words that a field takes besides the names that there are."""
