"""The cases in which programs or engines die, carried out by the whole engine: what it ends, what it takes up again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .cases import patterns
from .engine import Site, wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
CASES = {f"{case.id} {case.name}": case for pattern in patterns() for case in pattern.cases}
At = Callable[[str], Site]


@pytest.fixture
def at(tmp_path: Path) -> Iterator[At]:
    """Makes the site of a case."""
    made: list[Site] = []

    def make(name: str) -> Site:
        made.append(Site(tmp_path, CASES[name]))
        return made[-1]

    yield make
    for site in made:
        site.kill_all()


def over(site: Site, count: int = 1) -> None:
    """Wait until all runs have ended."""
    ends = ("succeeded", "failed", "cancelled", "succeeded with failures")
    wait_until(lambda: len(site.runs()) >= count and all(each in ends for each in site.statuses()), "the runs end")


def test_branches_run_at_the_same_time(at: At) -> None:
    site = at("WCP-02 ok")
    site.start("run", "g/main", "--yes")

    site.let("a")
    site.pids("b")
    site.let("c")  # while `b` is at work
    site.let("b")
    over(site)

    assert site.shortfalls() == []


def test_step_that_is_cancelled_dies_with_all_it_started(at: At) -> None:
    site = at("WCP-19 running")
    (site.folder / "at" / "stubborn").touch()
    site.start("run", "g/main", "--yes")
    site.pids("a")

    assert site.call("cancel", "last", "a", "--reason", "it is not needed")[0] == 0
    site.let("b")
    assert site.gone("a")
    site.let("c")
    over(site)

    assert site.shortfalls() == []


def test_run_that_is_cancelled_leaves_nothing_behind_and_clears_up(at: At) -> None:
    site = at("WCP-20 ok")
    site.start("run", "g/main", "--yes")
    site.pids("b")

    assert site.call("cancel", "last", "--reason", "it is not wanted")[0] == 0
    site.let("f")
    over(site)

    assert site.gone("b")
    assert site.shortfalls() == []


def test_loop_goes_on_where_its_engine_was_killed(at: At) -> None:
    site = at("WCP-14 resume")
    site.start("run", "g/main", "--yes")
    site.let("a", prints='["p", "q", "r", "s"]')
    site.let("b.1")
    site.let("b.2")
    site.pids("b.3")
    site.pids("b.4")

    site.kill_engines()
    site.let("b.3")  # its supervisor still writes down how it ended
    site.start("resume", "last", "--yes")
    site.let("b.4")
    site.let("c")
    over(site)

    assert site.shortfalls() == []


def test_timer_takes_its_branch_once_when_the_engine_is_back(at: At) -> None:
    site = at("WCP-16 restart")
    file = site.folder / "processes" / "g" / "main.yaml"
    file.write_text(file.read_text().replace("after: 10s", "after: 0.3s"))
    site.start("run", "g/main", "--yes", "--no-wait").wait()
    assert site.statuses() == ["waiting"]

    site.start("resume", "last", "--yes")
    site.let("by-time")
    over(site)

    assert site.shortfalls() == []


def test_signal_that_came_early_is_kept_while_engines_come_and_go(at: At) -> None:
    site = at("WCP-24 early")
    site.start("run", "g/main", "--yes")
    site.pids("a")

    assert site.call("signal", "last", "s")[0] == 0
    site.kill_engines()
    site.start("resume", "last", "--yes")
    site.let("a")
    over(site)

    assert site.shortfalls() == []


def test_two_runs_are_never_inside_together(at: At) -> None:
    site = at("WCP-39 two runs")
    site.start("run", "g/main", "--yes")
    site.pids("b1")
    (one,) = site.runs()
    (site.folder / "at").rename(site.folder / "of-one")
    (site.folder / "at").mkdir()
    site.start("run", "g/main", "--yes")
    wait_until(lambda: "LockAwaited" in events(site, one), "the second run waits")
    assert not site.begun("b1")

    assert "LockTaken" not in events(site, one)


def events(site: Site, but: str) -> list[str]:
    """What has happened in the other run."""
    others = [run for run in site.runs() if run != but]
    return [each.event.type for _, each in site.told({run: "" for run in others}).events] if others else []
