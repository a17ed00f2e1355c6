"""Moves, notes, evidence and hand-over from any terminal: what they do, and what they refuse."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Desk, answer, ended
from tests.waiting import PATIENCE, until

GATE = """\
runbook: 1
title: Gate
roles: {operator: {}, boss: {not: operator}}
steps:
  - {id: prepare, title: Prepare, manual: Prepare it.}
  - {id: gate, title: Gate, approval: {role: boss}}
  - {id: act, title: Act, manual: Do it.}
"""


def swept(desk: Desk) -> str:
    """A run whose first step is done."""
    run = desk.begin("desk/chores")
    assert desk.cli("answer", run, "sweep", "done").code == 0
    return run


def test_back_opens_a_step_again_with_a_reason_in_the_record(desk: Desk) -> None:
    run = swept(desk)

    result = desk.cli("back", run, "sweep", "--reason", "The corner was left out", "--json")

    assert result.code == 0
    assert [step["status"] for step in result.last["steps"]] == ["waiting", "pending", "pending"]
    assert "went back to sweep: The corner was left out" in desk.cli("record", run).out
    assert desk.cli("answer", run, "sweep", "done").code == 0
    assert desk.step("sweep", run)["attempts"] == 2


def test_jump_skips_what_is_in_between_with_a_reason_in_the_record(desk: Desk) -> None:
    run = swept(desk)

    result = desk.cli("jump", run, "shine", "--reason", "There is no mop")

    assert result.code == 0
    assert desk.step("mop", run)["status"] == "skipped"
    assert desk.step("shine", run)["status"] == "waiting"
    assert "mop was skipped by" in desk.cli("record", run).out


REFUSED = {
    "back without a reason": (("back", "last", "sweep", "--reason", " "), "needs a reason"),
    "back to what is not over": (("back", "last", "mop", "--reason", "x"), "`mop` is not over"),
    "back to what is unknown": (("back", "last", "dust", "--reason", "x"), "has no step `dust`"),
    "jump without a reason": (("jump", "last", "shine", "--reason", ""), "needs a reason"),
    "jump to what has begun": (("jump", "last", "mop", "--reason", "x"), "`mop` has begun already"),
    "an empty note": (("note", "last", "  "), "a note needs a text"),
    "a note about an unknown step": (("note", "last", "x", "--step", "dust"), "`dust` has not been reached"),
    "evidence of an unknown step": (("attach", "last", "dust", "/etc/hostname"), "has not reached a step `dust`"),
    "evidence that is not there": (("attach", "last", "sweep", "/nowhere/photo.jpg"), "can't be read"),
    "evidence that is a folder": (("attach", "last", "sweep", "/tmp"), "is not a file"),
    "evidence that is empty": (("attach", "last", "sweep", "/dev/null"), "is not a file"),
}


@pytest.mark.parametrize(("words", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_what_can_not_be_is_refused_and_nothing_is_recorded(desk: Desk, words: tuple[str, ...], says: str) -> None:
    run = swept(desk)
    before = desk.events(run)

    result = desk.cli(*words)

    assert (result.code, result.out) == (2, "")
    assert says in result.err
    assert desk.events(run) == before


def test_a_decision_can_not_be_jumped_over(desk: Desk) -> None:
    run = desk.begin("desk/pump", flag="/")
    before = desk.events(run)

    result = desk.cli("jump", run, "close", "--reason", "In a hurry")

    assert result.code == 2
    assert "`size` can't be left out: the way on hangs on it" in result.err
    assert desk.events(run) == before


def test_going_back_to_somebody_elses_step_is_refused_and_an_approval_is_wanted_again(
    project: Callable[[Mapping[str, str]], Desk],
) -> None:
    desk = project(
        {
            "runbook.yaml": "runbook: 1\ntitle: Gate\n",
            "processes/g/group.yaml": "title: Gate\nowner: me\n",
            "processes/g/gate.yaml": GATE,
        }
    )
    run = desk.begin("g/gate")
    assert desk.cli("answer", run, "prepare", "done").code == 0
    assert desk.cli("approve", run, "gate", "--by", "maria").code == 0

    refused = desk.cli("back", run, "gate", "--reason", "I want to sign it myself")
    assert refused.code == 2
    assert "acts as `operator` in this run" in refused.err

    assert desk.cli("back", run, "prepare", "--reason", "It was not ready").code == 0
    assert desk.cli("answer", run, "prepare", "done").code == 0
    assert [desk.step(id, run)["status"] for id in ("gate", "act")] == ["waiting", "pending"]
    assert desk.cli("answer", run, "act", "done").code == 2


def test_a_run_that_is_over_takes_no_move_but_a_note(desk: Desk) -> None:
    desk.cli("run", "desk/hello", "--yes")
    step = desk.status()["steps"][0]["id"]

    assert "has ended" in desk.cli("back", "last", step, "--reason", "x").err
    assert "has ended" in desk.cli("jump", "last", step, "--reason", "x").err
    assert "has ended" in desk.cli("hand-over", "last", "--to", "maria").err
    assert desk.cli("status", "last", "--json").json["status"] == "succeeded"


def test_evidence_is_kept_by_its_content_and_stands_in_the_record(desk: Desk, tmp_path: Path) -> None:
    run = swept(desk)
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"a clean floor")
    digest = hashlib.sha256(b"a clean floor").hexdigest()

    assert desk.cli("attach", run, "sweep", photo).code == 0
    photo.write_bytes(b"another floor")

    kept = desk.home / "evidence" / digest
    assert kept.read_bytes() == b"a clean floor"
    assert kept.stat().st_mode & 0o777 == 0o600
    data = next(event["data"] for event in desk.events(run) if event["type"] == "EvidenceAttached")
    assert data == {"name": "photo.jpg", "sha256": digest, "size": 13, "type": "text/plain"}
    record = desk.cli("record", run).out
    assert "photo.jpg" in record
    assert digest in record


def test_a_note_stands_in_the_record(desk: Desk) -> None:
    run = swept(desk)

    assert desk.cli("note", run, "The broom is worn", "--step", "sweep").code == 0
    assert desk.cli("note", run, "It rains").code == 0

    record = desk.cli("record", run).out
    assert "The broom is worn" in record
    assert "It rains" in record


def test_a_hand_over_is_shown_until_somebody_resumes(desk: Desk) -> None:
    run = swept(desk)
    assert desk.cli("hand-over", run, "--to", "maria", "--text", "The bucket is in the cellar").code == 0
    assert "The bucket is in the cellar" in desk.cli("status", run).out

    terminal = desk.terminal("resume", run)
    terminal.expect_exact("The bucket is in the cellar")
    terminal.expect_exact("--- Mop")
    terminal.sendintr()
    ended(terminal)

    assert "The bucket is in the cellar" not in desk.cli("status", run).out
    assert "The bucket is in the cellar" in desk.cli("record", run).out


def test_watching_shows_what_happens_elsewhere_and_ends_with_the_run(desk: Desk) -> None:
    run = swept(desk)
    watching = desk.background("watch", run)
    assert watching.stdout
    shown = b""
    while b"mop" not in shown:
        shown += os.read(watching.stdout.fileno(), 4096)

    desk.cli("answer", run, "mop", "done")
    desk.cli("answer", run, "shine", "failed", "--reason", "No polish")
    out, _ = watching.communicate(timeout=PATIENCE)

    assert watching.returncode == 0
    assert "failed    shine  Shine  (No polish)" in out.decode()
    assert f"Run {run} ~ succeeded with failures" in out.decode()


def test_watching_as_json_gives_every_event_once(desk: Desk) -> None:
    run = swept(desk)
    watching = desk.background("watch", run, "--json")
    until(lambda: watching.poll() is None)
    desk.cli("cancel", run, "--reason", "Enough")
    out, _ = watching.communicate(timeout=PATIENCE)

    assert watching.returncode == 1
    assert out.decode() == desk.cli("events", run, "--json").out


def test_a_dry_run_says_what_would_be_done_and_leaves_no_trace(desk: Desk) -> None:
    result = desk.cli("run", "desk/pump", "-i", "flag=/tmp/flag", "--dry-run")

    assert result.code == 0
    assert "$ test -e /tmp/flag ||" in result.out
    assert "Look at the pump twice:" in result.out
    assert "This can't be undone." in result.out
    assert "Everything could be known before." in result.out
    assert not (desk.home / "journal.db").exists()


def test_a_dry_run_says_what_it_can_not_know(desk: Desk) -> None:
    found = {each["id"]: each for each in desk.cli("run", "desk/ways", "--dry-run", "--json").json}
    assert (found["go-left"]["comes"], found["go-left"]["decision"]) == ("perhaps", "way")

    found = {each["id"]: each for each in desk.cli("run", "desk/gauge", "--dry-run", "--json").json}
    assert (found["tell"]["comes"], found["tell"]["shown"], found["tell"]["unknown"]) == ("yes", "", ["gauge"])
    found = {each["id"]: each for each in desk.cli("run", "desk/sign", "--dry-run", "--json").json}
    assert (found["plain"]["comes"], found["apart"]["comes"]) == ("yes", "no")


def test_a_dry_run_shows_the_ways_the_form_and_who_approves(desk: Desk) -> None:
    shown = desk.cli("run", "desk/pump", "-i", "flag=/tmp/flag", "--dry-run").out

    assert "1) A small one [small]: go to step 4" in shown
    assert "_ pressure: Pressure (a number from 1 to 6 bar)" in shown
    assert "Approved by: boss" in shown


def test_a_dry_run_refuses_inputs_that_can_not_be(desk: Desk) -> None:
    result = desk.cli("run", "desk/pump", "--dry-run", "-i", "size=3")

    assert (result.code, result.out) == (2, "")


def test_a_run_after_an_earlier_one_takes_its_inputs_and_offers_its_answers(desk: Desk, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    flag.touch()
    run = desk.begin("desk/pump", flag=flag)
    assert desk.cli("answer", run, "look", "done", "-f", "pressure=2.4", "-f", "lamp=red").code == 0

    again = desk.terminal("run", "desk/pump", "--from-run", run)
    again.expect_exact("[enter] done")
    again.sendline("")
    again.expect_exact("Pressure (a number from 1 to 6 bar) [2.4]: ")
    again.sendintr()
    ended(again)

    assert desk.status()["inputs"] == {"flag": str(flag)}
    assert desk.status()["run"] != run


def test_a_run_after_an_earlier_one_asks_for_every_input_on_request(desk: Desk, tmp_path: Path) -> None:
    run = desk.begin("desk/pump", flag=tmp_path / "old")

    again = desk.terminal("run", "desk/pump", "--from-run", run, "--ask")
    answer(again, f"flag [{tmp_path / 'old'}]: ", str(tmp_path / "new"))
    again.expect_exact("[enter] done")
    again.sendintr()
    ended(again)

    assert desk.status()["inputs"] == {"flag": str(tmp_path / "new")}


def test_a_run_after_one_of_another_process_is_refused(desk: Desk) -> None:
    run = swept(desk)

    result = desk.cli("run", "desk/pump", "--from-run", run, "--yes")

    assert (result.code, result.out) == (2, "")
    assert f"run {run} is one of desk/chores" in result.err
