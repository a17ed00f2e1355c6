"""The power fails after any write: whatever the disk had kept of what was not synced, nothing acknowledged is lost.

A disk may do what it was asked since the last sync in part, in any order and by half sectors, and no file that was
made is sure to be found before it was synced. Every image that could be left is put together, opened and read.
"""

from __future__ import annotations

import pickle
import random
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from runbook.errors import RunbookError
from runbook.journal.sqlite import Journal
from runbook.journal.verify import verify

from . import disk
from .conftest import Driver, Make
from .project import Row, Trial
from .stories import STORIES, begun, tell

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="needs /proc"),
    pytest.mark.skipif(not disk.reachable(), reason="SQLite is built into Python here"),
]
Op = tuple[str, str, int, Any]
_SECTOR = 512


@dataclass(slots=True)
class File:
    """One file on the disk: what is sure to be on it, and what it was asked for since."""

    sure: bytes = b""
    exists: bool = False
    asked: list[Op] = field(default_factory=list)

    def left(self, keeps: Callable[[], bool]) -> bytes | None:
        """What is found after a power cut, each request done or not; None when there is no such file."""
        if not self.exists and not keeps():
            return None
        data = bytearray(self.sure)
        for kind, _, at, content in self.asked:
            if kind == "truncate":
                if keeps():
                    del data[at:]
                continue
            for start in range(0, len(content), _SECTOR):
                if keeps():
                    part = content[start : start + _SECTOR]
                    data.extend(bytes(max(0, at + start + len(part) - len(data))))
                    data[at + start : at + start + len(part)] = part
        return bytes(data)


def cuts(ops: list[Op]) -> Iterator[tuple[dict[str, File], dict[str, int]]]:
    """Before each request: the files as they are by then, and the number of acknowledged events of each run."""
    files = {"journal.db": File(exists=True)}  # made, and its folder synced, before SQLite sees it
    acknowledged: dict[str, int] = {}
    for op in ops:
        kind, name, _, content = op
        if kind == "acknowledged":
            acknowledged = content
            continue
        yield files, acknowledged
        file = files.setdefault(name, File())
        if kind == "sync":
            file.sure, file.exists, file.asked = file.left(lambda: True) or b"", True, []
        elif kind in ("write", "truncate"):
            file.asked.append(op)
        elif kind == "delete":
            files[name] = File()
    yield files, acknowledged


def look(place: Path, files: dict[str, File], keeps: Callable[[], bool]) -> list[Row] | str:
    """The events in what is left of the files; a text when they can't be read, or are not sound."""
    for name, file in files.items():
        content = file.left(keeps)
        if content is None:
            (place / name).unlink(missing_ok=True)
        else:
            (place / name).write_bytes(content)
    try:
        Journal(place / "journal.db").close()
        db = sqlite3.connect(place / "journal.db")
        rows = db.execute(
            "SELECT run, seq, at, type, step, attempt, body, hash FROM event ORDER BY run, seq"
        ).fetchall()
        db.close()
    except (RunbookError, sqlite3.Error) as error:
        return str(error)
    return "; ".join(verify(place / "journal.db")) or rows


def power_fails(
    name: str, make: Make, driver: Driver, plant: str = "", step: int = 1, ways: int = 1, seed: int = 0
) -> tuple[int, int]:
    """The power fails during a story, each time before another request; how many images there were, how many events."""
    it = begun(STORIES[name], make)
    tell(STORIES[name], it, driver, grain="recorded", plant=plant)
    whole = it.ask("SELECT run, seq, at, type, step, attempt, body, hash FROM event ORDER BY run, seq")
    images = 0
    chance = random.Random(seed)
    place = it.folder / "image"
    place.mkdir(mode=0o700)
    for number, (files, acknowledged) in enumerate(cuts(recorded(it))):
        if number % step:
            continue
        ways_to_be_left = [lambda: False, lambda: True, *[lambda: chance.random() < 0.5] * ways]
        for keeps in ways_to_be_left:
            found = look(place, files, keeps)
            assert not isinstance(found, str), f"before request {number} the power fails, and then: {found}"
            assert found == whole[: len(found)], "an event was changed"
            assert len(found) >= sum(acknowledged.values()), "an acknowledged event was lost"
            images += 1
    return images, len(whole)


def recorded(trial: Trial) -> list[Op]:
    """All that the commands asked the disk for."""
    ops: list[Op] = []
    with (trial.folder / "ops").open("rb") as file:
        while file.peek():
            ops += pickle.load(file)
    return ops


@pytest.mark.parametrize("name", ["retry", "part", "moves"])
def test_power_cut_before_any_request_loses_nothing_acknowledged(
    name: str, long: bool, trial: Make, driver: Driver, record_property: Callable[[str, object], None]
) -> None:
    if not long and name != "part":
        pytest.skip("a part of the long form")
    images, events = power_fails(name, trial, driver, step=1 if long else 7, ways=8 if long else 1)

    record_property("crash", {"power cuts": images})
    assert images > 2 * events


@pytest.mark.parametrize("plant", ["nothing_synced", "synced_as_is_normal", "undo_kept_in_memory"])
def test_journal_that_syncs_too_little_is_noticed_in_a_power_cut(
    plant: str, long: bool, trial: Make, driver: Driver, record_property: Callable[[str, object], None]
) -> None:
    if not long and plant != "nothing_synced":
        pytest.skip("a part of the long form")
    with pytest.raises(AssertionError, match=r"was lost|the power fails, and then"):
        power_fails("retry", trial, driver, plant, ways=4)
    record_property("crash", {"planted bugs caught": 1})
