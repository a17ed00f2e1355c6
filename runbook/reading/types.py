"""What is known, before a run, of the types of the values that expressions of one process look up."""

from __future__ import annotations

from collections.abc import Mapping

from runbook.clauses import Expression, Template, Use
from runbook.definition import Step
from runbook.expressions.signatures import ANY, LIST, MAPPING, NUMBER, TEXT, TRUTH
from runbook.expressions.types import Known, type_of
from runbook.outcome import Json
from runbook.outputs import kind_of
from runbook.reading.results import answers_of
from runbook.reading.rule import Subject

Path = tuple[str, ...]

OF_SCHEMA = {
    "string": TEXT, "integer": NUMBER, "number": NUMBER, "boolean": TRUTH, "array": LIST, "object": MAPPING,
}  # fmt: skip
"""The type of a value, by the type that its schema says."""
_OUTPUTS = {
    "text": TEXT, "integer": NUMBER, "number": NUMBER, "boolean": TRUTH, "list": LIST, "mapping": MAPPING,
}  # fmt: skip
_FIELDS = {
    "text": TEXT, "date": TEXT, "choice": TEXT, "number": NUMBER, "integer": NUMBER, "boolean": TRUTH,
    "reading": "a reading", "file": "a file", "signature": "a signature",
}  # fmt: skip
_TURNS = {"items": LIST, "done": NUMBER, "failed": NUMBER}
_OF_RESULT = {"exit_code": NUMBER, "stdout": TEXT, "stderr": TEXT}
_DEEPEST = 8
"""Values named by `set` that are followed back to where they come from."""


class Types:
    """The types of the values of one process."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._found: dict[Path, str] = {}
        self._under_way: set[Path] = set()

    def of(self, use: Use | None = None) -> Known:
        """What is known where an expression stands."""
        special = self._names(use) if use else {}
        return lambda path: special[path] if path in special else self._of_path(path)

    def of_expression(self, expression: Expression, use: Use | None = None) -> str:
        """The type of its value; empty when that is not known."""
        return type_of(expression.tree, self.of(use))

    def of_value(self, value: Json) -> str:
        """The type of a value that may hold templates."""
        match value:
            case Template(parts=(Expression() as lone,)):
                return self.of_expression(lone)
            case Template() | str():
                return TEXT
            case bool():
                return TRUTH
            case int() | float():
                return NUMBER
            case list() | tuple():
                return LIST
            case Mapping():
                return MAPPING
        return ANY

    def _of_path(self, path: Path) -> str:
        if path not in self._found:
            if path in self._under_way or len(self._under_way) > _DEEPEST:
                return ANY
            self._under_way.add(path)
            try:
                self._found[path] = self._looked_up(path)
            finally:
                self._under_way.discard(path)
        return self._found[path]

    def _looked_up(self, path: Path) -> str:
        match path:
            case ("inputs", name) if name in self._subject.process.inputs:
                return OF_SCHEMA.get(self._subject.process.inputs[name].schema.get("type", ""), ANY)
            case ("run", _) | ("steps", _, "status"):
                return TEXT
            case ("steps", _, "passes"):
                return NUMBER
            case ("steps", id, "outputs" | "answers" as sort, name) if id in self._subject.steps:
                return self._of_step(self._subject.steps[id], sort, name)
        return ANY

    def _of_step(self, step: Step, sort: str, name: str) -> str:
        if step.flow.foreach:
            return _TURNS.get(name, ANY) if sort == "outputs" else ANY
        if step.flow.repeat and name == "turns":
            return NUMBER
        if name in answers_of(step):
            return next(_FIELDS.get(each.type, ANY) for each in step.spec.fields if each.name == name)
        if sort == "answers":
            return ANY
        if name in step.outputs:
            return self._of_output(step, name)
        if hasattr(step.spec, "values") and isinstance(step.spec.values, Mapping) and name in step.spec.values:
            return self.of_value(step.spec.values[name])
        if step.kind == "decision":
            return {"choice": TEXT, "choices": LIST}.get(name, ANY)
        if step.kind == "approval":
            return {"approved": TRUTH, "by": LIST}.get(name, ANY)
        return ANY

    def _names(self, use: Use) -> dict[Path, str]:
        """What is seen only there: the result in `expect`, the item of a turn, the failure."""
        found: dict[Path, str] = {}
        step = self._subject.steps.get(use.step or "")
        for name in self._subject.seen(use):
            if name == "failure":
                found |= {(name, "step"): TEXT, (name, "reason"): TEXT, (name, "exit_code"): ANY}
            elif name == "turn":
                found[name,] = NUMBER
            elif name in _OF_RESULT:
                found[name,] = _OF_RESULT[name]
            elif name == "outputs" and step:
                found |= {(name, each): self._of_output(step, each) for each in step.outputs}
        return found

    def _of_output(self, step: Step, name: str) -> str:
        return _OUTPUTS.get(kind_of(step.outputs[name]), ANY)
