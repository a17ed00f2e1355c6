"""What the catalogue of a department says of a process besides its steps: service, sort of work, timing, neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runbook.blocks import Field

LISTING_FIELDS = frozenset(
    (
        "kind",
        "service",
        "backup_owner",
        "trigger",
        "interfaces",
        "class_of_service",
        "demand",
        "controls",
        "alerts",
        "intake",
    )
)
"""The fields of a process that the catalogue reads."""

KINDS_OF_WORK = ("incident", "request", "change", "problem", "duty", "project", "project_task", "question")
"""The sorts of work items that a process can handle."""
CLASSES = ("expedite", "fixed_date", "standard", "intangible")
"""The classes of service of a board."""
DEMANDS = ("planned", "reactive")
MISSED = ("skip", "run_once", "run_all")
"""What becomes of instants that passed while nobody looked."""
OVERDUE = ("delay_next", "no_impact")
"""What becomes of the next instant while an earlier one is not done."""

_PLANNED = ("change", "problem", "duty", "project", "project_task")


@dataclass(frozen=True, slots=True)
class Trigger:
    """When a process is due by itself: a schedule of cron in a time zone."""

    cron: str
    timezone: str = "UTC"
    missed: str = "run_once"
    """One of `MISSED`."""
    overdue: str = "no_impact"
    """One of `OVERDUE`."""


@dataclass(frozen=True, slots=True)
class Port:
    """What a process takes from somebody, or gives to somebody: its name, the party, and how soon (`4h`, `1bd`)."""

    name: str
    party: str = ""
    within: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The entry of a process in the catalogue."""

    kind: str = ""
    """One of `KINDS_OF_WORK`; empty when its author has not said so."""
    service: str = ""
    backup_owner: str = ""
    trigger: Trigger | None = None
    takes: tuple[Port, ...] = ()
    gives: tuple[Port, ...] = ()
    class_of_service: str = ""
    demand: str = ""
    """`planned` or `reactive`; by its kind and its trigger when left out, empty when neither says it."""
    controls: tuple[str, ...] = ()
    """What it is evidence for, such as `iso27001:8.13`."""
    alerts: tuple[str, ...] = ()
    """The alerts of a monitor that it is the answer to."""
    intake: tuple[Field, ...] = ()
    """What is asked of whoever opens an item of it."""


UNLISTED = Listing()
"""The entry of a process that says nothing for the catalogue."""


def usual_demand(kind: str, trigger: Trigger | None) -> str:
    """The demand of a process that does not say it."""
    if trigger or kind in _PLANNED:
        return "planned"
    return "reactive" if kind else ""
