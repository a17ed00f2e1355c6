"""The daemon: on time, within a second of news, side by side, alone, and gone without a trace."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from runbook.cli.keeping import STOPPING
from tests.cli.conftest import Desk
from tests.cli.test_cli_ticking import FILES, damaged, orphaned
from tests.waiting import PATIENCE, until


@pytest.fixture
def made(project: Callable[[Mapping[str, str]], Desk]) -> Desk:
    """A project whose processes wait for all sorts of things."""
    return project(FILES)


@contextmanager
def daemon(desk: Desk, *words: object) -> Iterator[subprocess.Popen[bytes]]:
    """A daemon that has begun, and that is ended for good at the end."""
    process = desk.background("daemon", *words)
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        first = (process.stderr if "--json" in words else process.stdout).readline()
        assert f"process {process.pid}" in first.decode()
        yield process
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


def over(desk: Desk, run: str) -> Callable[[], bool]:
    """Whether the run has ended."""
    return lambda: bool(desk.status(run)["ended_at"])


def stop(process: subprocess.Popen[bytes], number: signal.Signals = signal.SIGTERM) -> tuple[list[str], str]:
    """End a daemon; the lines it wrote since the first one, and what it complained of."""
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    return out.decode().splitlines(), err.decode().replace(f"{STOPPING}\n", "")


def test_it_acts_at_the_instant_and_upon_news_and_tells_one_line_a_fact(made: Desk) -> None:
    with daemon(made) as process:
        timed, asked, rung = made.begin("g/pause", "--no-wait"), made.begin("g/ask"), made.begin("g/bell")
        made.cli("answer", asked, "say", "done")
        made.cli("signal", rung, "bell")
        for run in (timed, asked, rung):
            until(over(made, run))

        lines, complaints = stop(process)

    assert complaints == ""
    assert lines[-1] == "Stopped."
    assert all(any(run in line for run in (timed, asked, rung)) for line in lines[:-1])
    assert f"{asked}  + succeeded go  Go" in lines
    assert f"+ succeeded {timed}  g/pause" in lines
    assert "\x1b" not in "".join(lines)


def test_with_json_every_event_is_a_line(made: Desk) -> None:
    with daemon(made, "--json") as process:
        run = made.begin("g/ask")
        made.cli("answer", run, "say", "done")
        until(over(made, run))
        lines, _ = stop(process)

    found = [json.loads(line) for line in lines]
    assert {each["run"] for each in found} == {run}
    assert [each["type"] for each in found] == ["RunResumed", "StepStarted", "StepSucceeded", "RunSucceeded"]


def test_a_long_run_keeps_no_other_from_its_time(made: Desk, tmp_path: Path) -> None:
    long = orphaned(made, tmp_path / "flag")
    with daemon(made, "--max-runs", "1") as process:
        until(lambda: f"process {process.pid})" in made.cli("status", long).out)
        late = made.begin("g/decide")
        until(over(made, late))
        assert not over(made, long)()

        (tmp_path / "flag").touch()
        until(over(made, long))
        stop(process)

    assert made.step("hold", long)["attempts"] == 1


def test_a_run_whose_holder_dies_is_taken_up_though_nobody_writes_it_down(made: Desk, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    with daemon(made) as process:
        run = orphaned(made, flag)
        flag.touch()
        until(over(made, run))
        stop(process)

    assert made.step("hold", run)["attempts"] == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_lets_what_runs_end_and_starts_nothing(made: Desk, tmp_path: Path, number: signal.Signals) -> None:
    run = orphaned(made, tmp_path / "flag")
    with daemon(made) as process:
        until(lambda: f"process {process.pid})" in made.cli("status", run).out)
        process.send_signal(number)
        assert process.stderr is not None
        assert b"what runs is finished first" in process.stderr.readline()
        (tmp_path / "flag").touch()
        out, _ = process.communicate(timeout=PATIENCE)

    assert process.returncode == 0
    assert out.decode().splitlines()[-1] == "Stopped."
    assert [made.step(id, run)["status"] for id in ("hold", "next")] == ["succeeded", "ready"]
    assert list((made.home / "supervisors").iterdir()) == []


def test_a_second_signal_leaves_at_once_and_the_next_one_adopts(made: Desk, tmp_path: Path) -> None:
    run = made.begin("g/ask-slow", flag=tmp_path / "flag")
    with daemon(made) as process:
        made.cli("answer", run, "say", "done")
        until((tmp_path / "flag.pid").exists)
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        assert b"Left. What runs goes on" in out

    os.kill(int((tmp_path / "flag.pid").read_text()), 0)
    (tmp_path / "flag").touch()
    assert made.cli("tick").code == 0
    assert (made.status(run)["status"], made.step("hold", run)["attempts"]) == ("succeeded", 1)


def test_a_second_daemon_is_refused_and_a_tick_is_not(made: Desk) -> None:
    with daemon(made) as process:
        second = made.cli("daemon")
        assert second.code == 5
        assert f"process {process.pid})" in second.err
        assert made.cli("tick").code == 0
        stop(process)
    with daemon(made) as process:
        stop(process)


def test_a_run_that_can_not_be_carried_on_is_told_once(made: Desk) -> None:
    spoilt, sound = made.begin("g/ask"), made.begin("g/ask")
    made.cli("answer", spoilt, "say", "done")
    damaged(made, spoilt)
    with daemon(made) as process:
        made.cli("answer", sound, "say", "done")
        until(over(made, sound))
        _, complaints = stop(process)

    assert complaints.count("is not carried on") == 1
