"""The journal's file is cut short, or its bits are flipped: it is refused, or nothing acknowledged is missing."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runbook import app
from runbook.engine.identity import Actor
from runbook.errors import JournalDamaged, MachineRefuses
from runbook.journal.verify import verify
from runbook.run.commands import Note
from runbook.run.events import Recorded

from . import disk
from .conftest import Driver, Make
from .project import Trial
from .stories import STORIES, begun, tell

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
Record = Callable[[str, object], None]
_PAGE = 4096


@pytest.fixture
def told(trial: Make, driver: Driver) -> Trial:
    """A run with a bit of everything that waits for its end, beside two that are over or have only begun."""
    it = begun(STORIES["moves"], trial)
    tell(STORIES["moves"], it, driver)
    assert driver(it, "run", "trial/steps", "--yes", "--no-wait")[0] == 4
    return it


def everything(folder: Path) -> dict[str, list[Recorded]]:
    """All events of all runs, read as the commands read them; each run is also folded, and written to."""
    workspace = app.Workspace(folder, home_folder=folder / ".runbook", actor=Actor("crew"))
    try:
        found = {}
        for row in list(app.runs(workspace)):
            app.state(workspace, row.run)
            state = workspace.book.state(row.run)
            found[row.run] = list(app.events(workspace, row.run))
            assert state.seq == len(found[row.run])
            if not state.ended:
                app.say(workspace, row.run, Note("Looked"))
        list(app.inbox(workspace))
        return found
    finally:
        if "journal" in workspace.__dict__:
            workspace.journal.close()


def sound(it: Trial) -> dict[str, list[Recorded]]:
    """What is in the journal, which is left as it was."""
    before = it.journal.read_bytes()
    found = everything(it.folder)
    it.journal.write_bytes(before)
    return found


def spoiled(it: Trial, change: Callable[[bytearray], None], wanted: dict[str, list[Recorded]]) -> bool:
    """True when the journal with that change is refused; otherwise everything acknowledged is in it."""
    whole = it.journal.read_bytes()
    data = bytearray(whole)
    change(data)
    try:
        it.journal.write_bytes(data)
        try:
            found = everything(it.folder)
        except JournalDamaged as refusal:
            return bool(refusal.help)
        except MachineRefuses as refusal:  # one bit in its head says that the file may only be read
            return "readonly" in str(refusal)
        for run, events in wanted.items():
            assert found.get(run) == events, f"events of {run} are missing, and nobody was told"
        return False
    finally:
        it.journal.write_bytes(whole)
        it.journal.with_name("journal.db-journal").unlink(missing_ok=True)


def lengths(size: int, long: bool) -> Iterator[int]:
    """Lengths of every sort: none, parts of the head, around each page's end, all but a few bytes."""
    yield from (0, 1, 15, 16, 99, 100, 101, 511, 512, 513)
    for page in range(_PAGE, size + 1, _PAGE if long else 4 * _PAGE):
        yield from (length for length in (page - _PAGE // 2, page - 1, page, page + 1) if length < size)
    yield from (size - 2, size - 1)


def test_journal_cut_to_any_length_is_refused(told: Trial, long: bool, record_property: Record) -> None:
    wanted = sound(told)
    size = told.journal.stat().st_size
    for length in lengths(size, long):
        assert spoiled(told, lambda data: data.__delitem__(slice(length, None)), wanted), length  # noqa: B023
        record_property("crash", {"spoiled journals": 1})


def test_journal_with_a_flipped_bit_is_refused_or_complete(told: Trial, long: bool, record_property: Record) -> None:
    wanted = sound(told)
    chance = random.Random(1)
    spoils = refused = 0
    for page in range(0, told.journal.stat().st_size, _PAGE):
        for _ in range(60 if long else 4):
            place, bit = page + chance.choice((chance.randrange(100), chance.randrange(_PAGE))), chance.randrange(8)

            def flip(data: bytearray) -> None:
                data[place] ^= 1 << bit  # noqa: B023

            refused += spoiled(told, flip, wanted)
            spoils += 1
    record_property("crash", {"spoiled journals": spoils})

    assert 0 < refused < spoils


# -- half a write -----------------------------------------------------------------------------------


def interrupted(make: Make, driver: Driver, step: int, plant: str = "") -> int:
    """Whoever cancels a run dies in the middle of writing it down, and the next command is the first to look.

    How often half a write was left.
    """
    passed = tell(STORIES["cancel"], begun(STORIES["cancel"], make), driver, grain="fine")[1]
    left = 0
    for point in range(10, passed, step):
        it = begun(STORIES["cancel"], make)
        driver(it, *STORIES["cancel"].commands[0].words)
        run = it.run()
        driver(it, "cancel", run, "--reason", "enough", point=point, grain="fine")
        beside = it.journal.with_name("journal.db-journal")
        left += beside.exists() and beside.stat().st_size > 0
        assert driver(it, "status", run, plant=plant)[0] == 0, it.said()
        assert verify(it.journal) == []
    return left


@pytest.mark.skipif(not disk.reachable(), reason="SQLite is built into Python here")
def test_half_a_write_is_undone_by_the_first_who_looks(
    long: bool, trial: Make, driver: Driver, record_property: Record
) -> None:
    left = interrupted(trial, driver, 3 if long else 40)

    record_property("crash", {"spoiled journals": left})
    assert left
