"""Processes and runs on a screen: at three widths, with what people did and what waits; the same words in a pipe."""

from __future__ import annotations

import getpass
import re
import subprocess
import sys

import pytest

from tests.cli.conftest import Desk
from tests.cli.screen import Screen

ME = getpass.getuser()
WIDTHS = [60, 80, 140]


def masked(text: str, run: str) -> list[str]:
    """The lines without what differs from run to run."""
    text = text.replace(run, "RUN").replace(ME, "ME")
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "2026-11-22 09:00", text)
    return [line.rstrip() for line in re.sub(r"(?<=\()\d+(\.\d+)? s, ", "", text).splitlines()]


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_process_fits_the_screen(desk: Desk, columns: int) -> None:
    screen = Screen(desk, "show", "desk/gauge", columns=columns, rows=60)

    assert screen.end() == 0
    assert screen.lines == desk_lines(desk, "show", "desk/gauge", columns=columns)
    assert "STEPS" in screen.lines
    assert any("! WARNING" in line for line in screen.lines)


def desk_lines(desk: Desk, *words: str, columns: int) -> list[str]:
    """What is printed into a pipe at that width, without empty lines."""
    done = desk.process(*words, env={**desk.environment, "COLUMNS": str(columns), "PYTHONIOENCODING": "utf-8"})
    return [line for line in done.stdout.decode().splitlines() if line]


def test_one_step_is_shown_with_everything(desk: Desk) -> None:
    shown = desk.cli("show", "desk/gauge", "--step", "gauge").out
    found = desk.cli("show", "desk/gauge", "--step", "gauge", "--json").json
    refused = desk.cli("show", "desk/gauge", "--step", "gage")

    assert "Why: The pump fails above six bar." in shown
    assert (found["id"], found["definition"]["id"], found["kind"]) == ("gauge", "gauge", "manual")
    assert (refused.code, "did you mean `gauge`?" in refused.err) == (2, True)


def test_status_tells_progress_times_people_reasons_and_what_waits(desk: Desk) -> None:
    answers = desk.answers({"sweep": "done", "mop": {"outcome": "skipped", "reason": "The mop is gone"}})
    run = desk.begin("desk/chores", "--answers", answers)

    assert masked(desk.cli("status", run).out, run) == [
        "Do chores",
        "RUN  desk/chores",
        "? waiting, 2 of 3 steps over",
        "started 2026-11-22 09:00 by ME",
        "",
        "+ succeeded sweep  Sweep (by ME)",
        "- skipped   mop    Mop (by ME: The mop is gone)",
        "? waiting   shine  Shine (since 2026-11-22 09:00)",
        "",
        "`shine` waits for a person: runbook answer RUN shine done",
        "Go on with: runbook resume RUN",
    ]


def test_steps_stand_below_the_process_they_belong_to(desk: Desk) -> None:
    run = desk.begin("deep/outer")

    lines = [re.sub(r" \(.*", "", line) for line in masked(desk.cli("status", run).out, run)]

    assert [re.sub(r"(\w) +([A-Z])", r"\1 \2", line) for line in lines[5:14]] == [
        "> running   down Down",
        "? waiting     look Look",
        "· pending     further Further",
        "· pending       listen Listen",
        "· pending       pass Let pass",
        "· pending       last Last",
        "· pending         greet Greet",
        "· pending   up Up",
        "",
    ]
    assert "`down/look` waits for a person: runbook answer RUN down/look done" in lines


@pytest.mark.parametrize("columns", WIDTHS)
def test_only_commands_are_wider_than_the_screen(desk: Desk, columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "The mop is gone, nobody knows where to, and the shop that sells them does not open before Monday"
    answers = desk.answers({"sweep": "done", "mop": {"outcome": "skipped", "reason": reason}})
    runs = [desk.begin("desk/chores", "--answers", answers), desk.begin("deep/outer"), desk.begin("desk/breaks")]
    monkeypatch.setenv("COLUMNS", str(columns))

    for run in runs:
        for line in desk.cli("status", run).out.splitlines():
            assert len(line) <= columns or line.startswith("  runbook "), line
    words = desk.cli("status", runs[0]).out.split()
    assert all(word in words for word in reason.split()[:-1])


def test_a_record_is_laid_out_at_a_terminal_and_markdown_elsewhere(desk: Desk) -> None:
    run = desk.begin("desk/hello")

    screen = Screen(desk, "record", run, columns=80, rows=60)
    source = Screen(desk, "record", run, "--format", "markdown", columns=80, rows=90)

    assert (screen.end(), source.end()) == (0, 0)
    assert "Record: Say hello" in screen.lines
    assert re.search(rf"^Run +`{run}`$", screen.text, re.M)
    assert "    hello world 1" in screen.lines
    assert "# Record: Say hello" in source.lines
    assert desk.cli("record", run).out.startswith("# Record: Say hello\n")


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_record_fits_the_screen_but_for_what_is_copied(desk: Desk, columns: int) -> None:
    run = desk.begin("desk/sign", rule="plain")
    desk.cli("approve", run, "plain", "--comment", "Seen, and found to be in good order as far as anybody can tell")

    screen = Screen(desk, "record", run, columns=columns, rows=200)

    assert screen.end() == 0
    lines = re.sub(r"\x1b\[[0-9;?]*[a-z]", "", screen.raw).splitlines()
    assert [line for line in lines if len(line) > columns] == []


def test_looking_at_a_run_needs_no_library(desk: Desk) -> None:
    run = desk.begin("desk/chores")
    code = (
        "import sys; from runbook.cli.main import run; run(sys.argv[1:]);"
        " print({'rich', 'markdown_it', 'prompt_toolkit', 'click'} & set(sys.modules))"
    )
    for words in (["status", run], []):
        done = subprocess.run(
            [sys.executable, "-c", code, *words], cwd=desk.folder, env=desk.environment, capture_output=True, check=True
        )
        assert done.stdout.decode().splitlines()[-1] == "set()", words
