"""The clocks of items: what their events mean by what has been agreed."""

from __future__ import annotations

from typing import Any

import pytest

from runbook.errors import Misuse
from runbook.operations.agreements import Policy, agreements_of, policy_of, target_of
from runbook.operations.clock import Clock, State
from runbook.operations.item_clocks import clocks_of, governing
from runbook.operations.seconds import instant_of
from runbook.operations.shipped_policy import SHIPPED
from runbook.operations.terms import Terms
from runbook.run.events import Recorded
from tests.operations.told import opened, told, waiting
from tests.operations.vectors import ALWAYS, OFFICE, berlin

CALENDARS = {"always": ALWAYS, "office": OFFICE}
POLICY = agreements_of({})


def clocks(events: list[Recorded], now: str, policy: Policy = POLICY, **earlier: Terms) -> dict[str, Clock]:
    found = clocks_of(events, policy, CALENDARS, berlin(now), earlier.get)
    return {clock.name if clock.type == "sla" else f"{clock.type}/{clock.name}": clock for clock in found}


def agreed(**changes: Any) -> Policy:
    return policy_of({**SHIPPED, "agreements": [{**SHIPPED["agreements"][0], **changes}]})


def test_shipped_policy_has_critical_within_24_and_moderate_within_72_hours() -> None:
    critical = clocks(told(opened("Fri 27 Mar 18:00", "critical")), "Fri 27 Mar 18:00")
    moderate = clocks(told(opened("Fri 27 Mar 18:00")), "Fri 27 Mar 18:00")

    assert critical["resolve"].due == berlin("Sat 28 Mar 18:00")
    assert moderate["resolve"].due == berlin("Mon 30 Mar 19:00")
    assert (sorted(critical), sorted(moderate)) == (["resolve", "respond", "update"], ["resolve", "respond"])


def test_item_that_matches_no_agreement_has_no_clocks() -> None:
    assert (
        clocks(told(("Mon 30 Mar 09:00", "ItemOpened", {"kind": "problem", "title": "why"})), "Mon 30 Mar 10:00") == {}
    )
    assert clocks([], "Mon 30 Mar 10:00") == {}


def test_r1_events_of_an_item() -> None:
    events = told(
        opened("Mon 30 Mar 09:00"),
        waiting("Mon 30 Mar 10:00", "Mon 30 Mar 18:00"),
        ("Mon 30 Mar 12:00", "ItemResumed"),
        ("Mon 30 Mar 14:00", "ItemClassified", {"severity": "critical"}),
    )

    before = clocks(events, "Mon 30 Mar 13:59")["resolve"]
    after = clocks(events, "Mon 30 Mar 14:00")["resolve"]

    assert before.due == berlin("Thu 2 Apr 11:00")
    assert (after.elapsed, after.due) == (3 * 3600, berlin("Tue 31 Mar 11:00"))


@pytest.mark.parametrize(
    ("mode", "due"),
    [("restate", "Sat 28 Mar 15:30"), ("restart", "Sun 29 Mar 16:00"), ("keep", "Mon 30 Mar 10:00")],
)
def test_r2_event_says_how_the_target_changes(mode: str, due: str) -> None:
    events = told(
        opened("Fri 27 Mar 09:00"),
        ("Sat 28 Mar 15:00", "ItemClassified", {"severity": "critical", "retarget": mode}),
    )

    assert clocks(events, "Sat 28 Mar 15:00")["resolve"].due == berlin(due)


def test_rule_10_agreement_says_how_when_the_event_does_not() -> None:
    events = told(opened("Fri 27 Mar 09:00"), ("Sat 28 Mar 15:00", "ItemClassified", {"severity": "critical"}))

    found = clocks(events, "Sat 28 Mar 15:00", agreed(on_retarget="restart"))

    assert found["resolve"].due == berlin("Sun 29 Mar 16:00")


def test_rule_10_clock_that_the_new_severity_brings_counts_from_the_beginning_with_a_floor() -> None:
    events = told(opened("Mon 30 Mar 09:00", "major"), ("Mon 30 Mar 14:00", "ItemClassified", {"severity": "critical"}))

    found = clocks(events, "Mon 30 Mar 14:00")

    assert (found["update"].elapsed, found["update"].due) == (5 * 3600, berlin("Mon 30 Mar 14:30"))


def test_o1_reopened_item_goes_on_and_its_respond_clock_does_not_start_again() -> None:
    events = told(
        opened("Mon 30 Mar 09:00", "major"),
        ("Mon 30 Mar 09:30", "FirstResponse"),
        ("Mon 30 Mar 12:00", "ItemResolved", {"resolution": "restarted"}),
        ("Mon 30 Mar 12:01", "ItemClosed"),
        ("Tue 31 Mar 09:00", "ItemReopened", {"reason": "down again"}),
    )

    found = clocks(events, "Tue 31 Mar 10:00")

    assert (found["resolve"].elapsed, found["resolve"].due) == (4 * 3600, berlin("Wed 1 Apr 14:00"))
    assert [verdict.met for verdict in found["resolve"].verdicts] == [True]
    assert found["respond"].state is State.STOPPED


def test_rule_13_wait_ends_at_resume_by_although_nobody_says_so() -> None:
    events = told(opened("Mon 30 Mar 09:00"), waiting("Mon 30 Mar 10:00", "Mon 30 Mar 12:00"))
    late = [*events, *told(*[("Mon 30 Mar 09:00", "NoteAdded")] * 2, ("Mon 30 Mar 18:00", "ItemResumed"))[2:]]

    paused = clocks(events, "Mon 30 Mar 11:00")["resolve"]
    resumed = clocks(events, "Mon 30 Mar 13:00")["resolve"]

    assert (paused.state, paused.cycle.intervals[-1].party if paused.cycle else "") == (State.PAUSED, "olga")
    assert (resumed.state, resumed.elapsed) == (State.RUNNING, 2 * 3600)
    assert clocks(late, "Mon 30 Mar 18:00")["resolve"].elapsed == 7 * 3600


def test_rule_13_only_what_was_agreed_pauses() -> None:
    events = told(opened("Mon 30 Mar 09:00"), waiting("Mon 30 Mar 10:00", "Mon 30 Mar 18:00", "colleague"))

    assert clocks(events, "Mon 30 Mar 12:00")["resolve"].state is State.RUNNING


def test_blocked_item_pauses_where_that_was_agreed() -> None:
    stopping = {**SHIPPED["agreements"][0]["clocks"]["resolve"], "pause_on": ["blocked_supplier"]}
    policy = agreed(clocks={"resolve": stopping})
    events = told(
        opened("Mon 30 Mar 09:00"),
        ("Mon 30 Mar 10:00", "ItemBlocked", {"reason": "supplier"}),
        ("Mon 30 Mar 12:00", "ItemUnblocked"),
    )

    assert clocks(events, "Mon 30 Mar 11:00", policy)["resolve"].state is State.PAUSED
    assert clocks(events, "Mon 30 Mar 13:00", policy)["resolve"].elapsed == 2 * 3600


def test_rule_14_committed_date_moves_resolve_only() -> None:
    events = told(
        opened("Mon 30 Mar 09:00"),
        ("Mon 30 Mar 09:30", "DueCommitted", {"due": instant_of(berlin("Tue 7 Apr 12:00"))}),
        waiting("Mon 30 Mar 10:00", "Wed 1 Apr 18:00"),
    )

    found = clocks(events, "Mon 30 Mar 12:00")

    assert (found["resolve"].due, found["resolve"].committed) == (berlin("Tue 7 Apr 12:00"), True)
    assert found["respond"].due == berlin("Mon 30 Mar 13:00")


TEAMS: dict[str, Any] = {
    "type": "ola",
    "clocks": {"own": {"start": "team_assigned", "stop": "resolved"}},
    "targets": {severity: {"own": {"in": "4h", "calendar": "office"}} for severity in SHIPPED["severities"]},
}
THREE = policy_of(
    {
        **SHIPPED,
        "agreements": [
            SHIPPED["agreements"][0],
            {**TEAMS, "id": "desk", "match": {"team": "desk"}},
            {**TEAMS, "id": "infra", "match": {"team": "infra"}},
            {
                "id": "dell",
                "type": "uc",
                "match": {"service": "storage"},
                "clocks": {"repair": {"start": "opened", "stop": "resolved"}},
                "targets": {"moderate": {"repair": {"in": "2bd", "calendar": "office"}}},
            },
        ],
    }
)


def test_rule_15_sla_ola_and_supplier_run_side_by_side_and_the_smallest_due_date_governs() -> None:
    events = told(opened("Mon 30 Mar 09:00", team="desk", service="storage"), ("Mon 30 Mar 09:10", "FirstResponse"))

    found = clocks(events, "Mon 30 Mar 10:00", THREE)
    first = governing(found.values())

    assert sorted(found) == ["ola/own", "resolve", "respond", "uc/repair"]
    assert found["uc/repair"].due == berlin("Wed 1 Apr 17:00")
    assert first is found["ola/own"]
    assert first.due == berlin("Mon 30 Mar 13:00")


def test_rule_10_clock_of_a_team_starts_when_it_receives_the_item() -> None:
    events = told(
        opened("Mon 30 Mar 09:00", team="desk"),
        ("Mon 30 Mar 12:00", "ItemHandedOver", {"to": "team:infra", "note": "a disk"}),
    )

    own = clocks(events, "Mon 30 Mar 12:30", THREE)["ola/own"]

    assert (own.agreement, own.due, [verdict.met for verdict in own.verdicts]) == (
        "infra",
        berlin("Mon 30 Mar 16:00"),
        [True],
    )


def test_clock_of_a_team_ends_when_the_item_leaves_for_one_without_agreement() -> None:
    events = told(
        opened("Mon 30 Mar 09:00", team="desk"),
        ("Mon 30 Mar 15:00", "ItemHandedOver", {"to": "team:web", "note": "not ours"}),
    )

    own = clocks(events, "Mon 30 Mar 16:00", THREE)["ola/own"]

    assert (own.state, own.met, own.over_by) == (State.STOPPED, False, 2 * 3600)


def test_rule_16_update_is_not_due_before_the_first_response() -> None:
    targets = {"moderate": {"respond": {"in": "4h"}, "update": {"in": "2h"}}}
    events = told(opened("Mon 30 Mar 09:00"))
    answered = told(opened("Mon 30 Mar 09:00"), ("Mon 30 Mar 10:00", "UpdateSent", {"text": "on it"}))

    assert clocks(events, "Mon 30 Mar 09:00", agreed(targets=targets))["update"].due == berlin("Mon 30 Mar 13:00")
    assert clocks(answered, "Mon 30 Mar 10:00", agreed(targets=targets))["update"].due == berlin("Mon 30 Mar 12:00")


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (("Mon 30 Mar 10:00", "FirstResponse", {"how": "phone"}), State.STOPPED),
        (("Mon 30 Mar 10:00", "FirstResponse", {"how": "auto"}), State.RUNNING),
        (("Mon 30 Mar 10:00", "UpdateSent", {"text": "looking"}), State.STOPPED),
        (("Mon 30 Mar 10:00", "ItemAssigned", {"to": "ana"}), State.RUNNING),
        (("Mon 30 Mar 10:00", "NoteAdded", {"text": "internal"}), State.RUNNING),
        (("Mon 30 Mar 10:00", "ItemResolved", {"resolution": "done"}), State.STOPPED),
    ],
)
def test_rule_17_what_stops_the_respond_clock(event: Any, state: State) -> None:
    assert clocks(told(opened("Mon 30 Mar 09:00"), event), "Mon 30 Mar 11:00")["respond"].state is state


def test_rule_17_assignment_stops_it_where_that_was_agreed() -> None:
    clock = {"respond": {"start": "opened", "stop": "owned"}}
    events = told(opened("Mon 30 Mar 09:00"), ("Mon 30 Mar 10:00", "ItemAssigned", {"to": "ana"}))

    assert clocks(events, "Mon 30 Mar 11:00", agreed(clocks=clock))["respond"].state is State.STOPPED


SHORT = agreed(targets={"moderate": {"resolve": {"in": "4h"}}})


def test_rule_18_restated_item_is_judged_by_the_new_policy_from_its_beginning_and_gets_the_floor() -> None:
    events = told(
        opened("Mon 30 Mar 09:00", policies="old"),
        ("Mon 30 Mar 15:00", "PolicyRestated", {"policies": "new", "reason": "agreed anew"}),
    )

    before = clocks(events, "Mon 30 Mar 14:00", SHORT, old=Terms(POLICY, CALENDARS))["resolve"]
    after = clocks(events, "Mon 30 Mar 15:00", SHORT, old=Terms(POLICY, CALENDARS))["resolve"]

    assert before.due == berlin("Thu 2 Apr 09:00")
    assert (after.due, after.floored, after.breached) == (berlin("Mon 30 Mar 15:30"), True, False)


def test_rule_18_restating_does_not_undo_a_breach() -> None:
    events = told(
        opened("Mon 30 Mar 09:00", policies="old"),
        ("Mon 30 Mar 15:00", "PolicyRestated", {"policies": "new", "reason": "softer"}),
    )

    found = clocks(events, "Mon 30 Mar 16:00", POLICY, old=Terms(SHORT, CALENDARS))["resolve"]

    assert (found.due, found.breached, found.over_by) == (berlin("Thu 2 Apr 09:00"), True, 2 * 3600)


def test_rule_19_older_items_are_measured_and_not_escalated() -> None:
    policy = agreed(effective_from="2026-03-30T10:00:00+02:00")

    before = clocks(told(opened("Mon 30 Mar 09:59")), "Mon 30 Mar 11:00", policy)["resolve"]
    after = clocks(told(opened("Mon 30 Mar 10:00")), "Mon 30 Mar 11:00", policy)["resolve"]

    assert (before.escalates, after.escalates) == (False, True)
    assert before.due == berlin("Thu 2 Apr 09:59")


def test_event_that_was_entered_late_counts_when_it_happened() -> None:
    events = told(
        opened("Mon 30 Mar 09:00", "critical"),
        ("Mon 30 Mar 11:00", "NoteAdded"),
        ("Mon 30 Mar 09:20", "FirstResponse", {"how": "phone"}),
    )

    assert clocks(events, "Mon 30 Mar 12:00")["respond"].met is True


def test_item_that_was_opened_and_resolved_in_one_second_is_met() -> None:
    events = told(opened("Mon 30 Mar 09:00"), ("Mon 30 Mar 09:00", "ItemResolved", {"resolution": "done"}))

    assert [clock.met for clock in clocks(events, "Mon 30 Mar 10:00").values()] == [True, True]


def test_cancelled_item_has_no_verdict() -> None:
    events = told(opened("Mon 30 Mar 09:00"), ("Mon 30 Mar 10:00", "ItemCancelled", {"reason": "a mistake"}))

    found = clocks(events, "Wed 1 Apr 10:00")["resolve"]

    assert (found.state, found.met) == (State.CANCELLED, None)
    assert governing(clocks(events, "Wed 1 Apr 10:00").values()) is None


def test_severity_comes_from_impact_and_urgency_where_none_was_given() -> None:
    facts = {"impact": "department", "urgency": "critical"}

    assert POLICY.severity(facts) == "critical"
    assert POLICY.severity({"impact": "person", "urgency": "3"}) == "moderate"
    assert POLICY.severity({}) == "moderate"
    assert POLICY.severity({"severity": "minor", "priority": "P1"}) == "minor"
    assert POLICY.priority("moon", "1") == ""


@pytest.mark.parametrize(
    ("text", "seconds", "days"), [("30m", 1800, 0), ("24h", 86400, 0), ("1h30m", 5400, 0), ("2bd", 0, 2)]
)
def test_rule_1_targets(text: str, seconds: int, days: int) -> None:
    assert target_of(text) == (seconds, days)


@pytest.mark.parametrize("text", ["1d", "2w", "3", "h", "-1h", "1h2bd", "1.5h", ""])
def test_rule_1_targets_with_two_meanings_are_refused(text: str) -> None:
    with pytest.raises(Misuse, match="is not a target"):
        target_of(text)
