"""Bugs, to see that they are noticed, and machines that are not as they should be."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from runbook.engine import executor, lease, machine, recovery
from runbook.engine.executor import Executor
from runbook.engine.supervision import Supervisor
from runbook.journal import sqlite
from runbook.journal.sqlite import Journal
from runbook.outcome import Finished
from runbook.run.commands import Doubt, NotRun, Settle

# -- bugs, to see that they are noticed -------------------------------------------------------------


def told_before_commit() -> None:
    append = sqlite._Transaction.append

    def bug(self: Any, events: Any, status: str) -> None:
        append(self, events, status)
        for recorded in events:
            if recorded.event.type == "StepSucceeded":
                os.write(1, f"+ succeeded {recorded.event.step}  \n".encode())

    sqlite._Transaction.append = bug  # type: ignore[method-assign]


def handed_over_before_commit() -> None:
    append, carry_on = sqlite._Transaction.append, Executor.carry_on
    working: list[Executor] = []

    def bug(self: Any, events: Any, status: str) -> None:
        append(self, events, status)
        for recorded in events:
            if "act" in recorded.event.data:
                working[0]._hand_over(recorded.event.step, recorded.event.attempt, recorded.event.data["act"])
                time.sleep(0.02)  # long enough for the program to begin

    def seen(self: Executor) -> Any:
        working.append(self)
        return carry_on(self)

    sqlite._Transaction.append = bug  # type: ignore[method-assign]
    Executor.carry_on = seen  # type: ignore[method-assign]


def started_taken_for_never_ran() -> None:
    recovery.Orphans._fate = lambda self, path, folder, name, attempt: NotRun(path, attempt)  # type: ignore[method-assign]


def result_not_adopted() -> None:
    fate = recovery.Orphans._fate

    def bug(self: Any, path: str, folder: Any, name: str, attempt: int) -> Any:
        command = fate(self, path, folder, name, attempt)
        return Doubt(path, attempt, {}) if isinstance(command, Settle) else command

    recovery.Orphans._fate = bug  # type: ignore[method-assign]


def never_ran_taken_for_success() -> None:
    fate = recovery.Orphans._fate

    def bug(self: Any, path: str, folder: Any, name: str, attempt: int) -> Any:
        command = fate(self, path, folder, name, attempt)
        never = isinstance(command, NotRun)
        return Settle(path, attempt, Finished(0), adopted=True) if never else command

    recovery.Orphans._fate = bug  # type: ignore[method-assign]


def run_not_held() -> None:
    @contextmanager
    def bug(*words: Any) -> Iterator[None]:
        yield

    lease.hold = bug


def epoch_not_checked() -> None:
    write = Journal.write

    def bug(self: Journal, run: str, epoch: int | None = None) -> Any:
        return write(self, run, None)

    Journal.write = bug  # type: ignore[method-assign]


def cancelled_programs_left_alone() -> None:
    Executor._kill_cancelled = lambda self, state: None  # type: ignore[method-assign]


def nothing_synced() -> None:
    _settings(synchronous="OFF")


def synced_as_is_normal() -> None:
    _settings(synchronous="NORMAL")


def undo_kept_in_memory() -> None:
    _rollback_journal("memory")


def _settings(**changes: str) -> None:
    sqlite._SETTINGS = (*sqlite._SETTINGS, *(f"{name}={value}" for name, value in changes.items()))  # type: ignore[assignment]


def _rollback_journal(mode: str) -> None:
    sqlite._keep_in_mode = lambda db, path, wanted: db.execute(f"PRAGMA journal_mode={mode}")


# -- the machine is not as it should be -------------------------------------------------------------


def disk_nearly_full() -> None:
    machine.ROOM = 1 << 60


def disk_fills_up() -> None:
    executor.has_room = lambda home: not os.path.exists("effects/first")


def room_not_looked_at() -> None:
    executor.has_room = lambda home: True


def clock_goes_back() -> None:
    begin = sqlite._Transaction.__init__
    hours = iter(range(23, 0, -1))

    def bug(self: Any, *words: Any) -> None:
        begin(self, *words)
        self.now = f"2026-01-01T{next(hours, 0):02}:00:00.000Z"

    sqlite._Transaction.__init__ = bug  # type: ignore[method-assign]


def little_grace() -> None:
    Supervisor.submit.__kwdefaults__["grace"] = 0.2


PLANTS = {
    name: plant
    for name, plant in globals().items()
    if not name.startswith("_") and getattr(plant, "__module__", "") == __name__
}
