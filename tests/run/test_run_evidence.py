"""Evidence that a step asks for: without it nobody says that it is done, and no program has done it."""

from __future__ import annotations

import pytest

from runbook.errors import Refused

GAUGE = """
- id: gauge
  title: Read it
  manual: {text: Read it., fields: {p: {type: reading, unit: bar, max: 6}}}
  evidence:
    photo: {title: Photo of the gauge, types: [image], max_size: 1kB}
    note: {required: false}
"""
DUMP = """
- id: dump
  title: Dump
  shell: ./dump
  retry: {attempts: 2}
  evidence:
    log: {from: stdout}
    report: {from: file, path: report.txt, required: false}
"""


def evidence(story, step):
    return [(each["name"], each.get("evidence", "")) for each in story.state.steps[step].evidence]


@pytest.mark.parametrize("words", [{"fields": {"p": "2"}}, {"fields": {"p": "7"}, "deviation": "just started"}])
def test_a_step_is_not_done_while_a_required_piece_is_missing(tell, words):
    story = tell(GAUGE).start()

    with pytest.raises(Refused, match=r"`photo` \(Photo of the gauge\) is missing at `gauge`") as refusal:
        story.answer("gauge", **words)
    assert refusal.value.help == "attach it: runbook attach story gauge FILE --as photo"

    story.attach("gauge", "gauge.jpg", piece="photo")
    story.answer("gauge", **words)

    assert story.statuses == {"gauge": "succeeded"}


@pytest.mark.parametrize("outcome", ["failed", "skipped"])
def test_what_is_not_done_needs_no_evidence(tell, outcome):
    story = tell(GAUGE).start()

    story.answer("gauge", outcome, reason="there is no gauge")

    assert story.statuses == {"gauge": outcome}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"type": "text/plain"}, "`photo` is text/plain, as its content says"),
        ({"type": ""}, "`photo` is"),
        ({"size": 1001}, "`photo` has more than 1 kB"),
        ({"piece": "foto"}, "`gauge` asks for no evidence `foto`"),
    ],
)
def test_a_file_that_is_not_what_was_asked_for_is_not_attached(tell, words, says):
    story = tell(GAUGE).start()

    with pytest.raises(Refused, match=says):
        story.attach("gauge", "gauge.jpg", **{"piece": "photo", **words})

    assert evidence(story, "gauge") == []


def test_the_only_piece_missing_is_meant_and_then_a_file_beside_them(tell):
    story = tell(GAUGE).start()

    story.attach("gauge", "../a\x1b.jpg")
    story.attach("gauge", "b.txt", type="text/plain")
    story.attach("gauge", "c.txt", piece="note", type="text/plain")

    assert evidence(story, "gauge") == [("a.jpg", "photo"), ("b.txt", ""), ("c.txt", "note")]


def test_which_of_several_missing_pieces_it_is_has_to_be_said(tell):
    story = tell("- {id: look, manual: Look, evidence: {left: {}, right: {}}}").start()

    with pytest.raises(Refused, match="lacks several pieces") as refusal:
        story.attach("look", "a.jpg")
    assert refusal.value.help == "say which one it is: --as left or --as right"

    story.attach("look", "a.jpg", piece="left")
    story.attach("look", "b.jpg")

    assert evidence(story, "look") == [("a.jpg", "left"), ("b.jpg", "right")]


def test_evidence_may_come_before_the_step_and_counts_once(tell):
    story = tell(f"- {{id: first, manual: M}}{GAUGE}- {{id: last, manual: M}}").start()
    story.attach("gauge", "gauge.jpg", piece="photo")
    story.answer("first")
    story.answer("gauge", fields={"p": "2"})

    story.go_back("gauge")
    with pytest.raises(Refused, match="is missing"):
        story.answer("gauge", fields={"p": "2"})
    story.attach("gauge", "again.jpg", piece="photo")
    story.answer("gauge", fields={"p": "2"})

    assert evidence(story, "gauge") == [("gauge.jpg", "photo"), ("again.jpg", "photo")]


def test_an_approval_and_a_decision_want_theirs_too_when_the_answer_is_no_refusal(tell):
    story = tell(
        """
roles: {operator: {}, boss: {}}
steps:
- {id: yes-or-no, approval: {role: boss, quorum: 2}, evidence: {minutes: {}}}
- {id: way, needs: [], decision: {options: [{id: left}, {id: right}]}, evidence: {map: {}}}
"""
    ).start()

    with pytest.raises(Refused, match="`minutes`"):
        story.approve("yes-or-no", "bo")
    with pytest.raises(Refused, match="`map`"):
        story.choose("way", "left")
    story.attach("way", "map.png")
    story.choose("way", "left")
    story.answer("yes-or-no", "reject", "bo", reason="No minutes")

    assert story.statuses == {"yes-or-no": "failed", "way": "succeeded"}


def test_a_step_done_for_items_wants_it_of_each(tell):
    story = tell("- {id: look, foreach: [a, b], manual: Look, evidence: {photo: {}}}").start()

    with pytest.raises(Refused, match=r"`photo` .* at `look\.1`"):
        story.answer("look.1")
    for turn in ("look.1", "look.2"):
        story.attach(turn, "a.jpg")
        story.answer(turn)

    assert story.status == "succeeded"


# -- taken from a program ---------------------------------------------------------------------------


def test_what_a_program_leaves_is_recorded_before_its_step_is_done(tell):
    story = tell(DUMP).start()
    story.claim()

    story.ends("dump", kept=["log", "report"])

    assert story.trace[-4:] == ["EvidenceAttached dump", "EvidenceAttached dump", "StepSucceeded dump", "RunSucceeded"]
    assert story.events[-4].event.data == {
        "name": "log.txt", "sha256": "0" * 64, "size": 1, "type": "text/plain", "evidence": "log", "from": "stdout",
    }  # fmt: skip


def test_a_required_piece_that_could_not_be_taken_fails_the_attempt_and_is_told_why(tell):
    story = tell(DUMP).start()
    story.claim()

    story.ends("dump", missed={"log": "stdout is empty"})
    assert story.state.steps["dump"].reason == "evidence `log` is missing: stdout is empty"
    assert story.claim() == ["dump"]
    story.ends("dump", missed={"log": "stdout is empty"})

    assert story.statuses == {"dump": "failed"}
    assert story.state.reason.endswith("evidence `log` is missing: stdout is empty (after 2 attempts)")


def test_an_engine_that_takes_nothing_does_not_get_a_step_done(tell):
    story = tell(DUMP.replace("2", "1")).start()
    story.claim()

    story.ends("dump")

    assert "nobody has taken it" in story.state.steps["dump"].reason


def test_what_was_taken_from_an_earlier_attempt_does_not_count_for_a_later_one(tell):
    story = tell(DUMP).start()
    story.claim()
    story.ends("dump", 1, kept=["log"])
    story.claim()

    story.ends("dump", 0, missed={"log": "stdout is empty"})

    assert story.statuses == {"dump": "failed"}
    assert evidence(story, "dump") == [("log.txt", "log")]


def test_evidence_of_a_program_that_failed_is_recorded_as_well(tell):
    story = tell(DUMP.replace("2", "1")).start()
    story.claim()

    story.ends("dump", 1, kept=["report"], missed={"log": "stdout is empty"})

    assert evidence(story, "dump") == [("report.txt", "report")]
    assert story.state.steps["dump"].reason == "exit code 1"


def test_nobody_declares_a_program_done_whose_evidence_is_missing(tell):
    story = tell(DUMP).start()
    story.claim()
    story.breaks_off("dump")

    with pytest.raises(Refused, match=r"`log` .* is missing at `dump`"):
        story.answer("dump", reason="I saw it")
    story.attach("dump", "screen.txt", type="text/plain")
    story.answer("dump", reason="I saw it")

    assert story.statuses == {"dump": "succeeded"}
    assert evidence(story, "dump") == [("screen.txt", "log")]


def test_a_file_of_a_form_is_evidence_like_all_others(tell):
    photo = {"name": "a.jpg", "sha256": "a" * 64, "size": 9, "type": "image/jpeg"}
    story = tell("- {id: look, ask: {fields: {photo: {type: file, types: [image]}}}}").start()

    with pytest.raises(Refused, match=r"`photo` can't be `a\.jpg`"):
        story.answer("look", fields={"photo": "a.jpg"})
    story.answer("look", fields={"photo": photo})

    assert story.state.steps["look"].answers == {"photo": photo}
    assert story.trace[-3:] == ["EvidenceAttached look", "StepSucceeded look", "RunSucceeded"]
    assert story.events[-3].event.data == {**photo, "field": "photo"}
