"""The record of a run says what happened, also where it was written down later."""

from __future__ import annotations

from runbook.kinds import builtin
from runbook.outcome import Finished
from runbook.run.commands import Settle
from runbook.testing import Story, plan_from
from runbook.views.record import as_markdown


def test_the_time_of_an_adopted_program_is_its_own() -> None:
    text = "runbook: 1\ntitle: P\nsteps: [{id: a, title: A, command: [a]}]\n"
    story = Story(plan_from({"g/p": text}, builtin())).start()
    story.claim()
    story.wait("2h")
    story.ask(Settle("a", 1, Finished(0, seconds=7.0), adopted=True))

    assert "Started: 2026-11-22T08:00:00.000Z, took 7 s" in as_markdown(story.state, story.events)


def test_what_did_not_go_by_the_book_stands_at_the_top() -> None:
    text = """
runbook: 1
title: P
steps:
  - {id: each, foreach: [a, b], manual: Look, due: 5m}
  - {id: call, needs: [], manual: Call, cancels: [wait]}
  - {id: wait, needs: [], manual: Wait}
  - id: well
    needs: [each, call]
    decision: {question: Well?, options: [{id: "yes"}, {id: again, goto: each}]}
  - {id: copy, command: [copy], undo: Take it back, on_failure: {do: [{id: tidy, manual: Tidy}], then: continue}}
"""
    story = Story(plan_from({"g/p": text}, builtin())).start()
    story.pause("Lunch")
    story.resume()
    story.add_items("each", "c")
    story.wait("6m")
    story.complete("each", reason="The window is over")
    story.answer("call")
    story.choose("well", "again")
    story.complete("each", reason="Once more")
    story.answer("call")
    story.choose("well", "yes")
    story.carry_out(failing=["copy"])
    story.answer("tidy")

    record = as_markdown(story.state, story.events)
    deviations = record.split("## Deviations\n\n")[1].split("\n\n")[0].splitlines()

    assert [line.removeprefix("- ").partition(" at 2026")[0] for line in deviations] == [
        "The run was paused by ada",
        "ada gave each 1 item more",
        "each was overdue",
        "ada said that each has had enough turns: The window is over",
        r"The run went back to each: \`well\` chose \`again\`",
        "ada said that each has had enough turns: Once more",
        "copy failed",
    ]
    assert "its steps for a failure begin: exit code 1" in deviations[-1]
    assert "### 1#1 Each" in record
    assert "- Turn: 1 of 2, for `a`" in record
    assert "- Passes: 2" in record
    assert "### 5.F1 Tidy" in record


def test_a_way_back_that_could_not_be_taken_is_no_way_back() -> None:
    text = """
runbook: 1
title: P
on_failure: undo
steps:
  - {id: a, title: A, command: [a], undo: {command: [b]}}
  - {id: burn, title: Burn, command: [burn], irreversible: true}
  - {id: c, title: C, command: [c]}
"""
    story = Story(plan_from({"g/p": text}, builtin())).start()
    story.carry_out(failing=["c"])

    record = as_markdown(story.state, story.events)

    assert r"- After a failure nothing was undone: \`burn\` can't be undone" in record


def test_the_record_says_what_another_version_changed() -> None:
    text = "runbook: 1\ntitle: P\nsteps: [{id: a, title: A, manual: A}, {id: b, title: B, command: [%s]}]\n"
    story = Story(plan_from({"g/p": text % "one"}, builtin())).start()
    story.adopt(plan_from({"g/p": text % "two"}, builtin()), reason="The word was wrong")

    record = as_markdown(story.state, story.events)

    assert "another version of its process: The word was wrong" in record
    assert r"- In that version, g/p b \`command\` changed" in record


def test_the_record_says_that_the_clock_chose() -> None:
    text = """
runbook: 1
title: P
steps: [{id: go, title: Go, decision: {question: Go?, options: [{id: now}, {id: late, after: 2h}]}}]
"""
    story = Story(plan_from({"g/p": text}, builtin())).start()
    story.wait("3h")

    assert r"- Chose \`late\`, by the clock" in as_markdown(story.state, story.events)
