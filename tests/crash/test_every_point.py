"""The command dies before and after everything it writes, hands over and hears, one point after the other."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from .conftest import Driver
from .project import Trial, acting, process, twelve_steps
from .test_races import CONFIRM, STUBBORN
from .test_random_kills import counted, judge_what_was_said

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")

Make = Callable[[Mapping[str, Any]], Trial]
WAYS = 8
"""The points are dealt out to so many tests, which may run side by side."""


def resumed(trial: Trial, driver: Driver, plant: str = "", points: tuple[int, ...] = ()) -> None:
    """Go on until the run ends, dying at these points of the first resumptions; then judge all that happened."""
    deaths = list(points)
    for _ in range(10):
        trial.remember()
        if trial.is_over():
            break
        dies = deaths.pop(0) if deaths else 0
        trial.answer_all(lambda *words: driver(trial, *words)[0])
        code, _ = driver(trial, "resume", trial.run(), "--yes", "--answers", "given.yaml", point=dies, plant=plant)
        assert code in (0, 4, -9), trial.said()
        judge_what_was_said(trial)
    trial.judge()
    assert not trial.doubts, "only the command died, and yet something was in doubt"
    assert "AttemptAbandoned" not in [row[4] for row in trial.events()], "a result that was kept was not adopted"


def died_at(point: int, make: Make, driver: Driver, plant: str = "", then: tuple[int, ...] = ()) -> Trial | None:
    """A run whose command dies at that point, and goes on until its end; None when there are fewer points."""
    trial = make(twelve_steps(0.0))
    (trial.folder / "given.yaml").write_text("confirm: done")
    code, points = driver(trial, "run", "trial/steps", "--yes", "--answers", "given.yaml", point=point, plant=plant)
    if code != -9:
        assert code == 0, trial.said()
        assert points < point, "it should have died"
        return None
    judge_what_was_said(trial)
    if trial.run():
        resumed(trial, driver, plant, then)
    return trial


@pytest.mark.parametrize("way", range(WAYS))
def test_death_at_every_point_loses_nothing_and_repeats_nothing(
    way: int, long: bool, trial: Make, driver: Driver, record_property: Callable[[str, object], None]
) -> None:
    # the short form takes every third of each way's points, beginning at another one in each way
    point, stride = (1 + way, WAYS) if long else (1 + way + WAYS * (way % 3), 3 * WAYS)
    while (died := died_at(point, trial, driver)) is not None:
        record_property("crash", counted(died, 1))
        point += stride

    assert point > 120


@pytest.mark.parametrize("way", range(WAYS))
def test_death_of_the_recovery_as_well_loses_nothing_and_repeats_nothing(
    way: int, long: bool, trial: Make, driver: Driver, record_property: Callable[[str, object], None]
) -> None:
    for point in range(10 + way, 130, 23 if long else 53):
        died = died_at(point, trial, driver, then=(1 + 2 * way, 4 + 3 * way))

        assert died is not None
        record_property("crash", counted(died, 3))


def test_death_of_whoever_answers_leaves_the_answer_recorded_once_or_not_at_all(trial: Make, driver: Driver) -> None:
    it = trial(process([CONFIRM, acting("after")]))
    assert driver(it, "run", "trial/steps", "--yes")[0] == 4
    answer = ("answer", it.run(), "confirm", "done")

    point = 1
    while driver(it, *answer, point=point)[0] == -9:
        assert it.types("confirm").count("StepSucceeded") <= 1
        point += 1

    assert point > 2
    assert it.types("confirm") == ["StepStarted", "StepWaiting", "StepSucceeded"]
    assert driver(it, "resume", it.run(), "--yes")[0] == 0
    it.judge()


def left_alone(make: Make) -> Trial:
    """A run with a program under way, whose command has died."""
    trial = make(process([acting("first"), {**STUBBORN, "needs": []}], [acting("clean-up")]))
    started = trial.start("run", "trial/steps", "--yes")
    trial.wait_until(lambda: trial.effects("long") and "StepSucceeded" in trial.types("first"))
    os.killpg(started.pid, signal.SIGKILL)
    started.wait()
    return trial


def test_death_of_whoever_cancels_leaves_no_program_running_in_the_end(long: bool, trial: Make, driver: Driver) -> None:
    point = 1
    while True:
        it = left_alone(trial)
        if driver(it, "cancel", it.run(), "--reason", "enough", point=point)[0] != -9:
            break
        it.remember()
        assert driver(it, "cancel", it.run(), "--reason", "enough")[0] in (0, 5)
        it.judge()
        assert it.events()[-1][4] == "RunCancelled"
        point += 1 if long else 4

    assert point > 15
