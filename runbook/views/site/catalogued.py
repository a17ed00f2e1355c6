"""What the site shows of the department: its charter and scope, its services, and how far its procedures have come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from runbook.operations.catalogue import Charter, Service, department_of, services_of
from runbook.operations.maturity import Facts
from runbook.outcome import Json


@dataclass(frozen=True, slots=True)
class Catalogued:
    """The department as its files describe it, and what the runs of its procedures tell."""

    charter: Charter
    services: Mapping[str, Service]
    facts: Mapping[str, Facts]
    """By process, of those that were ever run."""
    described: frozenset[str]
    """The groups with a file of their own."""
    now: int
    """The second of the build."""


def catalogued(
    data: Mapping[str, Json], facts: Mapping[str, Facts], described: frozenset[str], now: int
) -> Catalogued | None:
    """What the files below `operations` say; None where they describe neither the department nor a service."""
    charter, services = department_of(data), services_of(data)
    return Catalogued(charter, services, facts, described, now) if charter or services else None
