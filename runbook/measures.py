"""Readings of instruments: a number and its unit, and the limits that a nominal value and its tolerance mean."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any

from runbook.errors import Refused
from runbook.outcome import Json

TOLERANCE = r"^[0-9]+(\.[0-9]+)?%$"
"""How a tolerance is written that is a part of the nominal value."""

_READING = re.compile(r"([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?)\s*(.*)", re.DOTALL)
_INTEGER = re.compile(r"[-+]?[0-9]{1,300}")


def limits_of(given: Any) -> tuple[float | None, float | None]:
    """The least and the most that a field may be: what its author wrote, or what its tolerance means."""
    nominal, tolerance = given.get("nominal"), given.get("tolerance")
    if nominal is None or tolerance is None:
        return given.get("min"), given.get("max")
    middle = Decimal(str(nominal))
    around = abs(middle) * Decimal(tolerance[:-1]) / 100 if isinstance(tolerance, str) else Decimal(str(tolerance))
    return _number(middle - around), _number(middle + around)


def _number(value: Decimal) -> float:
    return int(value) if value == value.to_integral_value() else float(value)


def reading(name: str, unit: str, value: Json) -> dict[str, Json]:
    """A reading as it is recorded; `ValueError` for what is none, `Refused` for one in another unit."""
    if isinstance(value, dict):
        if set(value) != {"value", "unit"} or isinstance(value["value"], (dict, list)):
            raise ValueError
        value = f"{value['value']} {value['unit']}"
    if isinstance(value, (bool, list)) or value is None:
        raise ValueError
    match = _READING.fullmatch(str(value).strip())
    if match is None:
        raise ValueError
    said = match[2].strip()
    if said and said != unit:
        wanted = f"in {unit}" if unit else "without a unit"
        raise Refused(f"`{name}` is read {wanted}, and `{said}` is another unit", f"give the number {wanted}")
    return {"value": number(match[1]), "unit": unit}


def number(text: str) -> int | float:
    """A finite number as it is written; `ValueError` when it is none."""
    if _INTEGER.fullmatch(text):
        return int(text)
    found = float(text)
    if not math.isfinite(found):
        raise ValueError
    return found


def is_number(value: Json) -> bool:
    """True for a number, which true and false are not."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
