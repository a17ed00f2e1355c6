"""Checked data to who may do what: roles, performers, privileges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from runbook.clauses import Role, Template

if TYPE_CHECKING:
    from runbook.clauses import Performer
    from runbook.reading.build import Texts


def build_role(name: str, given: Mapping[str, Any], texts: Texts) -> Role:
    """A role of a process."""
    people, people_from = _people(given.get("people", ()), texts)
    return Role(
        name=name,
        summary=given.get("summary", ""),
        team=given.get("team", ""),
        people=people,
        excludes=listed(given.get("not")),
        people_from=people_from,
        held=given.get("role", ""),
        capabilities=given.get("capabilities", {}),
        manager_of=given.get("manager_of", ""),
        binds=given.get("binds", ""),
    )


def build_performer(given: Mapping[str, Any], texts: Texts) -> Performer:
    """Who of those who may play its role does a step."""
    from runbook.clauses import Performer

    people, people_from = _people(listed(given.get("people")), texts)
    return Performer(
        people=people,
        people_from=people_from,
        capabilities=given.get("capabilities", {}),
        same_as=given.get("same_as", ""),
        not_same_as=listed(given.get("not_same_as")),
        allocate=given.get("allocate", ""),
        claimed_first=given.get("claimed_first", False),
        confidential=given.get("confidential", False),
    )


def privileges_of(given: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The roles to which something is left, by what it is."""
    return {what: listed(roles) for what, roles in given.items()}


def listed(value: str | Sequence[str] | None) -> tuple[str, ...]:
    """One text, or several, as a tuple."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _people(given: Sequence[str], texts: Texts) -> tuple[tuple[str, ...], tuple[Template, ...]]:
    """Those who are named, and what names others when somebody is needed."""
    templates = [(each, texts.template(each, "people", place)) for place, each in enumerate(given)]
    named = tuple(each for each, template in templates if template.constant)
    return named, tuple(template for _, template in templates if not template.constant)
