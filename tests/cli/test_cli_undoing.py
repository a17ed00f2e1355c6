"""What a run has done is undone by command, the last step first; what stands in the way is refused beforehand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.cli.conftest import Desk, answer, ended
from tests.waiting import PATIENCE, until

Make = Callable[[Mapping[str, str]], Desk]

SWITCH = """\
runbook: 1
title: Switch over
inputs: {folder: {type: string}}
roles: {operator: {}, boss: {not: operator}}
steps:
  - id: copy
    title: Copy the data
    shell: echo copy >> {{ inputs.folder }}/log
    undo: {shell: "echo uncopy >> {{ inputs.folder }}/log"}
  - id: tell
    title: Tell the users
    manual: Tell them.
    undo: {manual: "Tell them that {{ inputs.folder }} is back."}
  - {id: note, title: Write it down, shell: "echo note >> {{ inputs.folder }}/log"}
  - id: switch
    title: Switch
    shell: echo switch >> {{ inputs.folder }}/log
    undo: {shell: "test ! -e {{ inputs.folder }}/stuck && echo unswitch >> {{ inputs.folder }}/log"}
"""
FINAL = """\
runbook: 1
title: Burn the bridge
steps:
  - {id: build, title: Build, shell: echo built, undo: {shell: echo unbuilt}}
  - {id: burn, title: Burn, shell: echo burnt, irreversible: true}
  - {id: walk, title: Walk, shell: echo walked, undo: {shell: echo back}}
"""
SIGNED = """\
runbook: 1
title: Sign
roles: {operator: {}, boss: {not: operator}}
steps:
  - {id: sign, title: Sign, role: boss, manual: Sign it., undo: {manual: Strike it out.}}
"""
SLOW = """\
runbook: 1
title: Slow
inputs: {folder: {type: string}}
steps:
  - id: copy
    title: Copy
    shell: echo copy
    undo:
      shell: |
        echo uncopy >> {{ inputs.folder }}/log
        while [ ! -e {{ inputs.folder }}/flag ]; do sleep 0.05; done
"""
UNDO = ("undo", "last", "--reason", "It was wrong", "--yes")


@pytest.fixture
def bench(project: Make) -> Desk:
    """A project with processes that can be undone, and a folder in which they write."""
    texts = {"switch": SWITCH, "final": FINAL, "signed": SIGNED, "slow": SLOW}
    made = project(
        {
            "runbook.yaml": "runbook: 1\ntitle: Bench\n",
            "processes/b/group.yaml": "title: Bench\nowner: me\n",
            **{f"processes/b/{name}.yaml": text for name, text in texts.items()},
        }
    )
    (made.home / "work").mkdir(parents=True)
    return made


def switched(bench: Desk) -> str:
    """A run that is over, whose steps can be undone."""
    run = bench.begin("b/switch", folder=bench.home / "work")
    assert bench.cli("answer", run, "tell", "done").code == 0
    assert bench.cli("resume", run, "--yes").code == 0
    return run


def log(bench: Desk) -> list[str]:
    """What the programs did, in order."""
    return (bench.home / "work" / "log").read_text().split()


def types(bench: Desk) -> list[str]:
    return [event["type"] for event in bench.events()]


def test_a_run_is_undone_last_step_first_by_a_process_of_its_own(bench: Desk) -> None:
    switched(bench)

    first = bench.process(*UNDO)
    assert first.returncode == 4
    assert b"runbook answer" in first.stdout
    assert log(bench) == ["copy", "note", "switch", "unswitch"]
    assert bench.cli("answer", "last", "tell.undo", "done").code == 0
    second = bench.process("resume", "last", "--yes")

    assert second.returncode == 0
    assert log(bench) == ["copy", "note", "switch", "unswitch", "uncopy"]
    assert bench.status()["status"] == "undone"
    assert [step["status"] for step in bench.status()["steps"] if "." not in step["id"]] == [
        "undone", "undone", "succeeded", "undone",
    ]  # fmt: skip


def test_peoples_undo_is_answered_from_a_file(bench: Desk) -> None:
    switched(bench)

    result = bench.cli(*UNDO, "--json", "--answers", bench.answers({"tell.undo": "done"}))

    assert (result.code, result.last["status"]) == (0, "undone")
    assert result.err.count("Undo: ") >= 3


def test_nothing_is_undone_twice(bench: Desk) -> None:
    switched(bench)
    assert bench.cli(*UNDO, "--answers", bench.answers({"tell.undo": "done"})).code == 0
    before = bench.events()

    again = bench.cli(*UNDO)

    assert again.code == 2
    assert "has nothing to undo" in again.err
    assert bench.events() == before
    assert log(bench).count("uncopy") == log(bench).count("unswitch") == 1


def test_an_undo_down_to_a_step_leaves_the_rest_to_a_later_one(bench: Desk) -> None:
    switched(bench)

    assert bench.cli(*UNDO, "--to", "note").code == 0
    assert log(bench)[-1] == "unswitch"
    assert bench.cli(*UNDO, "--answers", bench.answers({"tell.undo": "done"})).code == 0

    assert log(bench) == ["copy", "note", "switch", "unswitch", "uncopy"]


def test_an_undo_that_fails_stops_and_the_same_command_goes_on_with_it(bench: Desk) -> None:
    switched(bench)
    stuck = bench.home / "work" / "stuck"
    stuck.touch()

    failed = bench.cli(*UNDO)
    assert failed.code == 1
    assert "the undo of `switch` failed" in failed.out
    assert f"Go on with the way back: runbook undo {bench.status()['run']} --reason TEXT" in failed.out
    assert log(bench) == ["copy", "note", "switch"]
    stuck.unlink()
    assert bench.cli(*UNDO, "--answers", bench.answers({"tell.undo": "done"})).code == 0

    assert log(bench) == ["copy", "note", "switch", "unswitch", "uncopy"]


def test_a_way_back_that_is_cancelled_stops_and_can_be_gone_on_with(bench: Desk) -> None:
    switched(bench)
    assert bench.cli(*UNDO).code == 4

    cancelled = bench.cli("cancel", "last", "--reason", "Leave it")
    assert (cancelled.code, "the undo of `tell` was stopped" in cancelled.out) == (0, True)
    assert bench.cli("retry", "last", "--reason", "x").code == 2
    assert bench.cli(*UNDO, "--answers", bench.answers({"tell.undo": "done"})).code == 0

    assert log(bench) == ["copy", "note", "switch", "unswitch", "uncopy"]


def test_an_undo_whose_holder_is_killed_is_gone_on_with_and_not_repeated(bench: Desk) -> None:
    work = bench.home / "work"
    bench.begin("b/slow", folder=work)
    undoing = bench.background(*UNDO)
    until((work / "log").exists)
    undoing.kill()
    undoing.communicate(timeout=PATIENCE)

    refused = bench.cli(*UNDO)
    assert (refused.code, "go on with it: runbook resume" in refused.err) == (2, True)
    (work / "flag").touch()
    assert bench.cli("resume", "last", "--yes").code == 0

    assert log(bench) == ["uncopy"]
    assert bench.status()["status"] == "undone"


def test_a_dry_run_shows_what_would_be_undone_and_changes_nothing(bench: Desk) -> None:
    switched(bench)
    before = bench.events()

    shown = bench.cli("undo", "last", "--dry-run")
    found = bench.cli("undo", "last", "--dry-run", "--json").json

    assert (shown.code, bench.events()) == (0, before)
    assert [step["step"] for step in found["steps"]] == ["switch", "tell", "copy"]
    assert found["steps"][1]["text"] == f"Tell them that {bench.home / 'work'} is back."
    assert found["steps"][2]["command"] == f"echo uncopy >> {bench.home / 'work'}/log"
    assert found["without"] == ["note"]
    for word in ("1. Undo: Switch (switch)", "$ echo uncopy", "the procedure says no way back: note"):
        assert word in shown.out


def test_a_dry_run_down_to_a_step_shows_no_more(bench: Desk) -> None:
    switched(bench)

    found = bench.cli("undo", "last", "--dry-run", "--json", "--to", "note").json

    assert [step["step"] for step in found["steps"]] == ["switch"]


def test_an_irreversible_step_is_not_passed_over_without_the_extra_word(bench: Desk) -> None:
    bench.begin("b/final")
    before = bench.events()

    shown = bench.cli("undo", "last", "--dry-run")
    assert "To undo this, name a later step than `burn` with --to" in shown.out
    assert "To undo this" not in bench.cli("undo", "last", "--dry-run", "--across-irreversible").out
    refused = bench.cli(*UNDO)
    assert refused.code == 2
    assert "`burn` of run" in refused.err
    assert "--across-irreversible" in refused.err
    assert bench.events() == before

    assert bench.cli(*UNDO, "--across-irreversible").code == 0
    assert {id: bench.step(id)["status"] for id in ("build", "burn", "walk")} == {
        "build": "undone", "burn": "succeeded", "walk": "undone",
    }  # fmt: skip


def test_a_way_back_that_ends_after_the_irreversible_step_needs_no_extra_word(bench: Desk) -> None:
    bench.begin("b/final")

    assert bench.cli(*UNDO, "--to", "walk").code == 0
    assert bench.step("build")["status"] == "succeeded"


REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "without a reason": (("--yes",), "undoing needs a reason"),
    "a blank reason": (("--yes", "--reason", "  "), "undoing needs a reason"),
    "nobody to agree": (("--reason", "x"), "nobody is here who could agree to it"),
    "nobody to agree, for programs": (("--reason", "x", "--json"), "nobody is here who could agree to it"),
    "down to an unknown step": (("--yes", "--reason", "x", "--to", "fly"), "has no step `fly`"),
    "answers of unknown steps": (("--yes", "--reason", "x", "--answers", "ANSWERS"), "`note.undo` of the answers"),
}


@pytest.mark.parametrize(("words", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_what_can_not_be_is_refused_before_anything_is_undone(bench: Desk, words: tuple[str, ...], says: str) -> None:
    switched(bench)
    before = bench.events()
    answers = str(bench.answers({"note.undo": "done"}))

    result = bench.cli("undo", "last", *(answers if word == "ANSWERS" else word for word in words))

    assert result.code == 2
    assert says in result.err
    assert bench.events() == before


def test_a_run_that_is_not_over_is_not_undone_but_its_way_back_is_shown(bench: Desk) -> None:
    bench.begin("b/switch", folder=bench.home / "work")
    before = bench.events()

    refused = bench.cli(*UNDO)

    assert refused.code == 2
    assert "is not over: it is waiting" in refused.err
    assert [step["step"] for step in bench.cli("undo", "last", "--dry-run", "--json").json["steps"]] == ["copy"]
    assert bench.events() == before


def test_nobody_undoes_what_their_role_keeps_them_from(bench: Desk) -> None:
    run = bench.begin("b/signed")
    assert bench.cli("answer", run, "sign", "done", "--by", "maria").code == 0
    before = bench.events()

    refused = bench.cli(*UNDO)

    assert refused.code == 2
    assert "may not act as `boss` at `sign`" in refused.err
    assert bench.events() == before


def test_at_a_terminal_the_way_back_is_shown_agreed_to_and_people_are_asked(bench: Desk) -> None:
    switched(bench)

    terminal = bench.terminal("undo", "last", "--reason", "It was wrong")
    terminal.expect_exact("$ echo uncopy")
    answer(terminal, "Undo these? (yes or no): ", "yes")
    terminal.expect_exact("Tell them that")
    terminal.expect_exact("[enter] done")
    terminal.sendline("")
    code, shown = ended(terminal)

    assert code == 0
    assert "undone" in shown
    assert log(bench)[-2:] == ["unswitch", "uncopy"]


@pytest.mark.parametrize("leave", ["no", "\x03", "\x04"], ids=["no", "Ctrl-C", "Ctrl-D"])
def test_at_a_terminal_nothing_is_undone_without_a_yes(bench: Desk, leave: str) -> None:
    switched(bench)
    before = bench.events()

    terminal = bench.terminal("undo", "last", "--reason", "It was wrong")
    terminal.expect_exact("Undo these? (yes or no): ")
    terminal.send(f"{leave}\n" if leave == "no" else leave)
    code, _ = ended(terminal)

    assert code == 130
    assert bench.events() == before


def test_the_key_in_the_loop_shows_the_same_way_back(bench: Desk) -> None:
    terminal = bench.terminal("run", "b/switch", "-i", f"folder={bench.home / 'work'}")
    terminal.expect_exact("[enter] done")
    terminal.sendline("undo")
    terminal.expect_exact("Tell the users (tell, this step):")
    terminal.expect_exact("Tell them that")
    terminal.expect_exact("Copy the data (copy, done):")
    terminal.expect_exact("$ echo uncopy")
    terminal.sendintr()
    ended(terminal)


def test_the_steps_to_undo_down_to_are_completed(bench: Desk) -> None:
    from tests.cli.test_cli_help import _completed

    switched(bench)

    assert _completed(bench, "runbook undo last --to s") == ["switch"]
    assert _completed(bench, "runbook rerun last --from t") == ["tell"]


def test_the_journal_keeps_who_had_it_undone_and_why(bench: Desk) -> None:
    switched(bench)
    bench.cli(*UNDO, "--answers", bench.answers({"tell.undo": "done"}))

    requested: list[Any] = [event for event in bench.events() if event["type"] == "UndoRequested"]
    assert [event["data"]["reason"] for event in requested] == ["It was wrong"]
    assert types(bench)[-1] == "RunUndone"
