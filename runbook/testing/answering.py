"""What a person could give or answer, for whoever sketches a test: the first thing that would do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runbook.clauses import Input
from runbook.inputs import flaw
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

_TEXTS = (
    "TODO", "todo", "a", "ab", "abc", "web1", "web1.example.org", "ada@example.org", "https://example.org", "/tmp",
    "1", "12", "123", "1234", "1.0", "1.0.0", "v1", "v1.0", "v1.0.0", "10.0.0.1", "10.0.0.0/24", "2026-11-22", "08:00",
    "2026-11-22T08:00:00Z", "1h", "1GiB", "A", "A1", "A-1", "a-1", "INC-1", "CHG0000001", "OPS-1", "ABC123", "eu-1",
    "Ada Berg", "abcdef0", "0123456789abcdef",
)  # fmt: skip
"""Texts of many patterns that people write for inputs."""
_PEOPLE = ("maria", "tom", "ines", "paul", "zoe")


def inputs_for(inputs: Mapping[str, Input]) -> dict[str, Json]:
    """A value of each input that has to be given; one that still breaks a rule is for the author to write."""
    return {name: _fitting(each.schema) for name, each in inputs.items() if each.required}


def _fitting(schema: Mapping[str, Any]) -> Json:
    if "enum" in schema:
        choice: Json = schema["enum"][0]
        return choice
    match schema.get("type"):
        case "boolean":
            return True
        case "integer" | "number":
            lowest: Json = schema.get("minimum", min(1, schema.get("maximum", 1)))
            return lowest
        case "array":
            return [_fitting(schema.get("items", {"type": "string"}))]
        case "object":
            return {}
    longer = "TODO".ljust(schema.get("minLength", 0), "x")
    return next((text for text in (*_TEXTS, longer) if not flaw(schema, text)), "TODO")


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
