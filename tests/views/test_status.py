"""Where a run stands on a screen: turns below their step, many of them as a count, and what else is reached."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from runbook.errors import Conflict, Refused
from runbook.kinds import builtin
from runbook.testing import Story, plan_from
from runbook.views import machine
from runbook.views.status import status
from runbook.views.style import Style
from runbook.views.terminal import ending, happened

HEAD = "runbook: 1\ntitle: P\n"


@pytest.fixture
def tell() -> Callable[..., Story]:
    """A story of a process, told without its head."""

    def tell(text: str, **others: str) -> Story:
        named = {f"g/{name}": HEAD + each for name, each in others.items()}
        return Story(plan_from({"g/p": HEAD + text, **named}, builtin()))

    return tell


def rows(story: Story, **how) -> list[str]:
    """The lines of the steps, without the spaces between columns."""
    shown = list(status(story.state, Style(), 120, **how))
    return [" ".join(line.split()) for line in shown[shown.index("") + 1 :]]


def test_each_turn_stands_below_its_step_with_its_item(tell):
    story = tell("steps: [{id: each, foreach: [web-1, web-2], section: {steps: [{id: look, manual: Look}]}}]").start()
    story.answer("each.1/look")

    found = rows(story)

    assert found[0].startswith("> running each Each (since ")
    assert found[1:5] == [
        "+ succeeded each.1 web-1 (1 of 2)",
        "+ succeeded look Look (by ada)",
        found[3],
        found[4],
    ]
    assert found[3].startswith("> running each.2 web-2 (2 of 2)")
    assert found[4].startswith("? waiting look Look")


def test_of_many_turns_only_those_that_failed_or_go_on_are_shown_and_the_rest_is_counted(tell):
    text = "steps: [{id: each, foreach: {items: [%s], max_parallel: 30, max_failures: 30}, manual: Look}]"
    story = tell(text % ", ".join(map(str, range(30)))).start()
    for turn in range(1, 31):
        if turn != 7:
            story.answer(f"each.{turn}", "failed" if turn == 3 else "done", reason="Broken" if turn == 3 else "")

    found = rows(story)

    assert found[1] == "30 of 30 turns begun: 28 succeeded, 1 failed, 1 waiting"
    assert [line.split()[2] for line in found[2:4]] == ["each.3", "each.7"]
    assert found[4] == ""
    assert len(machine.status(story.state)["steps"]) == 31


def test_even_of_those_that_failed_there_is_an_end(tell):
    text = "steps: [{id: each, foreach: {items: [%s], max_parallel: 50, max_failures: 50}, manual: Look}]"
    story = tell(text % ", ".join(map(str, range(50)))).start()

    assert len(rows(story)) < 80


def test_what_is_done_about_a_failure_is_shown_when_it_is_reached(tell):
    story = tell("""
steps: [{id: copy, manual: Copy, on_failure: [{id: tidy, manual: Tidy}], undo: Take it back}]
on_failure: {do: [{id: shout, manual: Shout}], then: undo}
""").start()
    before = [step["id"] for step in machine.status(story.state)["steps"]]
    story.answer("copy", "failed", reason="Broken")

    assert before == ["copy"]
    assert [step["id"] for step in machine.status(story.state)["steps"]] == ["copy", "tidy"]
    assert rows(story)[1].startswith("? waiting tidy Tidy")


def test_the_way_back_of_a_step_stands_below_it(tell):
    story = tell(
        "steps: [{id: copy, manual: Copy, undo: Take it back}, {id: go, manual: Go}]\non_failure: undo\n"
    ).start()
    story.answer("copy")
    story.answer("go", "failed", reason="Broken")
    assert rows(story)[1].startswith("? waiting copy.undo Undo: Copy")

    story.answer("copy.undo")

    assert rows(story)[0].startswith("< undone copy Copy")
    assert [step["status"] for step in machine.status(story.state)["steps"]] == ["undone", "succeeded", "failed"]


def test_a_run_that_succeeded_names_what_failed_in_it(tell):
    story = tell("""
steps:
- {id: copy, manual: Copy, on_failure: {do: [{id: tidy, set: {values: {a: 1}}}], then: continue}}
""").start()
    story.answer("copy", "failed", reason="Broken")

    shown = list(status(story.state, Style(), 120))

    assert shown[2] == "~ succeeded with failures, 2 of 2 steps over, took 0 s"
    assert "failed, and dealt with: `copy`" in shown
    assert machine.status(story.state)["failures"] == ["copy"]


def test_a_paused_run_says_by_whom_and_why(tell):
    story = tell("steps: [{id: copy, command: [copy]}]").start()
    story.pause("Lunch")

    assert any(line.endswith(f"by {story.by}: Lunch") for line in status(story.state, Style(), 120))
    assert machine.status(story.state)["paused"]["reason"] == "Lunch"


def test_what_waits_for_a_key_says_who_is_inside(tell):
    story = tell("concurrency: disk\nsteps: [{id: copy, manual: Copy}]")
    story.rivals["disk"] = 1
    story.start()

    assert "The run waits for `disk`, held by other-1" in rows(story, rivals=lambda key: ["other-1"])
    assert machine.status(story.state)["locks"] == [{"at": ":", "key": "disk"}]
    story.rivals.clear()
    story.ask()
    assert not any("disk" in line for line in rows(story))


def test_a_decision_that_others_may_take_says_so(tell):
    story = tell("""
steps:
- id: go
  decision: {question: Go?, options: [{id: go}, {id: off, signal: called-off}, {id: late, after: 2h}]}
""").start()

    assert rows(story)[2] == (
        "`go` waits for a choice (the signal `called-off` does, or the clock does at 2026-11-22 10:00):"
    )


def test_a_step_that_is_overdue_says_so(tell):
    story = tell("steps: [{id: call, manual: Call, due: 10m}]").start()
    assert "due 2026-11-22 08:10" in rows(story)[0]

    story.wait("11m")

    assert "overdue" in rows(story)[0]
    assert machine.status(story.state)["steps"][0]["overdue"] is True


def test_a_process_that_became_a_run_of_its_own_has_no_steps_here(tell):
    story = tell("steps: [{id: other, process: {use: g/one, detach: true}}]", one="steps: [{id: a, manual: A}]")

    assert [step["id"] for step in machine.status(story.start().state)["steps"]] == ["other"]


def test_what_happens_is_told_in_words(tell):
    story = tell("""
steps:
- {id: each, foreach: [a, b], manual: Look, due: 5m}
- {id: copy, manual: Copy, on_failure: {do: [{id: tidy, set: {values: {a: 1}}}], then: continue}}
""").start()
    story.add_items("each", "c")
    story.wait("6m")
    story.complete("each")
    story.answer("copy", "failed", reason="Broken")

    lines = [line for each in story.events for line in happened(each, story.state, Style())]

    assert lines[1:4] == ["> running   each  Each  (2 items)", "> running   each.1  (1 of 3: a)", lines[3]]
    for words in (
        "gave `each` 1 item more",
        "`each` is overdue",
        "`each` has had enough turns; the rest is withdrawn: enough",
        "`copy` has failed, and its steps for a failure begin: Broken",
    ):
        assert any(words in line for line in lines), words


def told(story: Story) -> list[str]:
    """What was told of a story, line by line."""
    return [line for each in story.events for line in happened(each, story.state, Style())]


WAYS = """
steps:
- id: go
  decision: {question: Go?, options: [{id: go}, {id: off, signal: called-off}, {id: late, after: 2h}]}
"""


@pytest.mark.parametrize(
    ("signal", "way", "by"), [("called-off", "off", "the signal `called-off`"), ("", "late", "the clock")]
)
def test_what_took_a_decision_instead_of_a_person_is_named(tell, signal, way, by):
    story = tell(WAYS).start()

    if signal:
        story.signal(signal)
    else:
        story.wait("3h")

    assert f"+ succeeded go  Go  (by {by}, choice = {way})" in told(story)
    assert rows(story)[0].endswith(f"chose `{way}`, by {by})")


def test_what_a_person_or_an_expression_chose_is_shown_without_more(tell):
    story = tell(WAYS).start()
    story.choose("go", "go")
    computed = tell("steps: [{id: go, decision: {options: [{id: a, when: 'true'}, {id: b}]}}]").start()

    assert rows(story)[0] == "+ succeeded go Go (by ada, chose `go`)"
    assert rows(computed)[0] == "+ succeeded go Go (chose `a`)"


def test_an_answer_after_the_clock_has_chosen_is_told_what_it_chose(tell):
    story = tell(WAYS + "- {id: then, manual: Then}").start()
    story.wait("3h")

    with pytest.raises(Conflict, match="comes too late: the clock chose `late` at 2026-11-22 11:00"):
        story.choose("go", "go")


def test_what_is_late_now_is_said_to_be_before_anybody_carries_the_run_on(tell):
    text = """
roles: {operator: {}, boss: {}}
steps:
- {id: call, manual: Call, due: {after: 10m, offer_to: boss}}
- {id: sign, needs: [], approval: {role: boss, text: Sign, deadline: 1h}}
"""
    story = tell(text).start()

    early, late = rows(story, now="2026-11-22T08:05:00.000Z"), rows(story, now="2026-11-22T09:05:00.000Z")

    assert early[0].endswith("due 2026-11-22 08:10)")
    assert early[1].endswith("until 2026-11-22 09:00)")
    assert "`call` waits for a person (due 2026-11-22 08:10): runbook answer story call done" in early
    assert late[0].endswith("overdue)")
    assert late[1].endswith("the time is over)")
    assert "`call` waits for a person (overdue, so the boss may do it as well): runbook answer story call done" in late
    assert "the time for `sign` was over at 2026-11-22 09:00" in late


def test_what_begins_anew_shows_no_reason_from_before(tell):
    story = tell("steps: [{id: part, section: {steps: [{id: look, manual: Look}]}}]").start()
    story.cancel("not now")
    story.retry()

    assert not any("not now" in row or "stopped" in row for row in rows(story)[:2])


def test_an_attempt_that_failed_and_a_cancellation_are_told_once(tell):
    story = tell("""
steps:
- {id: load, command: [load], retry: {attempts: 2, before: [{id: tidy, command: [tidy]}]}}
- {id: hang, manual: Hang, on_cancel: [{id: free, manual: Free it}]}
""").start()
    story.claim()
    story.ends("load", 1)
    story.carry_out()
    story.cancel("not wanted")
    story.answer("free")

    lines = told(story)

    assert [line for line in lines if line.startswith("x failed")] == [
        "x failed    load  Load  (exit code 1; trying again)"
    ]
    assert "`load` has failed, and its steps before another attempt begin: exit code 1" in lines
    assert "`hang` is cancelled, and its steps for a cancellation begin: the run was cancelled: not wanted" in lines
    assert sum(line.startswith("- cancelled hang") for line in lines) == 1


def test_the_turns_of_a_step_end_in_one_short_phrase(tell):
    story = tell("steps: [{id: each, foreach: [a, b], set: {values: {x: 1}}}]").start()

    assert "+ succeeded each  Each  (2 done, 0 failed)" in told(story)


def test_a_way_back_under_way_and_one_that_failed_say_who_wants_it_and_how_it_goes_on(tell):
    story = tell("steps: [{id: a, command: [a], undo: {command: [b]}}, {id: c, command: [c], undo: {command: [d]}}]")
    story.start().carry_out()
    story.undo(to="c", reason="It was wrong")
    story.claim()

    under_way = list(status(story.state, Style(), 120))
    with pytest.raises(Refused) as refused:
        story.undo()
    story.ends("c.undo", 1)

    assert "being undone since 2026-11-22 08:00 by ada: It was wrong" in under_way
    assert "runbook resume story" in refused.value.help
    for lines in (rows(story), ending(story.state, Style())):
        assert "Go on with the way back: runbook undo story --to c --reason TEXT" in lines


def test_the_clock_is_named_also_where_its_way_leads_back(tell):
    text = """
steps:
- {id: look, set: {values: {x: 1}}}
- {id: well, decision: {question: Well?, options: [{id: "yes"}, {id: again, after: 1h, goto: look}]}}
"""
    story = tell(text).start()
    story.wait("90m")

    assert any(line.endswith("(by the clock, choice = again)") for line in told(story))
