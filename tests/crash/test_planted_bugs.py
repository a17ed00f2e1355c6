"""Every campaign notices the bug it is there for: a harness that can't fail proves nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

import pytest

from . import disk
from .conftest import Driver, Make
from .stories import STORIES, begun, tell
from .test_every_point import died_at
from .test_faults import gate_closed
from .test_races import cancelled, deserted, eight_at_once, taken_over
from .test_spoiled_journal import interrupted

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
Record = Callable[[str, object], None]
_IN_THE_LONG_FORM = frozenset(
    {
        "evidence_recorded_before_it_is_kept", "interrupted_write_not_undone", "lock_not_held_by_the_supervisor",
        "supervisor_dies_with_the_command", "swept_before_it_is_looked_at", "cookie_not_looked_for",
    }
)  # fmt: skip


@pytest.fixture(autouse=True)
def _a_few_in_the_short_form(request: pytest.FixtureRequest, long: bool) -> None:
    call = getattr(request.node, "callspec", None)
    plant = call.params["plant"] if call else "interrupted_write_not_undone"
    if plant in _IN_THE_LONG_FORM and not long:
        pytest.skip("a part of the long form")


def die_everywhere(make: Make, driver: Driver, plant: str) -> None:
    """The campaign over the points, coarser towards the end."""
    for point in (*range(11, 60), *range(60, 150, 3)):
        died_at(point, make, driver, plant)


@pytest.mark.parametrize(
    ("plant", "notice"),
    [
        ("told_before_commit", "was told and is not in the journal"),
        ("handed_over_before_commit", "acted without a start|acted 2 times|two attempts ran at once"),
        ("started_taken_for_never_ran", "acted 2 times|two attempts ran at once"),
        ("result_not_adopted", "something was in doubt"),
        ("never_ran_taken_for_success", "counts as succeeded and never acted"),
        ("swept_before_it_is_looked_at", "something was in doubt"),
        ("supervisor_dies_with_the_command", "something was in doubt"),
        ("lock_not_held_by_the_supervisor", "acted 2 times|two attempts ran at once|something was in doubt"),
    ],
    ids=lambda value: value.replace("_", " ") if "|" not in value else "",
)
def test_bug_in_the_engine_is_noticed_when_the_command_dies(
    trial: Make, driver: Driver, plant: str, notice: str, record_property: Record
) -> None:
    with pytest.raises(AssertionError, match=notice):
        die_everywhere(trial, driver, plant)
    record_property("crash", {"planted bugs caught": 1})


STORIED = [
    ("run_made_before_it_is_begun", "retry", {}, 0, range(1, 30), "made and never begun"),
    ("evidence_recorded_before_it_is_kept", "evidence", {}, 1, range(1, 10), "was not kept"),
    ("start_not_noted", "retry", {"grain": "supervisor", "victim": "machine"}, 0, range(4, 40), "acted 2 times"),
]


@pytest.mark.parametrize(
    ("plant", "story", "death", "command", "points", "notice"),
    STORIED,
    ids=[each[0].replace("_", " ") for each in STORIED],
)
def test_bug_is_noticed_when_something_dies_in_a_story(
    plant: str,
    story: str,
    death: dict[str, str],
    command: int,
    points: Iterable[int],
    notice: str,
    trial: Make,
    driver: Driver,
    record_property: Record,
) -> None:
    def die_at_each_point() -> None:
        for point in points:
            it = begun(STORIES[story], trial)
            tell(STORIES[story], it, driver, (command, point), plant=plant, **death)
            it.judge()

    with pytest.raises(AssertionError, match=notice):
        die_at_each_point()
    record_property("crash", {"planted bugs caught": 1})


@pytest.mark.skipif(not disk.reachable(), reason="SQLite is built into Python here")
def test_bug_in_the_undoing_of_an_interrupted_write_is_noticed(
    trial: Make, driver: Driver, record_property: Record
) -> None:
    with pytest.raises(AssertionError):
        interrupted(trial, driver, 5, "interrupted_write_not_undone")
    record_property("crash", {"planted bugs caught": 1})


@pytest.mark.parametrize(
    ("campaign", "plant"),
    [
        (eight_at_once, "run_not_held"),
        (taken_over, "epoch_not_checked"),
        (lambda make, plants: cancelled(make, True, plants), "cancelled_programs_left_alone"),
        (lambda make, plants: gate_closed(make, f"disk_nearly_full,{plants}"), "room_not_looked_at"),
        (deserted, "cookie_not_looked_for"),
    ],
    ids=["run not held", "epoch not checked", "cancelled programs left alone", "room not looked at", "no cookie"],
)
def test_bug_in_the_engine_is_noticed_in_a_race_or_a_fault(
    trial: Make, campaign: Callable[[Make, str], None], plant: str, record_property: Record
) -> None:
    with pytest.raises(AssertionError):
        campaign(trial, plant)
    record_property("crash", {"planted bugs caught": 1})
