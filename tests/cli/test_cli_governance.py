"""What is said to a run and does not count, beside the table of refusals in `tests/governance`."""

from __future__ import annotations

import datetime
import subprocess
import time
from collections.abc import Callable, Mapping

import pytest

from runbook.engine.identity import system_user
from tests.cli.conftest import Desk

ME = system_user().name
MARIA = {"approve": True, "by": "maria"}


def test_who_is_entitled_passes_where_others_were_refused(desk: Desk) -> None:
    for rule in ("not-starter", "apart"):
        run = desk.begin("desk/sign", rule=rule)

        assert desk.cli("approve", run, rule, "--by", "maria").code == 0
        assert desk.cli("resume", run).code == 0

    reply = next(event["data"]["reply"] for event in desk.events() if "reply" in event["data"])
    assert reply == {"outcome": "approve", "by": "maria", "stated_by": ME, "seen": reply["seen"]}


def test_a_quorum_takes_two_different_people(desk: Desk) -> None:
    run = desk.begin("desk/sign", rule="two")

    assert desk.cli("approve", run, "two").code == 0
    assert desk.status(run)["waiting"][0]["approved_by"] == [ME]
    assert desk.cli("approve", run, "two", "--by", "maria").code == 0

    assert desk.step("two", run)["outputs"] == {"approved": True, "by": [ME, "maria"]}


def test_one_person_does_not_fill_a_quorum_through_two_ways(desk: Desk) -> None:
    run = desk.begin("desk/sign", rule="two")
    desk.cli("approve", run, "two", "--by", "maria")
    before = desk.events(run)

    desk.cli("resume", run, "--yes", "--answers", desk.answers({"two": MARIA}))

    assert desk.events(run) == before


def test_a_rejection_fails_the_run_with_its_reason(desk: Desk) -> None:
    run = desk.begin("desk/sign", rule="plain")

    assert desk.cli("reject", run, "plain", "--reason", "No window").code == 0
    assert desk.cli("resume", run).code == 1

    assert "No window" in desk.status(run)["reason"]


def test_a_deadline_that_has_passed_refuses_and_a_late_yes_does_not_count(desk: Desk) -> None:
    run = desk.begin("desk/sign", rule="soon")
    _wait_until(desk.status(run)["waiting"][0]["until"])

    yes = desk.cli("approve", run, "soon")

    assert yes.code == 5
    assert "reply" not in desk.events(run)[-1]["data"]
    assert desk.step("soon", run)["reason"] == "nobody decided before the deadline"
    assert desk.cli("resume", run).code == 1


def test_a_run_that_a_deadline_ended_meanwhile_can_be_resumed_to_hear_so(desk: Desk) -> None:
    run = desk.begin("desk/sign", rule="soon")
    _wait_until(desk.status(run)["waiting"][0]["until"])

    result = desk.cli("resume", run)

    assert result.code == 1
    assert "nobody decided before the deadline" in result.out
    assert desk.status(run)["status"] == "failed"


def _wait_until(instant: str) -> None:
    """Let a deadline of one second pass, by the clock that decides about it."""
    due = datetime.datetime.fromisoformat(instant)
    time.sleep(max(0.0, (due - datetime.datetime.now(datetime.UTC)).total_seconds()) + 0.01)


def test_a_distant_deadline_does_not_hold_the_terminal(desk: Desk) -> None:
    result = desk.cli("run", "desk/sign", "-i", "rule=late", "--yes")

    assert result.code == 4
    assert "`late` waits for approval" in result.out


@pytest.mark.parametrize("way", ["answer", "resume"])
def test_a_step_that_is_over_takes_no_other_answer(desk: Desk, way: str) -> None:
    run = desk.begin("desk/chores")
    desk.cli("answer", run, "sweep", "done")
    before = desk.events(run)

    if way == "answer":
        result = desk.cli("answer", run, "sweep", "failed", "--reason", "It was not")
        assert result.code == 5
        assert "is over already (succeeded" in result.err
    else:
        answers = desk.answers({"sweep": {"outcome": "failed", "reason": "It was not"}})
        desk.cli("resume", run, "--yes", "--answers", answers)
    assert desk.events(run) == before


def test_the_same_answer_twice_changes_nothing(desk: Desk) -> None:
    run = desk.begin("desk/chores")
    desk.cli("answer", run, "sweep", "done")
    before = desk.events(run)

    result = desk.cli("answer", run, "sweep", "done")

    assert result.code == 0
    assert "said before; nothing was changed" in result.out
    assert desk.events(run) == before


def test_a_step_that_was_not_reached_takes_no_answer(desk: Desk) -> None:
    run = desk.begin("desk/chores")
    before = desk.events(run)

    result = desk.cli("answer", run, "mop", "done")

    assert result.code == 2
    assert "does not wait" in result.err or "not been reached" in result.err
    assert desk.events(run) == before


@pytest.mark.parametrize(
    "words", [("answer", "sweep", "done"), ("approve", "sweep"), ("reject", "sweep", "--reason", "x")]
)
def test_a_blank_name_is_nobodys(desk: Desk, words: tuple[str, ...]) -> None:
    run = desk.begin("desk/chores")
    before = desk.events(run)

    result = desk.cli(words[0], run, *words[1:], "--by", " ")

    assert (result.code, result.out) == (2, "")
    assert "the name of the person is blank" in result.err
    assert desk.events(run) == before


def test_a_step_that_is_not_there_takes_no_answer(desk: Desk) -> None:
    run = desk.begin("desk/chores")

    result = desk.cli("answer", run, "mopp", "done")

    assert (result.code, result.out) == (2, "")
    assert "has no step `mopp`" in result.err


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ("sweep: maybe", "the answer of `sweep` can't be read"),
        ("swep: done", "did you mean `sweep`?"),
        ("- sweep", "a mapping of step to answer"),
        ("sweep: {outcome: done, feilds: {}}", "the answer of `sweep` can't be read"),
        ("sweep: {approve: maybe}", "neither true nor false"),
        ("sweep: done\nsweep: failed", "answers.yaml:2:1"),
        ("sweep: {", "answers.yaml:1:"),
        ("sweep: {outcome: skipped, reason: 12}", "is not a text"),
    ],
)
def test_a_bad_answers_file_begins_no_run_and_touches_none(desk: Desk, answers: str, says: str) -> None:
    file = desk.answers(answers)

    begun = desk.cli("run", "desk/chores", "--yes", "--answers", file)

    assert begun.code == 2
    assert says in begun.err
    assert desk.cli("runs", "--json").json == []

    run = desk.begin("desk/chores")
    before = desk.cli("events", run, "--json").out
    assert desk.cli("resume", run, "--yes", "--answers", file).code == 2
    assert desk.cli("events", run, "--json").out == before


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["-i", "name=Bob"], "does not match `^[a-z]+$`"),
        (["-i", "times=4"], "is above 3"),
        (["-i", "times=two"], "is not a whole number"),
        (["-i", "nam=bob"], "did you mean `name`?"),
        (["-i", "name"], "is not NAME=VALUE"),
        (["--inputs", "nowhere.yaml"], "can't be read"),
    ],
)
def test_inputs_that_do_not_fit_begin_no_run(desk: Desk, given: list[str], says: str) -> None:
    result = desk.cli("run", "desk/hello", *given)

    assert (result.code, result.out) == (2, "")
    assert says in result.err
    assert desk.cli("runs", "--json").json == []


def test_inputs_come_from_a_file_and_single_ones_on_top(desk: Desk) -> None:
    inputs = desk.home / "inputs.yaml"
    desk.home.mkdir()
    inputs.write_text("name: bob\ntimes: 2\n")

    result = desk.cli("run", "desk/hello", "--inputs", inputs, "-i", "times=3", "--json")

    assert result.last["outputs"] == {"words": "hello bob 3"}


def test_a_run_that_is_left_to_itself_knows_who_wrote_it_and_who_plays_what(
    project: Callable[[Mapping[str, str]], Desk],
) -> None:
    child = (
        "runbook: 1\ntitle: Child\nroles: {operator: {}, boss: {}, keeper: {binds: start}}\nsteps:\n"
        "- {id: gate, approval: {role: boss, not: author}}\n- {id: key, needs: [], role: keeper, manual: Turn it}\n"
    )
    parent = "runbook: 1\ntitle: Parent\nsteps: [{id: leave, process: {use: g/child, detach: true}}]\n"
    desk = project(
        {
            "runbook.yaml": "runbook: 1\ntitle: Made\n",
            "processes/g/group.yaml": "title: G\nowner: ops\n",
            "processes/g/child.yaml": child,
            "processes/g/parent.yaml": parent,
        }
    )
    subprocess.run(["git", "init", "-q"], check=True, cwd=desk.folder)
    assert desk.cli("run", "g/parent", "--yes", "--role", "keeper=maria").code == 0
    left = next(each["run"] for each in desk.cli("runs", "--json").json if each["process"] == "g/child")

    written = desk.cli("approve", left, "gate")
    kept = desk.cli("answer", left, "key", "done")

    assert (written.code, f"{ME} wrote the process of this run" in written.err) == (2, True)
    assert (kept.code, "in this run that is maria" in kept.err) == (2, True)
