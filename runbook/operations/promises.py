"""What agreements promise, as plain numbers of seconds: to customers, and between teams.

Rule 1: only what is written down counts; where a department has agreed on nothing, nothing is compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runbook.errors import ExpressionError
from runbook.operations.catalogue import Service
from runbook.operations.interfaces import Promises, seconds_of
from runbook.outcome import Json

AGREEMENTS = "operations/policies/sla.yaml"
"""The file of the agreements."""
DEFAULT = "default"
"""The agreement that holds where none is named; it is there without a file."""
USUAL = "moderate"
"""The severity that work has when nobody says how bad it is."""


def agreements(data: Mapping[str, Json]) -> frozenset[str]:
    """The ids of the agreements there are."""
    written = frozenset(str(each["id"]) for each in _agreements(data))
    return written if AGREEMENTS in data else frozenset((DEFAULT,))


def promises_of(data: Mapping[str, Json], services: Mapping[str, Service]) -> Promises:
    """What the agreements promise for each service: to customers by its own, to others by those of type `ola`."""
    outside = {each["id"]: each for each in _agreements(data) if each.get("type", "sla") == "sla"}
    inside = [each for each in _agreements(data) if each.get("type") in ("ola", "uc")]

    def to_customers(service: str) -> float | None:
        known = services.get(service)
        return _resolved(outside.get(known.sla, {})) if known else None

    def among_us(name: str) -> float | None:
        return next((_resolved(each) for each in inside if name in _matched(each)), None)

    return Promises(to_customers, among_us)


def _agreements(data: Mapping[str, Json]) -> Iterator[Mapping[str, Any]]:
    for each in (data.get(AGREEMENTS) or {}).get("agreements", ()):
        if isinstance(each, Mapping) and isinstance(each.get("id"), str):
            yield each


def _matched(agreement: Mapping[str, Any]) -> Iterator[str]:
    """The services and teams that an agreement is for."""
    match = agreement.get("match") or {}
    for word in ("service", "team"):
        given = match.get(word, ())
        yield from [given] if isinstance(given, str) else given


def _resolved(agreement: Mapping[str, Any]) -> float | None:
    """How soon something of the usual severity is to be resolved; of the middle one, where that is called otherwise."""
    targets = agreement.get("targets") or {}
    if not targets:
        return None
    names = list(targets)
    given = targets.get(USUAL) or targets[names[min(2, len(names) - 1)]]
    try:
        return seconds_of(str(given["resolve"]["in"]))
    except (KeyError, TypeError, ValueError, ExpressionError):  # it promises no end, or is told to be wrong elsewhere
        return None
