"""Calendars, service levels, ladders and their tests as they are read: what validate says of each mistake."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from runbook.diagnostics import Severity
from runbook.kinds import builtin
from runbook.operations.shipped_policy import LADDERS, SHIPPED
from runbook.reading.library import read_library

OFFICE: dict[str, Any] = {"timezone": "Europe/Berlin", "hours": {"mon-fri": ["09:00-17:00"]}}
LADDER: dict[str, Any] = json.loads(json.dumps(LADDERS))
TEST: dict[str, Any] = {
    "given": {"severity": "moderate", "opened": "2026-03-27T18:00+01:00"},
    "expect": {"resolve.due": "2026-03-30T19:00+02:00"},
}
SLA, ESCALATION, TESTS = "policies/sla", "policies/escalation", "tests/sla/t"


def found(people: dict[str, Any] | None = None, **files: Any) -> list[str]:
    """What validate says of a project with these files; `calendar` is `operations/calendars/office.yaml` and so on."""
    names = {"calendar": "calendars/office", "sla": SLA, "escalation": ESCALATION, "tests": TESTS}
    contents = {f"operations/{names[name]}.yaml": json.dumps(data) for name, data in files.items()}
    contents |= {f"operations/people/{id}.yaml": json.dumps(data) for id, data in (people or {}).items()}
    contents |= {"operations/teams.yaml": '{"teams": {"infra": {}}}'} if people else {}
    contents["runbook.yaml"] = "runbook: 1\ntitle: T"
    library = read_library({path: text.encode() for path, text in contents.items()}, builtin())
    return [
        f"{each.severity.value} {each.rule}: {each.message} ({each.help})"
        for each in library.diagnostics
        if each.rule not in ("missing-group",)
    ]


def changed(data: Any, path: str, value: Any) -> Any:
    """A copy of the data with one value changed; `agreements.0.id` is where, and None removes it."""
    data = copy.deepcopy(data)
    *way, last = (int(part) if part.isdecimal() else part for part in path.split("/"))
    at = data
    for part in way:
        at = at[part]
    if value is None:
        del at[last]
    elif last == "+":
        at.append(value)
    else:
        at[last] = value
    return data


def test_shipped_service_levels_and_ladders_are_fine() -> None:
    assert found(calendar=OFFICE, sla=SHIPPED, escalation=LADDER, tests=[TEST]) == []


CALENDARS = {
    "unknown zone": ("timezone", "Europe/Berlim", "error bad-calendar: there is no time zone `Europe/Berlim`"),
    "zone that leads away": ("timezone", "../../etc/passwd", "error bad-calendar: there is no time zone"),
    "no day": ("holidays", ["2026-02-30"], "error bad-calendar: there is no day `2026-02-30`"),
    "no day by name": ("holidays", {"2026-13-01": "x"}, "error bad-calendar: there is no day `2026-13-01`"),
    "no such exception": ("exceptions", {"2026-06-31": []}, "error bad-calendar: there is no day `2026-06-31`"),
    "exceptions alone": ("hours", {"mon": []}, "error calendar-never-open"),
    "never open": ("hours", {}, "error calendar-never-open: the calendar is never open"),
    "no window": ("hours", {"mon": ["9-17"]}, "write a window of time, such as `09:00-17:00`"),
    "no weekday": ("hours", {"monday": ["09:00-17:00"]}, "days of the week"),
    "unknown field": ("hour", {}, "there is no field `hour`"),
}


@pytest.mark.parametrize("what", CALENDARS)
def test_mistakes_in_a_calendar(what: str) -> None:
    path, value, says = CALENDARS[what]

    told = found(calendar=changed(OFFICE, path, value))

    assert any(says in each for each in told), told


def test_every_form_of_days_off_is_read() -> None:
    full = {
        **OFFICE,
        "holidays": {"2026-04-03": "Karfreitag"},
        "exceptions": {"2026-12-24": ["09:00-12:00"], "2026-12-31": None},
        "public_holidays": {"region": "DE-BY", "days": {"2026-01-01": "Neujahr"}},
    }

    assert found(calendar=full) == []


AGREEMENT = SHIPPED["agreements"][0]
OTHER = {**AGREEMENT, "id": "other", "match": {"kind": "request"}}
RESOLVE = "agreements/0/targets/moderate/resolve"
POLICIES = {
    "days": (f"{RESOLVE}/in", "3d", "error unclear-target: `3d` could mean hours or working days"),
    "weeks": (f"{RESOLVE}/in", "1w", "error unclear-target: `1w` could mean hours or working days"),
    "no time": (f"{RESOLVE}/in", "soon", "error unclear-target: `soon` is not a target"),
    "nothing": (f"{RESOLVE}/in", "0h", "error unclear-target: `0h` is not a target"),
    "paused days": (f"{RESOLVE}/in", "3bd", "error paused-business-days: `resolve` pauses"),
    "overlap": ("agreements/+", OTHER, "error overlapping-agreements: `default` and `other` are for the same items"),
    "same id": ("agreements/+", {**OTHER, "id": "default"}, "error unknown-in-agreement: two agreements are called"),
    "short hours": (
        RESOLVE,
        {"in": "72h", "calendar": "office"},
        "advice days-in-short-hours: `72h` of `office` are 9 working days, not 3",
    ),
    "examples": ("severities/minor/examples", None, "warning severity-without-examples: the severity `minor`"),
    "unknown severity": (
        "agreements/0/targets/modrate",
        {"resolve": {"in": "1h"}},
        "error unknown-in-agreement: there is no severity `modrate`",
    ),
    "unknown clock": (
        "agreements/0/targets/minor/resolv",
        {"in": "1h"},
        "error unknown-in-agreement: there is no clock `resolv`",
    ),
    "unknown default": ("default_severity", "medium", "error unknown-in-agreement: there is no severity `medium`"),
    "no target": ("agreements/0/targets/minor", None, "warning severity-without-target: `default` has no targets"),
    "calendar": (f"{RESOLVE}/calendar", "ofice", "error unknown-calendar: there is no calendar `ofice`"),
    "floor": ("agreements/0/restate_floor", "1d", "error unclear-target: `1d`"),
    "floor of days": ("agreements/0/restate_floor", "1bd", "error unclear-target: `1bd` is not a target"),
    "for ever": (
        f"{RESOLVE}/in",
        "99999h",
        "error unclear-target: `99999h` of `always` would take more than ten years",
    ),
    "reopening": ("agreements/0/reopen/within", "5d", "error unclear-target: `5d`"),
    "unknown word": ("agreements/0/clocks/resolve/stop", "fixed", "fixed"),
    "unknown standstill": ("agreements/0/clocks/resolve/pause_on", ["lunch"], "lunch"),
    "percent": ("agreements/0/warn_at", ["150%"], "150%"),
}


@pytest.mark.parametrize("what", POLICIES)
def test_mistakes_in_service_levels(what: str) -> None:
    path, value, says = POLICIES[what]

    told = found(calendar=OFFICE, sla=changed(SHIPPED, path, value))

    assert any(says in each for each in told), told


@pytest.mark.parametrize(
    "match", [{"kind": "question"}, {"kind": ["incident", "request"], "service": "shop"}], ids=["kind", "service"]
)
def test_agreements_that_a_word_tells_apart_do_not_overlap(match: dict[str, Any]) -> None:
    first = {**AGREEMENT, "match": {"kind": ["incident", "request"], "service": "mail"}}
    supplier = {**AGREEMENT, "id": "supplier", "type": "uc"}

    assert found(sla={**SHIPPED, "agreements": [first, {**AGREEMENT, "id": "other", "match": match}, supplier]}) == []


PEOPLE = {"ana": {"roles": ["it-manager"], "teams": ["infra"]}}
RUNGS = "ladders/default/rungs"
RUNG = {"id": "x", "at": "90% resolve", "notify": ["ana"], "type": "hierarchical"}
STEPS = {
    "nobody": ({**RUNG, "notify": ["anna"]}, "error unknown-escalation-target: nobody is called `anna`"),
    "no role": ({**RUNG, "notify": ["role:it_manger"]}, "error unknown-escalation-target: nobody has the role"),
    "no team": ({**RUNG, "notify": "team:infar"}, "error unknown-escalation-target: nobody is in the team `infar`"),
    "no schedule": (
        {**RUNG, "notify": ["oncall:web+1"]},
        "error unknown-escalation-target: there is no schedule `web`",
    ),
    "no target": ({**RUNG, "notify": ["manager_of:bo"]}, "write whom to tell"),
    "no end": ({**RUNG, "type": "functional"}, "warning ladder-without-management: the ladder `default`"),
    "late": ({**RUNG, "at": "201%"}, "warning late-rung: the rung comes later than twice the target"),
    "late after due": ({**RUNG, "at": "due+25h"}, "warning late-rung"),
    "no clock": ({**RUNG, "at": "50% resolv"}, "error unknown-clock: no agreement has a clock `resolv`"),
    "same id": ({**RUNG, "id": "nudge"}, "error unknown-clock: two rungs are called `nudge`"),
    "two times": ({**RUNG, "after": "15m unaccepted"}, "error unknown-clock: the rung `x` has two times"),
    "no time": ({"id": "x", "notify": ["ana"]}, "error unknown-clock: the rung `x` has no time"),
    "no event": ({"id": "x", "after": "15m sleepy", "notify": ["ana"]}, "write a time after something"),
    "calendar": ({**RUNG, "calendar": "night"}, "error unknown-calendar: there is no calendar `night`"),
    "repeat calendar": (
        {**RUNG, "repeat": {"every": "8h", "calendar": "night"}},
        "error unknown-calendar: there is no calendar `night`",
    ),
    "an action that does nothing": ({**RUNG, "actions": ["require_plan"]}, "can only be `open_ticket`"),
    "actions of which one does nothing": ({**RUNG, "actions": ["open_ticket", "page"]}, "can only be `open_ticket`"),
    "repeat of days": ({**RUNG, "repeat": {"every": "1bd"}}, "error unclear-target: `1bd` is not a target"),
    "repeat": ({**RUNG, "repeat": {"every": "1d"}}, "error unclear-target: `1d` could mean"),
}


@pytest.mark.parametrize("what", STEPS)
def test_mistakes_in_ladders(what: str) -> None:
    rung, says = STEPS[what]

    told = found(PEOPLE, sla=SHIPPED, escalation=changed(LADDER, f"{RUNGS}/+", rung))

    assert any(says in each for each in told), told


@pytest.mark.parametrize(
    "to", ["ana", "role:it_manager", "role:team_lead", "team:infra", "assignee", "requester", "channel:ops"]
)
def test_whoever_is_there_can_be_told(to: str) -> None:
    rung = {**RUNG, "notify": to}

    assert found(PEOPLE, sla=SHIPPED, escalation=changed(LADDER, f"{RUNGS}/+", rung)) == []


TRIALS = {
    "no day": ({"given": {"opened": "2026-02-30T18:00+01:00"}}, "error bad-sla-test: there is no time `2026-02-30"),
    "no time": ({"expect": {"resolve.due": "soon"}}, "error bad-sla-test: `soon` is no time"),
    "no state": ({"expect": {"resolve.state": "asleep"}}, "error bad-sla-test: `asleep` is no state"),
    "no claim": ({"expect": {"resolve.met": "yes"}}, "error bad-sla-test: `resolve.met` is true or false"),
    "no duration": ({"expect": {"resolve.elapsed": "3d"}}, "error bad-sla-test: `3d` is no duration"),
    "no expectation": ({"expect": {"resolve": "3h"}}, "a clock and what it says"),
    "before": ({"at": "2026-03-26T18:00Z"}, "error bad-sla-test: 2026-03-26T18:00Z is before the item was opened"),
    "endless": (
        {"then": [{"at": "2026-03-28T18:00Z", "happens": "waiting", "reason": "requester"}]},
        "error bad-sla-test: `waiting` has no end",
    ),
    "no reason": (
        {"then": [{"at": "2026-03-28T18:00Z", "happens": "blocked"}]},
        "error bad-sla-test: `blocked` has no reason",
    ),
}


@pytest.mark.parametrize("what", TRIALS)
def test_mistakes_in_tests_of_service_levels(what: str) -> None:
    change, says = TRIALS[what]

    told = found(tests=[{**TEST, **change}])

    assert any(says in each for each in told), told


@pytest.mark.parametrize(
    ("tests", "says"),
    [(["x"], "item 1 of the file must be a mapping"), ({"given": {}}, "the file must be a list"), ([{}], "missing")],
)
def test_file_of_tests_that_is_none_is_told(tests: Any, says: str) -> None:
    told = found(tests=tests)

    assert any(says in each for each in told), told


def test_every_finding_can_be_explained() -> None:
    from runbook.reading.catalogue import catalogue

    codes = {code: problem for code, problem in catalogue(builtin()).items() if "RB310" <= code <= "RB329"}

    assert list(codes) == [f"RB{number}" for number in range(310, 325)]
    assert all(problem.explanation.strip() for problem in codes.values())
    assert {problem.severity for problem in codes.values()} == {*Severity}
