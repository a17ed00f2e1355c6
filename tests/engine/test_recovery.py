"""What a crash has left is looked into, turned into commands, and cleared away when nobody needs it."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from runbook.engine.book import Book
from runbook.engine.identity import Actor
from runbook.engine.recovery import Orphans, sweep
from runbook.engine.supervision import Supervisor
from runbook.journal.memory import Journal
from runbook.kinds import builtin
from runbook.outcome import Act
from runbook.run.commands import Cancel, Claim, Doubt, NotRun, Settle
from runbook.run.state import RunState
from runbook.testing import plan_from
from tests.waiting import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")

ADA = Actor("ada")
PATH = {"PATH": os.environ["PATH"]}
TEXT = """
runbook: 1
title: Two at once
steps:
  - {id: one, title: One, shell: echo one}
  - {id: two, title: Two, shell: echo two, needs: []}
"""


@pytest.fixture
def run(tmp_path: Path) -> str:
    """A run's name, which no other test has: attempts are found by it."""
    return f"drill-{tmp_path.name}"


@pytest.fixture
def started(run: str) -> tuple[Book, RunState]:
    """A run whose two programs were started by somebody who is gone."""
    book = Book(Journal(), builtin())
    book.begin(run, plan_from({"trial/steps": TEXT}, builtin()), {}, "", ADA)
    book.advance(run, [Claim(2, {"folder": f"{run}-1-0"})], ADA)
    return book, book.state(run)


def orphans(state: RunState, home: Path) -> Orphans:
    found = Orphans()
    found.take_on(state, state.running, home)
    return found


def supervisor(home: Path, run: str) -> Supervisor:
    (home / "supervisors").mkdir(exist_ok=True)
    return Supervisor.start(home / "supervisors" / f"{run}-1-0")


def test_fate_of_each_attempt_becomes_a_command(tmp_path: Path, run: str, started: tuple[Book, RunState]) -> None:
    book, state = started
    it = supervisor(tmp_path, run)
    it.submit(f"{run}:one:1", Act(("echo", "done"), PATH))
    it.leave()

    left = orphans(state, tmp_path)
    assert len(left) == 2
    settled, never = left.look()

    assert isinstance(settled, Settle)
    assert (settled.step, settled.finished.stdout, settled.adopted) == ("one", "done\n", True)
    assert never == NotRun("two", 1)
    assert not left
    assert [each.event.type for each in book.advance(run, [settled, never], ADA)] == ["StepSucceeded", "AttemptNotRun"]


def test_attempts_without_a_trace_are_in_doubt(tmp_path: Path, started: tuple[Book, RunState]) -> None:
    left = orphans(started[1], tmp_path)

    assert left.look() == [Doubt("one", 1, {}), Doubt("two", 1, {})]


def test_program_that_still_runs_is_looked_at_again(tmp_path: Path, run: str, started: tuple[Book, RunState]) -> None:
    it = supervisor(tmp_path, run)
    script = f"touch {tmp_path}/begun; until test -e {tmp_path}/go; do sleep 0.01; done"
    it.submit(f"{run}:one:1", Act(("sh", "-c", script), PATH))
    it.close()

    left = orphans(started[1], tmp_path)
    until((tmp_path / "begun").exists)
    assert left.look() == [NotRun("two", 1)]
    assert (left.look(), len(left)) == ([], 1)
    (tmp_path / "go").touch()
    while not (found := left.look()):
        time.sleep(0.005)
    assert isinstance(found[0], Settle)


def test_programs_left_behind_are_ended_when_the_run_was_cancelled(
    tmp_path: Path, run: str, started: tuple[Book, RunState]
) -> None:
    book, state = started
    it = supervisor(tmp_path, run)
    deaf = f"trap '' TERM; echo $$ > {tmp_path}/new; mv {tmp_path}/new {tmp_path}/begun; exec sleep 300"
    it.submit(f"{run}:one:1", Act(("sh", "-c", deaf), PATH))
    it.close()
    left = orphans(state, tmp_path)
    until((tmp_path / "begun").exists)

    book.advance(run, [Cancel("enough")], ADA)
    commands = left.look()
    for _ in range(3):
        left.end(book.state(run))
    os.kill(int((tmp_path / "begun").read_text()), signal.SIGKILL)  # which lives: nobody waits for its grace to be over
    while left:
        commands += left.look()
        time.sleep(0.005)

    book.advance(run, commands, ADA)
    assert book.state(run).status == "cancelled"


def test_only_what_ended_supervisors_of_the_run_left_is_swept(tmp_path: Path) -> None:
    folder = tmp_path / "supervisors"
    names = ["drill-1-0", "drill-12-3", "drill-2-0", "drill-1-0-1-0", "drill-x-1-0", "other-1-0"]
    for name in names:
        (folder / name).mkdir(parents=True)
        (folder / name / "lock").touch()
        (folder / name / "log").write_text("something")
    held = os.open(folder / "drill-2-0" / "lock", os.O_RDWR)
    fcntl.flock(held, fcntl.LOCK_EX)

    sweep(tmp_path, "drill")
    os.close(held)

    assert {entry.name for entry in folder.iterdir()} == {"drill-2-0", "drill-1-0-1-0", "drill-x-1-0", "other-1-0"}
