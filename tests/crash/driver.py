"""Carries out commands in processes of its own that die where they are told to, with a bug planted when that is asked.

Everything is loaded once; each command is a fork of this program, made while no journal is open. It reads lines of
JSON (`folder`, `arguments`, `point`, `plant`) and answers each with `{"code": ..., "points": ...}`: how the command
ended (negative: by that signal) and how many points it had passed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runbook import app
from runbook.cli import main as line
from runbook.cli import resume_command, run_command, session  # noqa: F401  # loaded before the first fork
from runbook.engine import book, executor, lease, look, machine, plans, recovery, supervision, traces  # noqa: F401
from runbook.engine.executor import Executor
from runbook.engine.supervision import Supervisor
from runbook.journal import sqlite
from runbook.journal.sqlite import Journal
from runbook.outcome import Finished
from runbook.reading import library  # noqa: F401
from runbook.run import decide  # noqa: F401
from runbook.run.commands import Doubt, NotRun, Settle


@dataclass(slots=True)
class Life:
    """How far this command has come, and where it dies."""

    points: int = 0
    deadly: int = 0
    told: int = -1
    """Where the number of points goes."""

    def point(self) -> None:
        """A place where this command may die."""
        self.points += 1
        if self.points == self.deadly:
            self.tell()
            os.kill(os.getpid(), signal.SIGKILL)

    def tell(self) -> None:
        """Say how many points were passed."""
        os.write(self.told, b"%d\n" % self.points)


LIFE = Life()


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
    for name in ("submit", "leave"):
        around(Supervisor, name)
    around(session.Session, "tell")
    around(Supervisor, "poll", lambda messages: messages not in (True, []))
    start = Supervisor.start.__func__  # type: ignore[attr-defined]
    Supervisor.start = classmethod(around_start(start))  # type: ignore[method-assign,assignment]
    around(executor, "sweep")


def around_start(start: Any) -> Any:
    def wrapped(*words: Any) -> Any:
        LIFE.point()
        supervisor = start(*words)
        LIFE.point()
        return supervisor

    return wrapped


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
    Executor._kill_unwanted = lambda self, state: None  # type: ignore[method-assign]


PLANTS = {
    plant.__name__: plant
    for plant in (
        told_before_commit, handed_over_before_commit, started_taken_for_never_ran, result_not_adopted,
        never_ran_taken_for_success, run_not_held, epoch_not_checked, cancelled_programs_left_alone,
    )
}  # fmt: skip


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
    plant.__name__: plant
    for plant in (
        told_before_commit, handed_over_before_commit, started_taken_for_never_ran, result_not_adopted,
        never_ran_taken_for_success, run_not_held, epoch_not_checked, cancelled_programs_left_alone,
        disk_nearly_full, disk_fills_up, room_not_looked_at, clock_goes_back, little_grace,
    )
}  # fmt: skip


# -- the driver -------------------------------------------------------------------------------------


def carry_out(folder: str, arguments: list[str], plant: str) -> int:
    """One command, in this process; its exit code."""
    os.setsid()
    signal.alarm(60)  # whatever takes longer hangs
    os.chdir(folder)
    for name, at in (("out", 1), ("err", 2)):
        os.dup2(os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CREAT | os.O_APPEND), at)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.pop("RUNBOOK_HOME", None)
    if plant:
        PLANTS[plant]()
    place_points()
    return line.run(arguments)


def warm_up() -> None:
    """Load what reading a process loads, so that each fork has it; no journal is opened."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "processes" / "a").mkdir(parents=True)
        (folder / "runbook.yaml").write_text("{runbook: 1, title: Warm}")
        (folder / "processes" / "a" / "group.yaml").write_text("{title: A, owner: a}")
        steps = "[{id: a, title: A, shell: 'true'}, {id: b, title: B, manual: B}]"
        (folder / "processes" / "a" / "b.yaml").write_text(f"{{runbook: 1, title: B, steps: {steps}}}")
        workspace = app.Workspace(folder)
        project = app.read_one(workspace, "a/b").project
        plans.stored(plans.plan_of("a/b", project.processes, workspace.kinds))


def main() -> None:
    """Carry out what is asked, one command after the other."""
    warm_up()
    for words in sys.stdin:
        asked = json.loads(words)
        reading, writing = os.pipe()
        LIFE.deadly, LIFE.told = asked["point"], writing
        pid = os.fork()
        if not pid:
            code = 70
            try:
                code = carry_out(asked["folder"], asked["arguments"], asked["plant"])
                sys.stdout.flush()
                LIFE.tell()
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        os.close(writing)
        status = os.waitpid(pid, 0)[1]
        points = os.read(reading, 100) or b"0"
        os.close(reading)
        print(json.dumps({"code": os.waitstatus_to_exitcode(status), "points": int(points)}), flush=True)


if __name__ == "__main__":
    if sys.argv[1:]:  # plants, parted by commas, then a command
        for each in sys.argv[1].split(","):
            PLANTS[each]()
        sys.exit(line.run(sys.argv[2:]))
    main()
