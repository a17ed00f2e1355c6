"""A run with a person at a terminal, in plain lines: what they see, what they type, and what is no answer."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pexpect
import pytest

from tests.cli.conftest import Desk, answer, ended
from tests.waiting import PATIENCE, until

WORK = "[enter] done, s skip, f failed, ? help > "


def test_done_skip_and_failed(desk: Desk) -> None:
    terminal = desk.terminal("run", "desk/chores")
    terminal.expect(r"--- Sweep \(sweep; 0 of 3 steps over\)")
    terminal.expect_exact("Sweep the floor.")
    answer(terminal, WORK, "")
    answer(terminal, WORK, "s")
    answer(terminal, "Why is it skipped: ", "The mop is gone")
    answer(terminal, WORK, "f")
    answer(terminal, "Why did it fail: ", "No polish")

    assert ended(terminal)[0] == 0
    assert [step["status"] for step in desk.status()["steps"]] == ["succeeded", "skipped", "failed"]
    assert desk.step("mop")["reason"] == "The mop is gone"


def test_a_form_takes_a_right_value_after_wrong_ones(desk: Desk) -> None:
    terminal = desk.terminal("run", "desk/gauge")
    terminal.expect_exact("! WARNING")
    terminal.expect_exact("The pipe is hot.")
    answer(terminal, WORK, "")
    pressure = "Pressure (a number from 1 to 6 bar): "
    answer(terminal, pressure, "seven")
    terminal.expect_exact("can't be `seven`: give a number from 1 to 6 bar")
    answer(terminal, pressure, "7")
    terminal.expect_exact("outside its limits")
    answer(terminal, pressure, "2.4")
    answer(terminal, "Colour of the lamp (one of `green`, `red`): ", "green")
    answer(terminal, "may be empty): ", "")
    answer(terminal, "Read twice (yes or no) [yes]: ", "")

    assert ended(terminal)[0] == 0
    assert desk.step("gauge")["outputs"] == {"pressure": 2.4, "colour": "green", "again": True}
    assert desk.step("tell")["outputs"] == {"told": "2.4 bar"}


def test_help_explains_the_words_and_why_the_step_is_there(desk: Desk) -> None:
    terminal = desk.terminal("run", "desk/gauge")
    answer(terminal, WORK, "?")
    terminal.expect_exact("s skip ")
    answer(terminal, WORK, "why")
    terminal.expect_exact("The pump fails above six bar.")
    answer(terminal, WORK, "nonsense")
    terminal.expect_exact("type one of the keys or words, or ? for help")
    answer(terminal, WORK, "p")
    answer(terminal, "Who goes on (empty: you, later): ", "")

    assert ended(terminal)[0] == 130


@pytest.mark.parametrize("typed", ["2", "right"])
def test_a_way_is_chosen_by_number_or_name(desk: Desk, typed: str) -> None:
    terminal = desk.terminal("run", "desk/ways")
    terminal.expect_exact("Left or right?")
    terminal.expect_exact("2) Go right [right]")
    answer(terminal, "1 left, 2 right, f failed, ? help > ", typed)

    assert ended(terminal)[0] == 0
    assert desk.step("way")["outputs"] == {"choice": "right"}
    assert desk.step("go-left")["status"] == "skipped"


def test_an_approval_with_a_comment(desk: Desk) -> None:
    terminal = desk.terminal("run", "desk/sign", "-i", "rule=plain")
    terminal.expect_exact("Wanted: the yes of somebody as `boss`")
    answer(terminal, "y approve, n reject", "y")
    answer(terminal, "Comment (may be empty): ", "Seen")

    assert ended(terminal)[0] == 0
    assert desk.events()[-2]["data"]["reply"]["reason"] == "Seen"


def test_a_rejection_with_a_reason(desk: Desk) -> None:
    terminal = desk.terminal("run", "desk/sign", "-i", "rule=plain")
    answer(terminal, "y approve, n reject", "n")
    answer(terminal, "Why not: ", "Not today")

    assert ended(terminal)[0] == 1
    assert "Not today" in desk.status()["reason"]


def test_a_yes_counts_for_what_the_terminal_has_shown_and_is_asked_for_anew_when_that_changes(desk: Desk) -> None:
    terminal = desk.terminal("run", "desk/sign", "-i", "rule=plain")
    terminal.expect_exact("y approve, n reject")
    photo = desk.home / "plan.txt"
    photo.write_text("Another plan")
    assert desk.cli("attach", "last", "plain", str(photo)).code == 0
    terminal.sendline("y")
    answer(terminal, "Comment (may be empty): ", "")
    terminal.expect(r"has changed (since|meanwhile)")
    terminal.expect_exact("plan.txt")
    answer(terminal, "y approve, n reject", "y")
    answer(terminal, "Comment (may be empty): ", "")

    assert ended(terminal)[0] == 0


def test_approve_shows_at_the_terminal_what_the_yes_counts_for(desk: Desk) -> None:
    run = desk.begin("desk/sign", rule="two")
    seen = json.loads(desk.cli("approve", run, "two", "--to-sign").out)["seen"]

    code, shown = ended(desk.terminal("approve", run, "two"))

    assert code == 0
    assert "Two different people." in shown
    assert desk.cli("approve", run, "two", "--by", "maria", "--seen", seen).code == 0
    assert desk.status()["status"] == "succeeded"


def test_who_has_approved_is_not_asked_again_when_more_are_needed(desk: Desk) -> None:
    terminal = desk.terminal("run", "desk/sign", "-i", "rule=two")
    terminal.expect_exact("2 different people as `boss`")
    answer(terminal, "y approve, n reject", "y")
    answer(terminal, "Comment (may be empty): ", "")
    code, shown = ended(terminal)

    assert code == 4
    assert "y approve" not in shown
    assert "(1 of 2 so far)" in shown


def test_later_goes_on_with_other_steps_and_ends_waiting(desk: Desk) -> None:
    terminal = desk.terminal("run", "desk/side-by-side")
    answer(terminal, WORK, "later")
    code, shown = ended(terminal)

    assert code == 4
    assert "`person` waits for a person: runbook answer" in shown
    assert desk.step("third")["status"] == "succeeded"


def test_branches_are_told_of_while_a_question_is_open(desk: Desk) -> None:
    terminal = desk.terminal("run", "desk/side-by-side")
    terminal.expect_exact("third | three")
    terminal.expect_exact("+ succeeded third")
    answer(terminal, WORK, "")

    assert ended(terminal)[0] == 0


def test_what_was_typed_before_a_question_is_forgotten() -> None:
    script = """
import os, signal
from runbook.cli.loop.front import forget_typed
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
os.write(1, b"type")
signal.sigwait([signal.SIGUSR1])
forget_typed(0)
os.write(1, b"ask")
os.write(1, b"read " + os.read(0, 100))
"""
    terminal = pexpect.spawn(sys.executable, ["-c", script], timeout=PATIENCE, encoding="utf-8")
    terminal.expect_exact("type")
    terminal.send("a whole line\rhalf a ")
    terminal.expect_exact("half a ")
    terminal.kill(signal.SIGUSR1)
    answer(terminal, "ask", "line")
    terminal.expect_exact("read line")
    assert ended(terminal)[0] == 0


@pytest.mark.parametrize("how", ["p", "pause", "ctrl-c", "ctrl-d"])
def test_leaving_is_no_answer_and_says_how_to_go_on(desk: Desk, how: str) -> None:
    terminal = desk.terminal("run", "desk/chores")
    terminal.expect_exact(WORK)
    if how == "ctrl-c":
        terminal.sendintr()
    elif how == "ctrl-d":
        terminal.sendeof()
    else:
        terminal.sendline(how)
        answer(terminal, "Who goes on (empty: you, later): ", "")
    code, shown = ended(terminal)

    assert code == 130
    assert f"Paused. Go on with: runbook resume {desk.status()['run']}" in shown
    assert desk.step("sweep")["status"] == "waiting"


def test_the_end_of_input_in_the_middle_of_a_word_is_no_answer(desk: Desk) -> None:
    terminal = desk.terminal("run", "desk/chores")
    terminal.expect_exact(WORK)
    terminal.send("done")
    terminal.sendeof()
    terminal.sendeof()

    assert ended(terminal)[0] == 130
    assert desk.step("sweep")["status"] == "waiting"


def test_what_was_typed_before_a_step_was_shown_does_not_answer_it(desk: Desk) -> None:
    terminal = desk.terminal("run", "desk/chores")
    terminal.expect_exact(WORK)
    terminal.send("\r\r\r")
    terminal.expect_exact("+ succeeded sweep")
    terminal.expect_exact(WORK)
    terminal.sendintr()

    assert ended(terminal)[0] == 130
    assert desk.step("mop")["status"] == "waiting"


def test_a_pause_while_something_runs_lets_it_finish(desk: Desk, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    terminal = desk.terminal("run", "desk/slow", "-i", f"flag={flag}")
    until(flag.with_suffix(".pid").exists)
    terminal.sendintr()
    terminal.expect_exact("what runs is finished first")
    flag.touch()
    code, shown = ended(terminal)

    assert code == 130
    assert "hold | held" in shown
    assert [desk.step(id)["status"] for id in ("hold", "next")] == ["succeeded", "ready"]


def test_a_second_ctrl_c_leaves_it_running(desk: Desk, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    terminal = desk.terminal("run", "desk/slow", "-i", f"flag={flag}")
    until(flag.with_suffix(".pid").exists)
    terminal.sendintr()
    terminal.expect_exact("what runs is finished first")
    terminal.sendintr()
    code, shown = ended(terminal)
    assert code == 130
    assert "Go on with: runbook resume" in shown

    flag.touch()
    assert desk.cli("resume", "last", "--yes").code == 0
    assert desk.step("hold")["attempts"] == 1


def test_an_answer_from_another_terminal_takes_the_question_back(desk: Desk) -> None:
    terminal = desk.terminal("run", "desk/chores")
    terminal.expect_exact("--- Sweep")
    terminal.expect_exact(WORK)

    assert desk.cli("answer", "last", "sweep", "done", "--by", "maria").code == 0

    terminal.expect_exact("by maria, as stated by")
    terminal.expect_exact("--- Mop")
    answer(terminal, WORK, "")
    terminal.expect_exact("--- Shine")
    answer(terminal, WORK, "")
    assert ended(terminal)[0] == 0


def test_a_deadline_takes_the_question_back(desk: Desk) -> None:
    terminal = desk.terminal("run", "desk/sign", "-i", "rule=soon")
    terminal.expect_exact("y approve, n reject")
    code, shown = ended(terminal)

    assert code == 1
    assert "nobody decided before the deadline" in shown


def test_a_cancellation_from_another_terminal_ends_the_run(desk: Desk) -> None:
    terminal = desk.terminal("run", "desk/chores")
    terminal.expect_exact(WORK)

    assert desk.cli("cancel", "last", "--reason", "Enough").code == 0
    code, shown = ended(terminal)

    assert code == 1
    assert "Cancelled by" in shown


def test_a_closed_terminal_pauses_and_another_one_goes_on(desk: Desk) -> None:
    terminal = desk.terminal("run", "desk/chores")
    answer(terminal, WORK, "")
    terminal.expect_exact("--- Mop")
    terminal.expect_exact(WORK)
    pid = terminal.pid
    terminal.close(force=False)
    until(lambda: not _alive(pid))

    again = desk.terminal("resume", "last")
    again.expect_exact("--- Mop")
    answer(again, WORK, "")
    again.expect_exact("--- Shine")
    answer(again, WORK, "")
    assert ended(again)[0] == 0
    assert [event["type"] for event in desk.events()].count("StepSucceeded") == 3
    assert not [
        path
        for path in Path("/tmp").glob("runbook-bug-*")
        if path.stat().st_uid == os.getuid() and str(pid) in path.read_text()
    ]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_hang_up_pauses(desk: Desk) -> None:
    terminal = desk.terminal("run", "desk/chores")
    terminal.expect_exact(WORK)

    terminal.kill(signal.SIGHUP)

    assert ended(terminal)[0] == 130
    assert desk.step("sweep")["status"] == "waiting"


def test_a_step_in_doubt_is_decided_at_the_terminal(desk: Desk, tmp_path: Path) -> None:
    from tests.cli.test_cli_runs import _doubtful

    run = _doubtful(desk, tmp_path)

    terminal = desk.terminal("resume", run)
    terminal.expect_exact("is in doubt")
    answer(terminal, "d it worked, r redo, s skip, f failed, ? help > ", "d")
    answer(terminal, "How do you know that it worked: ", "I saw it")
    assert ended(terminal)[0] == 0

    assert desk.step("hold", run)["reason"] == "I saw it"
    assert "hold was declared done by" in desk.cli("record", run).out


def test_bytes_that_are_no_text_are_asked_for_again(desk: Desk) -> None:
    terminal = desk.terminal("run", "desk/chores")
    answer(terminal, WORK, "s")
    terminal.expect_exact("Why is it skipped: ")
    os.write(terminal.child_fd, b"caf\xe9\r")
    terminal.expect_exact("not UTF-8")
    answer(terminal, "Why is it skipped: ", "café")
    terminal.expect_exact("--- Mop")
    terminal.sendintr()

    assert ended(terminal)[0] == 130
    assert desk.step("sweep")["reason"] == "café"


@pytest.mark.parametrize("columns", [60, 100])
def test_colour_is_for_terminals_that_want_it(desk: Desk, columns: int) -> None:
    desk.begin("desk/breaks")

    assert "\x1b[31m" in ended(desk.terminal("status", "last", columns=columns, TERM="xterm"))[1]
    for setting in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        shown = ended(desk.terminal("status", "last", columns=columns, **setting))[1]

        assert "\x1b" not in shown
        assert "x failed" in shown
