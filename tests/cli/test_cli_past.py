"""Looking at many runs: filters that add up, and what the runs of one process tell together."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest

from tests.cli.conftest import Desk

ME = getpass.getuser()


def names(desk: Desk, *words: str) -> list[str]:
    return [row["run"] for row in desk.cli("runs", "--json", *words).json]


def test_filters_add_up(desk: Desk) -> None:
    hello, chores, breaks = desk.begin("desk/hello"), desk.begin("desk/chores"), desk.begin("desk/breaks")
    deep = desk.begin("deep/outer")

    assert names(desk) == [deep, breaks, chores, hello]
    assert names(desk, "--open") == [row for row in (deep, chores) if not desk.status(row)["ended_at"]]
    assert names(desk, "--group", "desk") == [breaks, chores, hello]
    assert names(desk, "--group", "desk", "--open") == [chores]
    assert names(desk, "--process", "desk/hello") == [hello]
    assert names(desk, "--status", "failed", "--group", "deep") == []
    assert names(desk, "--by", ME, "--limit", "2") == [deep, breaks]
    assert names(desk, "--by", "nobody-of-that-name") == []
    assert names(desk, "--since", "1h") == [deep, breaks, chores, hello]
    assert names(desk, "--since", "2099-01-01") == []
    assert names(desk, "--since", "2020-01-01", "--limit", "1") == [deep]
    assert set(desk.cli("runs", "--json", "--limit", "1").json[0]) == {
        "run", "process", "status", "started_at", "ended_at", "by",
    }  # fmt: skip


@pytest.mark.parametrize("words", [("--process", "desk/helo"), ("--group", "dsk")], ids=["process", "group"])
def test_a_filter_that_nothing_can_pass_is_refused(desk: Desk, words: tuple[str, str]) -> None:
    refused = desk.cli("runs", *words)

    assert (refused.code, "did you mean `desk" in refused.err) == (2, True)


def test_filters_find_runs_from_outside_of_the_project(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hello = desk.begin("desk/hello")
    monkeypatch.chdir(tmp_path)

    assert names(desk, "--process", "desk/hello", "--group", "desk") == [hello]


def test_a_list_that_was_cut_says_so(desk: Desk) -> None:
    for _ in range(2):
        desk.begin("desk/hello")

    assert desk.cli("runs", "--limit", "1").out.splitlines()[1] == "There are more; --limit 10 shows them."
    assert len(desk.cli("runs").out.splitlines()) == 2


@pytest.mark.parametrize("when", ["yesterday", "7x", "2026-13-01", ""])
def test_a_time_nobody_knows_is_refused(desk: Desk, when: str) -> None:
    refused = desk.cli("runs", "--since", when)

    assert (refused.code, "neither a date such as 2026-11-01 nor a time such as 7d" in refused.err) == (2, True)


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_runs_and_history_fit_the_width(desk: Desk, columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.begin("desk/hello")
    desk.begin("desk/breaks")
    monkeypatch.setenv("COLUMNS", str(columns))

    for words in (["runs"], ["history", "desk/hello"], ["history", "desk/breaks"]):
        assert max(map(len, desk.cli(*words).out.splitlines())) <= columns


def test_the_history_of_a_process_tells_what_happened(desk: Desk) -> None:
    answers = desk.answers(
        {"sweep": "done", "mop": {"outcome": "skipped", "reason": "The mop is gone"}, "shine": "done"}
    )
    first = desk.begin("desk/chores", "--answers", answers)
    second = desk.begin("desk/chores")

    told = desk.cli("history", "desk/chores").out
    found = desk.cli("history", "desk/chores", "--json").json

    assert told.splitlines()[0].startswith(f"? waiting   {second}  20")
    assert "Results of 2\n  1 open, 1 succeeded\n" in told
    assert f"  mop skipped by {ME} in {first}: The mop is gone" in told
    assert [run["run"] for run in found["runs"]] == [second, first]
    assert found["summary"]["results"] == {"open": 1, "succeeded": 1}
    assert found["summary"]["deviations"][0]["step"] == "mop"
    assert {each["step"] for each in found["summary"]["durations"]} == {"sweep", "mop", "shine"}


def test_failures_are_named_with_their_reason(desk: Desk) -> None:
    desk.begin("desk/breaks")
    desk.begin("desk/breaks")

    failures = desk.cli("history", "desk/breaks", "--json").json["summary"]["failures"]

    assert failures[0]["times"] == 2
    assert f"Failed most often\n  {failures[0]['step']}: twice; at last: " in desk.cli("history", "desk/breaks").out


def test_a_process_without_runs_and_one_nobody_knows(desk: Desk) -> None:
    assert desk.cli("history", "desk/hello").out == "There are no such runs of desk/hello.\n"
    refused = desk.cli("history", "desk/hullo")

    assert (refused.code, "did you mean `desk/hello`?" in refused.err) == (2, True)


def test_a_deleted_process_keeps_its_history(desk: Desk) -> None:
    run = desk.begin("desk/hello")
    file = desk.folder / "processes" / "desk" / "hello.yaml"
    text = file.read_text()
    file.unlink()
    try:
        assert run in desk.cli("history", "desk/hello").out
    finally:
        file.write_text(text)


def test_notes_and_files_are_taken_after_the_end_of_a_run(desk: Desk, tmp_path: Path) -> None:
    run = desk.begin("desk/hello")
    ended = desk.status(run)["ended_at"]
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"photo")

    noted = desk.cli("note", run, "@ana it was the wrong host", "--attach", photo)
    attached = desk.cli("attach", run, "greet", photo)

    assert (noted.code, attached.code) == (0, 0), noted.err + attached.err
    assert "Attached to the run by" in noted.out
    assert (desk.status(run)["ended_at"], desk.status(run)["status"]) == (ended, "succeeded")
    assert desk.events(run)[-3]["data"] == {"text": "@ana it was the wrong host", "mentions": ["ana"]}
    record = desk.cli("record", run).out
    assert "it was the wrong host" in record
    assert record.count("photo.jpg") == 3  # in the register, and where it was attached
    assert desk.cli("hand-over", run, "--to", "bo").code == 5


def test_hand_over_without_a_person_prints_the_shift_report_and_changes_nothing(desk: Desk) -> None:
    run = desk.begin("desk/pump", flag="x")
    before = desk.events(run)

    printed = desk.cli("hand-over", run)
    data = desk.cli("hand-over", run, "--json").json
    refused = desk.cli("hand-over", run, "--text", "look out")

    assert printed.out.startswith("# Shift report: Restart the pump\n")
    assert "WARNING at look: Do not touch the rotor." in printed.out
    assert [each["step"] for each in data["waiting"]] == ["look"]
    assert (refused.code, "nobody is named to hand the run over to" in refused.err) == (2, True)
    assert desk.events(run) == before


def test_whoever_resumes_a_run_that_was_handed_over_is_shown_the_report(desk: Desk) -> None:
    run = desk.begin("desk/pump", flag="x")
    assert desk.cli("hand-over", run, "--to", "bo", "--text", "The lamp is red").code == 0

    terminal = desk.terminal("resume", run)

    terminal.expect_exact("Shift report: Restart the pump")
    terminal.expect_exact("The lamp is red")
    terminal.expect_exact("What waits")
    terminal.expect_exact("? help >")
