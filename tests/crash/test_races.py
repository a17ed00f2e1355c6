"""Several commands at one run at once, and commands that are told to stop: nothing is done twice, nothing is left."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import pytest

from tests.waiting import PATIENCE

from . import disk
from .project import Trial, acting, held_back, process

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")

Make = Callable[[Mapping[str, Any]], Trial]
CONFIRM = {"id": "confirm", "title": "Confirm", "manual": "Look at it"}
BUSY = process([CONFIRM, held_back("first"), acting("second")], [acting("clean-up")])
SIGNALS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]


def confirmed(make: Make) -> Trial:
    """A run whose first program may start, and which nobody carries out."""
    trial = make(BUSY)
    assert trial.call("run", "trial/steps", "--yes").returncode == 4
    assert trial.call("answer", trial.run(), "confirm", "done").returncode == 0
    return trial


# -- who carries it out -----------------------------------------------------------------------------


def eight_at_once(make: Make, plants: str = "") -> None:
    """Eight commands want to carry out the same run."""
    trial = confirmed(make)
    commands = {trial.start("resume", trial.run(), "--yes", plants=plants, says=str(n)): str(n) for n in range(8)}
    trial.wait_until(lambda: sum(each.poll() is not None for each in commands) >= 7)
    trial.let_go()
    ends = {each: each.wait(PATIENCE) for each in commands}
    trial.judge()
    assert sorted(ends.values()) == [0] + [5] * 7
    worker = next(each for each, code in ends.items() if code == 0)
    for each, code in ends.items():
        assert code == 0 or f"process {worker.pid})" in trial.said(commands[each])


def test_one_of_eight_carries_the_run_out_and_the_others_are_told_who(trial: Make) -> None:
    eight_at_once(trial)


def taken_over(make: Make, plants: str = "") -> None:
    """Somebody removes the lock of a run under way, and somebody else goes on with it."""
    trial = confirmed(make)
    first = trial.start("resume", trial.run(), "--yes", plants=plants, says="-first")
    trial.wait_until(lambda: trial.effects("first"))
    (trial.folder / ".runbook" / "leases" / f"{trial.run()}.lock").unlink()
    second = trial.start("resume", trial.run(), "--yes", says="-second")
    trial.wait_until(lambda: [row[4] for row in trial.events()].count("RunResumed") == 2)
    trial.let_go()
    assert (first.wait(PATIENCE), second.wait(PATIENCE)) == (5, 0), trial.said("-first") + trial.said("-second")
    assert "taken over" in trial.said("-first")
    trial.judge()


def test_whoever_was_overtaken_writes_nothing_any_more(trial: Make) -> None:
    taken_over(trial)


def test_holder_that_stands_still_is_named_and_goes_on_later(trial: Make) -> None:
    it = confirmed(trial)
    holder = it.start("resume", it.run(), "--yes")
    it.wait_until(lambda: it.effects("first"))
    os.kill(holder.pid, signal.SIGSTOP)

    told = it.call("resume", it.run(), "--yes")
    seen = it.call("status", it.run())
    os.kill(holder.pid, signal.SIGCONT)
    it.let_go()

    assert told.returncode == 5
    assert f"process {holder.pid})" in told.stderr
    assert seen.returncode == 0
    assert holder.wait(PATIENCE) == 0
    it.judge()


def test_run_is_taken_over_from_a_holder_that_stands_still(trial: Make) -> None:
    it = confirmed(trial)
    holder = it.start("resume", it.run(), "--yes")
    it.wait_until(lambda: it.effects("first"))
    os.kill(holder.pid, signal.SIGSTOP)
    os.waitid(os.P_PID, holder.pid, os.WSTOPPED | os.WNOWAIT)

    refused = it.call("resume", it.run(), "--yes")
    it.let_go()
    taken = it.call("resume", it.run(), "--yes", "--take-over")

    assert refused.returncode == 5
    assert "stands still" in refused.stderr
    assert f"runbook resume {it.run()} --take-over" in refused.stderr
    assert taken.returncode == 0, taken.stderr
    assert holder.wait(PATIENCE) == -signal.SIGKILL
    assert "AttemptAbandoned" not in [row[4] for row in it.events()], "its program was not adopted"
    noted = [row[9] for row in it.events() if row[4] == "NoteAdded"]
    assert len(noted) == 1
    assert f"process {holder.pid}); that process was ended" in noted[0]
    it.judge()


@pytest.mark.skipif(not disk.reachable(), reason="SQLite is built into Python here")
def test_run_is_taken_over_from_a_holder_that_stands_still_in_the_middle_of_a_write(trial: Make) -> None:
    it = confirmed(trial)
    run = it.run()
    holder = it.start("resume", run, "--yes", plants="stands_still_in_a_commit")
    it.wait_until(lambda: it.effects("first"))
    it.let_go()
    it.wait_until((it.folder / "effects" / "stopped.lock").exists)
    os.waitid(os.P_PID, holder.pid, os.WSTOPPED | os.WNOWAIT)

    with pytest.raises(sqlite3.OperationalError, match="locked"):
        sqlite3.connect(it.journal, timeout=0.1).execute("SELECT count(*) FROM run")
    began = time.monotonic()
    taken = it.call("resume", run, "--yes", "--take-over")

    assert taken.returncode == 0, taken.stderr
    assert time.monotonic() - began < 25, "it has waited for a lock that nobody will let go"
    assert holder.wait(PATIENCE) == -signal.SIGKILL
    it.judge()


def test_run_is_not_taken_over_from_another_machine(trial: Make) -> None:
    it = confirmed(trial)
    holder = it.start("resume", it.run(), "--yes")
    it.wait_until(lambda: it.effects("first"))
    lock = it.folder / ".runbook" / "leases" / f"{it.run()}.lock"
    lock.write_text(json.dumps({**json.loads(lock.read_text()), "host": "far-away"}))

    refused = it.call("resume", it.run(), "--yes", "--take-over")
    it.let_go()

    assert refused.returncode == 5
    assert "on another machine" in refused.stderr
    assert f"kill -KILL {holder.pid}" in refused.stderr
    assert holder.wait(PATIENCE) == 0
    it.judge()


def test_run_to_take_over_has_to_be_named(trial: Make) -> None:
    it = confirmed(trial)

    told = it.call("resume", "--yes", "--take-over")

    assert told.returncode == 2
    assert "runbook resume RUN --take-over" in told.stderr


def test_lock_left_by_a_dead_command_is_nobodys(trial: Make) -> None:
    it = confirmed(trial)
    lock = it.folder / ".runbook" / "leases" / f"{it.run()}.lock"
    lock.write_text('{"by": "somebody", "where": "elsewhere", "pid": 1}')
    it.let_go()

    assert it.call("resume", it.run(), "--yes").returncode == 0
    it.judge()


def test_looking_at_a_run_never_keeps_anybody_from_carrying_it_out(trial: Make) -> None:
    it = confirmed(trial)
    it.let_go()
    looking = [it.start("status", it.run(), says=f"-{number}") for number in range(6)]

    assert it.call("resume", it.run(), "--yes").returncode == 0
    assert [each.wait(PATIENCE) for each in looking] == [0] * 6
    it.judge()


# -- who answers ------------------------------------------------------------------------------------


def test_first_of_four_answers_wins_and_the_same_again_is_fine(trial: Make) -> None:
    it = trial(BUSY)
    assert it.call("run", "trial/steps", "--yes").returncode == 4
    words = [("done",), ("failed", "--reason", "no"), ("done",), ("skipped", "--reason", "later")]

    commands = [(it.start("answer", it.run(), "confirm", *each, says=f"-{n}"), each) for n, each in enumerate(words)]
    ends = [(command.wait(PATIENCE), each[0]) for command, each in commands]

    verdict = {"StepSucceeded": "done", "StepFailed": "failed", "StepSkipped": "skipped"}[it.types("confirm")[-1]]
    assert it.types("confirm")[:2] == ["StepStarted", "StepWaiting"]
    assert len(it.types("confirm")) == 3
    assert all(code in ((0, 5) if it.is_over() else (0,)) for code, said in ends if said == verdict)
    assert all(code == 5 for code, said in ends if said != verdict)
    assert [code for code, _ in ends].count(0) >= 1
    it.judge(over=False, killed_programs=verdict == "failed")


# -- who ends it ------------------------------------------------------------------------------------


STUBBORN = {
    "id": "long",
    "title": "Start several",
    "shell": 'sleep 300 & setsid sleep 300 & nohup sleep 300 & echo "$RUNBOOK_ATTEMPT" >> effects/long; sleep 300',
}


def cancelled(make: Make, carried_out: bool, plants: str = "") -> None:
    """Somebody cancels a run with programs under way, from another terminal."""
    trial = make(process([STUBBORN, acting("second")], [acting("clean-up")]))
    command = trial.start("run", "trial/steps", "--yes", plants=plants)
    trial.wait_until(lambda: trial.effects("long"))
    if not carried_out:
        os.killpg(command.pid, signal.SIGKILL)
        command.wait()
    told = trial.call("cancel", trial.run(), "--reason", "enough")
    assert told.returncode == 0, told.stderr
    trial.wait_until(trial.is_over, 4 if plants else PATIENCE)  # a planted bug keeps it from its end for good
    if carried_out:
        assert command.wait(PATIENCE) == 1
    trial.judge()
    assert trial.types("long")[-1] == "StepCancelled"
    assert len(trial.effects("clean-up")) == 1
    assert not trial.effects("second")


@pytest.mark.parametrize("carried_out", [True, False], ids=["carried out", "left alone"])
def test_cancel_ends_every_program_and_then_cleans_up(trial: Make, carried_out: bool) -> None:
    cancelled(trial, carried_out)


def deserted(make: Make, plants: str = "") -> None:
    """A run is cancelled whose command and supervisor are dead, while what its program left in the background lives."""
    script = '(setsid sleep 300 &); (nohup sleep 300 &); echo "$RUNBOOK_ATTEMPT" >> effects/long; sleep 300'
    trial = make(process([{"id": "long", "title": "Leave several", "shell": script}], [acting("clean-up")]))
    command = trial.start("run", "trial/steps", "--yes")
    trial.wait_until(lambda: trial.effects("long"))
    for pid in (command.pid, *trial.supervisors()):
        os.kill(pid, signal.SIGKILL)
    command.wait()

    told = trial.call("cancel", trial.run(), "--reason", "enough", plants=plants)

    assert told.returncode == 4, told.stderr
    assert "in doubt" in told.stdout
    assert not trial.programs(), "a program has survived"
    trial.answer_all()
    assert trial.call("resume", trial.run(), "--yes").returncode in (1, 5)
    trial.judge()
    assert trial.effects("clean-up")


def test_what_programs_left_in_the_background_is_ended_after_the_death_of_their_supervisor(trial: Make) -> None:
    deserted(trial)


# -- signals ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_signal_pauses_the_run_after_what_runs_has_ended(trial: Make, number: signal.Signals) -> None:
    it = confirmed(trial)
    command = it.start("resume", it.run(), "--yes")
    it.wait_until(lambda: it.effects("first"))
    os.kill(command.pid, number)
    it.let_go()

    assert command.wait(PATIENCE) == 130
    assert it.types("first")[-1] == "StepSucceeded"
    assert not it.types("second")
    assert re.search(rf"Paused.*runbook resume {it.run()}", it.said(where="out"))
    assert it.call("resume", it.run(), "--yes").returncode == 0
    it.judge()


def test_second_signal_leaves_at_once_and_the_program_is_adopted_later(trial: Make) -> None:
    it = confirmed(trial)
    command = it.start("resume", it.run(), "--yes")
    it.wait_until(lambda: it.effects("first"))
    for patience in (0.3, 20.0):  # two at the same instant would count as one
        os.kill(command.pid, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            command.wait(patience)

    assert command.poll() == 130
    assert it.programs()
    it.let_go()
    assert it.call("resume", it.run(), "--yes").returncode == 0
    assert '"adopted":true' in next(row[9] for row in it.events() if row[5] == "first" and row[4] == "StepSucceeded")
    it.judge()
