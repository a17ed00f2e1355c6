"""An expression does with an input, or with a step's status or choice, what can never come out.

Why: an input has one type, a decision its options, a step one of nine states. A text is no condition and can't be
calculated with; a number never equals a text; `sucess` is no state. Found only in the middle of a run, it fails there.

Example:

    inputs: {count: {type: integer}}
    steps:
      - {id: many, title: Many, when: "inputs.count == '5'", shell: ./many}

Instead: compare with a value of the same type: `inputs.count == 5`. A text becomes a number with `| int`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runbook.clauses import Expression
from runbook.diagnostics import suggestion
from runbook.expressions.names import path_of
from runbook.outcome import Json
from runbook.reading.rule import Finding, Subject
from runbook.source import Path

CODE = "RB244"
NAME = "mismatched-types"

STATES = (
    "pending", "ready", "running", "waiting", "in doubt", "succeeded", "failed", "skipped", "cancelled", "undone",
)  # fmt: skip
_TYPES = {
    "string": "text",
    "integer": "a number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}
_OF_CONSTANTS = {str: "text", int: "a number", float: "a number", bool: "true or false"}
_COMPOSED = {"reading": "a reading", "file": "a file", "signature": "a signature"}
_PART = {"a reading": "value", "a file": "name", "a signature": "name"}
"""What is usually meant of a value that has several parts."""
_SUMS = frozenset(["+", "-", "*", "/", "//", "%"])
_ORDERS = frozenset(["<", "<=", ">", ">="])
_SAME = frozenset(("==", "!="))


def check(subject: Subject) -> Iterator[Finding]:
    """Finds conditions, calculations and comparisons that no value of the types can pass."""
    looking = _Looking(subject)
    for use in subject.process.uses:
        if use.expression.tree[0] not in ("item", "name", "const"):
            yield from looking.below(use.at, use.expression.tree)
    for step in subject.every:
        if step.when:
            yield from looking.condition((*step.at, "when"), step.when)
        for place, option in enumerate(step.spec.options if step.kind == "decision" else ()):
            if option.when:
                yield from looking.condition((*step.at, "decision", "options", place, "when"), option.when)


class _Looking:
    """What is known of the values of one process."""

    def __init__(self, subject: Subject) -> None:
        self.inputs = subject.process.inputs
        self.steps = subject.steps
        self.composed = {
            (step.id, field.name): _COMPOSED[field.type]
            for step in subject.forms
            for field in step.spec.fields
            if field.type in _COMPOSED and step.flow.body is None
        }
        """What is recorded of readings, files and signatures, by step and field."""

    def type_of(self, tree: Any) -> str:
        """What sort of value it has; empty when that is not known."""
        if tree[0] == "const":
            return _OF_CONSTANTS.get(type(tree[1]), "")
        match path_of(tree):
            case ("inputs", name) if name in self.inputs:
                return _TYPES.get(self.inputs[name].schema.get("type", ""), "")
            case ("steps", _, "status"):
                return "text"
            case ("steps", id, "answers" | "outputs", name) if (id, name) in self.composed:
                return self.composed[id, name]
        return ""

    def words_of(self, tree: Any) -> tuple[str, ...]:
        """The texts it can be; none when that is not known."""
        match path_of(tree):
            case ("steps", _, "status"):
                return STATES
            case ("steps", id, "outputs", "choice") if id in self.steps and self.steps[id].kind == "decision":
                return tuple(option.id for option in self.steps[id].spec.options)
        return ()

    def condition(self, at: Path, condition: Expression) -> Iterator[Finding]:
        """A condition that is neither true nor false."""
        found = self.type_of(condition.tree)
        if condition.tree[0] == "item" and found not in ("", "true or false"):
            name = _shown(condition.tree)
            help = f"compare it, such as `{name} == {'5' if found == 'a number' else repr('x')}`"
            if found in _PART:
                help = f"ask whether there is one, `{name} is defined`, or compare its `{_PART[found]}`"
            yield Finding(at, f"`{name}` is {found}, and a condition is true or false", help)

    def below(self, at: Path, tree: Any) -> Iterator[Finding]:
        """What is wrong with a node and those below it."""
        sign = tree[0]
        if sign in ("const", "name"):
            return
        if sign == "filter":
            parts = [tree[2], *tree[3]]
        elif sign == "chain":
            parts = [tree[1], *(operand for _, operand in tree[2:])]
        else:
            parts = [part for part in tree[1:] if isinstance(part, list)]
        if sign in _SUMS:
            for operand in parts:
                found = self.type_of(operand)
                if found not in ("", "a number") and operand[0] != "const":
                    help = f"use its `{_PART[found]}`" if found in _PART else "use a number"
                    yield _found(at, operand, f"is {found}, and `{sign}` calculates", help)
        elif sign in _SAME or sign in _ORDERS:
            yield from self.compared(at, sign, *parts)
        elif sign in ("in", "not in") and parts[1][0] == "list":
            for each in parts[1][1:]:
                yield from self.compared(at, "==", parts[0], each)
        for part in parts:
            yield from self.below(at, part)

    def compared(self, at: Path, sign: str, left: Any, right: Any) -> Iterator[Finding]:
        """Two values that are never the same, or have no order."""
        one, other = self.type_of(left), self.type_of(right)
        looked_up, constant = (right, left) if left[0] == "const" else (left, right)
        if one and other and one != other and looked_up[0] != "const":
            what = "is never the same as" if sign in _SAME else "can't be compared with"
            seen = self.type_of(looked_up)
            help = f"compare its `{_PART[seen]}`" if seen in _PART else f"compare it with {seen}"
            yield _found(at, looked_up, f"is {seen} and {what} {self.type_of(constant)}", help)
        words = self.words_of(looked_up)
        if words and sign in _SAME and constant[0] == "const" and constant[1] not in words:
            help = suggestion(str(constant[1]), words, f"it is one of {', '.join(f'`{word}`' for word in words)}")
            yield _found(at, looked_up, f"is never `{constant[1]}`", help)


def _found(at: Path, tree: Json, what: str, help: str) -> Finding:
    return Finding(at, f"`{_shown(tree)}` {what}", help, word=_shown(tree))


def _shown(tree: Json) -> str:
    return ".".join(path_of(tree) or ())
