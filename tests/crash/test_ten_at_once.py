"""Ten commands at one run at the same instant: each step once, one answer, one end, and everybody is told the truth."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable

import pytest

from .conftest import SHORT, Driver, Make
from .project import ENDED, Trial, acting, process
from .stories import CONFIRM

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
Record = Callable[[str, object], None]
TAKEN = 5
BUSY = {
    **process(
        [
            acting("first", 0.02),
            CONFIRM,
            acting("second", 0.02),
            {"id": "agree", "title": "Agree", "approval": "boss"},
            acting("third", 0.02),
        ],
        [acting("clean-up")],
    ),
    "roles": {"operator": {}, "boss": {}},
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """More rounds in the long form, and two at once as well."""
    short = metafunc.config.getoption("--crashes", SHORT) == SHORT
    if "round" in metafunc.fixturenames:
        metafunc.parametrize("round", range(1 if short else 25))
    if "terminals" in metafunc.fixturenames:
        metafunc.parametrize("terminals", [10] if short else [2, 10])


def finish(it: Trial, driver: Driver) -> None:
    """Give all that is still waited for, one command after the other, then judge."""
    for _ in range(8):
        it.remember()
        if it.is_over():
            break
        driver(it, "answer", it.run(), "confirm", "done")
        driver(it, "approve", it.run(), "agree")
        driver(it, "resume", it.run(), "--yes")
    it.judge(killed_programs=True)  # an answer may have failed the run
    assert not it.lost()
    assert not it.repeated()


def waiting(make: Make, driver: Driver) -> Trial:
    it = make(BUSY)
    assert driver(it, "run", "trial/steps", "--yes")[0] == 4
    return it


def test_one_of_those_who_resume_at_once_carries_it_out(
    terminals: int, round: int, trial: Make, driver: Driver, record_property: Record
) -> None:
    it = waiting(trial, driver)
    assert driver(it, "answer", it.run(), "confirm", "done")[0] == 0

    codes = driver.at_once(it, *[("resume", it.run(), "--yes")] * terminals)

    assert set(codes) <= {4, TAKEN}, codes
    # one of them at least; another one holds the run after it, when it was over within a moment
    assert 1 <= codes.count(4) == [row[4] for row in it.events()].count("RunResumed")
    assert len(it.effects("second")) == 1
    finish(it, driver)
    record_property("crash", {"races": 1, "runs": 1, "events kept": len(it.acknowledged)})


def test_one_of_those_who_answer_at_once_is_heard(
    terminals: int, round: int, trial: Make, driver: Driver, record_property: Record
) -> None:
    it = waiting(trial, driver)
    ways = [("done",), ("failed", "--reason", "no"), ("skipped", "--reason", "later")]
    chance = random.Random(round)
    given = [chance.choice(ways) for _ in range(terminals)]

    codes = driver.at_once(it, *[("answer", it.run(), "confirm", *words) for words in given])

    heard = {"StepSucceeded": "done", "StepFailed": "failed", "StepSkipped": "skipped"}[it.types("confirm")[-1]]
    assert len(it.types("confirm")) == 3, it.types("confirm")
    for words, code in zip(given, codes, strict=True):
        assert code == 0 if words[0] == heard and not it.is_over() else code in (0, 1, 2, TAKEN), (words, codes)
        assert words[0] == heard or code != 0, "another answer was heard, and nobody was told"
    finish(it, driver)
    record_property("crash", {"races": 1, "runs": 1, "events kept": len(it.acknowledged)})


def test_all_sorts_of_commands_at_once_leave_one_true_story(
    terminals: int, round: int, trial: Make, driver: Driver, record_property: Record
) -> None:
    it = waiting(trial, driver)
    chance = random.Random(100 + round)
    sorts = [
        ("answer", it.run(), "confirm", "done"), ("approve", it.run(), "agree"), ("resume", it.run(), "--yes"),
        ("resume", it.run(), "--yes"), ("note", it.run(), "hello"), ("status", it.run()),
        ("hand-over", it.run(), "--to", "maria"), ("cancel", it.run(), "--reason", "enough"),
    ]  # fmt: skip
    for _ in range(3):
        it.remember()
        given = [chance.choice(sorts[: -1 if terminals == 2 else None]) for _ in range(terminals)]
        codes = driver.at_once(it, *given)
        assert set(codes) <= {0, 1, 2, 4, TAKEN}, (list(zip(given, codes, strict=True)), it.said())
        assert not it.lost()

    finish(it, driver)
    record_property("crash", {"races": 3, "runs": 1, "events kept": len(it.acknowledged)})


def test_runs_begun_at_once_are_each_begun_once(
    round: int, trial: Make, driver: Driver, record_property: Record
) -> None:
    it = trial(process([acting("first")]))

    codes = driver.at_once(it, *[("run", "trial/steps", "--yes")] * 10)

    assert codes == [0] * 10, it.said()
    runs = Counter(row[0] for row in it.events() if row[4] == "RunStarted")
    assert list(runs.values()) == [1] * 10
    assert [row[0] for row in it.ask("SELECT status FROM run")] == ["succeeded"] * 10
    assert sum(row[4] in ENDED for row in it.events()) == 10
    assert len(it.effects("first")) == 10
    record_property("crash", {"races": 1, "runs": 10})
