"""What was agreed with customers as objects of OpenSLO: a service level objective for each clock of an agreement.

A clock that was met is a good event, one that was closed any event; occurrences are counted, not time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from runbook.operations.agreements import Agreement, Policy
from runbook.operations.catalogue import Charter, Service

if TYPE_CHECKING:
    from runbook.outcome import Json

VERSION = "openslo/v1"


def objects_of(policy: Policy, services: Mapping[str, Service], charter: Charter) -> list[Json]:
    """The services, and the objectives of each agreement, of which each clock has one."""
    department = charter.id or "department"
    known = services or {department: Service(department, department.capitalize())}
    found: list[Json] = [_service(each) for each in known.values()]
    for agreement in policy.agreements:
        if agreement.type == "sla":
            of = [each.id for each in services.values() if each.sla == agreement.id] or [department]
            found += [each for service in of for each in _objectives(agreement, service)]
    return found


def _service(service: Service) -> Json:
    spec = {"description": service.summary} if service.summary else {}
    return {
        "apiVersion": VERSION,
        "kind": "Service",
        "metadata": {"name": service.id, "displayName": service.title},
        "spec": spec,
    }


def _objectives(agreement: Agreement, service: str) -> Iterator[Json]:
    for clock in agreement.clocks:
        severities = [severity for severity, targets in agreement.targets.items() if clock in targets]
        if not severities:
            continue
        yield {
            "apiVersion": VERSION,
            "kind": "SLO",
            "metadata": {"name": f"{service}-{agreement.id}-{clock}", "displayName": f"{agreement.title}: {clock}"},
            "spec": {
                "service": service,
                "description": f"The clock `{clock}` is met, at {', '.join(severities)}.",
                "indicator": {
                    "metadata": {"name": f"{agreement.id}-{clock}-met"},
                    "spec": {
                        "ratioMetric": {
                            "counter": True,
                            "good": _metric(agreement, service, clock, "met"),
                            "total": _metric(agreement, service, clock, "closed"),
                        }
                    },
                },
                "timeWindow": [{"duration": agreement.window, "isRolling": True}],
                "budgetingMethod": "Occurrences",
                "objectives": [{"displayName": f"{agreement.attainment} % met", "target": agreement.attainment / 100}],
            },
        }


def _metric(agreement: Agreement, service: str, clock: str, result: str) -> Json:
    spec = {"agreement": agreement.id, "clock": clock, "service": service, "result": result}
    return {"metricSource": {"type": "runbook", "spec": spec}}
