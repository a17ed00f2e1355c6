"""A run is paused, a step is stopped, every run of a process is ended, a step with turns gets more or has enough."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Desk, ended
from tests.waiting import PATIENCE, until

Make = Callable[[Mapping[str, str]], Desk]

HOLD = """\
runbook: 1
title: Hold
inputs: {folder: {type: string}}
steps:
  - id: hold
    title: Hold on
    shell: |
      echo $$ > {{ inputs.folder }}/pid.new
      mv {{ inputs.folder }}/pid.new {{ inputs.folder }}/pid
      while [ ! -e {{ inputs.folder }}/flag ]; do sleep 0.05; done
  - {id: next, title: Next, shell: echo next}
finally:
  - {id: tidy, title: Tidy, shell: echo tidied}
"""
GATE = """\
runbook: 1
title: Gate
roles: {operator: {}, owner: {}, boss: {not: operator}}
steps:
  - {id: gate, title: Gate, approval: {role: owner}}
  - {id: way, title: Way, decision: {options: [{id: left}, {id: right}]}}
  - {id: read, title: Read, role: boss, manual: Read it.}
"""
EACH = """\
runbook: 1
title: Each host
steps:
  - id: visit
    title: Visit
    foreach: {items: [web-1, web-2], as: host, max_parallel: 4}
    manual: Visit number {{ turn }}.
  - {id: tell, title: Tell, shell: echo told}
"""
ASKING = """\
runbook: 1
title: Ask each
roles: {operator: {}, owner: {}}
steps:
  - {id: allow, title: Allow, foreach: [a, b], approval: {role: owner}}
  - {id: tell, title: Tell, shell: echo told}
"""


@pytest.fixture
def bench(project: Make) -> Desk:
    """A project with steps that hold on, wait and have turns, and a folder for their files."""
    texts = {"hold": HOLD, "gate": GATE, "each": EACH, "asking": ASKING}
    made = project(
        {
            "runbook.yaml": "runbook: 1\ntitle: Bench\n",
            "processes/b/group.yaml": "title: Bench\nowner: me\n",
            **{f"processes/b/{name}.yaml": text for name, text in texts.items()},
        }
    )
    (made.home / "work").mkdir(parents=True)
    return made


def _alive(pid: Path) -> bool:
    try:
        os.kill(int(pid.read_text()), 0)
    except ProcessLookupError:
        return False
    return True


# -- pause ------------------------------------------------------------------------------------------


def test_a_paused_run_lets_what_runs_end_and_starts_nothing_more(bench: Desk) -> None:
    work = bench.home / "work"
    running = bench.background("run", "b/hold", "-i", f"folder={work}", "--yes", "--json")
    until((work / "pid").exists)

    asked = bench.cli("pause", "last", "--reason", "The window is closed")
    assert asked.code == 0
    assert "lets what runs end" in asked.out
    (work / "flag").touch()
    running.communicate(timeout=PATIENCE)

    assert running.returncode == 4
    assert bench.status()["status"] == "paused"
    assert {id: bench.step(id)["status"] for id in ("hold", "next")} == {"hold": "succeeded", "next": "ready"}
    assert bench.cli("runs", "--status", "paused", "--json").json[0]["status"] == "paused"
    assert bench.cli("resume", "last", "--yes").code == 0
    assert bench.step("next")["status"] == "succeeded"


def test_a_run_that_nobody_carries_out_is_paused_until_it_is_resumed(bench: Desk) -> None:
    run = bench.begin("b/each")

    paused = bench.cli("pause", run, "--reason", "Lunch", "--json")
    assert (paused.code, paused.last["status"]) == (0, "paused")
    before = bench.events()
    assert bench.cli("pause", run).out == "This was said before; nothing was changed.\n"
    assert bench.events() == before

    assert bench.cli("answer", run, "visit.1", "done").code == 0
    assert bench.cli("answer", run, "visit.2", "done").code == 0
    assert bench.status()["status"] == "paused"
    assert bench.cli("resume", run, "--yes").code == 0
    assert bench.step("tell")["status"] == "succeeded"


def test_a_person_at_the_terminal_is_let_go_when_the_run_is_paused_elsewhere(bench: Desk) -> None:
    terminal = bench.terminal("run", "b/each")
    terminal.expect_exact("[enter] done")

    assert bench.cli("pause", "last").code == 0
    code, shown = ended(terminal)

    assert code == 4
    assert "runbook resume" in shown


def test_a_paused_run_can_be_cancelled_and_its_last_steps_are_done(bench: Desk) -> None:
    work = bench.home / "work"
    running = bench.background("run", "b/hold", "-i", f"folder={work}", "--yes")
    until((work / "pid").exists)
    bench.cli("pause", "last")
    (work / "flag").touch()
    running.communicate(timeout=PATIENCE)

    assert bench.cli("cancel", "last", "--reason", "Not any more").code == 0
    assert bench.status()["status"] == "cancelled"
    assert bench.step("tidy")["status"] == "succeeded"


def test_a_run_that_is_over_can_not_be_paused(bench: Desk) -> None:
    run = bench.begin("b/each")
    bench.cli("cancel", run, "--reason", "Enough")
    before = bench.events()

    refused = bench.cli("pause", run)

    assert refused.code == 5
    assert "has ended" in refused.err
    assert bench.events() == before


# -- one step is ended ------------------------------------------------------------------------------


def test_one_step_is_ended_while_it_runs_and_the_run_goes_on(bench: Desk) -> None:
    work = bench.home / "work"
    running = bench.background("run", "b/hold", "-i", f"folder={work}", "--yes", "--json")
    until((work / "pid").exists)

    asked = bench.cli("cancel", "last", "hold", "--reason", "It hangs")
    assert asked.code == 0
    running.communicate(timeout=PATIENCE)

    assert running.returncode == 0
    assert not _alive(work / "pid")
    assert {id: bench.step(id)["status"] for id in ("hold", "next", "tidy")} == {
        "hold": "cancelled", "next": "succeeded", "tidy": "succeeded",
    }  # fmt: skip
    assert bench.step("hold")["reason"] == "It hangs"


def test_a_program_whose_holder_has_died_is_ended_when_the_run_is_resumed(bench: Desk) -> None:
    work = bench.home / "work"
    running = bench.background("run", "b/hold", "-i", f"folder={work}", "--yes", "--json")
    until((work / "pid").exists)
    running.kill()
    running.communicate(timeout=PATIENCE)

    asked = bench.cli("cancel", "last", "hold", "--reason", "It hangs")
    assert (asked.code, "Go on with: runbook resume" in asked.out) == (0, True)
    assert bench.cli("resume", "last", "--yes").code == 0

    assert not _alive(work / "pid")
    assert {id: bench.step(id)["status"] for id in ("hold", "next")} == {"hold": "cancelled", "next": "succeeded"}


def test_one_step_that_waits_is_withdrawn(bench: Desk) -> None:
    run = bench.begin("b/each")

    result = bench.cli("cancel", run, "visit.2", "--reason", "It is gone")

    assert (result.code, f"runbook resume {run}" in result.out) == (0, True)
    assert bench.cli("answer", run, "visit.1", "done").code == 0
    assert bench.cli("resume", run, "--yes").code == 0


STOPPED = {
    "an approval": ("b/gate", "gate", "`gate` can't be left out"),
    "a step that has not begun": ("b/gate", "way", "`way` has not begun"),
    "a step that is unknown": ("b/gate", "fly", "has no step `fly`"),
    "a turn that has not been reached": ("b/each", "visit.7", "`visit.7` has not been reached"),
    "a step whose turns wait for approval": ("b/asking", "allow", "`allow` can't be left out"),
}


@pytest.mark.parametrize(("process", "step", "says"), STOPPED.values(), ids=STOPPED.keys())
def test_a_step_that_the_way_on_hangs_on_is_not_ended(bench: Desk, process: str, step: str, says: str) -> None:
    bench.begin(process)
    before = bench.events()

    refused = bench.cli("cancel", "last", step, "--reason", "In a hurry")

    assert refused.code == 2
    assert says in refused.err
    assert bench.events() == before


def test_a_decision_is_not_ended_and_neither_is_a_step_of_somebody_elses_role(bench: Desk) -> None:
    run = bench.begin("b/gate")
    assert bench.cli("approve", run, "gate", "--by", "maria").code == 0

    refused = bench.cli("cancel", run, "way", "--reason", "In a hurry")
    assert (refused.code, "`way` can't be left out" in refused.err) == (2, True)
    assert bench.cli("answer", run, "way", "--choose", "left").code == 0
    refused = bench.cli("cancel", run, "read", "--reason", "In a hurry")
    assert (refused.code, "may not act as `boss`" in refused.err) == (2, True)
    assert bench.step("read")["status"] == "waiting"


# -- all runs of a process --------------------------------------------------------------------------


def test_every_open_run_of_a_process_is_ended_and_no_other(bench: Desk) -> None:
    work = bench.home / "work"
    held = bench.background("run", "b/hold", "-i", f"folder={work}", "--yes", "--json")
    until((work / "pid").exists)
    carried_out = bench.status()["run"]
    waiting, other = bench.begin("b/each"), bench.begin("b/gate")
    over = bench.begin("b/each")
    bench.cli("cancel", over, "--reason", "Earlier")

    both = bench.cli("cancel", "--process", "b/each", "--all", "--reason", "Withdrawn")
    asked = bench.cli("cancel", "--process", "b/hold", "--all", "--reason", "Withdrawn", "--json")
    held.communicate(timeout=PATIENCE)

    assert (both.code, asked.code) == (0, 0)
    assert f"{waiting}:" in both.out
    assert over not in both.out
    assert asked.last["run"] == carried_out
    status = {run: bench.status(run)["status"] for run in (waiting, carried_out, other)}
    assert status == {waiting: "cancelled", carried_out: "cancelled", other: "waiting"}
    assert bench.status(over)["reason"] == "Earlier"


def test_when_no_run_of_the_process_is_open_that_is_said(bench: Desk) -> None:
    result = bench.cli("cancel", "--process", "b/each", "--all", "--reason", "x")

    assert (result.code, result.out) == (0, "No run of b/each is open.\n")


ALL = {
    "an unknown process": (("--process", "b/eech", "--all"), "there is no process `b/eech`"),
    "a process without the word": (("--process", "b/each"), "--all is missing"),
    "all of nothing": (("--all",), "the process is not named"),
    "a run as well": (("last", "--process", "b/each", "--all"), "not both"),
    "nothing": ((), "the run is not named"),
}


@pytest.mark.parametrize(("words", "says"), ALL.values(), ids=ALL.keys())
def test_ending_many_runs_takes_exact_words(bench: Desk, words: tuple[str, ...], says: str) -> None:
    bench.begin("b/each")
    before = bench.events()

    refused = bench.cli("cancel", *words, "--reason", "x")

    assert refused.code == 2
    assert says in refused.err
    assert bench.events() == before


# -- turns ------------------------------------------------------------------------------------------


def test_items_are_added_while_the_step_is_under_way(bench: Desk) -> None:
    run = bench.begin("b/each")

    result = bench.cli("add", run, "visit", "web-3", '"7"', "NaN", "--json")
    unlike = [bench.cli("add", run, "visit", item) for item in ('{"name": "web-4"}', "7")]
    option = bench.cli("add", run, "visit", "--", "--version")

    assert result.code == 0
    assert [(each.code, "is not like the items that are there" in each.err) for each in unlike] == [(2, True)] * 2
    assert (option.code, "may take it for an option" in option.err) == (2, True)
    items = [event["data"]["items"] for event in bench.events() if event["type"] == "ItemsAdded"]
    assert items == [["web-3", "7", "NaN"]]
    for turn in range(1, 6):
        assert bench.cli("answer", run, f"visit.{turn}", "done").code == 0
    assert bench.cli("resume", run, "--yes").code == 0
    assert bench.step("visit")["outputs"]["done"] == 5


def test_a_step_has_enough_turns_when_somebody_says_so(bench: Desk) -> None:
    run = bench.begin("b/each")
    bench.cli("answer", run, "visit.1", "done")

    assert bench.cli("complete", run, "visit", "--reason", "One will do").code == 0
    assert bench.cli("resume", run, "--yes").code == 0

    assert bench.step("visit")["outputs"]["done"] == 1
    assert [bench.step(id)["status"] for id in ("visit", "tell")] == ["succeeded", "succeeded"]


TURNS = {
    "items for a step that is over": ("add", ("visit", "web-9"), True, "is over, or has all the items"),
    "items for a step without items": ("add", ("tell", "web-9"), False, "`tell` is not done for items"),
    "items for an unknown step": ("add", ("fly", "web-9"), False, "has no step `fly`"),
    "enough of a step that is over": ("complete", ("visit", "--reason", "x"), True, "has no turns under way"),
    "enough of a step without turns": ("complete", ("tell", "--reason", "x"), False, "has no turns under way"),
    "enough without a reason": ("complete", ("visit", "--reason", " "), False, "needs a reason"),
}


@pytest.mark.parametrize(("verb", "words", "over", "says"), TURNS.values(), ids=TURNS.keys())
def test_turns_are_refused(bench: Desk, verb: str, words: tuple[str, ...], over: bool, says: str) -> None:
    run = bench.begin("b/each")
    for turn in (1, 2) if over else ():
        bench.cli("answer", run, f"visit.{turn}", "done")
    before = bench.events()

    refused = bench.cli(verb, run, *words)

    assert refused.code == 2
    assert says in refused.err
    assert bench.events() == before


def test_turns_in_which_an_approval_waits_are_not_enough_because_somebody_says_so(bench: Desk) -> None:
    run = bench.begin("b/asking")
    before = bench.events()

    refused = bench.cli("complete", run, "allow", "--reason", "In a hurry")

    assert (refused.code, "`allow` can't be left out" in refused.err) == (2, True)
    assert bench.events() == before


def test_names_of_steps_with_turns_are_completed(bench: Desk) -> None:
    from tests.cli.test_cli_help import _completed

    run = bench.begin("b/each")

    assert _completed(bench, f"runbook add {run} ") == ["visit"]
    assert _completed(bench, f"runbook complete {run} v") == ["visit"]
    assert set(_completed(bench, f"runbook cancel {run} visit")) == {"visit", "visit.1", "visit.2"}
