"""Lists of steps as graphs: order, circles, what surely comes before, the longest way, the stored tables."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook.definition import Step
from runbook.graph import Links, before, cycle, links, longest_way, network, order, required


def step(id, *needs, join=None):
    return Step(id, id, "manual", None, (), needs=needs, join=join)


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        ([step("a"), step("b", "a"), step("c", "b")], ("a", "b", "c")),
        ([step("c", "b"), step("b", "a"), step("a")], ("a", "b", "c")),
        ([step("x"), step("c", "b"), step("b"), step("y")], ("x", "b", "c", "y")),
        ([step("a", "elsewhere")], ("a",)),
        ([], ()),
    ],
)
def test_order_is_that_of_the_needs_and_otherwise_of_the_text(steps, wanted):
    assert order(steps) == wanted


@pytest.mark.parametrize(
    ("steps", "circle"),
    [
        ([step("a"), step("b", "a")], set()),
        ([step("b", "a"), step("a")], set()),
        ([step("a", "a")], {"a"}),
        ([step("a", "c"), step("b", "a"), step("c", "b"), step("d")], {"a", "b", "c"}),
        ([step("d", "a"), step("a", "b"), step("b", "a")], {"a", "b"}),
    ],
)
def test_a_circle_is_found_and_only_its_own_steps_are_named(steps, circle):
    found = cycle(steps)

    assert set(found) == circle
    needs = {each.id: each.needs for each in steps}
    assert all(later in needs[earlier] or earlier in needs[later] for earlier, later in itertools.pairwise(found))


@pytest.mark.parametrize(("join", "wanted"), [(None, 3), (1, 1), (2, 2), (9, 3)])
def test_a_join_requires_no_more_than_there_are(join, wanted):
    assert required(step("d", "a", "b", "c", join=join)) == wanted


def test_what_is_surely_over_before_through_joins():
    known = before([
        step("a"), step("b", "a"), step("c", "a"),
        step("both", "b", "c"), step("either", "b", "c", join=1), step("after", "either"),
    ])  # fmt: skip

    def sure(later):
        return {earlier for earlier in ("a", "b", "c", "either") if known.surely(earlier, later)}

    assert sure("both") == {"a", "b", "c"}
    assert sure("either") == {"a"}
    assert sure("after") == {"a", "either"}
    assert sure("a") == set()


def test_the_longest_way_follows_the_weights():
    steps = [step("a"), step("b", "a"), step("c", "a"), step("d", "b", "c")]

    assert longest_way(steps, {"b": 1, "c": 5}) == ("a", "c", "d")
    assert longest_way(steps, {"b": 9, "c": 5}) == ("a", "b", "d")


def test_tables_come_back_from_the_journal_as_they_were():
    made = links([step("c", "b"), step("b", "a"), step("a"), step("d", "a", "b", join=1)])

    assert made.required == {"a": 0, "b": 1, "c": 1, "d": 1}
    assert Links.from_json(made.to_json()) == made


@st.composite
def lists(draw):
    number = draw(st.integers(1, 12))
    steps = []
    for place in range(number):
        needs = draw(st.lists(st.sampled_from(range(place)), unique=True, max_size=3)) if place else []
        steps.append(step(f"s{place}", *(f"s{need}" for need in needs), join=draw(st.sampled_from([None, 1, 2]))))
    return draw(st.permutations(steps))


@given(lists())
def test_in_any_order_of_the_text_each_step_comes_after_what_it_needs(steps):
    places = {id: place for place, id in enumerate(order(steps))}

    assert cycle(steps) == ()
    assert len(places) == len(steps) == network(steps).number_of_nodes()
    assert all(places[need] < places[each.id] for each in steps for need in each.needs)


@given(lists())
def test_what_is_surely_before_is_over_in_every_way_the_joins_allow(steps):
    """Against the meaning of it: close the steps without it, and see whether the later one is still reached."""
    known = before(steps)
    for earlier in steps:
        over: set[str] = set()
        for _ in steps:
            over |= {
                each.id
                for each in steps
                if each.id != earlier.id and sum(need in over for need in each.needs) >= required(each)
            }
        for later in steps:
            if later.id != earlier.id and known.surely(earlier.id, later.id):
                assert later.id not in over
