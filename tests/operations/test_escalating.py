"""Ladders: which rung comes when, for whom, once; and what wakes an item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from runbook.operations.calendars import calendar_of
from runbook.operations.escalating import DueRung, snooze_refusal
from runbook.operations.ladder import After, Around, Share, ladders_of, when_of
from runbook.operations.reaching import Directory
from runbook.operations.seconds import instant_of, seconds
from runbook.operations.waking import Judging, judging_of
from runbook.organisation import organisation_of
from runbook.run.events import Recorded
from tests.operations.told import opened, told, waiting
from tests.operations.vectors import berlin

PEOPLE = organisation_of(
    {
        "people": {
            "ana": {"teams": ["infra"], "manager": "ivan"},
            "bo": {"teams": ["infra"]},
            "cy": {
                "leave": [{"from": "2026-03-28", "to": "2026-04-02"}],
                "substitutes": [{"person": "bo", "from": "2026-03-28", "to": "2026-04-02"}],
            },
            "ivan": {"roles": ["it-manager"]},
            "eva": {"roles": ["senior-management"]},
        },
        "teams": {"infra": {"lead": "bo"}},
    }
)
LADDER: dict[str, Any] = {
    "ladders": {
        "incident": {
            "match": {"kind": "incident"},
            "rungs": [
                {"id": "oncall", "after": "15m unaccepted", "notify": ["oncall:infra"], "urgent": True},
                {"id": "nudge", "at": "50% resolve", "notify": ["assignee"]},
                {"id": "lead", "at": "80% resolve", "notify": ["role:team_lead"], "actions": ["open_ticket"]},
                {
                    "id": "manager",
                    "at": "100% resolve",
                    "notify": ["role:it_manager", "requester"],
                    "type": "hierarchical",
                },
                {
                    "id": "senior",
                    "at": "150% resolve",
                    "notify": ["role:senior_management"],
                    "repeat": {"every": "8h", "calendar": "office", "max": 2},
                },
            ],
            "snooze": {"max": "4h", "roles": ["team_lead"], "reason": "required"},
        }
    }
}
BERLIN: dict[str, Any] = {"timezone": "Europe/Berlin", "hours": {"mon-fri": ["09:00-17:00"]}}


def on_call(schedule: str, place: int, now: int) -> str:
    return {"infra": ("bo", "cy")}.get(schedule, ("", ""))[place]


def judging(ladder: dict[str, Any] = LADDER, directory: Directory | None = None) -> Judging:
    data = {"operations/policies/escalation.yaml": ladder, "operations/calendars/office.yaml": BERLIN}
    return judging_of(data, directory or Directory(PEOPLE, on_call), "r1")


def rungs(events: Sequence[Recorded], now: str, given: Judging | None = None) -> list[DueRung]:
    return list((given or judging()).woken("INC-1", events, berlin(now)).rungs)


def ids(events: Sequence[Recorded], now: str, given: Judging | None = None) -> list[str]:
    return [due.rung.id for due in rungs(events, now, given)]


OPENED = opened("Mon 30 Mar 09:00", "critical", requester="olga", team="infra")
ASSIGNED = ("Mon 30 Mar 09:05", "ItemAssigned", {"to": "ana"})


def test_rung_after_an_event_comes_only_while_it_holds() -> None:
    assert ids(told(OPENED), "Mon 30 Mar 09:14:59") == []
    assert ids(told(OPENED), "Mon 30 Mar 09:15") == ["oncall"]
    assert ids(told(OPENED, ASSIGNED), "Mon 30 Mar 09:15") == []


@pytest.mark.parametrize(
    ("now", "rung", "to"),
    [
        ("Mon 30 Mar 21:00", "nudge", ("ana",)),
        ("Tue 31 Mar 04:12", "lead", ("bo",)),
        ("Tue 31 Mar 09:00", "manager", ("ivan", "olga")),
        ("Tue 31 Mar 21:00", "senior", ("eva",)),
    ],
)
def test_rung_of_a_clock_comes_to_the_second_and_tells_the_highest_only(
    now: str, rung: str, to: tuple[str, ...]
) -> None:
    found = rungs(told(OPENED, ASSIGNED), now)
    before = judging().woken("INC-1", told(OPENED, ASSIGNED), berlin(now) - 1)

    assert [due.rung.id for due in found if due.tells] == [rung]
    assert found[-1].to == to
    assert found[-1].due_at == berlin(now)
    assert rung not in [due.rung.id for due in before.rungs]


def fired(when: str, rung: str, n: int = 0) -> tuple[str, str, dict[str, Any]]:
    return (when, "RungFired", {"ladder": "incident", "rung": rung, "n": n})


def test_rung_comes_once() -> None:
    events = told(OPENED, ASSIGNED, fired("Mon 30 Mar 21:00", "nudge"))

    assert ids(events, "Mon 30 Mar 21:00") == []
    assert ids(events, "Tue 31 Mar 04:12") == ["lead"]


def test_rung_comes_again_after_the_item_was_reopened() -> None:
    events = told(
        OPENED,
        ASSIGNED,
        fired("Mon 30 Mar 21:00", "nudge"),
        ("Mon 30 Mar 21:30", "ItemResolved", {"resolution": "done"}),
        ("Mon 30 Mar 22:00", "ItemReopened", {"reason": "not done"}),
    )

    assert ids(events, "Mon 30 Mar 22:00") == ["nudge"]
    assert rungs(events, "Mon 30 Mar 22:00")[0].key != rungs(told(OPENED, ASSIGNED), "Mon 30 Mar 21:00")[0].key


def test_rung_is_repeated_by_its_calendar_as_often_as_was_said() -> None:
    done = [fired("Tue 31 Mar 21:00", rung) for rung in ("nudge", "lead", "manager", "senior")]
    events = told(OPENED, ASSIGNED, *done)
    more = told(OPENED, ASSIGNED, *done, fired("Wed 1 Apr 17:00", "senior", 1), fired("Thu 2 Apr 17:00", "senior", 2))

    assert rungs(events, "Wed 1 Apr 16:59:59") == []
    assert [(due.rung.id, due.n) for due in rungs(events, "Wed 1 Apr 17:00")] == [("senior", 1)]
    assert [due.n for due in rungs(events, "Thu 2 Apr 17:00")] == [1, 2]
    assert rungs(more, "Fri 10 Apr 17:00") == []


def test_acknowledging_stops_functional_rungs_and_no_hierarchical_one() -> None:
    events = told(OPENED, ASSIGNED, ("Mon 30 Mar 20:00", "EscalationAcknowledged", {"rung": "nudge", "by": "ana"}))

    assert ids(events, "Tue 31 Mar 08:59") == []
    assert ids(events, "Tue 31 Mar 09:00") == ["manager"]
    assert "senior" in ids(events, "Tue 31 Mar 21:00")


@pytest.mark.parametrize("end", [("ItemResolved", {"resolution": "x"}), ("ItemCancelled", {"reason": "x"})])
def test_ladder_ends_with_the_item(end: tuple[str, dict[str, Any]]) -> None:
    events = told(OPENED, ASSIGNED, ("Mon 30 Mar 20:00", *end))

    assert ids(events, "Tue 31 Mar 21:00") == []
    assert judging().next_wake("INC-1", events, berlin("Mon 30 Mar 20:00")) == 0


def test_snoozed_rungs_come_when_the_snooze_ends_which_is_bounded() -> None:
    snooze = ("Mon 30 Mar 20:59", "EscalationSnoozed", {"until": instant_of(berlin("Mon 30 Mar 23:00")), "reason": "x"})
    longer = ("Mon 30 Mar 20:59", "EscalationSnoozed", {"until": instant_of(berlin("Fri 3 Apr 23:00")), "reason": "x"})

    assert ids(told(OPENED, ASSIGNED, snooze), "Mon 30 Mar 22:59:59") == []
    assert ids(told(OPENED, ASSIGNED, snooze), "Mon 30 Mar 23:00") == ["nudge"]
    assert ids(told(OPENED, ASSIGNED, longer), "Tue 31 Mar 00:59") == ["nudge"]


def test_snooze_is_refused_to_others_and_for_longer() -> None:
    events = told(OPENED)
    now = berlin("Mon 30 Mar 10:00")
    climb = judging().climb("INC-1", events, judging().clocks(events, now), now)
    assert climb is not None

    assert "only team_lead may" in snooze_refusal(climb, now + 60, now, ("engineer",))
    assert "for 4h altogether" in snooze_refusal(climb, now + 5 * 3600, now, ("team-lead",))
    assert snooze_refusal(climb, now + 4 * 3600, now, ("team-lead",)) == ""


def test_snoozes_are_bounded_altogether() -> None:
    until = {"until": instant_of(berlin("Mon 30 Mar 12:00")), "reason": "x"}
    events, now = told(OPENED, ("Mon 30 Mar 09:00", "EscalationSnoozed", until)), berlin("Mon 30 Mar 12:00")
    climb = judging().climb("INC-1", events, (), now)
    assert climb is not None

    assert snooze_refusal(climb, now + 3600, now, ("team-lead",)) == ""
    assert "were for 3h already" in snooze_refusal(climb, now + 3601, now, ("team-lead",))


def test_rung_that_reaches_nobody_makes_the_next_one_come_at_once() -> None:
    events = told(OPENED, ("Mon 30 Mar 09:05", "ItemMoved", {"column": "doing", "state": "active"}))

    woken = judging().woken("INC-1", events, berlin("Mon 30 Mar 21:00"))

    told_of = [(event.type, event.data.get("rung")) for event in woken.events if event.type != "ThresholdFired"]
    assert told_of == [("EscalationHadNoTarget", "nudge"), ("RungFired", "lead")]
    assert [due.rung.id for due in woken.rungs if due.tells] == ["lead"]


def test_rung_after_one_that_had_no_target_stays_due_from_then_on() -> None:
    events = told(
        OPENED,
        ("Mon 30 Mar 09:05", "ItemMoved", {"column": "doing", "state": "active"}),
        ("Mon 30 Mar 21:00", "EscalationHadNoTarget", {"rung": "nudge"}),
    )

    assert ids(events, "Mon 30 Mar 21:01") == ["lead"]


def test_repetition_that_reaches_nobody_is_recorded_once_each() -> None:
    rung = {"id": "again", "at": "50%", "notify": ["oncall:web"], "repeat": {"every": "1h", "max": 2}}
    given, events, now = judging({"ladders": {"a": {"rungs": [rung]}}}), told(OPENED), berlin("Tue 31 Mar 08:00")
    found = []
    while (woken := given.woken("INC-1", events, now)) and len(found) < 20:
        events += [Recorded(len(events) + at, instant_of(now), "", event) for at, event in enumerate(woken.events, 1)]
        found += [event for event in woken.events if event.type == "EscalationHadNoTarget"]

    assert [event.data for event in found] == [{"rung": "again"}, {"rung": "again", "n": 1}, {"rung": "again", "n": 2}]


def test_whoever_is_away_is_stood_in_for() -> None:
    ladder = {"ladders": {"a": {"rungs": [{"id": "next", "at": "50%", "notify": ["oncall:infra+1", "channel:ops"]}]}}}

    found = rungs(told(OPENED), "Mon 30 Mar 21:00", judging(ladder))

    assert found[0].to == ("bo", "channel:ops")


def test_a_leave_begins_and_ends_at_midnight_where_people_are() -> None:
    directory = Directory(PEOPLE, on_call, timezone="Europe/Berlin")

    def reached(day: str) -> tuple[str, ...]:
        return directory.reached("cy", {}, berlin(day))

    assert reached("Fri 27 Mar 23:59") == ("cy",)
    assert reached("Sat 28 Mar 00:01") == ("bo",)
    assert reached("Thu 2 Apr 23:59") == ("bo",)
    assert reached("Fri 3 Apr 00:01") == ("cy",)


def test_what_can_wait_is_held_until_people_work() -> None:
    office = calendar_of("office", BERLIN)
    directory = Directory(PEOPLE, on_call, lambda person: office)
    accepted, open = told(OPENED, ASSIGNED), told(OPENED)

    nudge = rungs(accepted, "Mon 30 Mar 21:00", judging(directory=directory))[0]
    urgent = rungs(open, "Mon 30 Mar 09:15", judging(directory=directory))[0]

    assert nudge.held == {"ana": berlin("Tue 31 Mar 09:00")}
    assert urgent.held == {}


def test_paused_clock_climbs_no_further() -> None:
    events = told(OPENED, ASSIGNED, waiting("Mon 30 Mar 20:00", "Thu 2 Apr 20:00"))

    assert ids(events, "Wed 1 Apr 12:00") == []


def test_item_is_woken_at_the_next_of_all_that_comes() -> None:
    given = judging()
    events = told(OPENED, ASSIGNED, ("Mon 30 Mar 09:06", "FirstResponse"))
    paused = told(OPENED, ASSIGNED, waiting("Mon 30 Mar 09:10", "Mon 30 Mar 09:12"))

    assert given.next_wake("INC-1", told(OPENED), berlin("Mon 30 Mar 09:00")) == berlin("Mon 30 Mar 09:15")
    assert given.next_wake("INC-1", events, berlin("Mon 30 Mar 09:06")) == berlin("Mon 30 Mar 10:00")
    assert given.next_wake("INC-1", paused, berlin("Mon 30 Mar 09:11")) == berlin("Mon 30 Mar 09:12")


def test_threshold_comes_once_and_says_when_it_was_due_and_when_it_came() -> None:
    events = told(OPENED, ASSIGNED, ("Mon 30 Mar 09:06", "FirstResponse"))

    woken = judging().woken("INC-1", events, berlin("Mon 30 Mar 22:00"))
    first = next(event for event in woken.events if event.data.get("clock") == "resolve")
    again = told(
        OPENED, ASSIGNED, ("Mon 30 Mar 09:06", "FirstResponse"), ("Mon 30 Mar 22:00", first.type, dict(first.data))
    )
    later = judging().woken("INC-1", again, berlin("Mon 30 Mar 22:00"))

    assert first.data == {
        "clock": "resolve",
        "cycle": 1,
        "percent": 50,
        "due_at": instant_of(berlin("Mon 30 Mar 21:00")),
        "fired_at": instant_of(berlin("Mon 30 Mar 22:00")),
    }
    assert len(set(woken.keys)) == len(woken.events)
    assert not [event for event in later.events if event.data.get("clock") == "resolve"]


def test_wait_that_is_over_is_told() -> None:
    events = told(OPENED, ASSIGNED, waiting("Mon 30 Mar 09:10", "Mon 30 Mar 10:00"), ("Mon 30 Mar 11:00", "NoteAdded"))

    assert not judging().woken("INC-1", events, berlin("Mon 30 Mar 09:59")).resumes
    assert judging().woken("INC-1", events, berlin("Mon 30 Mar 11:00")).resumes


def test_floor_is_recorded_once() -> None:
    events = told(
        opened("Fri 27 Mar 09:00"),
        ("Sat 28 Mar 15:00", "ItemClassified", {"severity": "critical"}),
    )

    woken = judging().woken("INC-1", events, berlin("Sat 28 Mar 15:00"))
    floored = [event.data for event in woken.events if event.type == "ClockFloored"]
    again = [
        *events,
        *told(*[("Sat 28 Mar 15:00", "NoteAdded")] * 2, ("Sat 28 Mar 15:00", "ClockFloored", dict(floored[0])))[2:],
    ]

    assert {data["clock"]: data["due"] for data in floored}["resolve"] == instant_of(berlin("Sat 28 Mar 15:30"))
    clocks = [
        event.data["clock"]
        for event in judging().woken("INC-1", again, berlin("Sat 28 Mar 15:00")).events
        if event.type == "ClockFloored"
    ]
    assert floored[0]["clock"] not in clocks


def test_rule_19_older_items_are_not_escalated() -> None:
    from runbook.operations.shipped_policy import SHIPPED

    agreement = {**SHIPPED["agreements"][0], "effective_from": "2026-04-01"}
    data = {
        "operations/policies/escalation.yaml": LADDER,
        "operations/policies/sla.yaml": {**SHIPPED, "agreements": [agreement]},
    }

    woken = judging_of(data, Directory(PEOPLE, on_call)).woken(
        "INC-1", told(OPENED, ASSIGNED), berlin("Tue 31 Mar 21:00")
    )

    assert not woken


def test_everything_recorded_leaves_nothing_to_do() -> None:
    """Played through: what is woken is recorded, and each thing happens once."""
    given, events, now = judging(), told(OPENED, ASSIGNED), berlin("Mon 30 Mar 09:05")
    keys: list[str] = []
    for _ in range(60):
        wake = given.next_wake("INC-1", events, now)
        if not wake:
            break
        now = max(wake, now)
        woken = given.woken("INC-1", events, now)
        assert woken, instant_of(now)
        keys += woken.keys
        events += [Recorded(len(events) + at, instant_of(now), "", event) for at, event in enumerate(woken.events, 1)]

    assert wake == 0
    assert len(keys) == len(set(keys))
    assert [event.event.data["rung"] for event in events if event.event.type == "RungFired"] == [
        *("nudge", "lead", "manager", "senior", "senior", "senior")
    ]
    assert seconds(events[-1].at) == berlin("Thu 2 Apr 17:00")


@pytest.mark.parametrize(
    ("given", "when"),
    [
        ({"at": "80% resolve"}, Share(80, "resolve")),
        ({"at": "50%"}, Share(50, "resolve")),
        ({"at": "due-1h"}, Around(-3600, "resolve")),
        ({"at": "due+30m respond"}, Around(1800, "respond")),
        ({"at": "due"}, Around(0, "resolve")),
        ({"after": "15m unaccepted"}, After(900, "unaccepted")),
    ],
)
def test_when_a_rung_comes(given: dict[str, str], when: object) -> None:
    assert when_of(given) == when


def test_type_of_a_rung_is_that_of_the_one_before_where_none_is_given() -> None:
    ladder = ladders_of({"operations/policies/escalation.yaml": LADDER})[0]

    assert [rung.type for rung in ladder.rungs] == ["functional"] * 3 + ["hierarchical"] * 2
