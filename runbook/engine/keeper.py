"""Keeps the runs of a journal going while nobody watches: finds those that may go on, and has them carried out.

Rule 1: a run is read only when its rows say that it may go on by itself; what waits for people costs nothing.
Rule 2: time passes for every run, however many are being carried out.
Rule 3: what is wrong with one run is told, and stops no other.
"""

from __future__ import annotations

import os
import queue
import select
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from runbook.engine.book import Book
from runbook.engine.executor import Executor
from runbook.engine.timekeeper import Timekeeper
from runbook.engine.unattended import Passage, Unattended
from runbook.errors import Conflict
from runbook.instants import between
from runbook.journal.store import DueRow

_GLANCE = 0.25
"""Seconds between two looks at whether somebody has written."""
_AGAIN = 5.0
"""Seconds after which a run that somebody held is looked at again: a holder that dies writes nothing."""
_LATER = 60.0
"""Seconds after which a run that could not be taken up is tried again."""
_LONGEST = 30.0
"""The longest sleep, in seconds, since clocks are set."""


@dataclass(frozen=True, slots=True)
class _Rest:
    """A run that is left alone until then; with `row` only while its rows say just this."""

    row: DueRow | None
    until: float = float("inf")
    complaint: str = ""


class Keeper:
    """The runs of one journal, for one program; everything but `stop` is for one thread."""

    def __init__(
        self,
        book: Book,
        unattended: Unattended,
        max_runs: int,
        reported: Callable[[Passage], None],
        clock: Callable[[], str],
        timekeeper: Timekeeper | None = None,
    ) -> None:
        self._timekeeper = timekeeper
        self._book = book
        self._unattended = unattended
        self._max_runs = max_runs
        self._reported = reported
        self._clock = clock
        self._in_hand: dict[str, Executor | None] = {}
        """The runs that are being carried out; an executor once there is one."""
        self._threads: dict[str, threading.Thread] = {}
        self._done: queue.SimpleQueue[Passage] = queue.SimpleQueue()
        self._rests: dict[str, _Rest] = {}
        self._queued: dict[str, DueRow] = {}
        """The runs for which time has passed, and that wait for room."""
        self._stopping = False
        self._held = False
        self._changes = -1
        self._wake = os.pipe()
        for end in self._wake:
            os.set_blocking(end, False)

    def keep(self, forever: bool) -> None:
        """Take up whatever may go on; until nothing does, or `forever`, which is until `stop`."""
        try:
            while True:
                while not self._done.empty():
                    self._let_go(self._done.get())
                if not self._stopping:
                    self._round()
                if not self._in_hand and (self._stopping or not forever):
                    break
                self._wait()
        except Exception:
            self.stop()  # the journal can't be used: what runs is left to the supervisors, and adopted later
            raise
        ends, self._wake = self._wake, (-1, -1)
        for end in ends:
            os.close(end)

    def stop(self) -> None:
        """Take up nothing new; `keep` returns when what runs has ended. For signal handlers too."""
        self._stopping = True
        for executor in list(self._in_hand.values()):
            if executor:
                executor.stop()
        self._rouse()

    @property
    def in_hand(self) -> list[str]:
        """The runs that are being carried out."""
        return list(self._in_hand)

    # -- one round ------------------------------------------------------------------------------

    def _round(self) -> None:
        """Look at every run that may go on, and hand over those with programs while there is room."""
        self._changes = self._book.store.changes()
        if self._timekeeper:
            self._timekeeper.round()
        rows = self._book.store.due()
        present = {row.run for row in rows}
        self._rests = {run: rest for run, rest in self._rests.items() if run in present}
        self._queued = {run: row for run, row in self._queued.items() if run in present}
        self._held = False
        for row in rows:
            if self._stopping:
                return
            if row.run in self._in_hand or self._rests_still(row):
                continue
            free = len(self._in_hand) < self._max_runs
            if not free and (not row.due or self._queued.get(row.run) == row):
                continue
            if self._unattended.is_held(row.run):
                self._held = True
                continue
            passage = self._looked_at(row)
            if not passage.wanting:
                self._settle(passage)
            elif free:
                self._hand_over(row)
            else:
                self._queued[row.run] = row

    def _looked_at(self, row: DueRow) -> Passage:
        try:
            return self._unattended.look(self._book, row)
        except Exception as error:
            return Passage(row, error=error)

    def _rests_still(self, row: DueRow) -> bool:
        rest = self._rests.get(row.run)
        return rest is not None and rest.row in (None, row) and time.monotonic() < rest.until

    def _settle(self, passage: Passage) -> None:
        """Tell what it has come to, and leave the run alone until its rows change; what is wrong is told once."""
        run = passage.row.run
        if not passage.error:
            self._rests[run] = _Rest(passage.row)
            self._reported(passage)
            return
        complaint, before = str(passage.error), self._rests.get(run)
        self._rests[run] = _Rest(None, time.monotonic() + _LATER, complaint)
        if before is None or before.complaint != complaint:
            self._reported(passage)

    # -- carrying out ---------------------------------------------------------------------------

    def _hand_over(self, row: DueRow) -> None:
        self._in_hand[row.run] = None
        self._threads[row.run] = threading.Thread(target=self._carry, args=(row,), daemon=True)
        self._threads[row.run].start()

    def _carry(self, row: DueRow) -> None:
        """What the thread of one run does."""

        def in_hand(executor: Executor) -> None:
            self._in_hand[row.run] = executor
            if self._stopping:
                executor.stop()

        try:
            passage = self._unattended.carry(row, in_hand)
        except Exception as error:
            passage = Passage(row, error=error)
        self._done.put(passage)
        self._rouse()

    def _let_go(self, passage: Passage) -> None:
        """A run is out of hand: tell of it. One that did not get on is not tried again at once."""
        row = passage.row
        self._threads.pop(row.run).join()
        self._in_hand.pop(row.run)
        if isinstance(passage.error, Conflict) and self._unattended.is_held(row.run):  # somebody else was quicker
            self._held = True
            self._rests[row.run] = _Rest(None, time.monotonic() + _AGAIN)
        elif passage.error:
            self._settle(passage)
        else:
            if not passage.moved:  # in case what a look finds and what a holder can do ever differ
                self._rests[row.run] = _Rest(None, time.monotonic() + _AGAIN)
            self._reported(passage)

    # -- waiting --------------------------------------------------------------------------------

    def _wait(self) -> None:
        """Until a run is out of hand, an instant is there, or somebody has written something."""
        until = time.monotonic() + self._pause()
        while (left := until - time.monotonic()) > 0:
            if select.select([self._wake[0]], [], [], min(_GLANCE, left))[0]:
                with suppress(BlockingIOError):
                    os.read(self._wake[0], 4096)
                return
            if not self._stopping and self._book.store.changes() != self._changes:
                return

    def _pause(self) -> float:
        """Seconds until there is something to look at, as far as that is known."""
        if self._stopping:
            return _LONGEST
        resting = min((rest.until for rest in self._rests.values()), default=_LONGEST + time.monotonic())
        seconds = min(_AGAIN if self._held else _LONGEST, max(0.0, resting - time.monotonic()) + 0.002)
        seconds = min(seconds, self._timekeeper.pause() + 0.002 if self._timekeeper else seconds)
        known = (self._book.store.next_due(), self._timekeeper.next_due() if self._timekeeper else "")
        due = min(filter(None, known), default="")
        return min(seconds, max(0.0, between(self._clock(), due)) + 0.002) if due else seconds

    def _rouse(self) -> None:
        with suppress(OSError):  # enough is in the pipe already
            os.write(self._wake[1], b".")
