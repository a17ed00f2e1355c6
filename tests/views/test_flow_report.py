"""The flow of a board on a screen: the days of its diagram are those of its own clock."""

from __future__ import annotations

import datetime
from fractions import Fraction

import pytest

from runbook.operations.board import DEFAULT
from runbook.operations.flow_report import flow_report
from runbook.operations.item import item_of
from runbook.operations.local_time import midnights
from runbook.operations.passages import course_of
from runbook.operations.seconds import instant_of, seconds
from runbook.operations.zones import zone
from runbook.run.events import Event, Recorded
from runbook.views.flow_report import as_json, shown
from runbook.views.style import Style

NOW = seconds("2026-03-30T18:00:00Z")


@pytest.mark.parametrize("where", ["America/New_York", "Europe/Berlin", "Pacific/Auckland"])
def test_the_days_of_the_diagram_are_those_of_the_clock_on_the_wall(where: str) -> None:
    here = zone(where)
    bounds = midnights(NOW - 2 * 86400, NOW + 1, here)
    opened = Recorded(
        1, instant_of(NOW - 86400), "ana", Event("ItemOpened", data={"kind": "request", "title": "Näh\x1b[2J"})
    )
    moved = Recorded(2, instant_of(NOW - 3600), "ana", Event("ItemMoved", data={"column": "doing", "state": "active"}))
    course = course_of(item_of("REQ-1", [opened, moved]), DEFAULT, NOW)

    report = flow_report(DEFAULT, here, [course], bounds, NOW, {"REQ-1": Fraction(1)})
    lines = list(shown(report, Style(), 100))
    today = datetime.datetime.fromtimestamp(NOW, here).date().isoformat()

    assert lines[-1].split() == [today, "0", "0", "1", "0", "0"]
    assert not any("\x1b" in line for line in lines), "a title hides nothing"
    assert as_json(report)["diagram"][-1]["columns"]["doing"] == 1
    assert as_json(report)["cycle"] == dict.fromkeys(("p50", "p70", "p85", "p95"))
