"""The cases in which programs or engines die, carried out by the whole engine: what it ends, what it takes up again."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.waiting import until

from .cases import patterns
from .engine import Site

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
    until(lambda: len(site.runs()) >= count and all(each in ends for each in site.statuses()), "the runs end")


def test_branches_run_at_the_same_time(at: At) -> None:
    site = at("WCP-02 ok")
    site.begin()

    site.let("a")
    site.pids("b")
    site.let("c")  # while `b` is at work
    site.let("b")
    over(site)

    assert site.shortfalls() == []


def test_step_that_is_cancelled_dies_with_all_it_started(at: At) -> None:
    site = at("WCP-19 running")
    (site.folder / "at" / "stubborn").touch()
    site.begin()
    site.pids("a")

    assert site.call("cancel", "last", "a", "--reason", "it is not needed")[0] == 0
    site.let("b")
    assert site.gone("a")
    site.let("c")
    over(site)

    assert site.shortfalls() == []


def test_run_that_is_cancelled_leaves_nothing_behind_and_clears_up(at: At) -> None:
    site = at("WCP-20 ok")
    site.begin()
    site.pids("b")

    assert site.call("cancel", "last", "--reason", "it is not wanted")[0] == 0
    site.let("f")
    over(site)

    assert site.gone("b")
    assert site.shortfalls() == []


def test_loop_goes_on_where_its_engine_was_killed(at: At) -> None:
    site = at("WCP-14 resume")
    site.begin()
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
    site.begin()
    site.pids("a")

    assert site.call("signal", "last", "s")[0] == 0
    site.kill_engines()
    site.start("resume", "last", "--yes")
    site.let("a")
    over(site)

    assert site.shortfalls() == []


def test_two_runs_are_never_inside_together(at: At) -> None:
    site = at("WCP-39 two runs")
    one = site.begin()
    site.pids("b1", one)
    two = site.begin()
    until(lambda: "LockAwaited" in site.happened(two), "the second run waits")

    site.let("b1", run=one)
    site.pids("b2", one)
    assert not site.begun("b1", two)
    site.let("b2", run=one)
    site.let("b1", run=two)
    site.let("b2", run=two)
    over(site, 2)

    assert site.shortfalls({one: "one", two: "two"}) == []


def test_whoever_fails_is_cancelled_or_dies_inside_lets_the_next_one_in(at: At) -> None:
    site = at("WCP-39 released")
    one = site.begin()
    site.pids("b1", one)
    two = site.begin()
    site.let("b1", 1, run=one)
    site.pids("b1", two)
    three = site.begin()
    assert site.call("cancel", two, "--reason", "it is not wanted")[0] == 0
    site.pids("b1", three)

    site.kill_all()
    four = site.begin()
    site.let("b1", run=four)
    site.let("b2", run=four)
    until(lambda: "RunSucceeded" in site.happened(four), "the fourth run ends")
    assert "LockLost" in site.happened(three)
    site.start("resume", three, "--yes").wait()
    assert site.call("answer", three, "b1", "redo", "--reason", "it left nothing")[0] == 0
    site.start("resume", three, "--yes")
    site.let("b1", run=three, attempt=2)
    site.let("b2", run=three)
    over(site, 4)

    assert site.shortfalls({one: "one", two: "two", three: "three", four: "four"}) == []


def test_branch_that_nobody_waits_for_dies_with_all_it_started(at: At) -> None:
    site = at("WCP-29 ok")
    site.begin()
    site.let("a")
    site.pids("c")

    site.let("b")
    site.let("d")
    over(site)

    assert site.gone("c")
    assert site.shortfalls() == []


def test_named_end_ends_what_runs(at: At) -> None:
    site = at("WCP-43 abort")
    site.begin()
    site.pids("b")

    site.let("c")
    over(site)

    assert site.gone("b")
    assert site.shortfalls() == []


def test_children_that_nobody_waits_for_are_runs_that_outlive_their_parent(at: At) -> None:
    site = at("WCP-12 ok")
    parent = site.begin()
    site.let("d")
    until(lambda: "RunSucceeded" in site.happened(parent), "the parent ends")
    children = [run for run in site.runs() if run != parent]
    assert len(children) == 3

    for child in children:
        site.let("w", run=child)
    over(site, 4)

    names = dict(zip(children, ("child-1", "child-2", "child-3"), strict=True))
    assert site.shortfalls({parent: "", **names}) == []


def test_program_that_takes_too_long_dies_with_all_it_started(at: At) -> None:
    site = at("EH-12 ok")
    (site.folder / "at" / "stubborn").touch()
    site.begin()
    site.pids("a")

    site.let("h")
    assert site.gone("a")
    site.let("b")
    over(site)

    assert site.shortfalls() == []


def test_signal_ends_one_part_and_the_rest_goes_on(at: At) -> None:
    site = at("EH-17 ok")
    site.begin()
    site.pids("b")

    assert site.call("signal", "last", "s")[0] == 0
    site.let("h")
    assert site.gone("b")
    site.let("outside")
    over(site)

    assert site.shortfalls() == []


def test_all_runs_of_a_process_are_cancelled_and_no_others(at: At) -> None:
    site = at("EH-19 ok")
    runs = [site.begin() for _ in range(3)]
    beside = site.begin("g/other")
    for run in (*runs, beside):
        site.pids("a", run)

    reason = "the supplier has an outage"
    assert site.call("cancel", "--process", "g/main", "--all", "--reason", reason)[0] == 0
    site.let("a", run=beside)
    over(site, 4)

    assert all(site.gone("a", run) for run in runs)
    assert site.shortfalls({**dict(zip(runs, ("one", "two", "three"), strict=True)), beside: "beside"}) == []


def test_program_is_not_repeated_unasked_after_everything_has_died(at: At) -> None:
    site = at("EH-22 asked")
    site.begin()
    site.pids("a")

    site.kill_all()
    assert site.start("resume", "last", "--yes").wait() == 4
    assert site.statuses() == ["blocked"]
    assert not site.begun("a", attempt=2)
    assert site.call("answer", "last", "a", "redo", "--reason", "it left nothing")[0] == 0
    site.start("resume", "last", "--yes")
    site.let("a", attempt=2)
    site.let("b")
    over(site)

    assert site.shortfalls() == []
