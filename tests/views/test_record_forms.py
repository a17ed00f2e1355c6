"""The four forms of a record: each as it is, each safe where it is opened, and none of them silent about anything."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from runbook.kinds import builtin
from runbook.run.events import Event, Recorded
from runbook.testing import Story, plan_from
from runbook.views import machine
from runbook.views.record import as_csv, as_json, as_markdown, as_page
from tests.views.told_records import folded, number_of, told, with_data, with_more

Golden = Callable[[str, Callable[[str], str]], None]
FORMS = {
    "markdown": as_markdown,
    "html": as_page,
    "csv": as_csv,
    "json": lambda state, events: machine.pretty(as_json(state, events)) + "\n",
}
_VOID = {"meta", "br", "link", "img", "input", "hr"}


class Tags(HTMLParser):
    """The tags of a page, checked for being closed in their order, and all its attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)


def parsed(page: str) -> Tags:
    """A page that was read; everything in it is closed."""
    tags = Tags()
    tags.feed(page)
    tags.close()
    assert tags.open == []
    return tags


def words(page: str) -> str:
    """The text of a page on one line."""
    return " ".join(" ".join(parsed(page).text).split())


def said(form: str, events: list[Recorded]) -> str:
    """What a form of the record says, without what its syntax adds."""
    text = FORMS[form](folded(events), events)
    if form == "html":
        return words(text)
    if form == "json":
        record = json.loads(text)
        return json.dumps({name: value for name, value in record.items() if name != "events"}, ensure_ascii=False)
    return text.replace("\\", "").replace("&lt;", "<")


def test_each_form_of_a_record_is_as_it_was(golden: Golden) -> None:
    state, events = told()

    golden("record.md", lambda given: FORMS[given.strip()](state, events))


THINGS = (
    "label was skipped by dee: The printer is broken", "lamp.jpg", "0" * 64, "cy", "eve", "fay", "Look at the lamp",
    "Label it", "each.2", "11.9",
)  # fmt: skip
NOT_IN_A_TABLE = ("Swap the <disk>", "Bay 7 is the lower one", "Is the array whole?", "mdadm --stop", "busy", "stopped")
"""What has no column in the table for spreadsheets."""


@pytest.mark.parametrize(
    ("form", "thing"),
    [(form, thing) for form in FORMS for thing in (*THINGS, *NOT_IN_A_TABLE) if form != "csv" or thing in THINGS],
)
def test_no_form_is_silent_about_what_happened(form: str, thing: str) -> None:
    assert thing in said(form, told()[1])


def test_what_did_not_go_by_the_book_comes_first() -> None:
    state, events = told()

    heads = re.findall(r"^## (\w+)", as_markdown(state, events), re.M)
    sections = re.findall(r"<h2[^>]*>(\w+)", as_page(state, events))

    assert heads == sections == ["Deviations", "Approvals", "Evidence", "Notes", "Inputs", "Steps"]


HOSTILE = """</style><script>alert(1)</script><img src=x onerror=alert(1)> "' {{ 7 * 7 }} \x1b[2J\u202e"""


def test_what_comes_from_a_run_is_text_in_the_page() -> None:
    _, events = told()
    for type, step in (("NoteAdded", None), ("EvidenceAttached", "look")):
        events = with_data(events, number_of(events, type, step), text=HOSTILE, name=HOSTILE)
    last = number_of(events, "StepSucceeded", "stop")
    events = with_data(events, last, result={"exit_code": 0, "stdout": HOSTILE}, outputs={HOSTILE: HOSTILE})
    state = folded(events)
    state.run = HOSTILE

    page = as_page(state, events)

    tags = parsed(page)
    assert not {"script", "img", "iframe", "link", "object", "form", "base", "svg"} & tags.seen
    assert not [name for name, _ in tags.attributes if name.startswith("on") or name in ("src", "href", "action")]
    assert page.count("</style>") == 1
    assert "{{ 7 * 7 }}" in words(page)
    assert not {"\x1b", "\u202e"} & set(page)


def test_a_text_is_laid_out_in_the_page_and_leads_nowhere() -> None:
    _, events = told()
    text = "1. **Stop** it\n2. See [the plan](https://example.org/x)\n\n[ref]: https://example.org/y 'z'\n\n<https://a.example>"
    asked = number_of(events, "StepWaiting", "look")
    events = with_data(events, asked, prompt={"text": text})

    tags = parsed(page := as_page(folded(events), events))

    assert "<strong>Stop</strong>" in page
    assert "a" not in tags.seen
    for shown in ("[the plan](https://example.org/x)", "[ref]: https://example.org/y", "https://a.example"):
        assert shown in words(page)


def test_a_page_loads_nothing_and_forbids_to_load_anything() -> None:
    page = as_page(*told())

    tags = parsed(page)
    style = re.search(r"<style>(.*?)</style>", page, re.S)
    assert style is not None
    assert "default-src 'none'" in dict(tags.attributes)["content"] or "default-src 'none'" in page
    assert not re.search(r"url\(|@import|https?:|//", style[1])
    assert not {name for name, _ in tags.attributes} & {"src", "href", "srcset", "poster", "data", "background"}
    assert "counter(page)" in style[1]
    assert "counter(pages)" in style[1]


@pytest.mark.parametrize("begin", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1", " =1", "|calc", "%1"])
def test_no_cell_of_the_table_is_a_formula(begin: str) -> None:
    _, events = told()
    events = with_data(events, number_of(events, "StepSkipped"), reason=begin, reply={"by": begin})

    rows = list(csv.reader(io.StringIO(as_csv(folded(events), events))))

    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell[:1] and cell[0] in "=+-@|%\t\r\uff1d"] == []
    assert any(cell.startswith("'") for cell in cells)


def test_the_table_has_a_row_for_each_attempt_and_each_turn() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(*told()))))

    assert [(row["path"], row["attempt"], row["status"]) for row in rows] == [
        ("look", "1", "succeeded"), ("stop", "1", "failed"), ("stop", "2", "succeeded"), ("label", "1", "skipped"),
        ("may", "1", "succeeded"), ("each", "1", "succeeded"), ("each.1", "1", "succeeded"),
        ("each.2", "1", "succeeded"),
    ]  # fmt: skip
    by_path = {row["path"]: row for row in rows}
    assert by_path["look"]["seconds"] == "60.000"
    assert "lamp.jpg" in by_path["look"]["evidence"]
    assert by_path["label"]["deviations"] == "label was skipped by dee: The printer is broken"
    assert by_path["may"]["answers"] == "eve: approved; fay: approved"


WORK = {"state": "allocated", "by": "ana", "since": "2026-11-22T08:01:10.000Z"}
MORE = [
    (Event("WorkClaimed", "label", data={"work": WORK}), "2026-11-22T08:01:10.000Z ana claimed it"),
    (
        Event("WorkDelegated", "label", data={"work": WORK, "to": "bo", "reason": "On leave"}),
        "ana delegated it to bo: On leave",
    ),
    (
        Event("WorkAssigned", "label", data={"work": WORK, "to": "bo", "rule": "fewest"}),
        "ana assigned it to bo (by the rule `fewest`)",
    ),
    (Event("WorkSuspended", "label", data={"work": {**WORK, "reason": "Lunch"}}), "ana laid it down: Lunch"),
    (
        Event("HelperJoined", "label", data={"work": {**WORK, "helpers": ["ana"]}, "by": "ana"}),
        "ana joined as a helper",
    ),
    (
        Event(
            "StepPerformed", "label",
            data={"reply": {"outcome": "done", "by": "ana", "seen": "ab" * 32}, "outputs": {}, "answers": {},
                  "awaits": {"verifier": "boss"}},
        ),
        "ab" * 32,
    ),
    (
        Event("ApprovalLapsed", "may", data={"state": "stale", "reason": "The inputs changed"}),
        "The approval of may is stale since 2026-11-22T08:01:10.000Z: The inputs changed",
    ),
    (
        Event(
            "EvidenceAttached", "label",
            data={"name": "l.pdf", "size": 3, "sha256": "cd" * 32, "type": "application/pdf", "evidence": "label"},
        ),
        "application/pdf",
    ),
    (Event("RoleAssigned", data={"role": "keeper", "people": ["gil"], "reason": ""}), "gil"),
]  # fmt: skip


@pytest.mark.parametrize("form", ["markdown", "html", "json"])
@pytest.mark.parametrize(("event", "says"), MORE, ids=lambda value: value.type if isinstance(value, Event) else "")
def test_later_events_show_where_they_are(form: str, event: Event, says: str) -> None:
    _, events = told()
    events = with_more(events, event, at=number_of(events, "StepSkipped"))

    assert says in said(form, events)


@pytest.mark.parametrize("form", ["markdown", "html", "json"])
def test_a_second_person_and_what_they_said_stand_in_the_record(form: str) -> None:
    story = Story(plan_from({"g/p": TWO_PEOPLE}, builtin())).start()
    story.answer("pull", by="bo")
    story.answer("pull", "send-back", by="cy", reason="Wrong cable")
    story.answer("pull", by="bo", reason="The blue one now")
    story.answer("pull", "confirm", by="cy")

    text = FORMS[form](story.state, story.events)

    found = words(text) if form == "html" else text
    if form == "json":
        (step,) = json.loads(text)["steps"]
        said = [(each["by"], each["outcome"]) for each in step["answered"]]
        assert said == [("bo", "done"), ("cy", "send-back"), ("bo", "done"), ("cy", "confirm")]
        assert step["by"] == "bo"
        assert json.loads(text)["deviations"][0]["kind"] == "not-confirmed"
        assert json.loads(text)["approvals"] == []
        return
    assert "pull was not confirmed by cy: Wrong cable" in found
    assert "cy: not confirmed: Wrong cable" in found
    assert "cy: confirmed" in found
    assert found.count("bo: done") == 2


TWO_PEOPLE = """
runbook: 1
title: Cable
roles: {operator: {}, checker: {}}
steps: [{id: pull, title: Pull the cable, manual: Pull it., verifier: checker}]
"""


@pytest.mark.parametrize("form", FORMS)
def test_a_yes_in_an_emergency_is_a_deviation(form: str) -> None:
    _, events = told()
    at = [each.seq for each in events if each.event.step == "may"][-1]
    events = with_data(events, at, reply={"emergency": True, "reason": "It burns"})

    assert "may was approved in an emergency by fay: It burns" in said(form, events)


@pytest.mark.parametrize("form", ["markdown", "html", "json"])
def test_the_organisation_is_named_by_its_hash(form: str) -> None:
    state, events = told()
    events = with_data(events, 1, organisation="ef" * 32)

    text = FORMS[form](state, events)

    assert "ef" * 32 in text


REPLIES = [
    ({"deviation": {"kind": "out-of-limits", "reason": "It was cold",
                    "fields": {"volts": {"value": 9, "limits": {"min": 10, "unit": "V"}}}}},
     "look: cy took volts = 9, outside of at least 10 V: It was cold"),
    ({"deviation": {"kind": "changed-command", "reason": "Old host", "shown": "ls", "command": "dir"}},
     "At look cy ran another command than the one shown: Old host. Shown: ls; run: dir"),
    ({"deviation": {"kind": "early", "reason": "In a hurry"}}, "look was recorded early by cy: In a hurry"),
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("reply", "says"), REPLIES, ids=["limits", "command", "another"])
def test_a_stated_deviation_is_one_in_every_form(form: str, reply: dict[str, object], says: str) -> None:
    _, events = told()
    events = with_data(events, number_of(events, "StepSucceeded", "look"), reply=reply)

    assert says in said(form, events)


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_a_substitute_what_was_seen_and_a_signature_are_told(form: str) -> None:
    _, events = told()
    key = {"fingerprint": "SHA256:abc", "by": "eve", "text": "{}", "armored": "-----BEGIN SSH SIGNATURE-----"}
    reply = {"for": "hal", "seen": "12" * 32, "signature": key}
    events = with_data(events, number_of(events, "ReplyRecorded"), reply=reply)

    found = said(form, events)

    assert "eve for hal" in found
    assert "12" * 32 in found
    assert "approved (signed with the key SHA256:abc)" in found


def test_an_approval_that_lapsed_counts_no_more_and_opens_another_round() -> None:
    _, events = told()
    lapsed = Event("ApprovalLapsed", "may", data={"state": "expired"})
    events = with_more(events, lapsed, at=number_of(events, "ReplyRecorded") + 1)

    first, second = as_json(folded(events), events)["approvals"]

    assert (first["by"], first["round"], first["lapsed"][:7]) == ("eve", 1, "expired")
    assert (second["by"], second["round"], second["lapsed"]) == ("fay", 2, "")
    assert (first["role"], first["shown"]) == ("boss", "Is the array whole?")


@pytest.mark.parametrize("form", ["markdown", "html", "json"])
def test_a_run_from_paper_or_by_instructions_says_so(form: str) -> None:
    _, events = told()
    paper = with_data(events, 1, transcribed={"name": "swap.yaml", "sha256": "9" * 64})
    by_hand = with_data(events, 1, instructions=True)

    assert "swap.yaml" in said(form, paper)
    assert "9" * 64 in said(form, paper)
    assert ("nothing of this run is executed" if form != "json" else '"instructions": true') in said(form, by_hand)


def test_events_written_down_later_have_the_time_of_the_paper() -> None:
    _, events = told()
    events = with_data(events, number_of(events, "NoteAdded"), written_at="2026-11-01T08:00:00.000Z")

    assert "2026-11-01T08:00:00.000Z ada: Bay 7" in said("markdown", events)


@pytest.mark.parametrize("form", ["markdown", "html", "csv"])
def test_readings_and_files_are_told_as_people_say_them(form: str) -> None:
    _, events = told()
    filled = {"volts": {"value": 11.9, "unit": "V"}, "photo": {"name": "lamp.png", "sha256": "0" * 64, "size": 1}}
    at = number_of(events, "StepSucceeded", "look")
    events = with_data(events, at, outputs=filled, reply={"fields": filled})

    found = said(form, events)

    assert "11.9 V" in found
    assert "lamp.png" in found


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_evidence_of_a_program_says_what_it_was_taken_from(form: str) -> None:
    _, events = told()
    data = {
        "name": "out.txt",
        "size": 9,
        "sha256": "cd" * 32,
        "type": "text/plain",
        "evidence": "log",
        "from": "stdout",
    }
    events = with_more(events, Event("EvidenceAttached", "stop", data=data), at=number_of(events, "StepSkipped"))

    assert "taken from its stdout: " in said(form, events)


def test_what_was_noted_after_the_end_does_not_make_a_run_impossible() -> None:
    from runbook.journal.laws import Chain, possible, status_after

    _, events = told()
    after = [
        *events,
        Recorded(len(events) + 1, "2026-11-23T08:00:00.000Z", "ana", Event("NoteAdded", data={"text": "x"})),
    ]
    more = [*after, Recorded(len(after) + 1, "2026-11-23T09:00:00.000Z", "ana", Event("StepStarted", "look"))]

    assert list(possible(Chain("r", "event", after))) == []
    assert status_after(after) == ("succeeded", events[-1].at)
    assert [finding.seq for finding in possible(Chain("r", "event", more))] == [len(more)]
