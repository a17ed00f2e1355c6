"""The roles that a process names, each with its place, for the rules that ask whether and by whom they are played."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runbook.clauses import Role
from runbook.definition import Step
from runbook.reading.rule import Subject
from runbook.source import Path

ROLELESS = ("starter", "implementer", "author")
"""What an approval may leave out besides roles."""


def named_at(subject: Subject, step: Step) -> Iterator[tuple[str, Path]]:
    """Every role that a step names as somebody who acts, with the place of the name."""
    given, at = subject.given(step), step.at
    own = given.get(step.kind)
    if step.kind == "approval":
        yield from _of_approval(own, (*at, "approval"))
    elif "role" in given:
        yield given["role"], (*at, "role")
    if "verifier" in given:
        yield given["verifier"], (*at, "verifier")
    if isinstance(given.get("due"), dict) and "offer_to" in given["due"]:
        yield given["due"]["offer_to"], (*at, "due", "offer_to")
    yield from privileges(given, at)


def _of_approval(own: Any, at: Path) -> Iterator[tuple[str, Path]]:
    if isinstance(own, str):
        yield own, at
        return
    for name in ("role", "escalate_to"):
        if name in own:
            yield own[name], (*at, name)
    for place, role in enumerate(own.get("roles", ())):
        yield role, (*at, "roles", place)
    if "emergency" in own:
        yield own["emergency"]["role"], (*at, "emergency", "role")


def privileges(given: Any, at: Path) -> Iterator[tuple[str, Path]]:
    """Every role that `privileges` of a step, or of a process, names."""
    for what, roles in given.get("privileges", {}).items():
        listed = roles if isinstance(roles, list) else [roles]
        for place, role in enumerate(listed):
            yield role, (*at, "privileges", what, place) if isinstance(roles, list) else (*at, "privileges", what)


def players(subject: Subject, role: Role) -> set[str] | None:
    """All who may play a role, as far as can be told; None when that may be anybody."""
    if subject.organisation:
        return None if role.people_from or role.manager_of else set(subject.organisation.eligible(role))
    return set(role.people) if role.people and not role.people_from else None
