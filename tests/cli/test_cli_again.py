"""A run that failed goes on where it stopped, or is done once more as a new run, from its beginning or from a step."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping

import pytest

from tests.cli.conftest import Desk, ended

Make = Callable[[Mapping[str, str]], Desk]

FLAKY = """\
runbook: 1
title: Flaky
inputs:
  folder: {type: string}
  word: {type: string, default: hello}
steps:
  - id: fetch
    title: Fetch
    shell: "echo fetch >> {{ inputs.folder }}/log; echo {{ inputs.word }}"
    outputs: {text: stdout}
  - {id: ask, title: Ask, ask: {fields: {name: {}}}}
  - id: way
    title: Way
    decision: {options: [{id: left, goto: left}, {id: right, goto: right}]}
  - {id: left, title: Left, needs: [way], shell: "echo left >> {{ inputs.folder }}/log"}
  - {id: right, title: Right, needs: [left], shell: "echo right >> {{ inputs.folder }}/log"}
  - id: part
    title: Part
    needs: [right]
    section:
      steps:
        - {id: inner, title: Inner, shell: "echo inner >> {{ inputs.folder }}/log; echo deep", outputs: {text: stdout}}
  - id: each
    title: Each
    foreach: [a, b]
    shell: "echo each >> {{ inputs.folder }}/log; echo {{ item }}"
    outputs: {text: stdout}
  - id: fix
    title: Fix
    shell: "echo fix >> {{ inputs.folder }}/log; test -e {{ inputs.folder }}/good"
    undo: {shell: "echo unfix >> {{ inputs.folder }}/log"}
  - id: use
    title: Use
    shell: >-
      echo {{ steps.fetch.outputs.text }} {{ steps.ask.answers.name }} {{ steps.inner.outputs.text }}
      {{ steps.each.outputs.done }} {{ steps.way.outputs.choice }}
    outputs: {said: stdout}
outputs: {said: "{{ steps.use.outputs.said }}"}
"""
SIGNED = """\
runbook: 1
title: Signed
roles: {operator: {}, boss: {not: operator}}
checks:
  - {id: look, title: Look, shell: echo looked}
steps:
  - {id: prepare, title: Prepare, shell: echo prepared}
  - {id: gate, title: Gate, approval: {role: boss}}
  - {id: read, title: Read, role: boss, manual: Read it.}
  - {id: act, title: Act, shell: "false"}
finally:
  - {id: tidy, title: Tidy, shell: echo tidied}
"""
CHILD = """\
runbook: 1
title: Child
roles: {owner: {}}
steps:
  - {id: sign, title: Sign, approval: {role: owner}}
"""
PARENT = """\
runbook: 1
title: Parent
steps:
  - {id: child, title: Child, process: b/child}
  - {id: act, title: Act, shell: "false"}
"""
REASON = ("--reason", "It is mended")


@pytest.fixture
def bench(project: Make) -> Desk:
    """A project with processes that fail, and a folder in which they write."""
    texts = {"flaky": FLAKY, "signed": SIGNED, "child": CHILD, "parent": PARENT}
    made = project(
        {
            "runbook.yaml": "runbook: 1\ntitle: Bench\n",
            "processes/b/group.yaml": "title: Bench\nowner: me\n",
            **{f"processes/b/{name}.yaml": text for name, text in texts.items()},
        }
    )
    (made.home / "work").mkdir(parents=True)
    return made


def failed(bench: Desk) -> str:
    """A run that has failed at `fix`."""
    answers = bench.answers({"ask": {"fields": {"name": "ada"}}, "way": {"choose": "right"}})
    result = bench.cli("run", "b/flaky", "-i", f"folder={bench.home / 'work'}", "--yes", "--json", "--answers", answers)
    assert (result.code, result.last["status"]) == (1, "failed")
    run: str = result.last["run"]
    return run


def mend(bench: Desk) -> None:
    (bench.home / "work" / "good").touch()


def log(bench: Desk) -> list[str]:
    """What the programs did, in order."""
    return (bench.home / "work" / "log").read_text().split()


DONE = ["fetch", "right", "inner", "each", "each", "fix"]


# -- retry ------------------------------------------------------------------------------------------


def test_a_run_that_failed_goes_on_with_what_failed_and_repeats_nothing_else(bench: Desk) -> None:
    run = failed(bench)
    mend(bench)

    result = bench.process("retry", run, *REASON, "--yes")

    assert result.returncode == 0
    assert log(bench) == [*DONE, "fix"]
    assert bench.status(run)["outputs"] == {"said": "hello ada deep 2 right"}
    assert bench.step("fix", run)["attempts"] == 2


def test_a_run_that_fails_again_can_be_retried_again(bench: Desk) -> None:
    run = failed(bench)

    assert bench.cli("retry", run, *REASON, "--yes").code == 1
    mend(bench)
    assert bench.cli("retry", run, *REASON, "--yes", "--json").last["status"] == "succeeded"
    assert log(bench) == [*DONE, "fix", "fix"]


def test_a_run_that_was_cancelled_goes_on_at_the_terminal(bench: Desk) -> None:
    run = bench.begin("b/flaky", folder=bench.home / "work")
    assert bench.cli("cancel", run, "--reason", "Not now").code == 0

    terminal = bench.terminal("retry", run, *REASON)
    terminal.expect_exact("--- Ask")
    terminal.expect_exact("[enter] done")
    terminal.sendintr()
    ended(terminal)

    assert bench.status(run)["status"] == "waiting"
    assert log(bench) == ["fetch"]


NOT_RETRIED: dict[str, tuple[str, tuple[str, ...], str]] = {
    "a run that is not over": ("b/parent", REASON, "is not over: it is waiting"),
    "a run that failed, without a reason": ("failed", ("--reason", " "), "a retry needs a reason"),
    "a run that succeeded": ("succeeded", REASON, "is over: it is succeeded"),
    "answers of an unknown step": ("failed", (*REASON, "--answers", "ANSWERS"), "`fly` of the answers is not a step"),
}


@pytest.mark.parametrize(("which", "words", "says"), NOT_RETRIED.values(), ids=NOT_RETRIED.keys())
def test_a_retry_is_refused(bench: Desk, which: str, words: tuple[str, ...], says: str) -> None:
    if which == "succeeded":
        mend(bench)
        with pytest.raises(AssertionError, match="succeeded"):
            failed(bench)
    run = bench.begin(which) if "/" in which else bench.status()["run"] if which == "succeeded" else failed(bench)
    before = bench.events(run)
    answers = str(bench.answers({"fly": "done"}))

    refused = bench.cli("retry", run, "--yes", *(answers if word == "ANSWERS" else word for word in words))

    assert refused.code == 2
    assert says in refused.err
    assert bench.events(run) == before


def test_nobody_retries_what_their_role_keeps_them_from(bench: Desk) -> None:
    run = bench.begin("b/signed")
    assert bench.cli("approve", run, "gate", "--by", "maria").code == 0
    assert bench.cli("answer", run, "read", "failed", "--reason", "Torn", "--by", "maria").code == 0
    assert bench.cli("resume", run, "--yes").code == 1
    before = bench.events(run)

    refused = bench.cli("retry", run, *REASON, "--yes")

    assert (refused.code, "may not act as `boss`" in refused.err) == (2, True)
    assert bench.events(run) == before


# -- rerun ------------------------------------------------------------------------------------------


def test_a_run_is_done_once_more_from_a_step_with_what_was_done_before_it(bench: Desk) -> None:
    run = failed(bench)
    mend(bench)

    result = bench.cli("rerun", run, "--from", "fix", "--yes", "--json")

    assert (result.code, result.last["status"]) == (0, "succeeded")
    assert result.last["run"] != run
    assert result.last["outputs"] == {"said": "hello ada deep 2 right"}
    assert log(bench) == [*DONE, "fix"]
    assert bench.status(run)["status"] == "failed"
    begun = bench.events(result.last["run"])[0]["data"]
    assert (begun["rerun_of"], begun["from"]) == (run, "fix")
    assert bench.step("left", result.last["run"])["status"] == "skipped"


def test_status_and_record_name_the_run_before(bench: Desk) -> None:
    run = failed(bench)
    mend(bench)
    bench.cli("rerun", run, "--from", "fix", "--yes")

    assert bench.status()["rerun_of"] == run
    assert bench.status()["from"] == "fix"
    assert f"{run} once more from `fix` on\n" in bench.cli("status", "last").out
    assert f"{run} once more from \\`fix\\` on" in bench.cli("record", "last").out


def test_a_run_is_done_once_more_from_its_beginning_with_its_inputs_and_others(bench: Desk) -> None:
    run = failed(bench)
    answers = bench.answers({"ask": {"fields": {"name": "bob"}}, "way": {"choose": "left"}})
    mend(bench)

    result = bench.cli("rerun", run, "-i", "word=bye", "--yes", "--json", "--answers", answers)

    assert result.code == 0
    assert result.last["inputs"] == {"folder": str(bench.home / "work"), "word": "bye"}
    assert result.last["outputs"] == {"said": "bye bob deep 2 left"}
    assert log(bench) == [*DONE, "fetch", "left", "right", "inner", "each", "each", "fix"]


def test_a_rerun_keeps_the_definition_that_the_earlier_run_had(bench: Desk) -> None:
    run = failed(bench)
    mend(bench)
    file = bench.folder / "processes/b/flaky.yaml"
    file.write_text(file.read_text().replace("title: Flaky", "title: Newer").replace("id: fix", "id: mend"))

    assert bench.cli("rerun", run, "--from", "fix", "--yes").code == 0
    assert log(bench) == [*DONE, "fix"]


def test_a_step_that_was_carried_over_is_done_anew_when_somebody_goes_back_to_it(bench: Desk) -> None:
    run = failed(bench)
    new = bench.cli("rerun", run, "--from", "ask", "--yes", "--json").last["run"]
    assert log(bench) == DONE

    assert bench.cli("back", new, "fetch", "--reason", "It was old").code == 0
    assert bench.cli("resume", new, "--yes").code == 4

    assert log(bench) == [*DONE, "fetch"]


def test_what_was_carried_over_is_undone_in_the_run_that_did_it(bench: Desk) -> None:
    mend(bench)
    answers = bench.answers({"ask": {"fields": {"name": "ada"}}, "way": {"choose": "right"}})
    folder = f"folder={bench.home / 'work'}"
    run = bench.cli("run", "b/flaky", "-i", folder, "--yes", "--json", "--answers", answers).last["run"]
    new = bench.cli("rerun", run, "--from", "use", "--yes", "--json").last["run"]

    refused = bench.cli("undo", new, "--reason", "It was wrong", "--yes")
    assert (refused.code, "has nothing to undo" in refused.err) == (2, True)
    assert bench.cli("undo", run, "--reason", "It was wrong", "--yes").code == 0
    assert log(bench).count("unfix") == 1


def test_checks_and_approvals_are_not_carried_over(bench: Desk) -> None:
    run = bench.begin("b/signed")
    bench.cli("approve", run, "gate", "--by", "maria")
    bench.cli("answer", run, "read", "done", "--by", "maria")
    assert bench.cli("resume", run, "--yes").code == 1

    new = bench.cli("rerun", run, "--from", "act", "--yes", "--json")

    assert (new.code, new.last["status"]) == (4, "waiting")
    statuses = {step["id"]: step["status"] for step in new.last["steps"]}
    assert statuses == {
        "look": "succeeded", "prepare": "succeeded", "gate": "waiting", "read": "pending", "act": "pending",
        "tidy": "pending",
    }  # fmt: skip
    assert "StepStarted" in [event["type"] for event in bench.events(new.last["run"]) if event.get("step") == "look"]
    assert bench.cli("approve", new.last["run"], "gate").code == 2  # who began the run still can't sign it
    assert bench.cli("approve", new.last["run"], "gate", "--by", "zoe").code == 0
    assert bench.step("read", new.last["run"]).items() >= {"status": "succeeded", "by": "maria"}.items()


NOT_RERUN: dict[str, tuple[tuple[str, ...], str]] = {
    "from an unknown step": (("--from", "fly"), "has no step `fly`"),
    "from a step inside of a section": (("--from", "inner"), "can't begin with `inner`"),
    "from a turn": (("--from", "each.2"), "can't begin with `each.2`"),
    "from a step that was left out": (("--from", "left"), "`left` was left out in run"),
    "from a step after one that was not done": (("--from", "use"), "`fix`, before `use`, was not done"),
    "from a step with other inputs": (("--from", "fix", "-i", "word=bye"), "with other inputs can't be carried over"),
    "with an input that can't be": (("-i", "wrod=bye"), "wrod"),
    "with answers of an unknown step": (("--from", "fix", "--answers", "ANSWERS"), "`fly` of the answers"),
}


@pytest.mark.parametrize(("words", "says"), NOT_RERUN.values(), ids=NOT_RERUN.keys())
def test_a_rerun_is_refused_and_no_run_is_made(bench: Desk, words: tuple[str, ...], says: str) -> None:
    run = failed(bench)
    answers = str(bench.answers({"fly": "done"}))

    refused = bench.cli("rerun", run, "--yes", *(answers if word == "ANSWERS" else word for word in words))

    assert refused.code == 2
    assert says in refused.err
    assert len(bench.cli("runs", "--json").json) == 1


def test_a_part_is_named_for_a_step_inside_of_it(bench: Desk) -> None:
    run = failed(bench)

    assert "name `part`" in bench.cli("rerun", run, "--from", "inner", "--yes").err
    assert "name `each`" in bench.cli("rerun", run, "--from", "each.2", "--yes").err


def test_a_run_that_is_not_over_is_not_begun_in_the_middle_once_more(bench: Desk) -> None:
    run = bench.begin("b/flaky", folder=bench.home / "work")

    refused = bench.cli("rerun", run, "--from", "ask", "--yes")

    assert (refused.code, "is not over" in refused.err) == (2, True)
    assert len(bench.cli("runs", "--json").json) == 1


def test_checks_and_last_steps_are_nothing_to_begin_with(bench: Desk) -> None:
    run = bench.begin("b/signed")
    bench.cli("cancel", run, "--reason", "Enough")

    assert "`look` is a check" in bench.cli("rerun", run, "--from", "look", "--yes").err
    assert "can't begin with `tidy`" in bench.cli("rerun", run, "--from", "tidy", "--yes").err


def test_an_approval_inside_of_another_process_is_not_carried_over_with_it(bench: Desk) -> None:
    run = bench.begin("b/parent")
    assert bench.cli("approve", run, "child/sign").code == 0
    assert bench.cli("resume", run, "--yes").code == 1

    refused = bench.cli("rerun", run, "--from", "act", "--yes")

    assert (refused.code, "an approval inside of `child`" in refused.err) == (2, True)


def test_who_acted_in_a_role_that_is_kept_apart_does_not_begin_the_run_that_takes_it_over(
    bench: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bench.begin("b/signed")
    bench.cli("approve", run, "gate", "--by", "zoe")
    bench.cli("answer", run, "read", "done", "--by", "uid4242")
    bench.cli("resume", run, "--yes")
    monkeypatch.setattr("runbook.engine.identity.os.getuid", lambda: 4242)

    refused = bench.cli("rerun", run, "--from", "act", "--yes")

    assert (refused.code, "uid4242 acted at `read`" in refused.err) == (2, True)


PARTS = {
    "a section": "{id: s, title: S, section: {steps: [{id: f, title: F, shell: 'test -e ok'}]}}",
    "turns": "{id: s, title: S, foreach: [a, b], shell: 'test -e ok'}",
    "a process": "{id: s, title: S, process: b/inner}",
    "a section undone": "{id: s, title: S, on_failure: undo, section: {steps: ["
    "{id: e, title: E, shell: 'true', undo: {shell: 'true'}}, {id: f, title: F, shell: 'test -e ok'}]}}",
    "a step dealt with": "{id: s, title: S, on_failure: [{id: h, title: H, shell: 'true'}], shell: 'test -e ok'}",
    "a repeated step": "{id: s, title: S, repeat: {until: turn >= 2}, shell: 'test -e ok'}",
}


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_what_failed_inside_of_a_part_is_done_anew_and_the_run_ends(project: Make, part: str) -> None:
    steps = f"- {part}\n- {{id: last, title: L, shell: 'true'}}\n"
    made = project(
        {
            "runbook.yaml": "runbook: 1\ntitle: Bench\n",
            "processes/b/group.yaml": "title: B\nowner: b\n",
            "processes/b/inner.yaml": "runbook: 1\ntitle: I\nsteps: [{id: f, title: F, shell: 'test -e ok'}]\n",
            "processes/b/outer.yaml": f"runbook: 1\ntitle: O\nsteps:\n{steps}",
        }
    )
    assert made.cli("run", "b/outer", "--yes").code == 1
    again = made.cli("retry", "last", "--reason", "once more", "--yes")
    (made.folder / "ok").touch()

    ended = made.cli("retry", "last", "--reason", "it is there now", "--yes")

    assert (again.code, ended.code, made.status()["status"]) == (1, 0, "succeeded"), ended.err


def test_who_wrote_the_process_does_not_approve_when_it_is_done_once_more(project: Make) -> None:
    steps = "- {id: gate, title: Gate, approval: {role: signer, not: author}}\n- {id: last, title: Last, manual: x}\n"
    text = f"runbook: 1\ntitle: Made\nroles: {{op: {{}}, signer: {{}}}}\nsteps:\n{steps}"
    group = "title: B\nowner: b\n"
    desk = project(
        {"runbook.yaml": "runbook: 1\ntitle: T\n", "processes/b/group.yaml": group, "processes/b/p.yaml": text}
    )
    subprocess.run(["git", "init", "-q", str(desk.folder)], check=True)  # what is not committed is mine
    run = desk.begin("b/p")
    assert "wrote the process" in desk.cli("approve", run, "gate").err
    desk.cli("cancel", run, "--reason", "Not so")

    new = desk.cli("rerun", run, "--yes", "--json").last["run"]

    refused = desk.cli("approve", new, "gate")
    assert (refused.code, "wrote the process" in refused.err) == (2, True)
