"""A passed limit asks for a plan, and the report is written for machines and for people."""

from __future__ import annotations

import json

from .conftest import Library


def test_a_passed_limit_asks_for_a_plan(library: Library) -> None:
    result = library.run("capacity/capacity-report", disk_limit=0)

    assert result.outputs("verdict")["choice"] == "plan"
    assert result.state("plan") == "succeeded"


def test_the_report_of_capacity_is_written_twice(library: Library) -> None:
    result = library.run("capacity/capacity-report", disk_limit=100, inode_limit=100, memory_limit=100, load_limit=1000)

    report = json.loads((library.folder / result.outputs("report")["json"]).read_text())
    assert report["disk"]["used_percent"] == result.outputs("disk")["used_percent"]
    assert "| memory | used percent |" in (library.folder / result.outputs("report")["markdown"]).read_text()
    assert result.state("plan") == "skipped"
