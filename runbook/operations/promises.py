"""What agreements promise, as plain numbers of seconds: to customers, and between teams.

Rule 1: only what is written down counts; where a department has agreed on nothing, nothing is compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runbook.operations.agreements import POLICY, Agreement, Policy, agreements_of
from runbook.operations.catalogue import Service
from runbook.operations.interfaces import Promises

if TYPE_CHECKING:
    from runbook.outcome import Json

_DAY = 86400


def agreements(data: Mapping[str, Json]) -> frozenset[str]:
    """The ids of the agreements with customers."""
    return frozenset(each.id for each in agreements_of(data).agreements if each.type == "sla")


def promises_of(data: Mapping[str, Json], services: Mapping[str, Service]) -> Promises:
    """What is promised for each service: to customers by its own agreement, inside by those of other types."""
    if POLICY not in data:
        return Promises()
    policy = agreements_of(data)
    by_id = {each.id: each for each in policy.agreements if each.type == "sla"}
    inside = [each for each in policy.agreements if each.type != "sla"]

    def to_customers(service: str) -> float | None:
        known = services.get(service)
        return _resolved(by_id[known.sla], policy) if known and known.sla in by_id else None

    def among_us(name: str) -> float | None:
        named = (each for each in inside if name in (*each.match.get("service", ()), *each.match.get("team", ())))
        return next((_resolved(each, policy) for each in named), None)

    return Promises(to_customers, among_us)


def _resolved(agreement: Agreement, policy: Policy) -> float | None:
    """How soon what nobody calls worse is to be resolved; a business day counts as a day."""
    target = agreement.target(policy.default_severity, "resolve")
    return None if target is None else float(target.seconds + target.business_days * _DAY)
