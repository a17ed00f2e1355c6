"""The order of work: the vector of OPS 2.4, and how each class of service rises."""

from __future__ import annotations

import pytest

from runbook.operations.priority import PATH, Priorities, Standing, order_of, priorities_of, raised
from runbook.operations.seconds import seconds

H, D = 3600, 86400
NOW = seconds("2026-03-30T12:00:00.000Z")


def item(id: str, priority: int, target: int, opened: str, due: str = "", used: float | None = None) -> Standing:
    started = seconds(opened)
    return Standing(
        id, "standard", priority, started, (NOW - started) / target if used is None else used, target,
        seconds(due) if due else None,
    )  # fmt: skip


VECTOR = (
    item("REQ-6", 3, 72 * H, "2026-03-27T10:00:00Z", "2026-03-30T10:00:00Z"),
    item("INC-5", 2, 24 * H, "2026-03-29T15:00:00Z", "2026-03-30T15:00:00Z"),
    item("INC-2", 2, 24 * H, "2026-03-29T22:00:00Z", "2026-03-30T22:00:00Z"),
    item("INC-1", 1, 24 * H, "2026-03-30T11:30:00Z", "2026-03-31T11:30:00Z"),
    item("REQ-3", 3, 72 * H, "2026-03-28T06:00:00Z", "2026-03-31T06:00:00Z"),
    item("PLN-4", 4, 336 * H, "2026-03-20T12:00:00Z", "2026-04-03T12:00:00Z"),
)


def test_ops_2_4_the_vector_comes_out_in_its_order() -> None:
    assert [each.id for each, _ in order_of(reversed(VECTOR), NOW)] == [each.id for each in VECTOR]
    assert [raised(each, NOW).priority for each in VECTOR] == [1, 1, 1, 1, 2, 3]


def test_ops_2_4_the_words_say_what_has_raised_it() -> None:
    assert raised(VECTOR[2], NOW).why == "P2→P1: 58 % of 24h used"
    assert raised(VECTOR[0], NOW).why == "P3→P1: 102 % of 72h used"
    assert raised(VECTOR[3], NOW).why == ""


@pytest.mark.parametrize(
    ("used", "priority"), [(0.0, 4), (0.4999, 4), (0.5, 3), (0.7999, 3), (69120 / 86400, 2), (1.0, 2), (9.0, 2)]
)
def test_ops_2_4_priority_rises_twice_and_never_a_third_time(used: float, priority: int) -> None:
    assert raised(Standing("A-1", "standard", 4, NOW, used, 24 * H), NOW).priority == priority


@pytest.mark.parametrize(
    ("left", "priority"), [(2 * 5 * D + 1, 4), (2 * 5 * D, 3), (5 * D + 1, 3), (5 * D, 2), (0, 2), (-D, 2)]
)
def test_ops_2_4_a_fixed_date_rises_at_the_last_responsible_moments(left: int, priority: int) -> None:
    standing = Standing("CHG-9", "fixed_date", 4, NOW - D, due=NOW + left, p85=5 * D)

    assert raised(standing, NOW).priority == priority


def test_ops_2_4_a_fixed_date_that_has_a_clock_rises_by_what_comes_first() -> None:
    by_clock = Standing("CHG-1", "fixed_date", 4, NOW, 0.9, 24 * H, NOW + 90 * D, D)
    by_date = Standing("CHG-2", "fixed_date", 4, NOW, 0.1, 24 * H, NOW + D, D)

    assert raised(by_clock, NOW).why == "P4→P2: 90 % of 24h used"
    assert raised(by_date, NOW).why == "P4→P2: due in 1 d, and such work takes 1 d"


@pytest.mark.parametrize(("age", "priority"), [(8 * D, 4), (8 * D + 1, 3), (900 * D, 3)])
def test_ops_2_4_intangible_work_rises_once_so_that_it_does_not_starve(age: int, priority: int) -> None:
    standing = Standing("TSK-1", "intangible", 4, NOW - age, 0.99, 24 * H, NOW, 2 * D)

    assert raised(standing, NOW).priority == priority


def test_ops_2_4_expedite_comes_first_then_what_somebody_has_put_there() -> None:
    last = Standing("INC-9", "standard", 1, NOW)
    ranked = [Standing("REQ-2", "standard", 4, NOW, rank=2), Standing("REQ-3", "standard", 4, NOW, rank=1)]
    urgent = Standing("INC-8", "expedite", 4, NOW)

    assert [each.id for each, _ in order_of([last, *ranked, urgent], NOW)] == ["INC-8", "REQ-3", "REQ-2", "INC-9"]


def test_ops_2_4_what_is_alike_goes_by_age_and_then_by_number() -> None:
    alike = [
        Standing("INC-10", "standard", 3, 5),
        Standing("INC-9", "standard", 3, 5),
        Standing("INC-11", "standard", 3, 4),
    ]

    assert [each.id for each, _ in order_of(alike, NOW)] == ["INC-11", "INC-9", "INC-10"]


def test_the_file_says_when_priority_rises() -> None:
    rules = priorities_of({PATH: {"raise_at": ["90%", "75%"], "first_guess": "2d", "starving_after": 2}})

    assert rules == Priorities((75, 90), 2 * D, 2)
    assert priorities_of({}) == Priorities()
    assert raised(Standing("A-1", "standard", 4, NOW, 0.8, 24 * H), NOW, rules).priority == 3
