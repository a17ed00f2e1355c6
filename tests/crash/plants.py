"""Bugs, to see that they are noticed, and machines that are not as they should be."""

from __future__ import annotations

import datetime
import fcntl
import hashlib
import itertools
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from runbook import app
from runbook.engine import executor, lease, machine, recovery, supervision, traces
from runbook.engine.executor import Executor
from runbook.journal import database, transaction
from runbook.journal.sqlite import Journal
from runbook.outcome import Finished
from runbook.run.commands import Attach, Doubt, NotRun, Settle

from . import disk

# -- bugs, to see that they are noticed -------------------------------------------------------------


def told_before_commit() -> None:
    append = transaction.Transaction.append

    def bug(self: Any, events: Any, status: str) -> None:
        append(self, events, status)
        for recorded in events:
            if recorded.event.type == "StepSucceeded":
                os.write(1, f"+ succeeded {recorded.event.step}  \n".encode())

    transaction.Transaction.append = bug  # type: ignore[method-assign]


def handed_over_before_commit() -> None:
    append, carry_on = transaction.Transaction.append, Executor.carry_on
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

    transaction.Transaction.append = bug  # type: ignore[method-assign]
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
    Executor._kill_unwanted = lambda self, state: None  # type: ignore[method-assign]


def run_made_before_it_is_begun() -> None:
    create = Journal.create

    def bug(self: Journal, run: str, process: str, definition: str, body: str, by: str, begin: Any = None) -> None:
        create(self, run, process, definition, body, by)
        with self.write(run) as transaction:
            begin(transaction)

    Journal.create = bug  # type: ignore[method-assign]


def interrupted_write_not_undone() -> None:
    connect = database.connect

    def bug(path: Path, writable: bool) -> Any:
        path.with_name(path.name + "-journal").unlink(missing_ok=True)  # "some rubbish that was left behind"
        return connect(path, writable)

    database.connect = bug


def evidence_recorded_before_it_is_kept() -> None:
    """The name is told at once, and the copying follows."""
    from runbook.app import replies
    from runbook.engine import evidence

    keep, say = evidence.keep, replies.say
    later: list[Any] = []

    def bug(home: Path, step: str, source: Path) -> Attach:
        content = source.read_bytes()
        later.append(lambda: keep(home, step, source))
        return Attach(step, source.name, hashlib.sha256(content).hexdigest(), len(content))

    def told(*words: Any) -> Any:
        events = say(*words)
        while later:
            later.pop()()
        return events

    evidence.keep = bug
    app.say = told


def swept_before_it_is_looked_at() -> None:
    take_on = recovery.Orphans.take_on

    def bug(self: Any, state: Any, paths: Any, home: Path) -> None:
        take_on(self, state, paths, home)
        recovery.sweep(home, state.run)

    recovery.Orphans.take_on = bug  # type: ignore[method-assign]


def supervisor_dies_with_the_command() -> None:
    _bug_in_supervisor(
        "loop", "while not self.closed or self.programs or self.unsaved or self.replies:", "while not self.alone:"
    )


def start_not_noted() -> None:
    """The log has no `running`: a machine that dies meanwhile has run the program and does not know."""
    _bug_in_supervisor(
        "loop",
        'news = ended + b"".join(line(encode({"running": each.attempt, "number": each.number})) for each in starting)',
        "news = ended or b'\\n' * len(starting)",
    )


def lock_not_held_by_the_supervisor() -> None:
    """Nobody holds the folder of a supervisor, which is slow to hear what it is asked for."""
    flock = fcntl.flock

    def bug(handle: int, how: int) -> None:
        if sys._getframe(1).f_code.co_name != "start":
            flock(handle, how)

    fcntl.flock = bug
    _bug_in_supervisor(
        "loop", "        data = os.read(0, CHUNK)\n", "        time.sleep(0.05); data = os.read(0, CHUNK)\n"
    )


def cookie_not_looked_for() -> None:
    traces.carries = lambda pid, attempt: False


def _bug_in_supervisor(module: str, text: str, bug: str) -> None:
    """Supervisors are started from a copy in which a piece of text is another one."""
    home = Path(os.getcwd(), ".planted")
    if not home.exists():
        shutil.copytree(Path(supervision.__file__).parent / "supervisor", home / "supervisor")
    file = home / "supervisor" / f"{module}.py"
    if text in file.read_text():
        file.write_text(file.read_text().replace(text, bug))
    assert bug in file.read_text()
    supervision._HOME = home


def nothing_synced() -> None:
    _settings(synchronous="OFF")


def synced_as_is_normal() -> None:
    _settings(synchronous="NORMAL")


def undo_kept_in_memory() -> None:
    _rollback_journal("memory")


def _settings(**changes: str) -> None:
    database.SETTINGS = (*database.SETTINGS, *(f"{name}={value}" for name, value in changes.items()))  # type: ignore[assignment]


def _rollback_journal(mode: str) -> None:
    database.keep_in_mode = lambda db, path, wanted: db.execute(f"PRAGMA journal_mode={mode}")


# -- the machine is not as it should be -------------------------------------------------------------


def disk_nearly_full() -> None:
    machine.ROOM = 1 << 60


def disk_fills_up() -> None:
    executor.has_room = lambda home: not os.path.exists("effects/first")


def room_not_looked_at() -> None:
    executor.has_room = lambda home: True


def clock_goes_back() -> None:
    begin = transaction.Transaction.__init__
    hours = iter(range(23, 0, -1))

    def bug(self: Any, *words: Any) -> None:
        begin(self, *words)
        self.now = f"2026-01-01T{next(hours, 0):02}:00:00.000Z"

    transaction.Transaction.__init__ = bug  # type: ignore[method-assign]


def clock_jumps() -> None:
    """Days ahead and days back, from one transaction to the next."""
    begin = transaction.Transaction.__init__
    days = (2 * number + jump for number, jump in enumerate(itertools.cycle((0, 8, 2, 11, 1, 14))))

    def bug(self: Any, *words: Any) -> None:
        begin(self, *words)
        day = datetime.date(2026, 1, 1) + datetime.timedelta(next(days))
        self.now = f"{day}T12:00:00.000Z"

    transaction.Transaction.__init__ = bug  # type: ignore[method-assign]


def stands_still_in_a_commit() -> None:
    """Stops, once, with the journal locked against everybody: when its first program has ended."""

    def stop(op: disk.Op, part: Any) -> None:
        if op.kind == "sync" and op.file == "journal.db" and os.path.exists("effects/go.lock"):
            try:
                os.close(os.open("effects/stopped.lock", os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                return
            os.kill(os.getpid(), signal.SIGSTOP)

    disk.watch(stop)


PLANTS = {
    name: plant
    for name, plant in globals().items()
    if not name.startswith("_") and getattr(plant, "__module__", "") == __name__
}
