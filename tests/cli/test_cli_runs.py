"""Runs of every shape: nested, side by side, waiting, cancelled, held, killed; what programs write is shown safely."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Desk, ended
from tests.waiting import PATIENCE, until

DEEP = {"down/look": "done", "down/further/listen": {"outcome": "done", "fields": {"heard": "a hum"}}}
PASS = {"down/further/pass": {"approve": True, "by": "maria"}}


def test_three_levels_are_answered_from_one_file(desk: Desk) -> None:
    result = desk.cli("run", "deep/outer", "--yes", "--json", "--answers", desk.answers({**DEEP, **PASS}))

    assert result.code == 0
    assert result.last["outputs"] == {"heard": "a hum hello hush 1"}
    assert [step["id"] for step in result.last["steps"]] == [
        "down", "down/look", "down/further", "down/further/listen", "down/further/pass", "down/further/last",
        "down/further/last/greet", "up",
    ]  # fmt: skip


def test_three_levels_are_answered_one_by_one_and_the_inner_rules_hold(desk: Desk) -> None:
    run = desk.begin("deep/outer")

    assert desk.status(run)["waiting"][0]["text"] == "Look for hush."
    assert desk.cli("answer", run, "down/look", "done").code == 0
    assert desk.cli("answer", run, "down/further/listen", "done", "-f", "heard=nothing").code == 0
    refused = desk.cli("approve", run, "down/further/pass")
    assert refused.code == 2
    assert "acts as `diver`" in refused.err
    assert desk.cli("approve", run, "down/further/pass", "--by", "maria").code == 0
    assert desk.cli("resume", run).code == 0
    assert desk.step("up", run)["outputs"] == {"heard": "nothing hello hush 1"}


def test_branches_go_on_while_a_person_is_awaited(desk: Desk) -> None:
    result = desk.cli("run", "desk/side-by-side", "--yes")

    assert result.code == 4
    assert "third | three" in result.out
    assert desk.step("third")["status"] == "succeeded"
    assert desk.step("both")["status"] == "pending"


def test_a_failure_shows_what_was_written_and_the_way_by_hand(desk: Desk) -> None:
    result = desk.cli("run", "desk/breaks", "--yes")

    assert result.code == 1
    assert "| it is broken" in result.out
    assert "Mend it with a hammer." in result.out
    assert desk.step("after")["status"] == "cancelled"


def test_a_program_that_is_not_there_is_named(desk: Desk) -> None:
    result = desk.cli("run", "desk/lost", "--yes", "--json")

    assert result.code == 1
    assert "no-such-program-anywhere" in result.last["steps"][0]["reason"]


def test_odd_bytes_are_shown_and_not_obeyed(desk: Desk) -> None:
    result = desk.process("run", "desk/odd", "--yes")
    assert result.returncode == 0
    looks = [
        desk.process(command, "last", *more) for command in ("record", "events", "status") for more in ([], ["--json"])
    ]

    for written in (result.stdout, *(look.stdout for look in looks)):
        text = written.decode("utf-8")
        assert not any(character in text for character in "\x1b\x07\x9b\u202e")
    assert "␛[31m" in result.stdout.decode()


def test_ten_megabytes_of_output_are_no_trouble(desk: Desk) -> None:
    started = time.monotonic()

    result = desk.process("run", "desk/loud", "--yes")

    assert result.returncode == 0
    assert b"after | after" in result.stdout
    assert len(desk.cli("record", "last").out) < 1_000_000
    assert time.monotonic() - started < 30


def test_output_in_pieces_is_printed_in_lines(project: Callable[..., Desk]) -> None:
    process = "runbook: 1\ntitle: T\nsteps:\n  - {id: a, title: A, shell: printf one; sleep 0.2; printf 'two\\nend'}\n"
    made = project(
        {
            "runbook.yaml": "runbook: 1\ntitle: P\n",
            "processes/g/group.yaml": "title: G\nowner: o\n",
            "processes/g/p.yaml": process,
        }
    )

    lines = made.cli("run", "g/p", "--yes").out.splitlines()

    assert "    a | onetwo" in lines
    assert "    a | end" in lines


def test_a_wait_passes_and_a_signal_is_kept_until_it_is_used(desk: Desk) -> None:
    run = desk.begin("desk/patient", "--no-wait")
    assert desk.status(run)["waiting"][0]["for"] == "time"

    wrong = desk.cli("signal", run, "bel")
    assert wrong.code == 2
    assert "did you mean `bell`?" in wrong.err
    assert desk.cli("signal", run, "bell", "--json").json["run"] == run
    assert desk.cli("resume", run, "--yes").code == 0

    assert desk.step("go", run)["status"] == "succeeded"


def test_a_run_that_waits_for_a_signal_says_the_command(desk: Desk) -> None:
    result = desk.cli("run", "desk/patient", "--yes")

    assert result.code == 4
    assert f"runbook signal {desk.status()['run']} bell" in result.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["-i", "rule=late"], 'was started with `rule` = "plain"'),
        (["-i", "rul=plain"], "`rul` is not an input of desk/sign"),
        (["-i", "rule"], "`rule` is not NAME=VALUE"),
        (["--inputs", "FILE"], 'was started with `rule` = "plain"'),
    ],
)
def test_resuming_with_other_inputs_is_a_misuse(desk: Desk, words: list[str], says: str) -> None:
    run = desk.begin("desk/sign", rule="plain")
    before = desk.events(run)
    file = desk.answers({"rule": "late"})

    result = desk.cli("resume", run, "--yes", *(file if word == "FILE" else word for word in words))

    assert (result.code, result.out) == (2, "")
    assert says in result.err
    assert desk.events(run) == before


def test_resuming_takes_the_inputs_the_run_was_started_with(desk: Desk) -> None:
    run = desk.begin("desk/sign", rule="plain")

    assert desk.cli("resume", run, "--yes", "-i", "rule=plain", "--inputs", desk.answers({"rule": "plain"})).code == 4


def test_resuming_a_run_that_has_ended_changes_nothing(desk: Desk) -> None:
    run = desk.begin("desk/hello")
    before = desk.cli("events", run, "--json").out

    assert desk.cli("resume", run).code == 0
    assert desk.cli("events", run, "--json").out == before
    assert desk.cli("cancel", run, "--reason", "Too late").code == 2
    assert desk.cli("events", run, "--json").out == before


NESTED = """\
runbook: 1
title: Nested
steps:
  - {id: now, section: {steps: [{id: a, manual: A}, {id: b, section: {steps: [{id: c, manual: C}]}}]}}
  - {id: later, section: {steps: [{id: d, section: {steps: [{id: e, manual: E}]}}, {id: f, process: group/child}]}}
finally:
  - {id: last, manual: L}
"""
CHILD = "runbook: 1\ntitle: Child\nsteps: [{id: x, manual: X}]\n"


def test_what_a_cancelled_section_holds_is_cancelled_while_the_end_is_done(
    project: Callable[[Mapping[str, str]], Desk],
) -> None:
    given = {"group": "title: Group\nowner: ops\n", "nested": NESTED, "child": CHILD}
    files = {f"processes/group/{name}.yaml": text for name, text in given.items()}
    desk = project({"runbook.yaml": "runbook: 1\ntitle: Made\n", **files})
    desk.begin("group/nested")
    assert desk.cli("cancel", "last", "--reason", "Enough").code == 4

    *steps, last = desk.status()["steps"]

    assert last["status"] == "waiting"
    assert {(step["id"], step["status"], step["ended_at"] != "") for step in steps} == {
        (id, "cancelled", True) for id in ("now", "a", "b", "c", "later", "d", "e", "f", "f/x")
    }


def test_an_answer_that_ends_a_run_says_how_it_ended(desk: Desk) -> None:
    run = desk.begin("desk/sign", rule="plain")

    rejected = desk.cli("reject", run, "plain", "--reason", "Not today", "--by", "maria")

    assert rejected.code == 0
    assert f"Run {run} x failed: step `plain` failed" in rejected.out


def test_status_says_who_holds_a_run(desk: Desk, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    running = desk.background("run", "desk/slow", "-i", f"flag={flag}", "--yes")
    until(flag.with_suffix(".pid").exists)

    held = desk.cli("status", "last").out
    flag.touch()
    running.communicate(timeout=PATIENCE)

    assert f"process {running.pid})" in held
    assert "runbook resume" not in held


def test_cancelling_twice_is_no_trouble(desk: Desk) -> None:
    run = desk.begin("desk/chores")
    assert desk.cli("cancel", run, "--reason", "Enough").code == 0
    before = desk.cli("events", run, "--json").out

    again = desk.cli("cancel", run, "--reason", "Enough", "--json")

    assert (again.code, again.last["status"]) == (0, "cancelled")
    assert desk.cli("events", run, "--json").out == before


def test_a_cancelled_run_still_tidies_up(desk: Desk, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    running = desk.background("run", "desk/slow", "-i", f"flag={flag}", "--yes")
    until(flag.with_suffix(".pid").exists)

    assert desk.cli("cancel", "last", "--reason", "Enough", "--json").json["status"] in ("running", "cancelled")
    out, _ = running.communicate(timeout=PATIENCE)

    assert running.returncode == 1
    assert b"Cancelled by" in out
    assert [desk.step(id)["status"] for id in ("hold", "next", "tidy")] == ["cancelled", "cancelled", "succeeded"]


def test_a_second_terminal_is_told_who_holds_the_run_and_may_still_answer(desk: Desk, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    running = desk.background("run", "desk/slow", "-i", f"flag={flag}", "--yes")
    until(flag.with_suffix(".pid").exists)
    before = desk.events()

    second = desk.process("resume", "last")
    assert second.returncode == 5
    assert f"process {running.pid}" in second.stderr.decode()
    assert desk.events() == before

    flag.touch()
    running.communicate(timeout=PATIENCE)
    assert running.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_lets_what_runs_finish_and_pauses(desk: Desk, tmp_path: Path, number: signal.Signals) -> None:
    flag = tmp_path / "flag"
    running = desk.background("run", "desk/slow", "-i", f"flag={flag}", "--yes")
    until(flag.with_suffix(".pid").exists)

    running.send_signal(number)
    assert running.stderr is not None
    assert running.stderr.readline() == b"\n"
    assert b"what runs is finished first" in running.stderr.readline()
    flag.touch()
    out, _ = running.communicate(timeout=PATIENCE)

    assert running.returncode == 130
    assert b"Go on with: runbook resume" in out
    assert [desk.step(id)["status"] for id in ("hold", "next")] == ["succeeded", "ready"]
    assert desk.cli("resume", "last").code == 0


def test_a_second_signal_leaves_at_once_and_the_result_is_adopted(desk: Desk, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    running = desk.background("run", "desk/slow", "-i", f"flag={flag}", "--yes")
    until(flag.with_suffix(".pid").exists)

    running.send_signal(signal.SIGINT)
    assert running.stderr is not None
    assert running.stderr.readline() == b"\n"
    running.send_signal(signal.SIGINT)
    out, _ = running.communicate(timeout=PATIENCE)
    assert running.returncode == 130
    assert b"Go on with: runbook resume" in out

    flag.touch()
    assert desk.cli("resume", "last", "--yes").code == 0
    assert desk.step("hold")["attempts"] == 1


def _doubtful(desk: Desk, tmp_path: Path) -> str:
    """A run with a step that was running when everything died."""
    flag = tmp_path / "flag"
    running = desk.background("run", "desk/slow", "-i", f"flag={flag}", "--yes")
    until(flag.with_suffix(".pid").exists)
    until(lambda: flag.with_suffix(".pid").read_text().strip())
    started = next(event for event in desk.events() if event["type"] == "StepStarted")
    running.kill()
    running.communicate(timeout=PATIENCE)
    os.kill(started["data"]["runner"]["pid"], signal.SIGKILL)
    os.kill(int(flag.with_suffix(".pid").read_text()), signal.SIGKILL)
    flag.touch()
    result = desk.cli("resume", "last", "--yes")
    assert result.code == 4
    assert "hold` is in doubt" in result.out
    status = desk.status()
    (waiting,), (row,) = status["waiting"], desk.cli("inbox", "--json").json
    assert (waiting["for"], waiting["title"]) == ("decision", "Hold on")
    assert {name: row[name] for name in ("step", "title", "for", "since")} == {
        name: waiting[name] for name in ("step", "title", "for", "since")
    }
    run: str = status["run"]
    return run


def test_a_step_in_doubt_is_decided_with_a_reason_only(desk: Desk, tmp_path: Path) -> None:
    run = _doubtful(desk, tmp_path)
    before = desk.events(run)

    for outcome in ("done", "redo", "failed", "skipped"):
        refused = desk.cli("answer", run, "hold", outcome)
        assert refused.code == 2
        assert "needs a reason" in refused.err
        desk.cli("resume", run, "--yes", "--answers", desk.answers({"hold": outcome}))
        assert desk.events(run) == before

    terminal = desk.terminal("resume", run)
    terminal.expect_exact("is in doubt")
    terminal.expect_exact("? help > ")
    terminal.sendline("d")
    terminal.expect_exact("How do you know that it worked: ")
    terminal.sendline("")
    terminal.expect_exact("a reason is needed")
    terminal.expect_exact("How do you know that it worked: ")
    terminal.sendeof()
    terminal.expect_exact("Paused.")
    ended(terminal)
    assert desk.events(run) == before

    assert desk.cli("answer", run, "hold", "redo", "--reason", "The file was not there").code == 0
    assert desk.cli("resume", run, "--yes").code == 0
    assert desk.step("hold", run)["attempts"] == 2
    assert "The file was not there" in desk.cli("record", run).out
