"""Filters for lists and mappings beyond the usual: the rows and columns of what programs print."""

from __future__ import annotations

from collections.abc import Mapping

from runbook.errors import ExpressionError
from runbook.expressions.signatures import ANY, LIST, MAPPING, NUMBER, TEXT, Signature
from runbook.expressions.values import Budget, Missing, brief, items, kind_of, same, text
from runbook.outcome import Json


def _keys(budget: Budget, value: Json) -> list[Json]:
    return [*_mapping(budget, value, "keys")]


def _values(budget: Budget, value: Json) -> list[Json]:
    return [*_mapping(budget, value, "values").values()]


def _mapping(budget: Budget, value: Json, asker: str) -> Mapping[str, Json]:
    if not isinstance(value, Mapping):
        raise ExpressionError(f"`{asker}` needs a mapping, got {kind_of(value)}", "look at a mapping, such as `inputs`")
    budget.items(len(value))
    return value


def _pluck(budget: Budget, value: Json, name: Json) -> list[Json]:
    key = text(name, "pluck", budget)
    found: list[Json] = []
    for place, row in enumerate(items(value, "pluck", budget)):
        if key not in _row(budget, row, "pluck"):
            raise Missing(f"item {place} has no `{brief(key)}`", "leave such items out with `| where(...)` before")
        found.append(row[key])
    return found


def _where(budget: Budget, value: Json, name: Json, wanted: Json) -> list[Json]:
    key = text(name, "where", budget)
    return [
        row
        for row in items(value, "where", budget)
        if key in _row(budget, row, "where") and same(row[key], wanted, budget)
    ]


def _row(budget: Budget, row: Json, asker: str) -> Mapping[str, Json]:
    budget.spend(1)
    if not isinstance(row, Mapping):
        raise ExpressionError(f"`{asker}` needs a list of mappings, got {kind_of(row)} in it", "use it on rows")
    return row


def _take(budget: Budget, value: Json, count: Json) -> list[Json]:
    return items(value, "take", budget)[: _count(count, "take")]


def _skip(budget: Budget, value: Json, count: Json) -> list[Json]:
    return items(value, "skip", budget)[_count(count, "skip") :]


def _count(count: Json, asker: str) -> int:
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise ExpressionError(f"`{asker}` takes a number of items from 0 on", f"write `| {asker}(3)`")
    return count


def _reverse(budget: Budget, value: Json) -> list[Json]:
    return items(value, "reverse", budget)[::-1]


def _union(budget: Budget, value: Json, other: Json) -> list[Json]:
    left, right = items(value, "union", budget), items(other, "union", budget)
    budget.items(len(left) + len(right))
    return [*left, *(each for each in right if not _among(budget, each, left))]


def _intersect(budget: Budget, value: Json, other: Json) -> list[Json]:
    right = items(other, "intersect", budget)
    return [each for each in items(value, "intersect", budget) if _among(budget, each, right)]


def _difference(budget: Budget, value: Json, other: Json) -> list[Json]:
    right = items(other, "difference", budget)
    return [each for each in items(value, "difference", budget) if not _among(budget, each, right)]


def _among(budget: Budget, wanted: Json, others: list[Json]) -> bool:
    return any(same(wanted, each, budget) for each in others)


LISTED: Mapping[str, Signature] = {
    "keys": Signature(_keys, (MAPPING,), LIST),
    "values": Signature(_values, (MAPPING,), LIST),
    "pluck": Signature(_pluck, (LIST,), LIST, (TEXT,), 1),
    "where": Signature(_where, (LIST,), LIST, (TEXT, ANY), 2),
    "take": Signature(_take, (LIST,), LIST, (NUMBER,), 1),
    "skip": Signature(_skip, (LIST,), LIST, (NUMBER,), 1),
    "reverse": Signature(_reverse, (LIST,), LIST),
    "union": Signature(_union, (LIST,), LIST, (LIST,), 1),
    "intersect": Signature(_intersect, (LIST,), LIST, (LIST,), 1),
    "difference": Signature(_difference, (LIST,), LIST, (LIST,), 1),
}
"""Filters for rows, columns and sets."""
