"""The machine refuses, the journal is spoiled, the clock runs backwards, a program floods: nothing is lost."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from runbook import app
from runbook.engine.identity import Actor
from runbook.journal.sqlite import Journal
from runbook.run.events import Event, Recorded
from tests.waiting import PATIENCE

from .project import Trial, acting, held_back, process

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")

Make = Callable[[Mapping[str, Any]], Trial]
CONFIRM = {"id": "confirm", "title": "Confirm", "manual": "Look at it"}
TWO = process([acting("first"), CONFIRM, acting("second")])
_WITHOUT_PRIVILEGES = ("setpriv", "--bounding-set=-dac_override,-dac_read_search") if os.getuid() == 0 else ()


def waiting(make: Make) -> Trial:
    """A run that waits for its person between two programs."""
    trial = make(TWO)
    assert trial.call("run", "trial/steps", "--yes").returncode == 4
    trial.remember()
    return trial


def goes_on(trial: Trial) -> None:
    """The fault is over: the run ends as if nothing had been."""
    trial.answer_all()
    done = trial.call("resume", trial.run(), "--yes")
    assert done.returncode == 0, done.stderr
    trial.judge()


# -- the disk ---------------------------------------------------------------------------------------


def gate_closed(make: Make, plants: str = "disk_nearly_full") -> None:
    """Too little room for another program."""
    trial = waiting(make)
    assert trial.call("answer", trial.run(), "confirm", "done").returncode == 0
    told = trial.call("resume", trial.run(), "--yes", plants=plants)
    assert (told.returncode, trial.types("second")) == (7, [])
    assert f"run {trial.run()} is paused" in told.stderr
    assert f"runbook resume {trial.run()}" in told.stderr
    goes_on(trial)


def test_no_program_is_started_without_room_for_its_end(trial: Make) -> None:
    gate_closed(trial)


def test_what_runs_is_settled_when_room_runs_out(trial: Make) -> None:
    it = trial(process([held_back("first"), acting("second")]))
    command = it.start("run", "trial/steps", "--yes", plants="disk_fills_up")
    it.wait_until(lambda: it.effects("first"))
    it.let_go()

    assert command.wait(PATIENCE) == 7
    assert (it.types("first")[-1], it.types("second")) == ("StepSucceeded", [])
    it.remember()
    goes_on(it)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 40 MiB, where that may be mounted."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=40m", "none", str(place)]
    if os.getuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small file system can't be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_full_disk_stops_the_run_and_loses_nothing(small_disk: Path) -> None:
    filling = {**acting("fill"), "shell": 'echo "$RUNBOOK_ATTEMPT" >> effects/fill; cat /dev/zero > .runbook/full || :'}
    it = Trial.of(small_disk / "project", process([acting("first"), filling, acting("second")]))

    stopped = it.call("run", "trial/steps", "--yes")

    assert stopped.returncode == 7, stopped.stderr
    assert "Traceback" not in stopped.stderr
    (it.folder / ".runbook" / "full").unlink()
    it.remember()
    assert not it.types("second")
    goes_on(it)


def test_files_that_may_not_grow_stop_the_run_and_lose_nothing(trial: Make) -> None:
    it = trial(TWO)

    stopped = it.call("run", "trial/steps", "--yes", below=("prlimit", "--fsize=150000"))

    assert stopped.returncode == 7, stopped.stderr
    assert "no program can be started" in stopped.stderr
    assert not it.types("first")
    assert it.call("resume", it.run(), "--yes").returncode == 4
    goes_on(it)


@pytest.mark.parametrize("mode", [0o500, 0o000], ids=["read only", "somebody else's"])
def test_home_that_may_not_be_written_is_said_and_left_alone(trial: Make, mode: int) -> None:
    it = waiting(trial)
    before = it.journal.read_bytes()
    home = it.folder / ".runbook"
    home.chmod(mode)

    told = [
        it.call(*words, below=_WITHOUT_PRIVILEGES)
        for words in (("resume", it.run(), "--yes"), ("answer", it.run(), "confirm", "done"), ("run", "trial/steps"))
    ]
    home.chmod(0o700)

    assert [each.returncode for each in told] == [7] * 3, [each.stderr for each in told]
    assert it.journal.read_bytes() == before
    goes_on(it)


# -- the journal ------------------------------------------------------------------------------------


def _newer(journal: Path) -> None:
    data = bytearray(journal.read_bytes())
    data[60:64] = (99).to_bytes(4, "big")  # where SQLite keeps the version of what is in the file
    journal.write_bytes(data)


def _torn(journal: Path) -> None:
    data = bytearray(journal.read_bytes())
    for place in range(4096, len(data), 512):
        data[place : place + 256] = b"\xa5" * 256
    journal.write_bytes(data)


def _something_else(journal: Path) -> None:
    journal.write_text("This was a journal once. " * 400)


def _reworded(journal: Path) -> None:
    data = journal.read_bytes()
    assert data.count(b'{"definition":') > 0
    journal.write_bytes(data.replace(b'{"definition":', b'["definition":'))


@pytest.mark.parametrize("spoil", [_newer, _torn, _something_else, _reworded], ids=lambda each: each.__name__[1:])
def test_spoiled_journal_is_named_and_not_touched(trial: Make, spoil: Callable[[Path], None]) -> None:
    it = waiting(trial)
    run = it.run()
    spoil(it.journal)
    before = it.journal.read_bytes()

    for words in (("resume", run, "--yes"), ("status", run), ("answer", run, "confirm", "done")):
        told = it.call(*words)

        assert told.returncode == 6, (words, told.stderr)
        assert "journal" in told.stderr
    assert it.journal.read_bytes() == before


def test_run_that_can_not_be_understood_keeps_no_other_from_going_on(trial: Make) -> None:
    it = trial(process([CONFIRM, acting("second")]))
    for _ in range(2):
        assert it.call("run", "trial/steps", "--yes").returncode == 4
    (poisoned,), (other,) = it.ask("SELECT run FROM run ORDER BY run")
    journal = Journal(it.journal)
    with journal.write(poisoned) as transaction:
        transaction.append([Recorded(4, transaction.now, "eve", Event("StepSucceeded"))], "running")
    journal.close()

    told = {words: it.call(*words) for words in ((), ("runs",), ("inbox",), ("status", other))}
    refused = [it.call("status", poisoned), it.call("resume", poisoned, "--yes")]

    assert {words: each.returncode for words, each in told.items()} == dict.fromkeys(told, 0), told
    assert all(other in each.stdout for each in told.values())
    assert [each.returncode for each in refused] == [6, 6], [each.stderr for each in refused]
    assert it.call("answer", other, "confirm", "done").returncode == 0
    assert it.call("resume", other, "--yes").returncode == 0
    assert it.ask("SELECT status FROM run WHERE run = ?", other) == [("succeeded",)]


# -- the clock --------------------------------------------------------------------------------------


def test_clock_that_runs_backwards_changes_no_order(trial: Make) -> None:
    it = trial(process([acting("first"), {"id": "pause", "title": "Wait", "wait": 0.2}, acting("second")]))

    told = it.call("run", "trial/steps", "--yes", "--no-wait", plants="clock_goes_back")

    assert told.returncode == 4, told.stderr
    times = [row[3] for row in it.events()]
    assert times != sorted(times)
    it.remember()
    goes_on(it)


def test_clock_that_jumps_both_ways_stops_no_run_and_no_holder(trial: Make) -> None:
    pause = {"id": "pause", "title": "Wait", "wait": "3d"}
    it = trial(process([held_back("first"), pause, acting("second")], [acting("clean-up")]))
    command = it.start("run", "trial/steps", "--yes", plants="clock_jumps")
    it.wait_until(lambda: it.effects("first"))

    refused = it.call("resume", it.run(), "--yes")
    it.let_go()

    assert refused.returncode == 5
    assert command.wait(PATIENCE) == 0, it.said()
    times = [row[3] for row in it.events()]
    assert times != sorted(times)
    assert times != sorted(times, reverse=True)
    it.judge()


def test_timer_that_came_due_while_nobody_ran_fires_at_the_resumption(trial: Make) -> None:
    it = trial(process([acting("first"), {"id": "pause", "title": "Wait", "wait": 1}, acting("second")]))
    assert it.call("run", "trial/steps", "--yes", "--no-wait").returncode == 4
    due = next(json.loads(row[9])["until"] for row in it.events() if row[4] == "StepWaiting")
    it.wait_until(lambda: it.ask("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') > ?", due) == [(1,)])

    goes_on(it)


def test_run_that_waits_for_a_year_costs_nothing(trial: Make) -> None:
    it = trial(process([acting("first"), {"id": "pause", "title": "Wait", "wait": "365d"}, acting("second")]))
    assert it.call("run", "trial/steps", "--yes", "--no-wait").returncode == 4
    it.remember()

    assert it.call("resume", it.run(), "--yes", "--no-wait").returncode == 4
    assert [row[4] for row in it.events()[len(it.acknowledged) :]] == ["RunResumed"]
    it.judge(over=False)


# -- programs ---------------------------------------------------------------------------------------


SHAPES = {
    "of every sort": "trap '' TERM; sh -c \"trap '' TERM; sleep 300\" & setsid sleep 300 & sleep 300; sleep 300",
    "forked twice": "trap '' TERM; (setsid sh -c '(sleep 300 &) ; sleep 300' &) ; sleep 300; sleep 300",
    "without a terminal": "trap '' TERM; (nohup sh -c \"trap '' TERM; sleep 300\" &) ; sleep 300; sleep 300",
    "stopped": "trap '' TERM; setsid sh -c 'kill -STOP $$; sleep 300' & sleep 300; sleep 300",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_program_that_ignores_the_end_of_its_time_is_killed_with_all_it_started(trial: Make, shape: str) -> None:
    script = SHAPES[shape]
    it = trial(process([{"id": "late", "title": "Too late", "shell": script, "timeout": 0.3, "grace": 0.2}]))

    told = it.call("run", "trial/steps", "--yes")

    assert told.returncode == 1
    assert "timed out after 0.3 s" in told.stdout
    it.judge(killed_programs=True)


def test_flood_of_output_is_kept_in_part_and_fills_neither_memory_nor_journal(trial: Make) -> None:
    flood = "head -c 100000000 /dev/zero | tr '\\0' x"
    it = trial(process([held_back("flood", before=flood)]))
    command = it.start("run", "trial/steps", "--yes", "--json")
    it.wait_until(lambda: it.effects("flood"))
    supervisor = _most_memory(it.supervisors()[0])
    it.let_go()
    _, status, used = os.wait4(command.pid, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert supervisor < 48 * 1024
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # a child's count begins with what its parent had
    assert used.ru_maxrss < max(160 * 1024, ours + 1024)
    assert it.journal.stat().st_size < 256 * 1024
    it.judge()


def _most_memory(pid: int) -> int:
    """The most a process has ever had, in KiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


# -- many runs --------------------------------------------------------------------------------------


def test_thousand_waiting_runs_are_listed_and_looked_at_in_an_instant(trial: Make) -> None:
    it = trial(process([CONFIRM]))
    runs = _begun(it, 1000)

    for words in (("runs",), ("inbox",), ("status", runs[500])):
        used = _effort(it, *words)
        assert used < 1.0, f"{words[0]} took {used} s of the processor"


def test_ten_thousand_waiting_runs_cost_one_of_them_nothing(trial: Make, long: bool) -> None:
    if not long:
        pytest.skip("a part of the long form")
    it = trial(process([CONFIRM]))
    alone = _begun(it, 1)[0]
    before = {words: _effort(it, *words) for words in (("status", alone), ("runs",), ("inbox",), ())}
    before["answer",] = _effort(it, "answer", alone, "confirm", "done")
    runs = _begun(it, 10_000)

    after = {
        **{words: _effort(it, *words) for words in (("runs",), ("inbox",), ())},
        ("status", alone): _effort(it, "status", runs[5000]),
        ("answer",): _effort(it, "answer", runs[5000], "confirm", "done"),
    }

    for words, used in after.items():
        most = 2 if words in (("status", alone), ("answer",)) else 8  # the others tell of all of them
        assert used < most * before[words], f"{words}: {used} s of the processor, {before[words]} s with one"


def _begun(trial: Trial, count: int) -> list[str]:
    """So many runs that wait for a person."""
    place = app.Workspace(trial.folder, home_folder=trial.folder / ".runbook", actor=Actor("crew"))
    library = app.read_one(place, "trial/steps")
    plan = app.plan(place, library, "trial/steps")
    first = len(list(app.runs(place)))
    runs = [f"steps-{number}" for number in range(first, first + count)]
    for run in runs:
        place.book.begin(run, plan, {}, str(place.root), place.actor)
    place.journal.close()
    return runs


def _effort(trial: Trial, *words: str) -> float:
    command = trial.start(*words)
    _, status, used = os.wait4(command.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, trial.said()
    return used.ru_utime + used.ru_stime
