"""The rules of improvement: each with a case that speaks, one just below its limit, and one of mere noise."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest

from runbook.operations.catalogue import Charter
from runbook.operations.improve import Evidence, builtin, settings_of, suggestions
from runbook.operations.improve.evidence import WeekPast
from runbook.operations.subject import DAY, Work
from runbook.run.effort import Effort, Pass
from tests.operations.happenings import (
    HOUR,
    NOW,
    TEXT,
    approval,
    at_work,
    evidence,
    found,
    manual,
    resolved,
    run,
    runs,
    subject,
    work,
)

Make = Callable[[], Evidence]


def of(*efforts: Effort, **more: Any) -> Make:
    return lambda: evidence(subject(*efforts, **more))


def on(works: Callable[[], Iterable[Work]], **more: Any) -> Make:
    return lambda: evidence(works=works(), **more)


def split(many: int, long: int) -> tuple[Effort, ...]:
    return tuple(run(each, manual(minutes=60 if each < long else 10)) for each in range(many))


def queue(many: int, waits: int) -> tuple[Effort, ...]:
    return tuple(run(each, manual(offered=HOUR * (0.8 if each < waits else 0.2))) for each in range(many))


def drag(many: int, long: int, rejected: int = 0) -> tuple[Effort, ...]:
    return tuple(
        run(each, approval(0.6 if each < long else 0.01, "reject" if each < rejected else "approve"))
        for each in range(many)
    )


def checks(many: int, **more: Any) -> tuple[Effort, ...]:
    return (run(0, approval(0.1, **more)), *(run(each, approval(0.1)) for each in range(1, many)))


def noted(many: int, of_them: int, alike: bool = True) -> tuple[Effort, ...]:
    return tuple(
        run(each, manual(comments=(("Had to unlock it!",) if alike else (f"thing {'abcdefghijklmnopqrst'[each]}",))))
        if each < of_them
        else run(each, manual())
        for each in range(many)
    )


def left_out(many: int, skipped: int, by: str = "kim") -> tuple[Effort, ...]:
    return tuple(run(each, manual(how="skipped", by=by) if each < skipped else manual()) for each in range(many))


def anew(many: int, again: int) -> tuple[Effort, ...]:
    return tuple(run(each, manual(), *((manual(again=True),) if each < again else ())) for each in range(many))


def alike(many: int, causes: Iterable[str], days: float = 1.0, **more: Any) -> list[Work]:
    given = list(causes)
    return [
        work(each, resolved(2, cause=given[each % len(given)]), opened=days, service="mail", **more)
        for each in range(many)
    ]


def judged(late: int, of_month: int, hours: float = 20.0) -> list[Work]:
    """Two months of incidents; the moderate ones have 72 h."""
    return [
        work(month * 100 + each, *at_work(1), resolved(90 if each < late else hours), opened=10 + month * 30)
        for month in range(2)
        for each in range(of_month)
    ]


def severities(newest: int, downgraded: int = 0) -> list[Work]:
    """Twelve weeks of ten incidents, of which two or three were critical, and in the newest so many."""
    made = []
    for week in range(12):
        critical = newest if week == 0 else 2 + week % 2
        for each in range(10):
            worst = each < critical
            lower = worst and len([one for one in made if one.item.severity == "minor"]) < downgraded
            changes = [(1.0, "ItemClassified", {"severity": "minor"})] if lower else []
            given = "critical" if worst else "moderate"
            made.append(work(len(made), *changes, opened=3 + week * 7, severity=given))
    return made


def paused(newest: float, close: bool) -> list[Work]:
    """Twelve weeks of items that waited a tenth of their time, and in the newest so much; the target is 72 h."""
    made = []
    for week in range(12):
        waits = newest if week == 0 else 8 + week % 3
        begin = 68.0 if close else 2.0
        for _ in range(6):
            wait = {"reason": "waiting_requester", "party": "olga", "resume_by": "2027-01-01T00:00:00.000Z"}
            made.append(
                work(
                    len(made), *at_work(1), (begin, "ItemWaiting", wait), (begin + waits, "ItemResumed", {}),
                    resolved(begin + waits + 1), opened=10 + week * 7,
                )
            )  # fmt: skip
    return made


def held(many: int, blocked: int, hours: float, reason: str = "supplier") -> list[Work]:
    made = []
    for each in range(many):
        block = [(2.0, "ItemBlocked", {"reason": reason}), (2.0 + hours, "ItemUnblocked", {})]
        made.append(work(each, *at_work(1), *(block if each < blocked else ()), resolved(20), opened=5))
    return made


def by(many: int, mine: int) -> tuple[Effort, ...]:
    return tuple(run(each, manual(by="kim" if each < mine else f"p{each}")) for each in range(many))


def departing(many: int, otherwise: int) -> tuple[Effort, ...]:
    return tuple(run(each, manual(), departures=int(each < otherwise)) for each in range(many))


def begun(gaps: Iterable[float], silent: float) -> tuple[int, ...]:
    moments = [NOW - round(silent * DAY)]
    for gap in gaps:
        moments.append(moments[-1] - round(gap * DAY))
    return tuple(reversed(moments))


def outside(many: int, days: float = 2.0, alike: bool = True) -> list[Work]:
    titles = [
        "Laptop for the fair",
        "Chairs",
        "A film of the party",
        "Parking space",
        "Coffee machine",
        "Keys",
        "Plants",
    ]
    return [
        work(each, kind="request", title="Repair the printer" if alike else titles[each], scope="out", opened=days)
        for each in range(many)
    ]


def demand(failed: float, other: float) -> list[Work]:
    return [work(1, touched=failed), work(2, touched=other, kind="request")]


def caused(many: int, bad: int) -> Make:
    return of(*runs(many, manual()), caused={f"r{each}": (f"INC-{each}",) for each in range(bad)})


def week(days: float) -> WeekPast:
    return WeekPast("2026-W40", days, days >= 2)


CASES: Mapping[str, tuple[Make, Make, Make]] = {
    "automate": (
        of(*runs(12, manual(minutes=30))),
        of(*runs(12, manual(minutes=15))),
        of(*(run(each, manual(minutes=30 if each % 2 else 200)) for each in range(12))),
    ),
    "split": (of(*split(30, 5)), of(*split(30, 2)), of(*split(9, 3))),
    "queue": (of(*queue(20, 17)), of(*queue(20, 14)), of(*queue(3, 3))),
    "approval-drag": (of(*drag(40, 32)), of(*drag(40, 24)), of(*drag(40, 32, rejected=2))),
    "useless-check": (of(*checks(50)), of(*checks(49)), of(*checks(60, outcome="reject"))),
    "missing-step": (of(*noted(20, 11)), of(*noted(20, 9)), of(*noted(20, 20, alike=False))),
    "dead-step": (of(*left_out(20, 17)), of(*left_out(20, 15)), of(*left_out(20, 20, by=""))),
    "rework": (of(*anew(40, 14)), of(*anew(40, 10)), of(*anew(4, 2))),
    "repeat-incident": (
        on(lambda: alike(3, ["disk full"])),
        on(lambda: alike(2, ["disk full"])),
        on(lambda: alike(4, ["disk full", "certificate", "typo", "rack"])),
    ),
    "service-level": (
        on(lambda: judged(4, 10, 60)),
        on(lambda: judged(1, 10, 60)),
        on(
            lambda: [
                each
                for each in judged(4, 10, 60)
                if each.item.opened_at > NOW - 20 * DAY or each.ended - each.item.opened_at < 72 * HOUR
            ]
        ),
    ),
    "severity-inflation": (
        on(lambda: severities(9)),
        on(lambda: severities(3)),
        on(lambda: severities(2, downgraded=9)),
    ),
    "pause-gaming": (
        on(lambda: paused(70, close=True)),
        on(lambda: paused(9, close=True)),
        on(lambda: paused(70, close=False)),
    ),
    "supplier": (
        on(lambda: held(12, 6, 15)),
        on(lambda: held(12, 6, 6)),
        on(lambda: held(3, 1, 17)),
    ),
    "bus-factor": (of(*by(16, 16)), of(*by(15, 15)), of(*by(20, 17))),
    "stale-doc": (of(*departing(20, 9)), of(*departing(20, 7)), of(*departing(2, 1), review_due="2026-12-01")),
    "dead-process": (
        of(*runs(1), begun=begun([6, 7, 8] * 5, 20)),
        of(*runs(1), begun=begun([6, 7, 8] * 5, 13)),
        of(*runs(1), begun=begun([1, 30, 2, 40, 1, 25, 3, 30, 1, 20, 2, 35], 60)),
    ),
    "scope-drift": (on(lambda: outside(5)), on(lambda: outside(4)), on(lambda: outside(7, alike=False))),
    "overload": (
        lambda: evidence(over_limit={"infra": (30, 90)}),
        lambda: evidence(over_limit={"infra": (24, 90)}),
        lambda: evidence(over_limit={"infra": (2, 4)}),
    ),
    "failure-demand": (on(lambda: demand(60, 40)), on(lambda: demand(48, 52)), on(lambda: demand(2, 1))),
    "change-risk": (caused(30, 10), caused(30, 8), caused(3, 1)),
}


def test_every_rule_has_its_cases() -> None:
    assert set(CASES) == {rule.name for rule in builtin()}


@pytest.mark.parametrize("rule", CASES)
def test_ops_2_9_a_rule_speaks_with_numbers_of_what_is_over_its_limit(rule: str) -> None:
    (only,) = found(CASES[rule][0](), rule)

    assert only.evidence
    assert any(character.isdigit() for line in only.evidence for character in line)
    assert only.gain
    assert only.id.startswith(f"{rule}-")


@pytest.mark.parametrize("rule", CASES)
def test_ops_2_9_a_rule_says_nothing_just_below_its_limit(rule: str) -> None:
    assert not found(CASES[rule][1](), rule)


@pytest.mark.parametrize("rule", CASES)
def test_ops_2_9_a_rule_says_nothing_of_noise(rule: str) -> None:
    assert not found(CASES[rule][2](), rule)


@pytest.mark.parametrize("rule", CASES)
def test_every_rule_can_be_turned_off(rule: str) -> None:
    settings = settings_of({"operations/policies/improve.yaml": {"rules": {rule: {"off": True}}}})

    assert rule not in {each.rule for each in suggestions(CASES[rule][0](), settings)}


def test_a_limit_of_the_department_takes_the_place_of_ours() -> None:
    made = evidence(subject(*anew(40, 10)))

    assert not found(made, "rework")
    assert found(made, "rework", {"rules": {"rework": {"share": "10%"}}})


def test_three_weeks_without_enough_planned_work_are_overload_and_two_are_not() -> None:
    bad, good = week(1.0), week(2.5)

    assert found(evidence(weeks=(good, bad, bad, bad)), "overload")
    assert not found(evidence(weeks=(bad, good, bad, bad)), "overload")
    assert not found(evidence(weeks=(bad, bad)), "overload")


def test_an_overdue_review_makes_a_process_stale_without_a_run() -> None:
    (only,) = found(evidence(subject(review_due="2026-11-01")), "stale-doc")

    assert "2026-11-01, 21 days ago" in only.evidence[0]


def test_a_target_that_is_kept_with_much_to_spare_is_renegotiated() -> None:
    (only,) = found(evidence(works=judged(0, 10, 10)), "service-level")

    assert "much to spare" in only.text
    assert not found(evidence(works=judged(0, 10, 40)), "service-level")


def test_critical_incidents_that_are_classified_lower_afterwards_are_inflation() -> None:
    (only,) = found(evidence(works=severities(2, downgraded=15)), "severity-inflation")

    assert "15 of 30" in only.evidence[0]


def test_incidents_that_a_problem_is_linked_with_are_in_hand() -> None:
    linked = [(1.0, "ItemLinked", {"item": "PRB-1", "relation": "problem"})]
    works = [
        *alike(2, ["disk full"]),
        work(9, *linked, resolved(2, cause="disk full"), service="mail"),
    ]

    assert not found(evidence(works=works), "repeat-incident")


def test_a_process_with_a_schedule_is_dead_after_two_of_its_intervals() -> None:
    text = TEXT.replace("roles:", "trigger: {schedule: {cron: '0 9 * * 1', timezone: UTC}}\nroles:", 1)
    scheduled = subject(text=text, begun=(NOW - 15 * DAY,))

    assert found(evidence(scheduled), "dead-process")
    assert not found(evidence(subject(text=text, begun=(NOW - 13 * DAY,))), "dead-process")


def test_of_one_process_only_what_concerns_it_is_told() -> None:
    made = evidence(subject(*anew(40, 14)), works=alike(3, ["disk full"]), charter=Charter())
    settings = settings_of({})

    assert {each.rule for each in suggestions(made, settings)} >= {"rework", "repeat-incident"}
    assert {each.process for each in suggestions(made, settings, "web/restart")} == {"web/restart"}


def test_forty_processes_of_pure_chance_give_no_suggestion() -> None:
    """Runs of steps that fail, are left out and done anew now and then, at rates below every limit."""
    chance = random.Random(20261122)

    def one(number: int) -> Effort:
        passes = [manual("restart", chance.uniform(1, 6), chance.choice(["kim", "bo", "ana", "max"]))]
        if chance.random() < 0.08:
            passes.append(manual("restart", 5, "kim", again=True))
        left_out = chance.random() < 0.3
        passes.append(Pass("drain", "skipped", "manual", "bo") if left_out else manual(minutes=chance.uniform(1, 4)))
        return run(number, *passes, departures=int(chance.random() < 0.1))

    settings = settings_of({})
    told = [
        each
        for _ in range(40)
        for each in suggestions(evidence(subject(*(one(number) for number in range(30)))), settings)
    ]

    assert told == []
