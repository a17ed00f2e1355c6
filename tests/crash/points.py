"""Where a command may die: around all that it records, hands over and hears, and before all that it asks the system.

The coarse points stand between whole acts of the engine (a commit, a hand-over, what is told). The fine ones stand
before every write, sync and truncation of SQLite and every call of the system that changes anything, and in the middle
of every write. The points of a supervisor are of the fine sort, in its own process.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runbook.cli import session
from runbook.engine import executor, supervision
from runbook.engine.supervision import Supervisor
from runbook.journal.sqlite import Journal

from . import disk

CALLS = ("write", "pwrite", "ftruncate", "replace", "rename", "unlink", "mkdir", "rmdir", "fsync", "posix_spawn")
"""What changes anything outside of the process."""
_write, _kill = os.write, os.kill


@dataclass(slots=True)
class Life:
    """How far this command has come, and where it dies."""

    points: int = 0
    deadly: int = 0
    told: int = -1
    """Where the number of points goes."""
    end: Callable[[], None] = lambda: _kill(os.getpid(), signal.SIGKILL)
    over: Callable[[], None] = lambda: None
    """What is done when the command has ended by itself."""

    def point(self) -> bool:
        """A place where this command may die; True when it has only stood still there."""
        self.points += 1
        if self.points != self.deadly:
            return False
        self.tell()
        self.end()
        return True

    def tell(self) -> None:
        """Say how many points were passed."""
        _write(self.told, b"%d\n" % self.points)


LIFE = Life()


def die_with_the_machine() -> None:
    """Everything of this project dies at the same instant: supervisors, programs, this command."""
    folder = os.getcwd()
    mine = f"{folder}/.runbook/supervisors/".encode()
    program = f"RUNBOOK_PROJECT={folder}".encode()
    for wanted, where in ((mine, "cmdline"), (program, "environ")):
        for name in os.listdir("/proc"):
            if name.isdigit() and wanted in _read(f"/proc/{name}/{where}"):
                try:
                    _kill(int(name), signal.SIGKILL)
                except ProcessLookupError:
                    pass
    _kill(os.getpid(), signal.SIGKILL)


def stand_still() -> None:
    """Stop, as Ctrl-Z does; whoever wakes it up again lets it go on."""
    _kill(os.getpid(), signal.SIGSTOP)


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
ENDS: dict[str, Callable[[], None]] = {
    "command": LIFE.end, "machine": die_with_the_machine, "stopped": stand_still,
    **{name: lambda name=name: _kill(os.getpid(), signal.Signals[name]) for name in SIGNALS},
}  # fmt: skip
"""What happens at the deadly point."""


# -- coarse -----------------------------------------------------------------------------------------


def around(owner: Any, name: str, after: Callable[[Any], bool] = lambda result: True) -> None:
    """A point before and a point after each call of a function; the latter only when its result is worth it."""
    inner = getattr(owner, name)

    def wrapped(*words: Any, **options: Any) -> Any:
        if after(True):
            LIFE.point()
        result = inner(*words, **options)
        if after(result):
            LIFE.point()
        return result

    setattr(owner, name, wrapped)


def place_points() -> None:
    """Points around every commit, every hand-over and everything that is heard from the supervisor."""
    from runbook.engine import evidence, lease

    write = Journal.write

    @contextmanager
    def watched(self: Journal, run: str, epoch: int | None = None) -> Iterator[Any]:
        with write(self, run, epoch) as transaction:
            yield transaction
            changed = transaction.head != before.get(run, 0)
            before[run] = transaction.head
            if changed:
                LIFE.point()
        if changed:
            LIFE.point()

    before: dict[str, int] = {}
    Journal.write = watched  # type: ignore[method-assign]
    for name in ("create", "take"):
        around(Journal, name)
    for name in ("submit", "kill", "leave"):
        around(Supervisor, name)
    around(session.Session, "tell")
    around(Supervisor, "poll", lambda messages: messages not in (True, []))
    start = Supervisor.start.__func__  # type: ignore[attr-defined]
    Supervisor.start = classmethod(around_start(start))  # type: ignore[method-assign,assignment]
    around(executor, "sweep")
    around(lease, "_locked")
    around(evidence, "keep")


def around_start(start: Any) -> Any:
    """A point before and after the start of a supervisor."""

    def wrapped(*words: Any) -> Any:
        LIFE.point()
        supervisor = start(*words)
        LIFE.point()
        return supervisor

    return wrapped


# -- fine -------------------------------------------------------------------------------------------


def place_fine_points() -> None:
    """Points before all that SQLite does to its files and all that this process asks of the system."""
    disk.watch(_at_disk)
    for name in CALLS:
        before(os, name)
    before(fcntl, "flock")


def _at_disk(op: disk.Op, part: Callable[[bytes], int]) -> None:
    LIFE.point()
    if op.kind == "write" and len(op.data) > 1:
        LIFE.points += 1
        if LIFE.points == LIFE.deadly:
            part(op.data[: len(op.data) // 2])
            LIFE.tell()
            LIFE.end()


def before(owner: Any, name: str) -> None:
    """A point before each call of a function of the system."""
    inner = getattr(owner, name)

    def wrapped(*words: Any, **options: Any) -> Any:
        LIFE.point()
        return inner(*words, **options)

    setattr(owner, name, wrapped)


# -- the supervisor ---------------------------------------------------------------------------------


_MORTAL = """
import os
def mortal(name, inner, state={{'left': {point}}}):
    def wrapped(*words, **options):
        state['left'] -= 1
        if not state['left']:
            die()
        return inner(*words, **options)
    return wrapped
def die(open=os.open, kill=os.kill):
    import sys
    try:
        open(os.path.dirname(sys.argv[2]) + '/died', os.O_CREAT | os.O_EXCL)
    except FileExistsError:
        return
    if {machine}:
        kill(os.getppid(), 9)
    kill(os.getpid(), 9)
for name in ('pwrite', 'write', 'fsync', 'fdatasync', 'posix_spawn', 'unlink', 'replace', 'ftruncate'):
    setattr(os, name, mortal(name, getattr(os, name)))
"""


def make_supervisor_mortal(point: int, machine: bool) -> None:
    """The first supervisor dies before its so many-th call of the system, alone or with the command."""
    supervision._BOOT = _MORTAL.format(point=point, machine=machine) + "\n" + supervision._BOOT


# -- what a disk is asked to do ---------------------------------------------------------------------


def record_the_disk() -> None:
    """Keep all that SQLite does to its files, and what was acknowledged when, in the file `ops` of the project."""
    ops: list[Any] = []
    disk.watch(lambda op, part: ops.append((op.kind, op.file, op.at, op.data)))
    transaction = Journal._all_or_nothing

    @contextmanager
    def told(self: Journal) -> Iterator[None]:
        with transaction(self):
            yield
        ops.append(("acknowledged", "", 0, dict(self._db.execute("SELECT run, head_seq FROM run").fetchall())))

    def save() -> None:
        with Path("ops").open("ab") as file:
            pickle.dump(ops, file)

    Journal._all_or_nothing = told  # type: ignore[method-assign]
    LIFE.over = save


# -- a disk that fails ------------------------------------------------------------------------------


_REFUSALS = {"write": disk.BAD_WRITE, "truncate": disk.BAD_TRUNCATION, "sync": disk.BAD_SYNC}


def fail_at_disk(full: bool) -> None:
    """The disk refuses the deadly request; and, when it is full, every write from then on."""

    def refused(op: disk.Op, part: Callable[[bytes], int]) -> int | None:
        if op.kind not in _REFUSALS:
            return None
        LIFE.points += 1
        if full:
            return disk.FULL if op.kind == "write" and 0 < LIFE.deadly <= LIFE.points else None
        return _REFUSALS[op.kind] if LIFE.points == LIFE.deadly else None

    disk.watch(refused)
