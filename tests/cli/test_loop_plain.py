"""Every key of the loop as a word, in plain lines: nothing is redrawn, and nothing has to be seen to be understood."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Desk, answer, ended
from tests.cli.test_cli_terminal import WORK

FAILED = "r redo, d done by hand, s skip, f failed, ? help > "


def options(*names: str) -> Mapping[str, str]:
    """A project with one decision between these ways."""
    listed = ", ".join(f"{{id: {name}, title: Take {name}}}" for name in names)
    step = f"  - {{id: way, title: Which way, decision: {{question: Which way?, options: [{listed}]}}}}\n"
    return {
        "runbook.yaml": "runbook: 1\ntitle: Ways\n",
        "processes/g/group.yaml": "title: Ways\nowner: me\n",
        "processes/g/choose.yaml": f"runbook: 1\ntitle: Choose\nsteps:\n{step}",
    }


def test_every_word_does_what_it_says(desk: Desk, tmp_path: Path) -> None:
    flag, photo = tmp_path / "flag", tmp_path / "photo.jpg"
    photo.write_bytes(b"a picture")
    terminal = desk.terminal("run", "desk/pump", "-i", f"flag={flag}", SHELL="/bin/true", NO_COLOR="1")

    answer(terminal, WORK, "help")
    answer(terminal, WORK, "undo")
    terminal.expect_exact("Prepare the log (prepare, done):")
    answer(terminal, WORK, "note")
    answer(terminal, "Note: ", "The lamp flickers")
    answer(terminal, WORK, "attach")
    answer(terminal, "File: ", str(tmp_path / "nowhere"))
    terminal.expect_exact("is not a file")
    answer(terminal, "File: ", str(photo))
    answer(terminal, WORK, "shell")
    terminal.expect_exact("was in a shell")
    answer(terminal, WORK, "skip")
    answer(terminal, "Why is it skipped: ", ":back")
    answer(terminal, WORK, "done")
    answer(terminal, "bar): ", "2.4")
    answer(terminal, "`red`): ", "1")
    answer(terminal, "may be empty): ", "")
    answer(terminal, "? help > ", "large")
    answer(terminal, "[enter] start it, s skip, ? help > ", "start")
    answer(terminal, FAILED, "redo")
    answer(terminal, "Why can it start again: ", "Perhaps it was a loose plug")
    answer(terminal, FAILED, "done")
    answer(terminal, "What was done by hand: ", "I turned the key")
    answer(terminal, "Command that was run, if it was another one (a text, may be empty): ", "")
    answer(terminal, WORK, "back")
    answer(terminal, "Back to which step [size]: ", "")
    answer(terminal, "Why is `size` done once more: ", "It is the small one")
    answer(terminal, "? help > ", "small")
    answer(terminal, "[enter] start it, s skip, ? help > ", "skip")
    answer(terminal, "Why is it skipped: ", "Drained already")
    answer(terminal, FAILED, "failed")
    answer(terminal, "Why did it fail: ", "It is broken for good")

    code, shown = ended(terminal)
    assert code == 1
    assert "\x1b" not in shown
    assert desk.step("start")["attempts"] == 3
    assert {"NoteAdded", "EvidenceAttached", "StepReopened"} <= {event["type"] for event in desk.events()}


def test_an_answer_is_written_in_the_editor(desk: Desk, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf "It was written elsewhere" > "$1"\n')
    editor.chmod(0o755)
    terminal = desk.terminal("run", "desk/chores", EDITOR=str(editor), VISUAL="", NO_COLOR="1")
    answer(terminal, WORK, "skip")
    answer(terminal, "Why is it skipped: ", ":edit")
    terminal.expect_exact("--- Mop")
    terminal.sendintr()

    assert ended(terminal)[0] == 130
    assert desk.step("sweep")["reason"] == "It was written elsewhere"


def test_what_is_redone_and_jumped_to_is_asked_for(desk: Desk) -> None:
    terminal = desk.terminal("run", "desk/side-by-side")
    terminal.expect_exact("+ succeeded third")
    answer(terminal, WORK, "redo")
    answer(terminal, "Which step once more [third]: ", "nonsense")
    terminal.expect_exact("`nonsense` is no step that was reached")
    answer(terminal, "Which step once more [third]: ", "second")
    answer(terminal, "Why is `second` done once more: ", "To be sure")
    terminal.expect_exact("+ succeeded third")
    answer(terminal, WORK, "jump")
    answer(terminal, "On to which step [both]: ", "")
    answer(terminal, "Why is what comes before `both` skipped: ", "Nobody is here")

    assert ended(terminal)[0] == 0
    assert desk.step("third")["attempts"] == 2
    assert desk.step("person")["status"] == "skipped"


@pytest.mark.parametrize("option", ["yes", "no", "skip", "done", "failed", "note"])
def test_a_way_may_have_the_name_of_a_key(project: Callable[[Mapping[str, str]], Desk], option: str) -> None:
    desk = project(options("yes", "no", "skip", "done", "failed", "note"))
    terminal = desk.terminal("run", "g/choose")
    answer(terminal, "? help > ", option)

    assert ended(terminal)[0] == 0
    assert desk.step("way")["outputs"] == {"choice": option}


def test_ways_beyond_the_digits_are_chosen_by_name(project: Callable[[Mapping[str, str]], Desk]) -> None:
    desk = project(options(*(f"way-{letter}" for letter in "abcdefghijkl")))
    terminal = desk.terminal("run", "g/choose")
    answer(terminal, "? help > ", ":way-k")

    assert ended(terminal)[0] == 0
    assert desk.step("way")["outputs"] == {"choice": "way-k"}
