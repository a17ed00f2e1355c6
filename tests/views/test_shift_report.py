"""The shift report tells whoever goes on what there is to know, from the last hand-over that was taken up."""

from __future__ import annotations

from typing import Any

from runbook.kinds import builtin
from runbook.testing import Story, plan_from
from runbook.views.shift_report import as_json, as_markdown

TEXT = """
runbook: 1
title: Change the pump
roles: {operator: {}, boss: {}}
hazards: [{text: Hot water, step: drain}]
steps:
  - {id: look, title: Look, manual: Look}
  - {id: drain, title: Drain, warning: Mind the valve, due: 30m, manual: Drain}
  - {id: rest, title: Rest, needs: [], wait: 2h}
  - {id: try, title: Try, needs: [], shell: exit 1}
  - {id: sign, title: Sign, needs: [drain], approval: {role: boss, quorum: 2}}
  - {id: close, title: Close, role: boss, manual: Close}
"""


def begun() -> Story:
    story = Story(plan_from({"g/p": TEXT}, builtin())).start()
    story.claim()
    return story


def told(story: Story) -> dict[str, Any]:
    return as_json(story.state, story.events, story.now)


def test_the_report_of_a_run_that_nobody_handed_over_tells_of_all_of_it() -> None:
    story = begun()
    story.wait("5m")
    story.answer("look", by="ana")
    story.ends("try", 1, attended=True)
    story.wait("1h")
    story.note("The seal @bo brought is old", "drain")

    report = told(story)

    assert report["since"] is None
    assert report["first"] == [
        "drain is overdue",
        "HAZARD at drain: Hot water",
        "WARNING at drain: Mind the valve",
        "try has failed, and somebody has to decide: exit code 1",
    ]
    assert [(each["step"], each["for"], each["waited"]) for each in report["waiting"]] == [
        ("rest", "its time", 3900), ("drain", "operator", 3600), ("try", "operator", 3600),
    ]  # fmt: skip
    assert report["due"] == [{"at": "2026-11-22T10:00:00.000Z", "step": "rest", "what": "goes on"}]
    assert [each["step"] for each in report["next"]] == ["sign", "close"]
    assert [(each["step"], each["by"]) for each in report["done"]] == [("look", "ana")]
    assert [each["text"] for each in report["notes"]] == ["The seal @bo brought is old"]
    assert report["doubts"] == ["try failed at 2026-11-22 08:05: exit code 1"]


def test_what_was_before_the_last_hand_over_that_was_taken_up_is_not_told_again() -> None:
    story = begun()
    story.note("Early")
    story.answer("look")
    story.hand_over("bo", "All is well")
    story.wait("1m")
    assert [each["step"] for each in told(story)["done"]] == ["look"]
    assert told(story)["first"][0] == "Handed over by ada to bo: All is well"

    story.resume()
    story.note("Late")
    story.answer("drain", by="bo")
    story.hand_over("cy", "Almost done")

    report = told(story)
    assert report["since"] == {"at": "2026-11-22T08:00:00.000Z", "by": "ada", "to": "bo", "text": "All is well"}
    assert [each["step"] for each in report["done"]] == ["drain"]
    assert [each["text"] for each in report["notes"]] == ["Late"]
    assert report["first"][0] == "Handed over by ada to cy: Almost done"


def test_the_report_for_people_has_its_parts_in_the_order_of_need() -> None:
    story = begun()
    story.answer("look", "skipped", reason="no light")
    story.attach("drain", "valve.jpg")
    story.pause("Shift ends")

    text = as_markdown(story.state, story.events, story.now)

    parts = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert parts == ["Know this first", "What waits", "What comes", "Done", "Deviations", "Notes"]
    assert "Paused by ada at 2026-11-22 08:00: Shift ends; no program starts" in text
    assert "- look was skipped by ada: no light\n" in text
    assert "attached `valve.jpg`" in text
    assert "Then `sign` Sign, for boss" in text


def test_who_has_approved_so_far_and_what_ended_is_said() -> None:
    story = begun()
    story.answer("look")
    story.answer("drain")
    story.approve("sign", by="bo")
    assert next(each for each in told(story)["waiting"] if each["step"] == "sign")["for"] == "boss; so far: bo"

    story.cancel("Wrong pump")
    story.ends("try", None, signal=15)

    report = told(story)
    assert report["first"] == ["The run has ended: cancelled, Wrong pump"]
    assert report["waiting"] == report["next"] == []


def test_what_people_wrote_can_not_pass_for_the_report() -> None:
    story = begun()
    story.note("x\n## Know this first\n- \x1b[2Jall is well")
    story.hand_over("bo", "one\n\n## What waits\n\nnothing")

    text = as_markdown(story.state, story.events, story.now)

    assert "\x1b" not in text
    assert [line for line in text.splitlines() if line.startswith("## ")].count("## What waits") == 1
    assert [line for line in text.splitlines() if line.startswith("## ")].count("## Know this first") == 1
