"""Checking the shape of a file: unknown, missing and mistyped fields, each at its own place with one thing to do.

Rule 1: the verdict decides whether there is anything to say; only then is the slow way taken that says what.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runbook.diagnostics import Diagnostic
from runbook.outcome import Json
from runbook.reading.mistakes import Explainer
from runbook.reading.shape_problems import PROBLEMS
from runbook.reading.text import limited
from runbook.reading.tree import Tree
from runbook.reading.verdict import compile_verdict, one_kind, python_pattern

__all__ = ["PROBLEMS", "Shape", "shape_of"]


@dataclass(frozen=True, slots=True)
class Shape:
    """What one sort of file has to look like."""

    schema: Mapping[str, Any]
    verdict: Callable[[Json], bool]
    errors: Callable[[Json], Iterator[Any]]
    fits: Callable[[Json, Mapping[str, Any]], bool]
    """Whether a value fits a part of the schema; slow, for what is known to be misshapen somewhere."""

    def check(self, tree: Tree) -> tuple[Diagnostic, ...]:
        """What is wrong with the shape of a file, in the order of its text."""
        if self.verdict(tree.data):
            return ()
        explainer = Explainer(self.schema, tree)
        mistakes = (finding for error in self.errors(tree.data) for finding in explainer.explain(error))
        findings = {(each.place, each.message): each for each in limited(mistakes)}
        return tuple(sorted(findings.values(), key=lambda each: (each.place.line, each.place.column)))


def shape_of(schema: Mapping[str, Any]) -> Shape:
    """The check for files of this schema; `ValueError` when the schema uses a keyword that we do not."""

    @functools.cache
    def validator() -> Any:
        return _validator(schema)

    def fits(value: Json, part: Mapping[str, Any]) -> bool:
        return bool(validator().evolve(schema=part).is_valid(value))

    return Shape(schema, compile_verdict(schema), lambda data: iter(validator().iter_errors(data)), fits)


def _validator(schema: Mapping[str, Any]) -> Any:
    """A validator that never fetches anything, with our reading of `pattern` and our keyword for kinds."""
    import re

    from jsonschema import Draft202012Validator, validators
    from jsonschema.exceptions import ValidationError
    from referencing import Registry

    def pattern(validator: Any, wanted: str, value: Json, _: Any) -> Iterator[ValidationError]:
        if validator.is_type(value, "string") and not re.search(python_pattern(wanted), value):
            yield ValidationError("pattern")

    def kinds(validator: Any, keys: Mapping[str, Any], value: Json, _: Any) -> Iterator[ValidationError]:
        if validator.is_type(value, "object") and not one_kind(value, keys):
            yield ValidationError("kinds")

    strict: Any = validators.extend(Draft202012Validator, {"pattern": pattern, "x-kinds": kinds})  # type: ignore[no-untyped-call]  # of jsonschema
    return strict(schema, registry=Registry())
