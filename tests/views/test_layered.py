from __future__ import annotations

import random
import time

import pytest

from runbook.views.layered.layout import layout
from runbook.views.layered.model import Arrow, Box, Layout
from tests.views.pictures import check, crossings, rooms


def boxes(count: int) -> list[Box]:
    return [Box(f"n{number}", 120, 36) for number in range(count)]


def arrows(*pairs: tuple[int, int]) -> list[Arrow]:
    return [Arrow(f"n{start}", f"n{end}") for start, end in pairs]


SAMPLES = {
    "one box": (boxes(1), []),
    "no arrows": (boxes(7), []),
    "two parts": (boxes(6), arrows((0, 1), (2, 3), (3, 4), (2, 5))),
    "a retry loop": (boxes(5), arrows((0, 1), (1, 2), (2, 3), (3, 1), (3, 4))),
    "two that lead to each other": (boxes(2), arrows((0, 1), (1, 0))),
    "one that leads to itself": (boxes(2), arrows((0, 0), (0, 1))),
    "only one that leads to itself": (boxes(1), arrows((0, 0))),
    "the same arrow three times": (boxes(2), arrows((0, 1), (0, 1), (0, 1))),
    "sixty in a row": (boxes(60), arrows(*((each, each + 1) for each in range(59)))),
    "ten side by side": (
        boxes(12),
        arrows(*((0, each) for each in range(1, 11)), *((each, 11) for each in range(1, 11))),
    ),
    "everything to everything": (boxes(6), arrows(*((one, two) for one in range(6) for two in range(6)))),
    "a long way round": (boxes(12), arrows((0, 11), (0, 6), *((each, each + 1) for each in range(11)))),
    "a tall box beside small ones": (
        [Box("n0", 120, 36), Box("n1", 400, 500), Box("n2", 90, 36), Box("n3", 90, 36)],
        arrows((0, 1), (0, 2), (2, 3), (1, 3)),
    ),
    "a decision with five ways": (
        [Box("n0", 200, 84, corners=True), *boxes(7)[1:]],
        [Arrow("n0", f"n{each}", (80, 20)) for each in range(1, 6)] + arrows(*((each, 6) for each in range(1, 6))),
    ),
    "a decision that leads back": (
        [Box("n0", 100, 36), Box("n1", 200, 84, corners=True), Box("n2", 100, 36)],
        [Arrow("n0", "n1"), Arrow("n1", "n0", (90, 20)), Arrow("n1", "n2", (70, 20))],
    ),
}


def wild(seed: int, most: int = 40) -> tuple[list[Box], list[Arrow]]:
    """A graph as a process could have: mostly onward, with joins, ways around, labels, decisions and ways back."""
    chance = random.Random(seed)
    count = chance.randrange(2, most)
    some = [
        Box(f"n{each}", chance.randrange(60, 300), chance.choice([34, 52, 84, 260]), chance.random() < 0.2)
        for each in range(count)
    ]
    ways = []
    for each in range(1, count):
        label = (chance.randrange(30, 150), chance.choice([19, 34])) if chance.random() < 0.2 else None
        if chance.random() < 0.95:
            before = max(0, each - 1 - int(chance.expovariate(0.7)))
            ways.append(Arrow(f"n{before}", f"n{each}", label, chance.random() < 0.1))
        if chance.random() < 0.25:
            ways.append(Arrow(f"n{chance.randrange(max(0, each - 8), each)}", f"n{each}", label))
        if chance.random() < 0.08:
            ways.append(Arrow(f"n{each}", f"n{chance.randrange(max(0, each - 6), each + 1)}", label, True))
    return some, ways


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_laid_out_without_anything_on_anything_else(name: str) -> None:
    some, ways = SAMPLES[name]

    check(some, ways, layout(some, ways))


@pytest.mark.parametrize("seed", range(100))
def test_a_wild_graph_is_laid_out_without_anything_on_anything_else(seed: int) -> None:
    some, ways = wild(seed)

    check(some, ways, layout(some, ways))


def test_the_same_graph_gives_the_same_picture() -> None:
    for seed in range(20):
        assert layout(*wild(seed)) == layout(*wild(seed))


def test_few_arrows_cross() -> None:
    every = [layout(*wild(seed)) for seed in range(100)]

    crossed = sum(crossings(route.points for route in laid.routes) for laid in every)
    assert crossed < 130, f"115 when this was written, of {sum(len(laid.routes) for laid in every)} arrows"


def test_a_chain_stands_in_one_straight_line() -> None:
    some, ways = SAMPLES["sixty in a row"]

    laid = layout(some, ways)

    assert {len(route.points) for route in laid.routes} == {2}
    assert len({x for x, _ in laid.corners.values()}) == 1


def test_the_longest_way_is_straight_and_the_others_go_around_it() -> None:
    laid = layout(boxes(5), arrows((0, 1), (1, 2), (2, 3), (3, 4), (1, 4), (0, 3)))

    assert [len(route.points) for route in laid.routes[:4]] == [2, 2, 2, 2]


def test_a_light_arrow_is_never_the_main_line() -> None:
    aside = [Arrow("n0", "n1", light=True), *arrows((1, 2), (2, 3), (0, 3), (3, 4))]

    laid = layout(boxes(5), aside)

    assert len(laid.routes[3].points) == 2
    assert laid.corners["n0"][0] == laid.corners["n3"][0] == laid.corners["n4"][0]


def test_two_like_ways_stand_left_and_right_of_where_they_part_and_meet() -> None:
    laid = layout(boxes(4), arrows((0, 1), (0, 2), (1, 3), (2, 3)))

    left, right = laid.corners["n1"][0], laid.corners["n2"][0]
    assert laid.corners["n0"][0] == laid.corners["n3"][0] == (left + right) / 2


def test_what_leads_back_goes_up_and_comes_in_from_above() -> None:
    laid = layout(boxes(3), arrows((0, 1), (1, 2), (2, 1)))

    up = laid.routes[2].points
    assert up[0][1] == laid.corners["n2"][1] + 36
    assert max(y for _, y in up) > up[0][1]
    assert up[-1][1] == laid.corners["n1"][1]


def test_only_what_points_against_the_text_leads_back() -> None:
    onward = layout(boxes(3), arrows((2, 1), (1, 0)))

    assert [onward.corners[f"n{each}"][1] for each in (2, 1, 0)] == sorted(y for _, y in onward.corners.values())


def test_boxes_without_arrows_stand_in_even_rows() -> None:
    laid = layout(boxes(8), [], wide=600)

    tops = [laid.corners[f"n{each}"][1] for each in range(8)]
    assert tops == [0, 0, 0, 0, 58, 58, 58, 58]


def test_what_begins_late_stands_near_what_it_leads_to() -> None:
    laid = layout(boxes(5), arrows((0, 1), (1, 2), (2, 3), (4, 3)))

    assert laid.corners["n4"][1] == laid.corners["n2"][1]


@pytest.mark.parametrize(("count", "most"), [(10, 0.02), (60, 0.1), (250, 0.5)])
def test_it_is_quick(count: int, most: float) -> None:
    def taken(seed: int) -> float:
        chance = random.Random(seed)
        some = boxes(count)
        ways = [(max(0, each - 1 - int(chance.expovariate(0.7))), each) for each in range(1, count)]
        ways += [(each - 7, each) for each in range(7, count, 6)]
        began = time.process_time()
        layout(some, arrows(*ways))
        return time.process_time() - began

    assert min(taken(seed) for seed in range(3)) < most


def test_a_very_long_chain_needs_no_deep_stack() -> None:
    laid: Layout = layout(boxes(3000), arrows(*((each, each + 1) for each in range(2999)), (2999, 0)))

    assert len(rooms(boxes(3000), laid)) == 3000
