"""Turns and several choices, as a person meets them: at the terminal, from elsewhere, and in answers files."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.cli.conftest import Desk, answer, ended

FILES = {
    "runbook.yaml": "runbook: 1\ntitle: Turns\n",
    "processes/g/group.yaml": "title: Turns\nowner: me\n",
    "processes/g/parts.yaml": """
runbook: 1
title: Restore parts
steps:
  - id: lost
    title: Choose what is lost
    decision:
      question: What is lost?
      choose: several
      options:
        - {id: files, title: Files, goto: restore-files}
        - {id: mail, title: Mail, goto: restore-mail}
        - {id: called-off, title: Nothing after all, signal: called-off}
  - {id: restore-files, title: Restore files, needs: [lost], foreach: [a, b], manual: "Restore {{ item }}."}
  - {id: restore-mail, title: Restore mail, needs: [lost], shell: echo restored}
""",
    "processes/g/rest.yaml": """
runbook: 1
title: Rest between two turns
steps:
  - {id: each, title: Each, foreach: {items: [a, b], batch: 1, pause: 0.2s}, shell: "echo ./{{ item }}"}
  - {id: again, title: Again, repeat: {while: turn <= 2, every: 0.2s}, shell: echo again}
""",
}


@pytest.fixture
def turns(project: Callable[[Mapping[str, str]], Desk]) -> Desk:
    """A project with turns in it."""
    return project({path: text.lstrip() for path, text in FILES.items()})


def test_several_ways_are_typed_at_once_and_each_turn_says_what_it_is_for(turns: Desk) -> None:
    terminal = turns.terminal("run", "g/parts")

    terminal.expect_exact("One or several of these:")
    terminal.expect_exact("If nobody chooses: the signal `called-off` does.")
    answer(terminal, "[enter] choose", "")
    answer(terminal, "Which of them (such as 1,2): ", "1,9")
    terminal.expect_exact("`9` is none of them")
    answer(terminal, "Which of them (such as 1,2)", "1 mail")
    terminal.expect_exact("Turn 1 of 2 of `restore-files`: a")
    answer(terminal, "? help > ", "done")
    terminal.expect_exact("Turn 2 of 2 of `restore-files`: b")
    answer(terminal, "? help > ", "done")
    assert ended(terminal)[0] == 0

    assert turns.step("lost")["outputs"] == {"choices": ["files", "mail"]}
    assert turns.step("restore-files")["outputs"]["done"] == 2
    assert {turns.step(id)["item"] for id in ("restore-files.1", "restore-files.2")} == {"a", "b"}


@pytest.mark.parametrize("words", [("files", "mail"), ("files,mail",), ("--choose", "files,mail")])
def test_several_ways_are_answered_from_elsewhere(turns: Desk, words: tuple[str, ...]) -> None:
    turns.begin("g/parts")

    assert turns.cli("answer", "last", "lost", *words).code == 0

    assert turns.step("lost")["outputs"] == {"choices": ["files", "mail"]}


def test_a_word_that_is_no_answer_is_refused_with_the_one_that_may_be_meant(turns: Desk) -> None:
    turns.begin("g/parts")
    turns.cli("answer", "last", "lost", "files")

    result = turns.cli("answer", "last", "restore-files.1", "dnoe")

    assert result.code == 2
    assert "did you mean `done`?" in result.err
    assert turns.cli("answer", "last", "lost", "file").code != 0


def test_a_signal_takes_a_decision_that_a_person_was_asked_for(turns: Desk) -> None:
    turns.begin("g/parts")

    assert turns.cli("signal", "last", "called-off").code == 0
    assert turns.cli("signal", "last", "other").code == 2

    assert turns.step("lost")["outputs"] == {"choices": ["called-off"]}
    assert turns.status()["status"] == "succeeded"


def test_an_answers_file_answers_every_turn(turns: Desk) -> None:
    answers = turns.answers({"lost": {"choose": ["files"]}, "restore-files": "done"})

    assert turns.cli("run", "g/parts", "--yes", "--answers", answers).code == 0

    record = turns.cli("record", "last").out
    assert "### 2#2 Restore files" in record
    assert "- Turn: 2 of 2, for `b`" in record


def test_an_answer_of_a_turn_that_can_not_be_begins_no_run(turns: Desk) -> None:
    result = turns.cli("run", "g/parts", "--yes", "--answers", turns.answers({"restore-mail.2": "done"}))

    assert result.code == 2
    assert "`restore-mail.2` of the answers is not a step of g/parts" in result.err


def test_the_runs_that_ended_in_a_new_way_can_be_listed(turns: Desk) -> None:
    for status in ("paused", "undone", "succeeded with failures"):
        assert turns.cli("runs", "--status", status).code == 0


def test_a_run_stays_for_the_pause_between_two_turns(turns: Desk) -> None:
    assert turns.cli("run", "g/rest", "--yes").code == 0
    assert turns.step("each")["outputs"]["done"] == turns.step("again")["outputs"]["turns"] == 2
