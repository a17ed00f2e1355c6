"""What is confidential, through every way in which a run is shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Desk
from tests.cli.test_cli_people import Office, files

TWO = """
runbook: 1
title: Let somebody go
roles: {operator: {}, engineer: {team: infra}}
steps:
  - id: leave
    role: engineer
    performer: {confidential: true}
    manual: {text: Close the accounts., fields: {accounts: {}}}
  - {id: tell, role: operator, manual: Tell the desk}
"""
SECRET = "kim-admin"


@pytest.fixture
def office(project: Callable[[Mapping[str, str]], Desk], monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("COLUMNS", "100")
    return Office(project(files(**{"processes/desk/two.yaml": TWO})), monkeypatch)


def answered(office: Office, outcome: str = "done") -> str:
    """A run in which ana has answered what is not for dee."""
    run = office.begin("desk/two")
    office.as_("ana", "note", run, f"about {SECRET}", "--step", "leave")
    how = ("-f", f"accounts={SECRET}") if outcome == "done" else ("--reason", f"{SECRET} is locked")
    done = office.as_("ana", "answer", run, "leave", outcome, *how)
    assert done.code == 0, done.err
    return run


SHOWN = [
    ("events", "RUN"), ("events", "RUN", "--json"), ("status", "RUN"), ("status", "RUN", "--json"),
    ("hand-over", "RUN"), ("hand-over", "RUN", "--json"), ("note", "RUN", "seen", "--json"), ("note", "RUN", "seen"),
    ("pause", "RUN"), ("resume", "RUN", "--yes"), ("resume", "RUN", "--json"), ("tick", "--json"),
    ("history", "desk/two"), ("history", "desk/two", "--json"), ("inbox", "--all", "--json"), (),
]  # fmt: skip


@pytest.mark.parametrize("words", SHOWN, ids=" ".join)
@pytest.mark.parametrize("outcome", ["done", "failed"])
def test_what_was_answered_is_shown_to_who_may_see_it_alone(
    office: Office, words: tuple[str, ...], outcome: str
) -> None:
    run = answered(office, outcome)
    call = [run if word == "RUN" else word for word in words]

    shown = office.as_("dee", *call)

    assert SECRET not in shown.out + shown.err


def test_the_events_of_a_confidential_step_say_that_something_is_withheld(office: Office) -> None:
    run = answered(office)

    lines = {who: office.as_(who, "events", run, "--json").out.splitlines() for who in ("ana", "dee")}
    ana, dee = ([json.loads(line) for line in lines[who]] for who in ("ana", "dee"))

    assert [each["type"] for each in ana] == [each["type"] for each in dee]
    assert "kim-admin" in lines["ana"][[each["type"] for each in ana].index("StepSucceeded")]
    over = next(each for each in dee if each["type"] == "StepSucceeded")
    assert (over["by"], over["data"]) == ("ana", {"reply": {"by": "ana"}, "withheld": True})
    assert all(each["data"].get("withheld") for each in dee if each.get("step") == "leave")
    assert not any(each["data"].get("withheld") for each in dee if each.get("step") != "leave")


@pytest.mark.parametrize("more", [(), ("--json",)], ids=["text", "json"])
def test_who_watches_sees_as_much_as_in_the_events(office: Office, more: tuple[str, ...]) -> None:
    run = answered(office)
    office.as_("ada", "cancel", run, "--reason", "enough")

    watched = {who: office.as_(who, "watch", run, *more).out for who in ("ana", "dee")}

    assert SECRET in watched["ana"]
    assert SECRET not in watched["dee"]
    assert "leave" in watched["dee"]


@pytest.mark.parametrize(
    "words",
    [("record",), ("record", "--json"), ("record", "--format", "html"), ("record", "--format", "csv")],
    ids=" ".join,
)
def test_the_record_is_whole_or_refused(office: Office, words: tuple[str, ...]) -> None:
    run = answered(office)

    refused = office.as_("dee", words[0], run, *words[1:])
    whole = office.as_("ana", words[0], run, *words[1:])

    assert (refused.code, refused.out) == (2, "")
    assert f"the record of run {run} holds what is confidential and not for you: `leave`" in refused.err
    assert SECRET in whole.out


def test_a_test_of_a_run_is_written_by_who_may_see_all_of_it(office: Office) -> None:
    run = answered(office)

    refused = office.as_("dee", "test", "--from-run", run)
    written = office.as_("ana", "test", "--from-run", run)

    assert (refused.code, refused.out) == (2, "")
    assert f"the test of run {run} holds what is confidential and not for you: `leave`" in refused.err
    assert "Wrote processes/" in written.out


def test_the_archive_is_whole_or_refused(office: Office, tmp_path: Path) -> None:
    run = answered(office)
    theirs, file = tmp_path / "theirs.zip", tmp_path / "run.zip"

    refused = office.as_("dee", "export", run, "--output", theirs)
    made = office.as_("ana", "export", run, "--output", file)

    assert (refused.code, theirs.exists()) == (2, False)
    assert f"the archive of run {run} holds what is confidential" in refused.err
    assert made.code == 0
    assert office.as_("dee", "verify", file).code == 0


def test_what_is_noted_at_a_confidential_step_is_evidence_for_who_may_see_it_alone(office: Office) -> None:
    for _ in range(5):
        answered(office)

    ana, dee = (office.as_(who, "improve", "--json") for who in ("ana", "dee"))

    assert "missing-step" in {each["rule"] for each in ana.json["suggestions"]}
    assert f"about {SECRET}" in ana.out
    assert SECRET not in dee.out
    assert "missing-step" not in {each["rule"] for each in dee.json["suggestions"]}
