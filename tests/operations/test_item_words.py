"""Every event of a work item says in words what happened: one line, whoever caused it standing before it."""

from __future__ import annotations

import pytest

from runbook.operations.item import EVENTS
from runbook.operations.item_words import WORDS, sentence
from runbook.operations.wall import local
from runbook.run.events import Event, Recorded

AT = "2026-03-30T07:00:00.000Z"
NOON = "2026-03-31T10:00:00.000Z"

SAID = {
    "ItemOpened": [
        (
            {"kind": "project_task", "title": "Order the\nlabels", "priority": "P3", "class": "fixed_date",
             "parent": "PRJ-3", "requester": "olga", "board": "infra", "column": "inbox", "due": NOON},
            "opened the project task `Order the labels` (P3, class fixed_date, part of PRJ-3, asked for by olga, "
            "due 2026-03-31 12:00), in inbox of infra",
        ),
        ({"kind": "incident", "title": "x", "class": "standard", "requester": "bo"}, "opened the incident `x`"),
    ],
    "ItemClassified": [
        (
            {"severity": "critical", "priority": "P1", "retarget": "restart", "reason": "all of the office"},
            "changed the severity to critical and the priority to P1, and its clocks begin anew: all of the office",
        ),
        ({"scope": "out", "description": "long"}, "changed the description and the scope to outside"),
    ],
    "ItemAssigned": [
        ({"to": "bo"}, "took it"),
        ({"to": "cy", "from": "ana", "by_rule": "in turn"}, "gave it to cy in place of ana (in turn)"),
    ],
    "ItemHandedOver": [
        (
            {"to": "ana", "note": "with the supplier", "party": "Dell", "disposition": "not_ours"},
            "handed it over to ana (not ours, Dell): with the supplier",
        ),
    ],
    "ItemHelped": [
        ({"person": "bo"}, "helps with it"),
        ({"person": "cy", "leaves": True}, "said that cy does not help any more"),
    ],
    "ItemMoved": [
        (
            {"column": "doing", "state": "active", "from": "ready", "board": "infra"},
            "moved it from ready to doing on the board infra",
        ),
    ],
    "ItemRanked": [
        ({"rank": 1, "reason": "the board", "until": NOON}, "put it in place 1 until 2026-03-31 12:00: the board"),
        ({"rank": 0, "reason": "over"}, "let the rule decide again when it is its turn: over"),
    ],
    "DueCommitted": [({"due": NOON, "reason": "agreed"}, "promised it for 2026-03-31 12:00: agreed")],
    "ItemBlocked": [
        (
            {"reason": "supplier", "party": "Dell", "item": "CHG-6", "next_check": NOON, "note": "no part"},
            "blocked it (supplier, Dell, CHG-6), next look 2026-03-31 12:00: no part",
        ),
    ],
    "ItemUnblocked": [({}, "unblocked it"), ({"by_item": "CHG-6"}, "unblocked it, as CHG-6 is over")],
    "ItemFlagged": [
        ({"flag": "c1", "concern": "no way back", "severity": "major"}, "raised the concern c1 (major): no way back"),
    ],
    "FlagAnswered": [({"flag": "c1", "answer": "act", "note": "tried"}, "acts on the concern c1: tried")],
    "ItemWaiting": [
        (
            {"reason": "waiting_requester", "party": "olga", "resume_by": NOON},
            "let it wait for olga until 2026-03-31 12:00: waiting requester",
        ),
    ],
    "ItemResumed": [({}, "ended the wait"), ({"by_clock": True}, "ended the wait, as its time was over")],
    "FirstResponse": [({"how": "phone"}, "answered whoever asked for the first time (phone)")],
    "UpdateSent": [
        ({"text": "on site", "to": "olga"}, "told olga how it stands: on site"),
        ({"text": "soon"}, "told whoever asked how it stands: soon"),
    ],
    "NoteAdded": [({"text": "one\n\ntwo"}, "noted: one two")],
    "EvidenceAttached": [
        ({"name": "mail.log", "sha256": "ab" * 32, "size": 1500}, "attached mail.log (1.5 kB, SHA-256 abababababab)"),
    ],
    "ItemResolved": [
        (
            {"resolution": "restarted", "proof": "a mail came", "disposition": "known_error", "cause": "no memory"},
            "resolved it (known error, cause: no memory): restarted; proof: a mail came",
        ),
    ],
    "ItemReopened": [({"reason": "down again"}, "reopened it: down again")],
    "ItemClosed": [({}, "closed it")],
    "ItemCancelled": [({"reason": "not needed"}, "cancelled it: not needed")],
    "ItemLinked": [
        ({"run": "r-1", "relation": "handles"}, "said that the run r-1 deals with it"),
        ({"item": "INC-2", "relation": "duplicate"}, "said that it is a duplicate of INC-2"),
        ({"ticket": "OPS-3", "relation": "relates"}, "said that it has to do with the ticket OPS-3"),
    ],
    "MilestoneSet": [({"milestone": "Half", "due": NOON}, "set the milestone `Half` for 2026-03-31 12:00")],
    "BudgetSet": [({"days": 12.0}, "gave it a budget of 12 days")],
    "ThresholdFired": [
        (
            {"clock": "resolve", "cycle": 1, "percent": 50, "due_at": AT, "fired_at": AT},
            "found 50 % of the time for resolve used",
        ),
        (
            {"clock": "resolve", "cycle": 2, "percent": 80, "due_at": AT, "fired_at": NOON},
            "found 80 % of the time for resolve used in its cycle 2, since 2026-03-30 09:00",
        ),
    ],
    "ClockFloored": [
        (
            {"clock": "resolve", "due": NOON},
            "put resolve off to 2026-03-31 12:00, as the change left it too little time",
        ),
    ],
    "RungFired": [
        (
            {"ladder": "incident", "rung": "senior", "n": 2, "to": ["vera", "ivan"], "type": "hierarchical"},
            "escalated it to vera and ivan: rung senior of the ladder incident, for the 3rd time (hierarchical)",
        ),
    ],
    "EscalationHadNoTarget": [({"rung": "lead"}, "found nobody to escalate it to: rung lead")],
    "EscalationAcknowledged": [({"rung": "lead"}, "took notice of the escalation: rung lead")],
    "EscalationSnoozed": [
        ({"until": NOON, "reason": "part comes"}, "held its escalations back until 2026-03-31 12:00: part comes"),
    ],
    "WipExceeded": [
        (
            {"scope": "person bo", "limit": 2, "count": 3, "reason": "covering"},
            "went over a limit: person bo has 3 of 2: covering",
        ),
    ],
    "PolicyRestated": [
        ({"policies": "f" * 64, "rev": "3fa9c1e77", "reason": "new contract"},
         "had it judged by the policies 3fa9c1e from now on: new contract"),
    ],
    "TimeCorrected": [({"seconds": 10800, "reason": "train"}, "said that 3 h were worked on it: train")],
    "NoticeSent": [
        (
            {"to": "bo", "ladder": "incident", "rung": "lead", "n": 0, "channel": "pager"},
            "told bo of the escalation over pager: rung lead of the ladder incident",
        ),
    ],
    "NoticeFailed": [
        (
            {"to": "bo", "rung": "lead", "channel": "pager", "reason": "refused", "again": True},
            "could not tell bo of the escalation over pager, and tries again (rung lead): refused",
        ),
    ],
    "TicketIntended": [({"integration": "jira", "because": "escalation"}, "wants a ticket in jira: escalation")],
    "TicketAttempted": [({"integration": "jira", "key": "rb-1"}, "asked for the ticket in jira")],
    "TicketLinked": [
        (
            {"integration": "jira", "ref": "OPS-3", "url": "https://jira.example/OPS-3"},
            "has the ticket OPS-3 in jira (https://jira.example/OPS-3)",
        ),
    ],
    "TicketUnknown": [
        (
            {"integration": "jira", "misses": 2},
            "does not know after 2 looks whether the ticket in jira was made",
        ),
    ],
    "TicketPostponed": [
        (
            {"integration": "jira", "until": NOON, "reason": "too many"},
            "put the ticket in jira off until 2026-03-31 12:00: too many",
        ),
    ],
    "TicketRefused": [
        (
            {"integration": "jira", "ref": "OPS-3", "status": 400, "reason": "no such field"},
            "could not have the ticket OPS-3 in jira as it should be (status 400): no such field",
        ),
    ],
    "TicketRetried": [({"integration": "jira"}, "had the ticket in jira tried again")],
    "TicketTold": [
        ({"integration": "jira", "ref": "OPS-3", "said_by": "eva"}, "heard of the ticket OPS-3 in jira from eva"),
    ],
    "TicketSynced": [
        (
            {"integration": "jira", "ref": "OPS-3", "patch": {"title": "x", "status": "Done"}, "comments": ["a"]},
            "brought the ticket OPS-3 in jira into step (status, title and 1 comment)",
        ),
        (
            {"integration": "jira", "ref": "OPS-3", "seen": True, "patch": {"title": "x"}},
            "looked at the ticket OPS-3 in jira, which agrees in title",
        ),
        ({"integration": "jira", "seen": True, "checked": True}, "looked for others like the ticket in jira"),
    ],
    "TicketChanged": [
        (
            {"integration": "jira", "ref": "OPS-3", "said_by": "eva", "patch": {"status": "Done", "title": "y"},
             "taken": ["title"], "refused": {"status": "nothing proves it"}},
            "found the ticket OPS-3 in jira changed by eva: status to Done and title to y, of which title became so "
            "here; not taken over: status: nothing proves it",
        ),
    ],
    "TicketDuplicate": [
        (
            {"integration": "jira", "ref": "OPS-4", "of": "OPS-3", "closed": True},
            "found that the ticket OPS-4 in jira is a duplicate of OPS-3, and closed it",
        ),
    ],
}  # fmt: skip


def _said(type: str, data: dict[str, object]) -> str:
    recorded = Recorded(1, AT, "bo", Event(type, data=data), "")
    return sentence(recorded, lambda second: local(second, "Europe/Berlin"))


def test_every_type_of_event_has_words_and_an_example_of_them():
    assert {*WORDS} == EVENTS
    assert {*SAID} == EVENTS


@pytest.mark.parametrize("type", sorted(EVENTS))
def test_an_event_says_what_happened(type):
    for data, words in SAID[type]:
        assert _said(type, data) == words


def test_what_somebody_wrote_is_one_line_and_not_endless():
    said = _said("NoteAdded", {"text": "many lines\n" * 1000})

    assert "\n" not in said
    assert len(said) < 1100
