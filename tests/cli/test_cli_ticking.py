"""Runs that go on while nobody watches: taken up by `tick`, in time and not before, and by nobody twice."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from runbook import app
from runbook.app import Workspace
from runbook.cli.keeping import Teller
from runbook.engine.unattended import Passage
from runbook.journal.store import DueRow
from tests.cli.conftest import Desk
from tests.waiting import PATIENCE, until

FILES = {
    "runbook.yaml": "runbook: 1\ntitle: Made\n",
    "processes/g/group.yaml": "title: Group\nowner: ops\n",
    "processes/g/pause.yaml": """\
runbook: 1
title: Wait a moment
steps:
  - {id: moment, title: A moment, wait: 1s}
  - {id: go, title: Go, shell: echo gone}
""",
    "processes/g/long.yaml": """\
runbook: 1
title: Wait for long
steps: [{id: month, title: A month, wait: 30d}, {id: go, title: Go, shell: echo gone}]
""",
    "processes/g/decide.yaml": """\
runbook: 1
title: Decide in time
steps:
  - {id: sign, title: Sign, approval: {role: signer, deadline: 1s}}
roles: {asker: {}, signer: {}}
""",
    "processes/g/again.yaml": """\
runbook: 1
title: Try again
inputs: {flag: {type: string, title: File that lets it pass}}
steps:
  - id: try
    title: Try
    shell: "[ -e {{ inputs.flag }} ]"
    retry: {attempts: 3, delay: 1s, jitter: false}
""",
    "processes/g/ask.yaml": """\
runbook: 1
title: Ask
steps: [{id: say, title: Say, manual: Say it.}, {id: go, title: Go, shell: echo gone}]
""",
    "processes/g/bell.yaml": """\
runbook: 1
title: Wait for the bell
steps: [{id: bell, title: The bell, wait: {signal: bell}}, {id: go, title: Go, shell: echo gone}]
""",
    "processes/g/others.yaml": """\
runbook: 1
title: For others
roles: {opener: {}, expert: {people: [nobody-here]}}
steps:
  - {id: say, title: Say, manual: Say it.}
  - {id: deep, title: Deep, role: expert, shell: echo deep}
""",
    "processes/g/breaks.yaml": """\
runbook: 1
title: Break
steps: [{id: say, title: Say, manual: Say it.}, {id: break, title: Break, shell: exit 3}]
""",
    "processes/g/ask-slow.yaml": """\
runbook: 1
title: Ask, then take long
inputs: {flag: {type: string, title: File that ends it}}
steps:
  - {id: say, title: Say, manual: Say it.}
  - id: hold
    title: Hold on
    shell: |
      echo $$ > {{ inputs.flag }}.pid
      n=0
      while [ ! -e {{ inputs.flag }} ] && [ $n -lt 600 ]; do sleep 0.05; n=$((n+1)); done
""",
    "processes/g/slow.yaml": """\
runbook: 1
title: Take long
inputs: {flag: {type: string, title: File that ends it}}
steps:
  - id: hold
    title: Hold on
    shell: |
      echo $$ > {{ inputs.flag }}.pid
      n=0
      while [ ! -e {{ inputs.flag }} ] && [ $n -lt 600 ]; do sleep 0.05; n=$((n+1)); done
  - {id: next, title: Next, shell: echo next}
""",
}


@pytest.fixture
def made(project: Callable[[Mapping[str, str]], Desk]) -> Desk:
    """A project whose processes wait for all sorts of things."""
    return project(FILES)


def tick(desk: Desk, *words: object, code: int = 0) -> list[Any]:
    """What one pass came to."""
    result = desk.cli("tick", "--json", *words)
    assert result.code == code, result.err
    found: list[Any] = result.json
    return found


def journal(desk: Desk, run: str) -> str:
    """Everything that happened in a run, and who held it."""
    database = sqlite3.connect(desk.home / "journal.db")
    (epoch,) = database.execute("SELECT epoch FROM run WHERE run = ?", (run,)).fetchone()
    database.close()
    return f"{epoch} {desk.cli('events', run, '--json').out}"


def pass_by(desk: Desk, run: str) -> None:
    """Until the time the run waits for has come."""
    database = sqlite3.connect(desk.home / "journal.db")
    (due,) = database.execute("SELECT due FROM attempt WHERE run = ? AND due <> ''", (run,)).fetchone()
    database.close()
    until(lambda: app.now() > due)


def orphaned(desk: Desk, flag: Path) -> str:
    """A run whose holder was killed while its program ran."""
    running = desk.background("run", "g/slow", "-i", f"flag={flag}", "--yes")
    until(lambda: flag.with_suffix(".pid").exists() and flag.with_suffix(".pid").read_text().strip())
    running.kill()
    running.communicate(timeout=PATIENCE)
    run: str = desk.status()["run"]
    return run


def test_nothing_is_left_behind_where_nothing_has_ever_run(made: Desk) -> None:
    assert tick(made) == []
    assert not made.home.exists()


@pytest.mark.parametrize("process", ["g/long", "g/ask", "g/bell"])
def test_what_waits_for_people_a_signal_or_a_later_time_is_not_touched(made: Desk, process: str) -> None:
    run = made.begin(process, "--no-wait")
    before = journal(made, run)

    assert tick(made) == []

    assert journal(made, run) == before
    assert not (made.home / "supervisors").exists()


def test_a_wait_goes_on_once_its_time_has_come(made: Desk) -> None:
    run = made.begin("g/pause", "--no-wait")
    pass_by(made, run)

    (found,) = tick(made)

    assert (found["run"], found["process"], found["status"]) == (run, "g/pause", "succeeded")
    assert made.step("go", run)["status"] == "succeeded"
    assert tick(made) == []


def test_a_deadline_is_over_without_anybody_holding_the_run(made: Desk) -> None:
    run = made.begin("g/decide")
    epoch = journal(made, run).split()[0]
    pass_by(made, run)

    (found,) = tick(made, code=1)

    assert (found["run"], found["status"]) == (run, "failed")
    assert "nobody decided before the deadline" in found["reason"]
    assert journal(made, run).split()[0] == epoch
    assert "RunResumed" not in journal(made, run)
    assert not (made.home / "supervisors").exists()


def test_a_program_is_tried_again_after_its_pause(made: Desk, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    run = made.begin("g/again", "--no-wait", flag=flag)
    assert made.status(run)["status"] == "waiting"
    flag.touch()
    pass_by(made, run)

    (found,) = tick(made)

    assert (found["run"], found["status"]) == (run, "succeeded")
    assert made.step("try", run)["attempts"] == 2


def test_a_short_pause_is_sat_out(made: Desk, tmp_path: Path) -> None:
    run = made.begin("g/again", "--no-wait", flag=tmp_path / "never")
    pass_by(made, run)

    (found,) = tick(made, code=1)

    assert (found["run"], found["status"]) == (run, "failed")
    assert made.step("try", run)["attempts"] == 3
    assert journal(made, run).count("RunResumed") == 1


def test_what_ran_when_its_starter_was_killed_is_adopted(made: Desk, tmp_path: Path) -> None:
    run = orphaned(made, tmp_path / "flag")
    (tmp_path / "flag").touch()

    (found,) = tick(made)

    assert (found["run"], found["status"]) == (run, "succeeded")
    assert made.step("hold", run)["attempts"] == 1
    assert '"adopted": true' in journal(made, run)


def test_a_signal_and_an_answer_given_while_nobody_watches_are_taken_up(made: Desk) -> None:
    rung, said = made.begin("g/bell"), made.begin("g/ask")
    assert made.cli("signal", rung, "bell").code == 0
    assert made.cli("answer", said, "say", "done").code == 0

    found = tick(made)

    assert {each["run"]: each["status"] for each in found} == {rung: "succeeded", said: "succeeded"}
    assert [made.step("go", run)["attempts"] for run in (rung, said)] == [1, 1]


def test_a_run_that_somebody_holds_is_left_to_them(made: Desk, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    running = made.background("run", "g/slow", "-i", f"flag={flag}", "--yes")
    until(flag.with_suffix(".pid").exists)
    run = made.status()["run"]
    before = journal(made, run)

    assert tick(made) == []
    assert journal(made, run) == before

    flag.touch()
    running.communicate(timeout=PATIENCE)
    assert running.returncode == 0


def test_two_ticks_at_once_carry_each_run_out_once(made: Desk) -> None:
    runs = [made.begin("g/ask") for _ in range(6)]
    for run in runs:
        made.cli("answer", run, "say", "done")

    ticks = [made.background("tick", "--json") for _ in range(2)]
    told = [each.communicate(timeout=PATIENCE) for each in ticks]

    assert [each.returncode for each in ticks] == [0, 0], told
    for run in runs:
        kinds = [event["type"] for event in made.events(run) if event.get("step") == "go"]
        assert kinds == ["StepStarted", "StepSucceeded"]


def test_what_this_person_may_not_start_stays_ready_and_is_named(made: Desk) -> None:
    run = made.begin("g/others")
    made.cli("answer", run, "say", "done")
    before = journal(made, run)

    result = made.cli("tick")

    assert result.code == 0
    assert f"{run}  `deep` is not carried out: " in result.out
    assert "ask one of" not in result.err
    (found,) = tick(made)
    assert [each["step"] for each in found["not_started"]] == ["deep"]
    assert made.cli("tick", "-q").out == ""
    assert journal(made, run) == before


def test_a_run_that_was_handed_over_waits_for_who_resumes_it(made: Desk) -> None:
    run = made.begin("g/ask")
    made.cli("answer", run, "say", "done")
    made.cli("hand-over", run, "--to", "maria", "--text", "Mind the step")
    before = journal(made, run)

    result = made.cli("tick")

    assert result.code == 0
    assert f"{run}  `go` is not carried out: " in result.out
    assert "handed the run over to maria, who has not resumed it" in result.out
    assert journal(made, run) == before


def test_a_run_that_fails_is_told_in_every_way(made: Desk) -> None:
    runs = [made.begin("g/breaks") for _ in range(2)]
    for run in runs:
        made.cli("answer", run, "say", "done")

    loud = made.cli("tick")
    made.cli("answer", made.begin("g/breaks"), "say", "done")
    quiet = made.cli("tick", "-q")

    assert (loud.code, quiet.code) == (1, 1)
    assert sorted(line.split()[2] for line in loud.out.splitlines()) == sorted(runs)
    assert "step `break` failed" in loud.out
    assert (quiet.out, loud.err) == ("", "")
    assert "step `break` failed" in quiet.err


def damaged(desk: Desk, run: str) -> None:
    """Let the journal say of a run what never was."""
    database = sqlite3.connect(desk.home / "journal.db")
    database.execute("DROP TRIGGER event_is_final")
    database.execute("UPDATE event SET body = '{}' WHERE run = ? AND seq = 1", (run,))
    database.commit()
    database.close()


def homeless(desk: Desk, folder: Path) -> str:
    """A run that was begun in a project whose folder has gone since; its programs are ready."""
    shutil.copytree(desk.folder, folder)
    os.chdir(folder)
    run = desk.begin("g/ask")
    desk.cli("answer", run, "say", "done")
    os.chdir(desk.folder)
    shutil.rmtree(folder)
    return run


def test_a_run_that_can_not_be_carried_on_is_told_and_stops_no_other(made: Desk, tmp_path: Path) -> None:
    spoilt, lost, sound = made.begin("g/ask"), homeless(made, tmp_path / "gone"), made.begin("g/ask")
    for run in (spoilt, sound):
        made.cli("answer", run, "say", "done")
    damaged(made, spoilt)

    result = made.cli("tick")

    assert result.code == 1
    assert [line.split()[2:4] for line in result.out.splitlines()] == [[sound, "g/ask"]]
    assert f"runbook: run {spoilt} is not carried on: " in result.err
    assert f"run {lost} is not carried on: the folder {tmp_path / 'gone'}, in which its programs run" in result.err
    assert "RunResumed" not in journal(made, lost)
    again = tick(made, code=1)
    assert {each["run"]: bool(each["trouble"]) for each in again} == {spoilt: True, lost: True}


def test_a_bug_of_ours_is_told_with_its_trace(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    teller = Teller(Workspace(tmp_path), quiet=True)
    try:
        raise KeyError("x")
    except KeyError as error:
        teller.tell(Passage(DueRow("r", "g/p", 1, ""), error=error))

    out, err = capsys.readouterr()

    assert out == ""
    assert err.startswith("runbook: run r is not carried on: this is a bug in runbook (KeyError: 'x')\nTraceback")
    assert isinstance(teller.bug, KeyError)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_ends_a_tick_when_what_runs_has_ended(made: Desk, tmp_path: Path, number: signal.Signals) -> None:
    run = made.begin("g/ask-slow", flag=tmp_path / "flag")
    made.cli("answer", run, "say", "done")
    ticking = made.background("tick")
    until((tmp_path / "flag.pid").exists)

    ticking.send_signal(number)
    assert ticking.stderr is not None
    assert b"what runs is finished first" in ticking.stderr.readline()
    (tmp_path / "flag").touch()
    out, _ = ticking.communicate(timeout=PATIENCE)

    assert ticking.returncode == 130
    assert out.decode().split()[:3] == ["+", "succeeded", run]


def test_a_tick_looks_after_others_while_one_of_its_runs_takes_long(made: Desk, tmp_path: Path) -> None:
    slow, late = made.begin("g/ask-slow", flag=tmp_path / "flag"), made.begin("g/ask")
    made.cli("answer", slow, "say", "done")
    ticking = made.background("tick")
    until((tmp_path / "flag.pid").exists)

    made.cli("answer", late, "say", "done")
    until(lambda: made.status(late)["ended_at"])
    assert made.status(slow)["status"] == "running"

    (tmp_path / "flag").touch()
    out, _ = ticking.communicate(timeout=PATIENCE)
    assert ticking.returncode == 0
    assert [line.split()[2] for line in out.decode().splitlines()] == [late, slow]
