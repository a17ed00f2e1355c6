"""Runs of which nothing is executed, through every command that could: shown, pasted, refused, recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Desk, answer, ended
from tests.cli.screen import Screen
from tests.waiting import PATIENCE, until

Project = Callable[[Mapping[str, str]], Desk]

FILES = {
    "runbook.yaml": "runbook: 1\ntitle: Tried\n",
    "processes/web/group.yaml": "title: Web\nowner: web\n",
    "processes/web/change.yaml": """\
runbook: 1
title: Change the web server
inputs:
  host: {type: string, default: web one}
roles:
  operator: {summary: Changes it}
  approver: {summary: Agrees, not: operator}
checks:
  - {id: alive, title: It answers, shell: "touch executed; ping {{ inputs.host }}"}
steps:
  - id: count
    title: Count the files
    command: [sh, -c, "touch executed; ls | wc -l"]
    manual: Count them by hand.
    outputs: {n: {type: integer}}
    undo: {shell: touch executed}
  - id: agree
    title: Agree
    approval: {role: approver}
  - id: change
    title: Change it
    shell: touch executed; echo {{ steps.count.outputs.n }}
""",
    "processes/web/beside.yaml": """\
runbook: 1
title: Leave a run to itself
steps:
  - {id: leave, title: Leave it, process: {use: web/alone, detach: true}}
""",
    "processes/web/later.yaml": """\
runbook: 1
title: Later
steps:
  - {id: rest, title: Rest, wait: 1s}
  - {id: touch, title: Touch, shell: touch by-daemon}
""",
    "processes/web/alone.yaml": """\
runbook: 1
title: Alone
steps:
  - {id: alone, title: Alone, shell: touch executed}
""",
}
COUNT = "sh -c 'touch executed; ls | wc -l'"


@pytest.fixture
def desk(project: Project) -> Desk:
    return project(FILES)


@pytest.fixture
def run(desk: Desk) -> str:
    """A run of instructions, at the first step after its check."""
    run = desk.begin("web/change", "--instructions")
    assert desk.cli("answer", run, "alive", "done").code == 0
    return run


def executed(desk: Desk) -> bool:
    return (desk.folder / "executed").exists()


def test_the_command_is_shown_and_nothing_is_executed(desk: Desk) -> None:
    result = desk.cli("run", "web/change", "--instructions", "--yes")

    assert result.code == 4
    assert "    $ touch executed; ping 'web one'" in result.out
    assert "runbook answer" in result.out
    assert not executed(desk)
    assert "Instructions only: nothing of this run is executed." in desk.cli("status", "last").out
    assert desk.status()["instructions"] is True
    assert desk.events()[0]["data"]["instructions"] is True


def test_no_command_executes_anything_of_it(desk: Desk, run: str) -> None:
    for words in (["resume", run, "--yes"], ["resume", run, "--yes", "--json"], ["tick"], ["tick", "--json"]):
        desk.cli(*words)
    desk.cli("answer", run, "count", "failed", "--reason", "It hangs")
    assert desk.status(run)["status"] == "failed"
    desk.cli("retry", run, "--reason", "It works now", "--yes")
    desk.cli("resume", run, "--yes")
    assert desk.step("count", run)["status"] == "waiting"
    desk.cli("cancel", run, "--reason", "Enough")
    desk.cli("resume", run, "--yes")
    desk.cli("rerun", run, "--yes")
    assert desk.status()["instructions"] is True
    desk.cli("rerun", run, "--from", "count", "--yes")

    assert not executed(desk)


def test_the_daemon_executes_nothing_of_it(desk: Desk, run: str) -> None:
    desk.cli("answer", run, "count", "done", "-f", "stdout=3")
    desk.cli("approve", run, "agree", "--by", "bo")
    assert desk.cli("run", "web/later", "--yes", "--no-wait").code == 4
    daemon = desk.background("daemon")
    try:
        until((desk.folder / "by-daemon").exists)
    finally:
        daemon.terminate()
        daemon.wait(timeout=PATIENCE)

    assert not executed(desk)
    assert desk.step("change", run)["status"] == "waiting"


def test_a_rerun_executes_only_when_it_says_so(desk: Desk, run: str) -> None:
    desk.cli("cancel", run, "--reason", "Enough")

    desk.cli("rerun", run, "--execute", "--yes")

    assert executed(desk)
    assert "instructions" not in desk.status()


def test_a_rerun_of_an_ordinary_run_may_be_one_of_instructions(desk: Desk) -> None:
    desk.cli("run", "web/alone", "--yes")
    (desk.folder / "executed").unlink()

    result = desk.cli("rerun", "last", "--instructions", "--yes")

    assert result.code == 4
    assert not executed(desk)


def test_a_run_that_it_leaves_to_itself_is_not_executed_either(desk: Desk) -> None:
    assert desk.cli("run", "web/beside", "--instructions", "--yes").code == 0
    alone = next(row["run"] for row in desk.cli("runs", "--json").json if row["process"] == "web/alone")

    desk.cli("resume", alone, "--yes")

    assert desk.status(alone)["instructions"] is True
    assert desk.step("alone", alone)["status"] == "waiting"
    assert not executed(desk)


def test_undoing_it_asks_people_for_the_way_back(desk: Desk, run: str) -> None:
    desk.cli("answer", run, "count", "done", "-f", "stdout=3")
    desk.cli("cancel", run, "--reason", "Enough")
    assert desk.status(run)["status"] == "cancelled"

    desk.cli("undo", run, "--reason", "It was wrong", "--yes")

    assert desk.status(run)["waiting"][0]["command"] == "touch executed"
    assert not executed(desk)


def test_what_was_written_comes_from_a_file(desk: Desk, run: str, tmp_path: Path) -> None:
    wrote = tmp_path / "wrote.txt"
    wrote.write_text("7\n")

    result = desk.cli("answer", run, "count", "done", "-f", f"stdout=@{wrote}", "-f", "exit_code=0")

    assert result.code == 0
    assert "n = 7" in result.out
    assert desk.step("count", run)["outputs"] == {"n": 7}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["done"], "`stdout` of `count` is needed to tell how it ended"),
        (["done", "-f", "stdout=@/nowhere"], "/nowhere can't be read"),
        (["done", "-f", "stdout=@/bin/ls"], "/bin/ls is not UTF-8 text"),
        (["done", "-f", "stdout=1", "-f", "exit_code=many"], "`exit_code` can't be `many`"),
        (["done", "-f", "stdout=1", "-f", "n=3"], "`n` is not a box of `count`"),
        (
            ["done", "-f", "stdout=1", "-f", "command=ls"],
            "another command than the one shown at `count` needs a reason",
        ),
        (["skipped"], "`skipped` needs a reason"),
        (["failed"], "`failed` needs a reason"),
        (["redo", "--reason", "again"], "`count` can't be answered with `redo`"),
    ],
)
def test_what_can_not_be_an_end_is_refused(desk: Desk, run: str, words: list[str], message: str) -> None:
    result = desk.cli("answer", run, "count", *words)

    assert result.code == 2
    assert message in result.err
    assert desk.step("count", run)["status"] == "waiting"


def test_another_command_stands_among_the_deviations(desk: Desk, run: str) -> None:
    desk.cli("answer", run, "count", "done", "-f", "stdout=1", "-f", "command=find", "--reason", "No ls here")

    record = desk.cli("record", run).out
    assert "ran another command than the one shown: No ls here" in record.partition("## Steps")[0]
    assert desk.events(run)[-3]["data"]["reply"]["deviation"]["shown"] == COUNT


def test_the_approver_is_kept_apart_from_who_ran_the_commands(desk: Desk, run: str) -> None:
    desk.cli("answer", run, "count", "done", "-f", "stdout=1", "--by", "ana")

    assert "may not act as `approver`" in desk.cli("approve", run, "agree", "--by", "ana").err
    assert desk.cli("approve", run, "agree", "--by", "bo").code == 0


def test_answers_from_a_file_are_pasted(desk: Desk) -> None:
    answers = {
        "alive": {"outcome": "done", "fields": {"exit_code": 0}},
        "count": {"outcome": "done", "fields": {"stdout": "12"}},
        "agree": {"approve": True, "by": "bo"},
        "change": "done",
    }

    result = desk.cli("run", "web/change", "--instructions", "--yes", "--answers", desk.answers(answers))

    assert result.code == 0
    assert not executed(desk)
    assert desk.step("count")["outputs"] == {"n": 12}


@pytest.mark.parametrize(
    ("option", "message"), [("--dry-run", "--dry-run makes no run"), ("--step", "--step asks before programs start")]
)
def test_what_makes_no_sense_with_it_is_refused(desk: Desk, option: str, message: str) -> None:
    result = desk.cli("run", "web/change", "--instructions", option)

    assert result.code == 2
    assert message in result.err
    assert not desk.home.exists() or "web/change" not in desk.cli("runs").out


# -- at the terminal --------------------------------------------------------------------------------

RAN = "[enter] I ran it, s skip, f failed, ? help > "
CODE = "Exit code (a whole number from 0 to 255, may be empty) [0]: "
OTHER = "Command that was run, if it was another one (a text, may be empty): "
WROTE = "What it wrote; end it with a line that is only a dot:"


def test_at_the_terminal_output_of_several_lines_is_pasted(desk: Desk) -> None:
    terminal = desk.terminal("run", "web/change", "--instructions")
    terminal.expect_exact("Instructions only: nothing of this run is executed.")
    terminal.expect_exact("Run this yourself; nothing is executed here:")
    terminal.expect_exact("touch executed; ping 'web one'")
    answer(terminal, RAN, "")
    answer(terminal, CODE, "")
    answer(terminal, OTHER, "")
    terminal.expect_exact(COUNT)
    terminal.expect_exact("Count them by hand.")
    answer(terminal, RAN, "")
    answer(terminal, CODE, "0")
    terminal.expect_exact(WROTE)
    answer(terminal, "> ", "  \n 8 \n.")
    answer(terminal, OTHER, "find . | wc -l")
    answer(terminal, "Why was it another command: ", "ls is slow")
    terminal.expect_exact("may not act as `approver`")
    code, _ = ended(terminal)

    assert code == 4
    assert desk.step("count")["outputs"] == {"n": 8}
    assert not executed(desk)


def test_at_the_terminal_a_failure_may_be_mended(desk: Desk) -> None:
    terminal = desk.terminal("run", "web/alone", "--instructions")
    answer(terminal, RAN, "")
    answer(terminal, CODE, "3")
    answer(terminal, OTHER, "")
    terminal.expect_exact("has failed")
    answer(terminal, "r redo, d done by hand, s skip, f failed, ? help > ", "r")
    answer(terminal, "Why can it start again: ", "I mistyped it")
    answer(terminal, RAN, "")
    answer(terminal, CODE, "")
    answer(terminal, OTHER, "")

    assert ended(terminal)[0] == 0
    assert desk.step("alone")["attempts"] == 2
    assert not executed(desk)


@pytest.mark.parametrize("bracketed", [False, True], ids=["typed", "pasted at once"])
def test_on_a_screen_output_of_several_lines_is_pasted(desk: Desk, bracketed: bool) -> None:
    screen = Screen(desk, "run", "web/change", "--instructions", rows=60)
    screen.wait(r"^\[enter\] I ran it")
    screen.press("\r", "Exit code")
    screen.press("\r", "Command that was run")
    screen.press("\r", "Count the files")
    screen.press("\r", "Exit code")
    screen.press("\r", "What it wrote:")
    if bracketed:
        screen.press("\x1b[200~\n 9\n.\x1b[201~", r"^ 9")
        screen.press("\r", "Command that was run")
    else:
        screen.press("\r 9\r.\r", "Command that was run")
    screen.press("\r", "may not act as `approver`", asks=False)

    assert screen.end() == 4
    assert "What it wrote: 2 lines" in screen.text
    assert desk.step("count")["outputs"] == {"n": 9}
