"""Runs of every sort die at every point, in every way a process can lose its companions: each ends as it would have."""

from __future__ import annotations

import itertools
import sys
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from . import disk
from .conftest import DEALS, Driver, Make
from .points import SIGNALS
from .project import Trial
from .stories import STORIES, begun, tell
from .test_random_kills import counted, judge_what_was_said

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")

Record = Callable[[str, object], None]
needs_the_disk = pytest.mark.skipif(not disk.reachable(), reason="SQLite is built into Python here")
End = tuple[dict[str, str], Counter[str], int]


def end_of(trial: Trial) -> End:
    """Where everything stands, what has acted how often, and how many events of a run's own there are."""
    steps = trial.standing()
    return steps, Counter({step: len(trial.effects(step)) for step in steps}), sum(not row[5] for row in trial.events())


@pytest.fixture(scope="module")
def undisturbed(driver: Driver) -> Callable[..., tuple[list[int], End]]:
    """How many points the commands of a story pass when nothing dies, and how it ends."""
    known: dict[tuple[str, str], tuple[list[int], End]] = {}

    def look(name: str, grain: str, make: Make) -> tuple[list[int], End]:
        if (name, grain) not in known:
            trial = begun(STORIES[name], make)
            passed = tell(STORIES[name], trial, driver, grain=grain)
            trial.judge()
            known[name, grain] = passed, end_of(trial)
        return known[name, grain]

    return look


def dealt(passed: list[int], deal: int, long: bool, every: int = 1, sample: int = 1) -> Iterator[tuple[int, int]]:
    """The points (number of the command, number of the point) that fall to one test; in the short form a sample."""
    points = [(number, point) for number, count in enumerate(passed) for point in range(1, count + 1)]
    if long:
        yield from points[deal * every :: DEALS * every]
    else:
        yield from points[len(points) // 3 :: len(points) // sample][:sample]


def judge(trial: Trial, wanted: End | None, record: Record, **counts: int) -> None:
    """Everything that must hold; and, where only the command died, that nothing differs from a run without deaths."""
    record("crash", {"lost": trial.lost(), "repeated": trial.repeated()})
    trial.judge()
    if wanted:
        assert not trial.doubts, "only the command died, and yet something was in doubt"
        assert "AttemptAbandoned" not in [row[4] for row in trial.events()], "a result that was kept was not adopted"
        assert end_of(trial)[:2] == wanted[:2], "it ended otherwise than without the death"
    record("crash", {**counted(trial, 0), **counts})


@pytest.mark.parametrize("victim", ["command", "machine"])
@pytest.mark.parametrize("name", STORIES)
def test_death_around_every_act_of_a_story_changes_nothing(
    name: str,
    victim: str,
    deal: int,
    long: bool,
    trial: Make,
    driver: Driver,
    undisturbed: Callable[..., tuple[list[int], End]],
    record_property: Record,
) -> None:
    passed, wanted = undisturbed(name, "", trial)
    for at in dealt(passed, deal, long):
        it = begun(STORIES[name], trial)
        left = tell(STORIES[name], it, driver, at, check=judge_what_was_said, victim=victim)

        judge(it, wanted if victim == "command" else None, record_property, kills=1, points=left[at[0]] == 0)


@needs_the_disk
@pytest.mark.parametrize("name", STORIES)
def test_death_before_and_in_every_write_of_a_story_changes_nothing(
    name: str,
    deal: int,
    long: bool,
    trial: Make,
    driver: Driver,
    undisturbed: Callable[..., tuple[list[int], End]],
    record_property: Record,
) -> None:
    passed, wanted = undisturbed(name, "fine", trial)
    for at in dealt(passed, deal, long, sample=2):
        it = begun(STORIES[name], trial)
        left = tell(STORIES[name], it, driver, at, check=judge_what_was_said, grain="fine")

        judge(it, wanted, record_property, kills=1, points=left[at[0]] == 0)


@pytest.mark.parametrize("victim", ["supervisor", "machine"])
@pytest.mark.parametrize("name", STORIES)
def test_death_of_the_supervisor_at_every_call_of_the_system_repeats_nothing(
    name: str, victim: str, long: bool, trial: Make, driver: Driver, record_property: Record
) -> None:
    commands = [number for number, told in enumerate(STORIES[name].commands) if told.carries_out]
    for number in commands if long else commands[-1:]:
        for point in itertools.count(1) if long else (3 + 2 * len(name),):
            it = begun(STORIES[name], trial)
            death = {"grain": "supervisor", "victim": victim}
            tell(STORIES[name], it, driver, (number, point), check=judge_what_was_said, **death)
            died = (it.folder / ".runbook" / "supervisors" / "died").exists()

            judge(it, None, record_property, kills=1 + (victim == "machine"), points=died)
            if not died:
                break
        assert point > 10


@pytest.mark.parametrize("deaths", [1, 2], ids=["twice", "three times"])
@pytest.mark.parametrize("name", STORIES)
def test_death_of_the_recovery_as_well_changes_nothing_more(
    name: str,
    deaths: int,
    long: bool,
    trial: Make,
    driver: Driver,
    undisturbed: Callable[..., tuple[list[int], End]],
    record_property: Record,
) -> None:
    passed, wanted = undisturbed(name, "", trial)
    points = list(dealt(passed, deaths, True, every=2))
    for number, at in enumerate(points if long else points[5::60]):
        it = begun(STORIES[name], trial)
        then = (2 + number % 17, 3 + number % 23)[:deaths]
        tell(STORIES[name], it, driver, at, then, check=judge_what_was_said, victim="command")

        judge(it, wanted, record_property, kills=1 + deaths, recoveries=1)


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("name", ["branches", "waits", "moves"])
def test_signal_at_any_point_leaves_a_run_that_goes_on(
    name: str,
    number: str,
    long: bool,
    trial: Make,
    driver: Driver,
    undisturbed: Callable[..., tuple[list[int], End]],
    record_property: Record,
) -> None:
    passed, wanted = undisturbed(name, "signalled", trial)
    for at in dealt(passed, 0, long):
        it = begun(STORIES[name], trial)
        tell(STORIES[name], it, driver, at, check=judge_what_was_said, grain="signalled", victim=number)

        judge(it, wanted, record_property, signals=1)


@needs_the_disk
@pytest.mark.parametrize("trouble", ["full", "failing once"])
@pytest.mark.parametrize("name", ["retry", "part", "cancel"])
def test_disk_that_fails_at_any_request_stops_the_command_and_loses_nothing(
    name: str,
    trouble: str,
    long: bool,
    trial: Make,
    driver: Driver,
    undisturbed: Callable[..., tuple[list[int], End]],
    record_property: Record,
) -> None:
    passed, wanted = undisturbed(name, "failing", trial)
    for at in dealt(passed, 0, long, every=1):
        it = begun(STORIES[name], trial)
        tell(STORIES[name], it, driver, at, check=judge_what_was_said, grain="failing", victim=trouble)

        judge(it, wanted, record_property, errors=1)


@needs_the_disk
def test_death_in_every_write_of_a_draft_leaves_the_old_one_or_the_new_one(
    trial: Make, driver: Driver, record_property: Record
) -> None:
    it = begun(STORIES["retry"], trial)
    assert driver(it, "keep a draft", "r", "step", "name", "first")[0] == 0
    draft = it.folder / ".runbook" / "drafts" / "r.json"
    point = 1
    while driver(it, "keep a draft", "r", "step", "name", "second", point=point, grain="fine")[0] == -9:
        assert draft.read_text() in ('{"step": {"name": "first"}}', '{"step": {"name": "second"}}')
        record_property("crash", {"points": 1, "kills": 1})
        point += 1

    assert point > 1
    assert draft.read_text() == '{"step": {"name": "second"}}'
