"""What a person could answer at a step that waits, for whoever sketches a test: the first thing that would do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runbook.outcome import Json
from runbook.run.progress import StepState
from runbook.run.state import RunState

_EXAMPLES: Mapping[str, Json] = {
    "boolean": True,
    "date": "2026-11-22",
    "text": "TODO",
    "signature": True,
    "file": {"name": "TODO.txt", "type": "text/plain"},
}

_PEOPLE = ("maria", "tom", "ines", "paul", "zoe")


def answer_to(step: StepState, state: RunState) -> Json:
    """An answer to a step, as a test writes it; None where none can be thought of."""
    spec = step.step.spec
    match step.step.kind:
        case "approval":
            return {"approve": True, "by": _somebody(step, spec.role, state)}
        case "decision":
            mine = [option.id for option in spec.options if option.by_person]
            return {"choose": mine[0]} if mine else None
        case "wait":
            return None
    fields = {each.name: _value(each) for each in getattr(spec, "fields", ()) if each.required and each.default is None}
    return {"outcome": "done", "fields": fields} if fields else "done"


def _somebody(step: StepState, role: str, state: RunState) -> str:
    """Somebody who may play the role, as far as that can be told; else somebody of its own for each role."""
    roles = step.siblings.scope.process.roles
    known = state.organisation.eligible(roles[role]) if role in roles else ()
    place = list(roles).index(role) if role in roles else 0
    return next(iter(known), _PEOPLE[place % len(_PEOPLE)])


def _value(field: Any) -> Json:
    if field.type == "choice":
        return field.options[0] if field.options else "TODO"
    if field.type in ("number", "integer", "reading"):
        low = field.minimum if getattr(field, "minimum", None) is not None else 1
        value = int(low) if field.type == "integer" else low
        return f"{value} {field.unit}" if field.type == "reading" and field.unit else value
    return _EXAMPLES.get(field.type, "TODO")
