"""What a rule forbids is refused through every way in, and leaves the journal as it was."""

from __future__ import annotations

import datetime
import time
from dataclasses import dataclass, field
from typing import Any

import pytest

from runbook.engine.identity import system_user
from tests.cli.conftest import Desk, ended

ME = system_user().name
MARIA = {"approve": True, "by": "maria"}


@dataclass(frozen=True)
class Case:
    """Something a rule forbids: at which step, said in which ways, and what the refusal says.

    `typed` are (what the terminal shows, what the person types then); after them the person leaves.
    """

    process: str
    step: str
    answer: Any
    command: tuple[str, ...]
    says: str
    typed: tuple[tuple[str, str], ...]
    shows: str
    inputs: dict[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    unfit: str = ""
    """What is said of the answer before anything is done, when no step of that kind can ever be answered so."""


def _sign(rule: str, **other: Any) -> Case:
    return Case(
        process="desk/sign", step=rule, answer={"approve": True}, command=("approve", "last", rule),
        typed=(), inputs={"rule": rule}, **other,
    )  # fmt: skip


def _gauge(says: str, typed: tuple[tuple[str, str], ...], shows: str, **fields: str) -> Case:
    words = [word for name, value in fields.items() for word in ("-f", f"{name}={value}")]
    answer = {"outcome": "done", "fields": fields}
    return Case("desk/gauge", "gauge", answer, ("answer", "last", "gauge", "done", *words), says, typed, shows)


CASES = {
    "the starter where not starter": _sign("not-starter", says="started this run", shows="started this run"),
    "the operator where not operator": _sign("apart", says="acts as `operator`", shows="acts as `operator`"),
    "somebody who is not listed": _sign("listed", says="may not act as `keeper`", shows="ask one of maria, jonas"),
    "one person twice": _sign(
        "two", says="has approved already", shows="(1 of 2 so far)", before=("approve", "last", "two")
    ),
    "a person's step of a role with people": Case(
        "desk/sign", "turn-key", "done", ("answer", "last", "turn-key", "done"), "may not act as `keeper`",
        (), "ask one of maria, jonas", {"rule": "key"},
    ),
    "a rejection without a reason": Case(
        "desk/sign", "plain", {"approve": False}, ("reject", "last", "plain", "--reason", ""), "needs a reason",
        (("approve, n reject", "n"), ("Why", "")), "a reason is needed", unfit="needs a reason",
    ),
    "skipping an approval": Case(
        "desk/sign", "plain", {"outcome": "skipped", "reason": "In a hurry"},
        ("answer", "last", "plain", "skipped", "--reason", "In a hurry"), "can't be skipped",
        (("approve, n reject", "skip"),), "type one of the keys or words", unfit="can't be answered with `skipped`",
    ),
    "done at an approval": Case(
        "desk/sign", "plain", "done", ("answer", "last", "plain", "done"), "this step is an approval",
        (("approve, n reject", "done"),), "type one of the keys or words", unfit="can't be answered with `done`",
    ),
    "skipping a decision": Case(
        "desk/ways", "way", {"outcome": "skipped", "reason": "In a hurry"},
        ("answer", "last", "way", "skipped", "--reason", "In a hurry"), "can't be skipped",
        (("1 left, 2 right", "skip"),), "type one of the keys or words", unfit="can't be answered with `skipped`",
    ),
    "a way that is not there": Case(
        "desk/ways", "way", {"choose": "straight"}, ("answer", "last", "way", "--choose", "straight"),
        "`straight` is not an option", (("1 left, 2 right", "straight"),), "type one of the keys or words",
    ),
    "a skip without a reason": Case(
        "desk/chores", "sweep", "skipped", ("answer", "last", "sweep", "skipped"), "needs a reason",
        (("enter", "s"), ("Why", "")), "a reason is needed", unfit="needs a reason",
    ),
    "a skip with a blank reason": Case(
        "desk/chores", "sweep", {"outcome": "skipped", "reason": "  "},
        ("answer", "last", "sweep", "skipped", "--reason", "  "), "needs a reason",
        (("enter", "s"), ("Why", "   ")), "a reason is needed", unfit="needs a reason",
    ),
    "a failure without a reason": Case(
        "desk/chores", "sweep", "failed", ("answer", "last", "sweep", "failed"), "needs a reason",
        (("enter", "f"), ("Why", "")), "a reason is needed", unfit="needs a reason",
    ),
    "an approval of work": Case(
        "desk/chores", "sweep", {"approve": True}, ("approve", "last", "sweep"), "can't be answered with `approve`",
        (("enter", "approve"),), "type one of the keys or words", unfit="can't be answered with `approve`",
    ),
    "a form with a field left empty": _gauge(
        "`pressure` (Pressure) must be filled in", (("enter", ""), ("Pressure", "")), "must be filled in",
        pressure="", colour="green",
    ),
    "a form with a field left out": _gauge(
        "`pressure` (Pressure) must be filled in", (("enter", ""), ("Pressure", "   ")), "must be filled in",
        colour="green",
    ),
    "a reading out of its limits": _gauge(
        "outside its limits", (("enter", ""), ("Pressure", "7")), "outside its limits", pressure="7", colour="green"
    ),
    "a reading that is no number": _gauge(
        "`pressure` can't be `much`", (("enter", ""), ("Pressure", "much")), "can't be `much`",
        pressure="much", colour="green",
    ),
    "a choice that is not offered": _gauge(
        "`colour` can't be `blue`", (("enter", ""), ("Pressure", "2"), ("Colour", "blue")),
        "type one of 1 green, 2 red", pressure="2", colour="blue",
    ),
    "a text off its pattern": _gauge(
        "`code` can't be `x`", (("enter", ""), ("Pressure", "2"), ("Colour", "red"), ("Code", "x")),
        "can't be `x`", pressure="2", colour="green", code="x",
    ),
    "a field that is not there": _gauge(
        "`size` is not a field", (("enter", ""), ("Pressure", "")), "must be filled in",
        pressure="2", colour="green", size="1",
    ),
}  # fmt: skip

every = pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())


def _begun(desk: Desk, case: Case) -> str:
    run = desk.begin(case.process, **case.inputs)
    if case.before:
        assert desk.cli(*case.before).code == 0
    return run


@every
def test_a_command_is_refused(desk: Desk, case: Case) -> None:
    run = _begun(desk, case)
    before = desk.events(run)

    result = desk.cli(*case.command)

    assert (result.code, result.out) == (2, "")
    assert case.says in result.err
    assert desk.events(run) == before


@every
def test_an_answers_file_is_refused_when_resuming(desk: Desk, case: Case) -> None:
    run = _begun(desk, case)
    before = desk.events(run)

    result = desk.cli("resume", run, "--yes", "--answers", desk.answers({case.step: case.answer}))

    assert result.code == (2 if case.unfit else 4)
    assert (case.unfit or case.says) in result.err
    assert desk.events(run) == before


@every
def test_an_answers_file_is_refused_when_starting(desk: Desk, case: Case) -> None:
    answer = [case.answer, case.answer] if case.before else case.answer
    given = [word for name, value in case.inputs.items() for word in ("-i", f"{name}={value}")]

    result = desk.cli("run", case.process, "--yes", "--answers", desk.answers({case.step: answer}), *given)

    assert result.code == (2 if case.unfit else 4)
    assert (case.unfit or case.says) in result.err
    if case.unfit:
        assert desk.cli("runs", "--json").json == []
        return
    replies = [event for event in desk.events() if "reply" in event["data"]]
    assert len(replies) == (1 if case.before else 0)


@every
def test_the_prompt_refuses_or_does_not_ask(desk: Desk, case: Case) -> None:
    run = _begun(desk, case)
    before = desk.events(run)

    terminal = desk.terminal("resume", run)
    for shown, typed in case.typed:
        terminal.expect_exact(shown)
        terminal.expect_exact([" > ", "? ", ": "])
        terminal.sendline(typed)
    terminal.expect_exact(case.shows)
    if case.typed:
        terminal.sendintr()
    terminal.expect_exact("Go on with: runbook resume")

    assert ended(terminal)[0] == (130 if case.typed else 4)
    assert desk.events(run) == before


def test_who_is_entitled_passes_where_others_were_refused(desk: Desk) -> None:
    for rule in ("not-starter", "apart"):
        run = desk.begin("desk/sign", rule=rule)

        assert desk.cli("approve", run, rule, "--by", "maria").code == 0
        assert desk.cli("resume", run).code == 0

    reply = next(event["data"]["reply"] for event in desk.events() if "reply" in event["data"])
    assert reply == {"outcome": "approve", "by": "maria", "stated_by": ME, "seen": reply["seen"]}


def test_nobody_speaks_for_somebody_who_is_listed(desk: Desk) -> None:
    run = desk.begin("desk/sign", rule="listed")
    before = desk.events(run)
    (desk.folder / "signed.yaml").write_text("listed: {approve: true, by: maria}\n")

    stated = desk.cli("approve", run, "listed", "--by", "maria")
    scripted = desk.cli("resume", run, "--yes", "--answers", "signed.yaml")

    assert (stated.code, scripted.code) == (2, 4)
    assert "maria has to speak for themselves" in stated.err
    assert "maria has to speak for themselves" in scripted.err
    assert desk.events(run) == before


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


@pytest.mark.parametrize("reason", ["", "  "])
def test_cancelling_needs_a_reason(desk: Desk, reason: str) -> None:
    run = desk.begin("desk/chores")
    before = desk.events(run)

    result = desk.cli("cancel", run, "--reason", reason)

    assert result.code == 2
    assert desk.events(run) == before
