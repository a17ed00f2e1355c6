"""How the work of a board flows, as one value: the four measures, the flow diagram, expectations, and what is aging."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from zoneinfo import ZoneInfo

from runbook.durations import duration
from runbook.operations.board import Board
from runbook.operations.flow import (
    Expectation,
    Passage,
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
from runbook.operations.passages import Course
from runbook.operations.percentiles import percentile

PERCENTS = (50, 70, 85, 95)


@dataclass(frozen=True, slots=True)
class Aging:
    """One item under way: how old it is, how many bands of its column it has passed, and its chance to be in time."""

    item: str
    title: str
    column: str
    age: int
    band: int
    chance: Fraction | None


@dataclass(frozen=True, slots=True)
class FlowReport:
    """The flow of one board in a time; times are seconds."""

    board: Board
    zone: ZoneInfo
    """By whose clock its days begin."""
    since: int
    until: int
    wip: int
    finished: int
    throughput: tuple[int, ...]
    """Items finished on each local day."""
    cycle: tuple[tuple[int, int], ...]
    """Percentiles of cycle time, as (percent, seconds)."""
    lead: tuple[tuple[int, int], ...]
    efficiency: float | None
    blocked: Mapping[str, int]
    expectations: tuple[Expectation, ...]
    aging: tuple[Aging, ...]
    diagram: tuple[tuple[int, Mapping[str, int]], ...]


def flow_report(
    board: Board,
    zone: ZoneInfo,
    courses: Iterable[Course],
    bounds: Sequence[int],
    now: int,
    touched: Mapping[str, Fraction],
) -> FlowReport:
    """The flow of a board; `bounds` are the beginnings of its days, the last of them when the time ends."""
    known = tuple(courses)
    passages = [course.passage for course in known]
    since, until = bounds[0], bounds[-1]
    took, led = cycles(passages, since, until), leads(passages, since, until)
    done = [each for each in passages if each.finished is not None and since <= each.finished < until]
    told = expectations(board, known, now)
    spans = [each.cycle or 0 for each in done]
    share = efficiency(sum((touched.get(each.id, Fraction()) for each in done), Fraction()), sum(spans))
    return FlowReport(
        board,
        zone,
        since,
        until,
        len(under_way(passages, now)),
        len(done),
        throughput(passages, bounds),
        _percentiles(took),
        _percentiles(led),
        None if share is None else min(1.0, float(share)),
        blocked_time(passages, since, min(until, now)),
        tuple(told.values()),
        _aging(board, known, told, now),
        cumulative(passages, [min(each, now) for each in bounds[1:]]),
    )


def expectations(board: Board, courses: Iterable[Course], now: int) -> dict[str, Expectation]:
    """What may be expected of each kind (or class, service, process) of work, from the window of the board."""
    since = now - int(duration(board.sle_window))
    groups: dict[str, list[Passage]] = {}
    for course in courses:
        groups.setdefault(word_of(board, course), []).append(course.passage)
    found = {
        word: expectation(cycles(passages, since, now + 1), board.sle_percentile, board.sle_min_items, word)
        for word, passages in sorted(groups.items())
    }
    return {word: each for word, each in found.items() if each is not None}


def word_of(board: Board, course: Course) -> str:
    """What an item is told apart by."""
    return str(getattr(course.item, "item_class" if board.sle_by == "class" else board.sle_by))


def _percentiles(values: Sequence[int]) -> tuple[tuple[int, int], ...]:
    return tuple((percent, int(percentile(values, percent))) for percent in PERCENTS) if values else ()


def _aging(board: Board, courses: Sequence[Course], told: Mapping[str, Expectation], now: int) -> tuple[Aging, ...]:
    passages = [course.passage for course in courses]
    going = {each.id for each in under_way(passages, now)}
    ages = {column.id: ages_at_exit(passages, column.id) for column in board.columns}
    found = []
    for course in courses:
        age = course.passage.age(now)
        if course.item.id not in going or age is None:
            continue
        column = column_at(course.passage, now)
        expected = told.get(word_of(board, course))
        found.append(
            Aging(
                course.item.id,
                course.item.title,
                column,
                age,
                band(age, ages.get(column, ()), board.aging),
                expected.chance_at(age) if expected else None,
            )
        )
    return tuple(sorted(found, key=lambda each: -each.age))
