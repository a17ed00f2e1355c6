"""The entry of a process in the catalogue, from its checked data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from runbook.form import read_form
from runbook.listing import LISTING_FIELDS, UNLISTED, Listing, Port, Trigger, usual_demand


def build_listing(data: Mapping[str, Any]) -> Listing:
    """What the data of a process says for the catalogue."""
    if LISTING_FIELDS.isdisjoint(data):
        return UNLISTED
    kind, trigger = data.get("kind", ""), _trigger(data.get("trigger"))
    interfaces = data.get("interfaces", {})
    return Listing(
        kind=kind,
        service=data.get("service", ""),
        backup_owner=data.get("backup_owner", ""),
        trigger=trigger,
        takes=tuple(_ports(interfaces.get("inputs", ()), "from")),
        gives=tuple(_ports(interfaces.get("outputs", ()), "to")),
        class_of_service=data.get("class_of_service", ""),
        demand=data.get("demand") or usual_demand(kind, trigger),
        controls=tuple(data.get("controls", ())),
        alerts=tuple(dict.fromkeys(data.get("alerts", ()))),
        intake=read_form(data.get("intake")),
    )


def _trigger(given: Mapping[str, Any] | None) -> Trigger | None:
    if given is None:
        return None
    schedule = given["schedule"]
    return Trigger(
        schedule["cron"],
        schedule.get("timezone", "UTC"),
        schedule.get("missed", "run_once"),
        given.get("overdue", "no_impact"),
    )


def _ports(given: Iterable[Mapping[str, Any]], party: str) -> Iterable[Port]:
    for each in given:
        yield Port(each["name"], each.get(party, ""), str(each.get("within", "")))
