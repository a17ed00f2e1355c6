"""The measures of flow: the vectors of OPS 2.5, and what each of them counts."""

from __future__ import annotations

from fractions import Fraction

import pytest

from runbook.operations.flow import (
    DAY,
    Block,
    Passage,
    Visit,
    ages_at_exit,
    band,
    blocked_time,
    column_at,
    cumulative,
    cycles,
    efficiency,
    expectation,
    leads,
    throughput,
    under_way,
)
from runbook.operations.percentiles import percentile, share_within

CYCLES = (1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 12, 14, 20, 31)


def done(id: str, opened: int, started: int, finished: int, **more: object) -> Passage:
    return Passage(id, "request", opened * DAY, started * DAY, finished * DAY, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("percent", "days"), [(1, 1), (50, 4), (70, 7), (85, 12), (95, 20), (100, 31)])
def test_ops_2_5_percentiles_go_by_nearest_rank(percent: int, days: int) -> None:
    assert percentile(CYCLES[::-1], percent) == days


def test_ops_2_5_items_that_are_open_are_no_part_of_the_cycle_time() -> None:
    passages = [done(f"REQ-{days}", 0, 0, days) for days in CYCLES]
    passages += [Passage("REQ-40", "request", -40 * DAY, -40 * DAY), Passage("REQ-60", "request", -60 * DAY, -60 * DAY)]

    found = cycles(passages, 0, 99 * DAY)

    assert sum(found) / len(found) / DAY == 7.1
    assert percentile(found, 85) == 12 * DAY


def test_ops_2_5_the_expectation_reads_as_a_sentence() -> None:
    found = expectation([days * DAY for days in CYCLES], kind="request")

    assert found is not None
    assert found.text() == "85 % of requests finish in 12 days or less"


def test_ops_2_5_the_chance_to_meet_it_falls_with_age() -> None:
    found = expectation([days * DAY for days in CYCLES])

    assert found is not None
    assert share_within(CYCLES, 8) == Fraction(75, 100)
    assert found.chance_at(8 * DAY) == Fraction(40, 100)
    assert found.chance_at(0) == Fraction(85, 100)
    assert found.chance_at(12 * DAY) == 0
    assert found.chance_at(400 * DAY) == 0


@pytest.mark.parametrize(("count", "known"), [(0, False), (10, False), (11, True)])
def test_ops_2_5_an_expectation_needs_eleven_finished_items(count: int, known: bool) -> None:
    assert (expectation(CYCLES[:count]) is not None) is known


def test_cycle_time_starts_at_the_commitment_and_lead_time_at_the_opening() -> None:
    item = done("REQ-1", 1, 3, 8)

    assert (item.cycle, item.lead, item.age(9 * DAY)) == (5 * DAY, 7 * DAY, None)
    assert (cycles([item], 8 * DAY, 9 * DAY), leads([item], 0, 8 * DAY)) == ((5 * DAY,), ())


def test_time_in_a_column_that_is_off_the_clock_does_not_count() -> None:
    visits = (Visit("doing", "active", 0, 10), Visit("release", "active", 10, 40), Visit("done", "finished", 40))
    item = Passage("REQ-1", "request", 0, 5, 40, visits=visits, off_the_clock=("release",))

    assert (item.cycle, item.lead) == (5, 40)


def test_work_in_progress_is_what_is_committed_to_and_has_not_ended() -> None:
    passages = [
        Passage("REQ-1", "request", 0),
        Passage("REQ-2", "request", 0, 5),
        Passage("REQ-3", "request", 0, 5, 9),
        Passage("REQ-4", "request", 0, 5, cancelled=12),
        Passage("REQ-5", "request", 0, 11),
    ]

    assert [each.id for each in under_way(passages, 10)] == ["REQ-2", "REQ-4"]
    assert passages[1].age(10) == 5


def test_throughput_counts_what_was_finished_between_two_bounds() -> None:
    passages = [
        done("REQ-1", 0, 0, 1),
        done("REQ-2", 0, 0, 1),
        done("REQ-3", 0, 0, 3),
        Passage("REQ-4", "request", 0, 0),
    ]

    assert throughput(passages, [0, DAY, 2 * DAY, 3 * DAY, 4 * DAY]) == (0, 2, 0, 1)


def test_the_flow_diagram_counts_each_item_where_it_stood() -> None:
    ways = [
        Passage(
            "A-1",
            "request",
            0,
            5,
            9,
            visits=(Visit("inbox", "new", 0, 5), Visit("doing", "active", 5, 9), Visit("done", "finished", 9)),
        ),
        Passage("A-2", "request", 4, visits=(Visit("inbox", "new", 4),)),
        Passage("A-3", "request", 0, cancelled=6, visits=(Visit("inbox", "new", 0),)),
    ]

    assert cumulative(ways, (0, 5, 9)) == (
        (0, {"inbox": 2}),
        (5, {"doing": 1, "inbox": 2}),
        (9, {"done": 1, "inbox": 1}),
    )
    assert column_at(ways[1], 3) == ""


def test_blocked_time_is_counted_by_reason_and_once_for_an_item() -> None:
    twice = Passage(
        "A-1", "request", 0, 0, blocks=(Block("supplier", 0, 10), Block("supplier", 5, 12), Block("tool", 20))
    )
    other = Passage("A-2", "request", 0, 0, 40, blocks=(Block("supplier", 8, None),))

    assert blocked_time([twice, other], 4, 50) == {"supplier": 8 + 32, "tool": 30}


def test_flow_efficiency_is_touch_time_of_cycle_time() -> None:
    assert efficiency(2, 8) == Fraction(1, 4)
    assert efficiency(2, 0) is None


def test_aging_is_told_by_how_old_finished_items_were_when_they_left_the_column() -> None:
    ways = [
        Passage("A", "request", 0, 0, 50, visits=(Visit("doing", "active", 0, days), Visit("done", "finished", 50)))
        for days in range(1, 21)
    ]
    ages = ages_at_exit(ways, "doing")

    assert ages == tuple(range(1, 21))
    assert [band(age, ages, (50, 70, 85, 95)) for age in (10, 11, 15, 18, 20)] == [0, 1, 2, 3, 4]
    assert band(99, (), (50,)) == 0
