"""The work items of a journal: limits that hold for many at once, what time makes happen, each of it once."""

from __future__ import annotations

import threading

import pytest

from runbook.engine.identity import Actor
from runbook.engine.timekeeper import Timekeeper
from runbook.engine.worklist import Worklist
from runbook.errors import Conflict, Misuse, Refused
from runbook.instants import later
from runbook.journal import stream_tables
from runbook.journal.sqlite import Journal
from runbook.operations import commands as c
from runbook.operations.department import Operations
from runbook.organisation import organisation_of

START = "2026-03-30T09:00:00.000Z"
POLICY = {
    "version": 1,
    "severities": {"critical": {"priority": "P1", "examples": ["mail is down"]}},
    "agreements": [{
        "id": "default", "match": {"kind": ["incident"]},
        "clocks": {"resolve": {"start": "opened", "stop": "resolved", "pause_on": ["waiting_requester"]}},
        "targets": {"critical": {"resolve": {"in": "10h", "calendar": "always"}}},
        "warn_at": ["50%", "80%"],
    }],
}  # fmt: skip
LADDER = {"ladders": {"incident": {
    "match": {"kind": ["incident"]},
    "rungs": [
        {"id": "nudge", "at": "50% resolve", "notify": ["assignee"]},
        {"id": "senior", "at": "100% resolve", "notify": ["role:boss"], "type": "hierarchical"},
    ],
}}}  # fmt: skip
PEOPLE = organisation_of({"people": {"ana": {}, "ivan": {"roles": ["boss"]}}})
DATA = {"operations/policies/sla.yaml": POLICY, "operations/policies/escalation.yaml": LADDER}


class Hand:
    """A clock that is set by hand."""

    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now

    def pass_(self, hours):
        self.now = later(self.now, hours * 3600)


@pytest.fixture
def clock():
    return Hand()


@pytest.fixture
def work(clock):
    return Worklist(stream_tables.in_memory(clock), Actor("ana"), Operations(DATA, PEOPLE), "abc")


@pytest.fixture
def keeper(work, clock):
    return Timekeeper(work.streams, lambda: work, lambda item, recorded: TOLD.append(recorded.event.type), clock=clock)


TOLD: list[str] = []
CRITICAL = c.Open("incident", "Mail is down", severity="critical", to="ana")


def types(work, id):
    return [each.event.type for each in work.streams.events(id)]


def test_thresholds_and_rungs_come_when_their_time_has_come_and_each_once(work, keeper, clock):
    work.open(CRITICAL)
    assert work.streams.next_wake() == "2026-03-30T14:00:00.000Z"
    assert keeper.round() == 0
    clock.pass_(5)
    TOLD.clear()

    assert keeper.round() == 1

    assert sorted(TOLD) == ["RungFired", "ThresholdFired"]
    assert keeper.round() == 0
    assert keeper.next_due() == "2026-03-30T17:00:00.000Z"
    clock.pass_(10)
    keeper.round()
    found = types(work, "INC-1")
    assert found.count("ThresholdFired") == 3
    assert found.count("RungFired") == 2
    assert work.streams.next_wake() == ""


def test_what_was_missed_while_nobody_was_awake_says_when_it_was_due(work, keeper, clock):
    work.open(CRITICAL)
    clock.pass_(100)

    keeper.round()

    fired = [each.event.data for each in work.streams.events("INC-1") if each.event.type == "ThresholdFired"]
    assert [each["percent"] for each in fired] == [50, 80, 100]
    assert {each["fired_at"] for each in fired} == {clock.now}
    assert fired[0]["due_at"] == "2026-03-30T14:00:00.000Z"


def test_a_pause_ends_by_itself_and_holds_the_clock_until_then(work, keeper, clock):
    work.open(CRITICAL)
    work.ask("INC-1", c.Await("waiting_requester", "olga", 1774861200 + 2 * 3600))
    assert work.streams.next_wake() == "2026-03-30T11:00:00.000Z"
    clock.pass_(2)

    keeper.round()

    assert types(work, "INC-1")[-1] == "ItemResumed"
    assert work.streams.next_wake() == "2026-03-30T16:00:00.000Z"


def test_an_item_is_judged_by_what_held_when_it_was_opened(work, clock):
    work.open(CRITICAL)
    looser = {**POLICY, "agreements": [{**POLICY["agreements"][0], "targets": {"critical": {"resolve": "90h"}}}]}
    later_on = Worklist(
        work.streams, Actor("ana"), Operations({**DATA, "operations/policies/sla.yaml": looser}, PEOPLE)
    )
    item = later_on.item("INC-1")

    assert later_on.judges.governing(item, item.opened_at).due == item.opened_at + 10 * 3600
    assert item.rev == "abc"
    new = later_on.open(CRITICAL)
    assert later_on.judges.governing(new, new.opened_at).due == new.opened_at + 90 * 3600


def test_what_ends_lets_others_go_on_in_the_same_transaction(work):
    work.open(CRITICAL)
    work.open(c.Open("change", "Patch"))
    work.ask("INC-1", c.Hinder("dependency", item="CHG-1"))

    work.ask("CHG-1", c.Resolve("patched", "uname"))

    assert work.item("INC-1").blocked is None
    assert work.streams.row("CHG-1").open is False


def test_several_requests_are_granted_together_or_not_at_all(work):
    work.open(CRITICAL)

    with pytest.raises(Refused, match="nothing proves"):
        work.ask("INC-1", c.AddNote("tried"), c.Move("doing"), c.Resolve("x"))

    assert types(work, "INC-1") == ["ItemOpened", "ItemAssigned"]
    with pytest.raises(Misuse, match="there is no item INC-9"):
        work.ask("INC-9", c.AddNote("x"))


def test_a_duty_is_opened_once_for_its_instant(work):
    work.open(c.Open("duty", "Restore test"), keys=["duty backup/restore-test@2026-03-30T07:00:00.000Z"])
    with pytest.raises(Conflict, match="has happened already"):
        work.open(c.Open("duty", "Restore test"), keys=["duty backup/restore-test@2026-03-30T07:00:00.000Z"])

    assert [item.id for item in work.open_items()] == ["DTY-1"]


def test_a_hard_limit_holds_however_many_move_at_once(tmp_path):
    board = {
        "columns": [
            {"id": "inbox", "state": "new"},
            {"id": "doing", "state": "active", "wip": 3, "wip_mode": "hard"},
            {"id": "done", "state": "finished"},
        ],
    }
    known = Operations({"operations/boards/infra.yaml": board}, PEOPLE)
    path = tmp_path / "home" / "journal.db"
    first = Worklist(Journal(path).streams, Actor("ana"), known)
    ids = [first.open(c.Open("incident", str(number), to="ana")).id for number in range(10)]
    refused = []

    def move(id):
        journal = Journal(path)
        try:
            Worklist(journal.streams, Actor("ana"), known).ask(id, c.Move("doing"))
        except Refused as error:
            refused.append(str(error))
        finally:
            journal.close()

    threads = [threading.Thread(target=move, args=(id,)) for id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(item.column == "doing" for item in first.open_items()) == 3
    assert refused == ["column doing would have 4 of 3"] * 7
