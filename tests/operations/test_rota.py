"""Taking and swapping time on call: who may, for whom, and that what was recorded holds."""

from __future__ import annotations

from typing import Any

import pytest

from runbook.errors import Refused
from runbook.operations.department import Operations
from runbook.operations.judges import directory_of
from runbook.operations.oncall import Schedule, on_call, schedule_from
from runbook.operations.rota import Swap, Take, decide, schedule_named, with_events
from runbook.operations.seconds import instant_of, seconds
from runbook.organisation import NOBODY, Organisation, organisation_of
from runbook.run.events import Event, Recorded

H, D = 3600, 86400
LAYER = {"id": "primary", "rotate": ["ana", "bo", "cy"], "every": "1w", "handoff": "Mon 09:00", "start": "2026-03-16"}
INFRA = schedule_from("infra", {"layers": [LAYER], "teams": ["infra"]})
NOW = seconds("2026-04-01T12:00:00Z")
CY, ANA, BO = (seconds(f"2026-04-{day:02}T12:00:00Z") for day in (2, 8, 15))
PEOPLE = organisation_of({
    "people": {
        "ana": {"manager": "ivan"}, "bo": {"leave": [{"from": "2026-04-08", "to": "2026-04-09"}]},
        "cy": {}, "ivan": {}, "lea": {},
    },
    "teams": {"infra": {"lead": "lea"}},
})  # fmt: skip


def asked(command: Take | Swap, by: str, people: Organisation = PEOPLE, schedule: Schedule = INFRA) -> Schedule:
    """The schedule once the request was granted."""
    event = decide(schedule, command, people, by, NOW)
    return with_events(schedule, [Recorded(1, instant_of(NOW), by, event)])


def take(person: str, start: int = ANA, hours: int = 4, reason: str = "covering") -> Take:
    return Take("infra", person, start, start + hours * H, reason)


@pytest.mark.parametrize(
    ("person", "by"),
    [("cy", "cy"), ("ana", "ivan"), ("cy", "lea"), ("", "lea")],
    ids=["own", "manager", "lead", "nobody"],
)
def test_ops_2_6_a_time_is_taken_by_anybody_or_by_a_manager_for_somebody(person: str, by: str) -> None:
    after = asked(take(person), by)

    assert [on_call(after, ANA + hours * H) for hours in (-1, 0, 3, 4)] == ["ana", person, person, "ana"]


@pytest.mark.parametrize(
    ("command", "by", "words"),
    [
        (take("cy"), "bo", "bo may not put cy on call"),
        (take(""), "bo", "bo may not leave nobody on call"),
        (take("zoe"), "lea", "there is nobody called `zoe`"),
        (take("cy", reason=" "), "lea", "takes a reason"),
        (take("bo"), "bo", "bo is on leave from 2026-04-08 to 2026-04-09"),
        (take("cy", NOW - D), "cy", "that time is over"),
        (take("cy", hours=0), "cy", "ends before it begins"),
        (take("stranger"), "stranger", "nobody knows `stranger`"),
        (Swap("infra", CY, BO), "ana", "ana has neither of the two shifts"),
        (Swap("infra", CY, CY + D), "cy", "cy is on call in both shifts"),
        (Swap("infra", CY, NOW - 9 * D), "cy", "is over"),
        (Swap("infra", CY, seconds("2026-01-01T00:00:00Z")), "cy", "nobody is on call in one of the two"),
        (Swap("infra", ANA, BO), "bo", "bo is on leave"),
    ],
)
def test_ops_2_6_what_can_not_be_is_refused(command: Take | Swap, by: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        decide(INFRA, command, PEOPLE, by, NOW)

    assert caught.value.help


@pytest.mark.parametrize("by", ["ana", "cy", "ivan", "lea"])
def test_ops_2_6_two_shifts_are_swapped_by_one_of_the_two_or_a_manager(by: str) -> None:
    after = asked(Swap("infra", CY, ANA, "a wedding"), by)

    assert (on_call(after, CY), on_call(after, ANA), on_call(after, BO)) == ("ana", "cy", "bo")
    assert on_call(after, NOW - 1) == "cy", "what was, was"


def test_what_was_recorded_later_wins_and_what_is_of_other_schedules_does_not_count() -> None:
    first, second = asked(take("cy"), "cy"), asked(take("ivan"), "ivan")
    events = [Recorded(at, "", "", Event(**given)) for at, given in enumerate(_events(first, second))]
    other = [Recorded(9, "", "", Event("OncallOverridden", data={**events[0].event.data, "schedule": "desk"}))]

    assert on_call(with_events(INFRA, [*events, *other]), ANA) == "ivan"


def _events(*schedules: Schedule) -> list[dict[str, Any]]:
    return [
        {
            "type": "OncallOverridden",
            "data": {
                "schedule": "infra",
                "person": each.person,
                "from": instant_of(each.start),
                "to": instant_of(each.end),
            },
        }
        for schedule in schedules
        for each in schedule.overrides
    ]


def test_where_nobody_is_described_anybody_may() -> None:
    assert on_call(asked(take("cy"), "somebody", NOBODY), ANA) == "cy"


def test_the_only_schedule_needs_no_name() -> None:
    desk = schedule_from("desk", {"layers": [LAYER]})

    assert schedule_named([INFRA], "") is INFRA
    for known, id, words in (
        ([INFRA, desk], "", "several"),
        ([INFRA, desk], "infar", "no schedule"),
        ([], "", "nobody"),
    ):
        with pytest.raises(Refused, match=words):
            schedule_named(known, id)


def test_ops_2_6_escalations_reach_whoever_has_taken_the_time() -> None:
    data = {"operations/oncall/infra.yaml": {"layers": [LAYER], "teams": ["infra"]}}
    event = decide(INFRA, take("cy"), PEOPLE, "cy", NOW)
    known = directory_of(Operations(data, PEOPLE), [Recorded(1, instant_of(NOW), "cy", event)])

    assert [known.on_call("infra", 0, ANA + hours * H) for hours in (-1, 0, 4)] == ["ana", "cy", "ana"]
    assert directory_of(Operations(data, PEOPLE)).on_call("infra", 0, ANA) == "ana"
