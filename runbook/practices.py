"""The 34 practices of ITIL 4, by the names that a process is tagged with."""

from __future__ import annotations

GENERAL = (
    "architecture-management",
    "continual-improvement",
    "information-security-management",
    "knowledge-management",
    "measurement-and-reporting",
    "organizational-change-management",
    "portfolio-management",
    "project-management",
    "relationship-management",
    "risk-management",
    "service-financial-management",
    "strategy-management",
    "supplier-management",
    "workforce-and-talent-management",
)
"""The general management practices."""

OF_SERVICES = (
    "availability-management",
    "business-analysis",
    "capacity-and-performance-management",
    "change-enablement",
    "incident-management",
    "it-asset-management",
    "monitoring-and-event-management",
    "problem-management",
    "release-management",
    "service-catalogue-management",
    "service-configuration-management",
    "service-continuity-management",
    "service-design",
    "service-desk",
    "service-level-management",
    "service-request-management",
    "service-validation-and-testing",
)
"""The service management practices."""

TECHNICAL = (
    "deployment-management",
    "infrastructure-and-platform-management",
    "software-development-and-management",
)
"""The technical management practices."""

PRACTICES = (*GENERAL, *OF_SERVICES, *TECHNICAL)
"""All of them."""
