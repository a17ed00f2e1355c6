"""What a person has written is kept, whatever comes in between; and nobody answers what they can't see."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Desk, answer, ended
from tests.cli.screen import Screen
from tests.cli.test_cli_terminal import WORK

STEPS = """\
runbook: 1
title: Look after it
inputs: {flag: {type: string, default: /nonexistent}}
steps:
  - id: report
    title: Report
    ask:
      text: What is to be told?
      fields: {told: {title: Told}, sure: {title: Sure, type: boolean}, memo: {title: Memo, required: false}}
  - {id: next, title: Next, manual: Go on.}
"""
BESIDE = """\
runbook: 1
title: Beside
inputs: {flag: {type: string, default: /nonexistent}}
steps:
  - id: hold
    title: Hold
    needs: []
    shell: until [ -e {{ inputs.flag }} ]; do sleep 0.05; done; echo the flag is there
  - {id: cut, title: Cut the power of rack 7, needs: [], manual: Cut it.}
  - {id: late, title: Late, needs: [hold], manual: Wait., when: "false"}
"""
ALONE = """\
runbook: 1
title: Alone
inputs: {flag: {type: string}}
steps:
  - {id: hold, title: Hold, shell: "until [ -e {{ inputs.flag }} ]; do sleep 0.05; done"}
"""


@pytest.fixture
def room(project: Callable[[Mapping[str, str]], Desk]) -> Desk:
    """A project with a form, and with a program that waits for a flag."""
    return project(
        {
            "runbook.yaml": "runbook: 1\ntitle: Room\n",
            "processes/g/group.yaml": "title: Room\nowner: me\n",
            "processes/g/report.yaml": STEPS,
            "processes/g/beside.yaml": BESIDE,
            "processes/g/alone.yaml": ALONE,
        }
    )


def editor(folder: Path, script: str) -> str:
    path = folder / "editor"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def at_the_form(room: Desk, **environment: str) -> Screen:
    screen = Screen(room, "run", "g/report", **environment)
    screen.wait("^.enter. done")
    screen.press("\r", "Told .*:")
    return screen


def test_a_ctrl_c_in_the_shell_is_for_what_runs_there(room: Desk) -> None:
    screen = Screen(room, "run", "g/report", SHELL="/bin/sh", PS1="sh> ")
    screen.wait("^.enter. done")
    screen.press("!", "sh>", asks=False)
    screen.press("sh -c 'echo has be\"\"gun; exec sleep 600'\r", "has begun", asks=False)  # not only its echo
    screen.type("\x03")
    screen.press("echo code $?\r", "code 130", asks=False)
    screen.press("exit\r", "was in a shell")
    screen.type("\x03")
    assert screen.end() == 130


def test_what_was_written_in_the_editor_stays_as_a_draft(room: Desk, tmp_path: Path) -> None:
    screen = at_the_form(room, EDITOR=editor(tmp_path, 'printf "written there" > "$1"'))
    screen.press("\x18\x05", "written there")
    screen.press("\x1b", "^.enter. done")
    screen.press("\r", "Told .*: written there")
    screen.terminal.kill(signal.SIGKILL)
    screen.end()

    screen = Screen(room, "resume", "last")
    screen.wait("^.enter. done")
    screen.press("\r", "Told .*: written there")
    screen.type("\x03")
    assert screen.end() == 130


def test_the_window_is_closed_while_the_editor_is_open(room: Desk, tmp_path: Path) -> None:
    waits = editor(tmp_path, 'printf "saved there" > "$1"; echo open; exec sleep 600')
    screen = at_the_form(room, EDITOR=waits)
    screen.press("\x18\x05", "open", asks=False)
    screen.type("\x03")  # the editor's own affair: this one ends by it
    screen.wait("Told .*: saved there(.|\n)*ctrl-e: editor$")
    screen.press("\x15\x18\x05", "open", asks=False)
    screen.terminal.kill(signal.SIGHUP)
    assert screen.end() == 130

    screen = Screen(room, "resume", "last")
    screen.wait("^.enter. done")
    screen.press("\r", "Told .*: saved there")
    screen.type("\x03")
    assert screen.end() == 130


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ("vi '", "can't be started: no closing quotation"),
        ("/nonexistent/editor", "can't be started: No such file or directory"),
        ("false", "ended with exit code 1"),
    ],
)
def test_an_editor_that_fails_leaves_what_was_typed(room: Desk, named: str, says: str) -> None:
    screen = at_the_form(room, EDITOR=named, columns=100)
    screen.press("typed here", "typed here")
    screen.press("\x18\x05", says)
    screen.wait("Told .*: typed here")
    screen.type("\x03")
    assert screen.end() == 130

    terminal = room.terminal("run", "g/report", EDITOR=named)
    answer(terminal, WORK, "")
    answer(terminal, "Told (a text): ", ":e")
    terminal.expect_exact(says)
    terminal.sendintr()
    assert ended(terminal)[0] == 130


def test_the_way_back_leads_out_of_every_field(room: Desk) -> None:
    screen = at_the_form(room)
    screen.press("wrong\r", "y yes  n no  esc back")
    screen.press("\x1b", "^.enter. done")
    screen.press("\r", "Told .*: wrong")
    screen.press("\x15right\r", "y yes  n no  esc back")
    screen.press("y", "Memo")
    screen.press("a memo\r", r"Next \(next")
    assert room.step("report")["outputs"] == {"told": "right", "sure": True, "memo": "a memo"}

    screen.press("b", "Back to which step")
    screen.press("\r", "once more")
    screen.press("too much\r", r"goes back(.|\n)*^.enter. done")
    screen.press("\r", "Told .*:")
    screen.press("\r", "esc back")
    screen.press("\r", "Memo .*: a memo")
    screen.press("\x15\r", r"Next \(next")
    assert room.step("report")["outputs"] == {"told": "right", "sure": True}
    screen.type("\x03")
    assert screen.end() == 130


def test_the_way_back_and_an_empty_answer_in_plain_lines(room: Desk) -> None:
    terminal = room.terminal("run", "g/report")
    answer(terminal, WORK, "")
    answer(terminal, "Told (a text): ", "it")
    answer(terminal, "Sure (yes or no): ", "perhaps")
    terminal.expect_exact("type one of y yes, n no, or :back")
    answer(terminal, "Sure (yes or no): ", ":b")
    answer(terminal, WORK, "")
    answer(terminal, "Told (a text) [it]: ", "")
    answer(terminal, "Sure (yes or no): ", "y")
    answer(terminal, "may be empty): ", "a memo")
    answer(terminal, WORK, "back")
    answer(terminal, "Back to which step [report]: ", "")
    answer(terminal, "once more: ", "too much")
    answer(terminal, WORK, "")
    answer(terminal, "Told (a text) [it]: ", "")
    answer(terminal, "Sure (yes or no) [yes]: ", "")
    answer(terminal, "may be empty) [a memo]: ", ":clear")
    terminal.expect_exact("Next (next")
    terminal.expect_exact(WORK)
    terminal.sendintr()
    assert ended(terminal)[0] == 130
    assert room.step("report")["outputs"] == {"told": "it", "sure": True}


def test_a_reason_is_offered_only_for_what_it_was_typed_for(room: Desk) -> None:
    screen = Screen(room, "run", "g/report")
    screen.wait("^.enter. done")
    screen.press("s", "Why is it skipped: *$")
    screen.press("nobody asks", "nobody asks")
    screen.press("\x1b", "^.enter. done")
    screen.press("f", "Why did it fail: *$")
    screen.press("\x1b", "^.enter. done")
    screen.press("n", "Note: *$")
    screen.press("\x1b", "^.enter. done")
    screen.press("s", "Why is it skipped: nobody asks")
    screen.type("\x03")
    assert screen.end() == 130


def test_what_is_asked_is_named_again_below_what_came_after_it(room: Desk, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    screen = Screen(room, "run", "g/beside", "-i", f"flag={flag}")
    screen.wait("Cut it.(.|\n)*^.enter. done")
    assert "Cut the power of rack 7 (cut)" not in screen.lines
    flag.touch()
    screen.wait(r"the flag is there(.|\n)*^Cut the power of rack 7 \(cut\)\n\[")
    screen.type("\x03")
    assert screen.end() == 130

    flag.unlink()
    terminal = room.terminal("run", "g/beside", "-i", f"flag={flag}")
    terminal.expect_exact(WORK)
    flag.touch()
    terminal.expect_exact("the flag is there")
    terminal.expect_exact("--- Cut the power of rack 7 (cut)\r\n" + WORK)
    terminal.sendintr()
    assert ended(terminal)[0] == 130


def test_what_was_not_sent_when_the_run_ended_is_said(room: Desk, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    screen = Screen(room, "run", "g/alone", "-i", f"flag={flag}")
    screen.wait("> hold")
    screen.press("n", "Note:")
    screen.press("It squeaks", "It squeaks")
    flag.touch()
    screen.wait(r"succeeded hold(.|\n)*Note: It squeaks \(not sent\)")
    assert screen.end() == 0


def test_words_are_taken_while_a_program_runs(room: Desk, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    terminal = room.terminal("run", "g/alone", "-i", f"flag={flag}")
    terminal.expect_exact("running   hold")
    terminal.sendline("nonsense")
    terminal.expect_exact("type one of the keys or words")
    terminal.sendline("?")
    terminal.expect_exact("leave the run as it is")
    terminal.sendline("note")
    answer(terminal, "Note: ", "It squeaks")
    terminal.expect_exact("Note about `hold`")
    terminal.sendline("p")
    answer(terminal, "Who goes on", "")
    terminal.expect_exact("what runs is finished first")
    flag.touch()
    assert ended(terminal)[0] == 0
    assert room.status()["status"] == "succeeded"
