"""The filters of the language: `{{ name | lower }}`."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping
from typing import Any

from runbook.errors import ExpressionError
from runbook.expressions.coded import CODED
from runbook.expressions.listed import LISTED
from runbook.expressions.matched import MATCHED
from runbook.expressions.signatures import ANY, LIST, MAPPING, NUMBER, TEXT, TRUTH, Signature
from runbook.expressions.timed import TIMED
from runbook.expressions.values import (
    MAX_ITEMS,
    MAX_TEXT,
    Budget,
    Missing,
    Number,
    as_text,
    brief,
    capped,
    is_number,
    items,
    kind_of,
    number,
    ordered,
    text,
)
from runbook.outcome import Json

_WHOLE = re.compile(r"[+-]?\d{1,80}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d{1,400}(\.\d{0,400})?|\.\d{1,400})([eE][+-]?\d{1,4})?", re.ASCII)
_LONGEST_NUMBER = 900


def _lower(budget: Budget, value: Json) -> str:
    return text(value, "lower", budget).lower()


def _upper(budget: Budget, value: Json) -> str:
    return text(value, "upper", budget).upper()


def _trim(budget: Budget, value: Json) -> str:
    return text(value, "trim", budget).strip()


def _basename(budget: Budget, value: Json) -> str:
    return posixpath.basename(text(value, "basename", budget))


def _dirname(budget: Budget, value: Json) -> str:
    return posixpath.dirname(text(value, "dirname", budget))


def _length(budget: Budget, value: Json) -> int:
    if not isinstance(value, str | list | Mapping):
        raise ExpressionError(f"`length` needs text, a list or a mapping, got {kind_of(value)}", "use `| string`")
    return len(value)


def _first(budget: Budget, value: Json) -> Json:
    return _some(budget, value, "first")[0]


def _last(budget: Budget, value: Json) -> Json:
    return _some(budget, value, "last")[-1]


def _some(budget: Budget, value: Json, asker: str) -> list[Json]:
    found = items(value, asker, budget)
    if not found:
        raise Missing(f"`{asker}` of an empty list", "add `| default('x')`")
    return found


def _join(budget: Budget, value: Json, between: Json = "") -> str:
    texts = [as_text(item) for item in items(value, "join", budget)]
    glue = text(between, "join", budget)
    budget.text(sum(map(len, texts)) + len(glue) * max(len(texts) - 1, 0))
    return glue.join(texts)


def _replace(budget: Budget, value: Json, old: Json, new: Json) -> str:
    whole, before, after = (text(part, "replace", budget) for part in (value, old, new))
    if not before:
        raise ExpressionError("`replace` needs a text to look for", "write `| replace('old', 'new')`")
    budget.text(len(whole) + whole.count(before) * (len(after) - len(before)))
    return whole.replace(before, after)


def _split(budget: Budget, value: Json, between: Json = None) -> list[str]:
    whole = text(value, "split", budget)
    if between is None:
        found = whole.split(None, MAX_ITEMS)
        budget.items(len(found))
        return found
    border = text(between, "split", budget)
    if not border:
        raise ExpressionError("`split` needs a text to split at", "write `| split(',')`")
    budget.items(whole.count(border) + 1)
    return whole.split(border)


def _int(budget: Budget, value: Json) -> int:
    if is_number(value):
        return int(capped(int(capped(value))))
    stripped = text(value, "int", budget).strip()
    if not _WHOLE.fullmatch(stripped):
        raise ExpressionError(f"`{brief(stripped)}` is not a whole number", "use `| float` for a decimal number")
    return int(capped(int(stripped)))


def _float(budget: Budget, value: Json) -> float:
    if is_number(value):
        return float(capped(value))
    stripped = text(value, "float", budget).strip()
    if len(stripped) > _LONGEST_NUMBER or not _DECIMAL.fullmatch(stripped):
        raise ExpressionError(f"`{brief(stripped)}` is not a number", "cut the number out of the text first")
    return float(capped(float(stripped)))


def _string(budget: Budget, value: Json) -> str:
    return as_text(value)


def _round(budget: Budget, value: Json, digits: Json = 0) -> Number:
    found = number(value, "round")
    if isinstance(digits, bool) or not isinstance(digits, int) or not 0 <= digits <= 15:
        raise ExpressionError("`round` takes a number of digits from 0 to 15", "write `| round(2)`")
    return round(found, digits) if digits else capped(round(found))


def _abs(budget: Budget, value: Json) -> Number:
    return abs(number(value, "abs"))


def _min(budget: Budget, value: Json) -> Json:
    return min(_alike(budget, _some(budget, value, "min"), "min"))


def _max(budget: Budget, value: Json) -> Json:
    return max(_alike(budget, _some(budget, value, "max"), "max"))


def _sort(budget: Budget, value: Json) -> list[Json]:
    return sorted(_alike(budget, items(value, "sort", budget), "sort"))


def _alike(budget: Budget, values: list[Json], asker: str) -> list[Any]:
    for value in values:
        ordered(asker, values[0], value)
        budget.spend(len(value) // 16 if isinstance(value, str) else 1)
    return values


def _sum(budget: Budget, value: Json) -> Number:
    total: Number = 0
    for item in items(value, "sum", budget):
        total = capped(total + number(item, "sum"))
    return total


def _unique(budget: Budget, value: Json) -> list[Json]:
    found: dict[str, Json] = {}
    for item in items(value, "unique", budget):
        whole = isinstance(item, float) and item.is_integer()
        found.setdefault(_written(budget, int(item) if whole else item), item)
    return list(found.values())


def _tojson(budget: Budget, value: Json) -> str:
    return _written(budget, value)


def _written(budget: Budget, value: Json) -> str:
    """The value as JSON, given up as soon as it gets too long."""
    parts: list[str] = []
    length = 0
    try:
        for part in json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=dict).iterencode(value):
            length += len(part)
            if length > MAX_TEXT:
                break
            budget.spend(1)
            parts.append(part)
    except ValueError:
        raise ExpressionError("a number is too large, or not a number", "use smaller numbers") from None
    budget.text(length)
    return "".join(parts)


def _default(budget: Budget, value: Json, otherwise: Json) -> Json:
    return value


FILTERS: Mapping[str, Signature] = {
    "default": Signature(_default, (), ANY, (ANY,), 1),
    "lower": Signature(_lower),
    "upper": Signature(_upper),
    "trim": Signature(_trim),
    "length": Signature(_length, (TEXT, LIST, MAPPING), NUMBER),
    "first": Signature(_first, (LIST,), ANY),
    "last": Signature(_last, (LIST,), ANY),
    "join": Signature(_join, (LIST,), TEXT, (TEXT,)),
    "replace": Signature(_replace, arguments=(TEXT, TEXT), least=2),
    "split": Signature(_split, gives=LIST, arguments=(TEXT,)),
    "int": Signature(_int, (TEXT, NUMBER), NUMBER),
    "float": Signature(_float, (TEXT, NUMBER), NUMBER),
    "string": Signature(_string, (TEXT, NUMBER, TRUTH), TEXT),
    "round": Signature(_round, (NUMBER,), NUMBER, (NUMBER,)),
    "abs": Signature(_abs, (NUMBER,), NUMBER),
    "min": Signature(_min, (LIST,), ANY),
    "max": Signature(_max, (LIST,), ANY),
    "sum": Signature(_sum, (LIST,), NUMBER),
    "sort": Signature(_sort, (LIST,), LIST),
    "unique": Signature(_unique, (LIST,), LIST),
    "tojson": Signature(_tojson, (), TEXT),
    "basename": Signature(_basename),
    "dirname": Signature(_dirname),
    **MATCHED,
    **LISTED,
    **TIMED,
    **CODED,
}
"""Every filter by name."""
