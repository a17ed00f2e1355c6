"""The operator's loop on a terminal that is redrawn: every key, at three widths, and what a person sees."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Desk
from tests.cli.screen import Screen
from tests.cli.test_loop_plain import options
from tests.waiting import until

LEGEND = r"^\[enter\] done"


def pump(desk: Desk, tmp_path: Path, columns: int = 80, **environment: str) -> Screen:
    """A run of the pump, up to the first step of a person."""
    flag = tmp_path / "flag"
    screen = Screen(desk, "run", "desk/pump", "-i", f"flag={flag}", columns=columns, rows=200, **environment)
    screen.wait(LEGEND)
    return screen


def filled(screen: Screen) -> None:
    """The form of the first step, filled in."""
    screen.press("\r", "Pressure .*:")
    screen.press("2.4\r", "1 green  2 red")
    screen.press("1", "Remark .*:")
    screen.press("\r", r"Choose the size \(size")


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_every_key_does_what_it_says(desk: Desk, tmp_path: Path, columns: int) -> None:
    flag, photo = tmp_path / "flag", tmp_path / "photo.jpg"
    photo.write_bytes(b"a picture")
    screen = pump(desk, tmp_path, columns, SHELL="/bin/true", NO_COLOR="1")

    screen.press("?", "these lines")
    screen.press("w", r"A wet pump must not be started\.")
    screen.press("u", "Prepare the log .prepare, done")
    screen.press("n", "Note:")
    screen.press("The lamp flickers\r", "Note about `look`")
    screen.press("a", "File:")
    screen.press(f"{photo}\r", "Attached to `look` by .*photo.jpg")
    screen.press("!", "was in a shell")
    filled(screen)
    screen.press("2", r"Drain the tank \(drain")
    assert "This can't be undone." in screen.text
    screen.press("\r", r"Start the pump \(start.*has failed")
    assert "$ test -e" in screen.text
    screen.press("d", "What was done by hand:")
    screen.press("\x1b", "^r redo")
    flag.touch()
    screen.press("r", "Why can it start again:")
    screen.press("The power is on\r", r"Sweep the floor \(sweep")
    screen.press("b", r"Back to which step \[size\]")
    screen.press("\r", "Why is `size` done once more:")
    screen.press("It is the small one\r", r"Choose the size \(size")
    screen.press("1", r"Drain the tank \(drain")
    screen.press("s", "Why is it skipped:")
    screen.press("Drained already\r", r"Sweep the floor \(sweep")
    screen.press("r", r"Which step once more \[start\]")
    screen.press("\r", "Why is `start` done once more:")
    screen.press("To be sure\r", r"Sweep the floor \(sweep")
    screen.press("l", "Paused|waits for a person")
    assert screen.end() == 4

    screen = Screen(desk, "resume", "last", columns=columns, rows=200)
    screen.wait(LEGEND)
    screen.press("f", "Why did it fail:")
    screen.press("\x1b", LEGEND)
    screen.press(":", "word:")
    screen.press("pause\r", "Who goes on")
    screen.press("maria\r", "What should they know")
    screen.press("The floor is wet\r", r"Paused\. Go on with: runbook resume")
    assert screen.end() == 130

    screen = Screen(desk, "resume", "last", columns=columns, rows=200)
    screen.wait(r"The floor is wet(.|\n)*Sweep the floor \(sweep")
    screen.wait(LEGEND)
    screen.press("\r", r"Sign \(sign")
    screen.press("c", "Note:")
    screen.press("The boss is here\r", "Note about `sign`")
    screen.press("y", "Comment")
    screen.press("Well done\r", r"Write it on the board \(board")
    screen.press("j", r"On to which step \[close\]")
    screen.press("\r", "Why is what comes before `close` skipped:")
    screen.press("The board is full\r", r"Close the door \(close")
    screen.press("\r", "succeeded$")
    assert screen.end() == 0

    steps = {step["id"]: step["status"] for step in desk.status()["steps"]}
    assert steps == {**dict.fromkeys(steps, "succeeded"), "drain": "skipped", "board": "skipped"}
    types = [event["type"] for event in desk.events()]
    assert (types.count("NoteAdded"), types.count("EvidenceAttached"), types.count("RunHandedOver")) == (3, 1, 1)
    assert desk.step("start")["attempts"] == 4


@pytest.mark.parametrize(
    ("key", "status", "ended"), [("f", "failed", 1), ("d", "succeeded", 130), ("s", "skipped", 130)]
)
def test_what_is_to_be_done_about_a_failure_is_asked(
    desk: Desk, tmp_path: Path, key: str, status: str, ended: int
) -> None:
    screen = pump(desk, tmp_path)
    filled(screen)
    screen.press("1", r"Drain the tank \(drain")
    screen.press("\r", r"Start the pump \(start.*has failed")
    assert "Turn the key." in screen.text
    assert "no power" in screen.text

    screen.press(key, "(Why|What was done).*:")
    if key == "d":
        screen.press("The key is broken\r", "Command that was run")
    screen.press("\r" if key == "d" else "The key is broken\r", "Run .*failed|Sweep the floor .sweep")
    if ended == 130:
        screen.type("\x03")

    assert screen.end() == ended
    assert desk.step("start")["status"] == status
    assert "start failed at" in desk.cli("record", "last").out


def test_a_rejection_asks_why_and_leaving_the_question_is_none(desk: Desk) -> None:
    screen = Screen(desk, "run", "desk/sign", "-i", "rule=plain")
    screen.wait("y approve")
    screen.press("n", "Why not:")
    screen.press("\x1b", "y approve")
    assert desk.step("plain")["status"] == "waiting"

    screen.press("n", "Why not:")
    screen.press("Not today\r", "Run .* x failed")

    assert screen.end() == 1


def test_words_are_typed_after_a_colon_and_the_rest_of_a_word_is_no_reason(desk: Desk) -> None:
    screen = Screen(desk, "run", "desk/chores")
    screen.wait(LEGEND)
    screen.press(":", "word:")
    screen.press("dance\r", "`dance` is none of the words")
    screen.press("\x1b", LEGEND)

    screen.press("s", "Why is it skipped:")
    screen.type("kip\r")
    screen.wait("a reason is needed")
    screen.press("The mop is gone\r", r"Mop \(mop")
    screen.type("\x03")

    assert screen.end() == 130
    assert desk.step("sweep")["reason"] == "The mop is gone"


def test_an_answer_out_of_its_limits_is_refused_at_once_and_can_be_mended(desk: Desk, tmp_path: Path) -> None:
    screen = pump(desk, tmp_path)
    screen.press("\r", "Pressure .*:")
    screen.press("7\r", "outside its limits")
    assert desk.step("look")["status"] == "waiting"

    screen.press("\x7f3\r", "1 green  2 red")
    screen.press("2", "Remark .*:")
    screen.press("\r", r"Choose the size \(size")
    screen.type("\x03")

    assert screen.end() == 130
    assert desk.step("look")["outputs"] == {"pressure": 3, "lamp": "red"}


@pytest.mark.parametrize("how", ["killed", "dropped"])
def test_what_was_typed_is_there_after_a_crash_and_after_the_terminal_is_gone(
    desk: Desk, tmp_path: Path, how: str
) -> None:
    screen = pump(desk, tmp_path)
    screen.press("\r", "Pressure .*:")
    screen.press("2.4\r", "1 green  2 red")
    screen.press("2", "Remark .*:")
    screen.press("half a remar", "half a remar")
    pid = screen.terminal.pid
    if how == "killed":
        os.kill(pid, signal.SIGKILL)
        screen.terminal.wait()
    else:
        screen.terminal.close(force=False)
        until(lambda: not Path(f"/proc/{pid}/cmdline").exists() or not Path(f"/proc/{pid}/cmdline").read_bytes())

    screen = Screen(desk, "resume", "last")
    screen.wait(LEGEND)
    screen.press("\r", r"Pressure .*: 2\.4")
    screen.press("\r", r"\[enter\] red")
    screen.press("\r", "Remark .*: half a remar")
    screen.press("k\r", r"Choose the size \(size")
    screen.type("\x03")

    assert screen.end() == 130
    assert desk.step("look")["outputs"] == {"pressure": 2.4, "lamp": "red", "remark": "half a remark"}
    assert desk.step("prepare")["attempts"] == 1


def test_a_longer_answer_is_written_in_the_editor(desk: Desk, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf "It was written elsewhere" > "$1"\n')
    editor.chmod(0o755)
    screen = pump(desk, tmp_path, EDITOR=str(editor), VISUAL="")
    screen.press("n", "Note:")
    screen.press("\x18\x05", "It was written elsewhere")
    screen.press("\r", "Note about `look` by")
    screen.type("\x03")

    assert screen.end() == 130
    notes = [event["data"]["text"] for event in desk.events() if event["type"] == "NoteAdded"]
    assert notes == ["It was written elsewhere"]


def test_news_come_in_above_the_question_and_what_is_typed_stays(desk: Desk) -> None:
    screen = Screen(desk, "run", "desk/side-by-side")
    screen.wait("succeeded third")
    screen.press("s", "Why is it skipped:")
    screen.press("Nobody", "Nobody")

    assert desk.cli("note", "last", "Hurry up").code == 0
    screen.wait("Note by .*: Hurry up(.|\n)*Why is it skipped: Nobody")
    screen.press(" is here\r", r"Run .*succeeded")

    assert screen.end() == 0
    assert desk.step("person")["reason"] == "Nobody is here"


def test_an_answer_from_elsewhere_takes_the_question_back(desk: Desk) -> None:
    screen = Screen(desk, "run", "desk/chores")
    screen.wait(LEGEND)
    screen.press("f", "Why did it fail:")
    screen.press("I do not", "I do not")

    assert desk.cli("answer", "last", "sweep", "done", "--by", "maria").code == 0

    screen.wait(r"by maria, as stated by(.|\n)*Why did it fail: I do not \(not sent\)(.|\n)*Mop \(mop")
    screen.wait(LEGEND)
    screen.type("\x03")
    assert screen.end() == 130
    assert desk.step("mop")["status"] == "waiting"


def test_keys_pressed_before_a_question_was_there_do_not_answer_it(desk: Desk) -> None:
    screen = Screen(desk, "run", "desk/chores")
    screen.wait(LEGEND)
    screen.press("\r\r\r", r"Mop \(mop")
    screen.type("\x03")

    assert screen.end() == 130
    assert desk.step("mop")["status"] == "waiting"


def test_the_progress_shows_what_runs_and_a_pause_lets_it_end(desk: Desk, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    screen = Screen(desk, "run", "desk/slow", "-i", f"flag={flag}")
    screen.wait(r"^\[-+\] 0 of 3 steps over \| > hold \d+ s")
    screen.press("n", "Note:")
    screen.press("It takes long\r", "Note about `hold`")
    screen.press("p", "Who goes on")
    screen.press("\r", "what runs is finished first", asks=False)
    flag.touch()

    assert screen.end() == 130
    assert desk.step("hold")["status"] == "succeeded"
    assert desk.step("next")["status"] == "ready"


def test_every_program_is_asked_about_when_the_operator_wants_it(desk: Desk) -> None:
    screen = Screen(desk, "run", "desk/side-by-side", "--step", rows=60)
    screen.wait(LEGEND)
    screen.press("l", r"First \(first(.|\n)*\$ echo one")
    assert desk.step("first")["status"] == "ready"
    screen.press("\r", r"Second \(second(.|\n)*\$ echo two")
    screen.press("s", "Why is it skipped:")
    screen.press("Not today\r", r"Third \(third")
    screen.type("\x03")

    assert screen.end() == 130
    assert [desk.step(id)["status"] for id in ("first", "second", "third")] == ["succeeded", "skipped", "ready"]


@pytest.mark.parametrize("columns", [60, 140])
def test_colours_are_the_sixteen_and_none_with_no_color(desk: Desk, tmp_path: Path, columns: int) -> None:
    screen = pump(desk, tmp_path, columns, TERM="xterm-256color")
    screen.type("\x03")
    screen.end()
    assert screen.styles["fg"] <= {"default", "red", "green", "brown", "blue", "magenta", "cyan", "white", "black"}
    assert screen.styles["bg"] == {"default"}

    screen = pump(desk, tmp_path, columns, NO_COLOR="1")
    screen.type("\x03")
    screen.end()
    assert screen.styles["fg"] == {"default"}
    assert "\x1b[6n" not in screen.raw


def test_a_key_chooses_a_way_whatever_its_name_and_names_go_on_where_digits_end(
    project: Callable[[Mapping[str, str]], Desk],
) -> None:
    names = ("yes", "no", "skip", *(f"way-{letter}" for letter in "abcdefghi"))
    desk = project(options(*names))
    for keys, wanted in (("1", "yes"), ("3", "skip"), (":way-i\r", "way-i")):
        screen = Screen(desk, "run", "g/choose")
        screen.wait(r"^1 yes")
        if keys.startswith(":"):
            screen.press(":", "word:")
        screen.press(keys.removeprefix(":"), "Run .*succeeded")

        assert screen.end() == 0
        assert desk.step("way")["outputs"] == {"choice": wanted}
