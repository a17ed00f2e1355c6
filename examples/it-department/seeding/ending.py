"""The last days: how it stands when the story ends, so that every board shows something of everything."""

from __future__ import annotations

from runbook.operations import commands as c
from runbook.operations.item import Item
from seeding.crew import Crew, Job
from seeding.handling import Handling
from seeding.stage import DAY, HOUR, Stage
from seeding.wishes import INCIDENT, MAJOR, REQUEST


def ending(stage: Stage, crew: Crew, handling: Handling, until: int) -> None:
    """Put the last days on the agenda."""
    stage.at(until - 6 * DAY, lambda: _waits_for_a_supplier(stage, until))
    stage.at(until - 2 * DAY - 6 * HOUR, lambda: _worries(stage))
    stage.at(until - 58 * HOUR, lambda: _getting_late(stage))
    stage.at(until - DAY, lambda: _waits_for_its_requester(stage))
    stage.at(until - 150 * 60, lambda: _burns(stage, crew))
    stage.at(until - 40 * 60, lambda: _just_in(stage))


def _waits_for_a_supplier(stage: Stage, until: int) -> None:
    words = {"process": "servers/patch-server", "team": "infra", "item_class": "fixed_date", "due": until + 12 * DAY}
    item = stage.open("ana", "change", "New firmware for the storage", **words)
    stage.ask("cy", item.id, c.Move("ready"), c.Assign("cy"), c.Move("doing"))
    stage.ask("cy", item.id, c.Hinder("supplier", "shop", "waits for a spare controller", until + 20 * HOUR))


def _worries(stage: Stage) -> None:
    words = {"service": "servers", "severity": "minor", "team": "infra", "requester": "atlas"}
    item = stage.open("atlas", "request", "Memory for the build servers", process=REQUEST, **words)
    stage.ask("cy", item.id, c.Respond("mail"), c.Move("ready"))
    stage.ask("cy", item.id, c.RaiseConcern("Atlas plans a release on that day", "major"))


def _getting_late(stage: Stage) -> None:
    words = {"process": REQUEST, "service": "accounts", "team": "support", "requester": "finance"}
    item = stage.open("finance", "request", "VPN for the new auditor", **words)
    stage.ask("emil", item.id, c.Respond("phone"), c.Move("ready"))


def _waits_for_its_requester(stage: Stage) -> None:
    item = _at_the_desk(stage, "The scanner sends empty pages")
    stage.ask("dora", item.id, c.Respond("at the desk"), c.Assign("dora"), c.Move("ready"), c.Move("doing"))
    stage.ask("dora", item.id, c.Await("waiting_requester", "finance", stage.now + 2 * DAY))


def _burns(stage: Stage, crew: Crew) -> None:
    words = {"process": MAJOR, "service": "servers", "team": "infra", "requester": "atlas", "severity": "critical"}
    item = stage.open(
        "emil", "incident", "Atlas is down", item_class="expedite", reason="all of Atlas stands still",
        impact="organisation", urgency="critical", **words,
    )  # fmt: skip
    stage.at(stage.now + 12 * 60, lambda: crew.call("ana", _at_it(stage, item.id), 3.0))


def _at_it(stage: Stage, id: str) -> Job:
    stage.ask("ana", id, c.Respond("phone"), c.Assign("ana"), c.Move("doing"))
    stage.ask("ana", id, c.SendUpdate("the database has no memory left; we bring it back", "atlas"))
    yield from ()


def _just_in(stage: Stage) -> None:
    words = {"service": "storage", "severity": "minor", "team": "infra", "requester": "atlas"}
    stage.open("atlas", "request", "A share for the designers", process=REQUEST, **words)
    _at_the_desk(stage, "Excel closes by itself")


def _at_the_desk(stage: Stage, title: str) -> Item:
    words = {"service": "workplaces", "team": "support", "requester": "finance"}
    return stage.open("finance", "incident", title, process=INCIDENT, fields={"what": title}, **words)
