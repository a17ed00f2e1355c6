"""Every campaign notices the bug it is there for: a harness that can't fail proves nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from .conftest import Driver
from .project import Trial
from .test_every_point import died_at
from .test_faults import gate_closed
from .test_races import cancelled, eight_at_once, taken_over

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")

Make = Callable[[Mapping[str, Any]], Trial]


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
    ],
    ids=lambda value: value.replace("_", " ") if "|" not in value else "",
)
def test_bug_in_the_engine_is_noticed_when_the_command_dies(
    trial: Make, driver: Driver, plant: str, notice: str
) -> None:
    with pytest.raises(AssertionError, match=notice):
        die_everywhere(trial, driver, plant)


@pytest.mark.parametrize(
    ("campaign", "plant"),
    [
        (eight_at_once, "run_not_held"),
        (taken_over, "epoch_not_checked"),
        (lambda make, plants: cancelled(make, True, plants), "cancelled_programs_left_alone"),
        (lambda make, plants: gate_closed(make, f"disk_nearly_full,{plants}"), "room_not_looked_at"),
    ],
    ids=["run not held", "epoch not checked", "cancelled programs left alone", "room not looked at"],
)
def test_bug_in_the_engine_is_noticed_in_a_race_or_a_fault(
    trial: Make, campaign: Callable[[Make, str], None], plant: str
) -> None:
    with pytest.raises(AssertionError):
        campaign(trial, plant)
