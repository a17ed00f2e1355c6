"""The work for an event is bounded: it grows neither with the run nor with what has happened in it."""

from __future__ import annotations

import sys
from random import Random

import pytest
from wild import KINDS

from runbook.engine.plans import plan_of
from runbook.instants import later
from runbook.reading.build import build_process
from runbook.testing import Story

FEW, MANY = 200, 800
MOST = 700
"""Lines of Python for an event, whatever it is."""


def lines(act) -> int:
    """How many lines of Python are carried out, each as often as it is: work that is the same on every machine."""
    count = 0

    def tally(frame, event, argument):
        nonlocal count
        count += event == "line"
        return tally

    before = sys.gettrace()
    sys.settrace(tally)
    try:
        act()
    finally:
        sys.settrace(before)
    return count


def program(place: int, **more) -> dict:
    return {"id": f"s{place}", "command": ["true"], **more}


def chain(number: int) -> list[dict]:
    return [program(place) for place in range(number)]


def fan(number: int) -> list[dict]:
    spread = [program(place, needs=["first"]) for place in range(number)]
    return [{"id": "first", "command": ["true"]}, *spread,
            {"id": "last", "command": ["true"], "needs": [step["id"] for step in spread]}]  # fmt: skip


def graph(number: int) -> list[dict]:
    random = Random(4)
    chosen = [random.sample(range(place), min(place, random.randint(1, 3))) for place in range(number)]
    return [program(place, needs=[f"s{each}" for each in sorted(needs)]) for place, needs in enumerate(chosen)]


def joins(number: int) -> list[dict]:
    fast = [program(place, needs=[]) for place in range(number)]
    return [*fast, *({"id": f"j{place}", "command": ["true"], "needs": [f"s{place}", f"s{place + 1}"], "join": "any"}
                     for place in range(number - 1))]  # fmt: skip


def items(number: int) -> list[dict]:
    return [program(0, foreach={"items": list(range(number)), "max_parallel": 5})]


def batches(number: int) -> list[dict]:
    return [program(0, foreach={"items": list(range(number)), "batch": 10, "max_parallel": 10, "pause": "1m"})]


def sections_of_items(number: int) -> list[dict]:
    inner = [program(place) for place in range(4)]
    return [
        {"id": "each", "foreach": {"items": list(range(number // 4)), "max_parallel": 3}, "section": {"steps": inner}}
    ]


def again(number: int) -> list[dict]:
    return [program(0, repeat={"until": f"turn >= {number}", "at_most": number})]


def deep(number: int) -> list[dict]:
    def nest(at: int, depth: int) -> dict:
        inside = [program(at), *([nest(at + 1, depth - 1)] if depth else [])]
        return {"id": f"d{at}", "section": {"steps": inside}}

    return [nest(at, 9) for at in range(0, number, 10)]


def waits(number: int) -> list[dict]:
    return [{"id": f"s{place}", "needs": [], "wait": place + 1} for place in range(number)]


def signals(number: int) -> list[dict]:
    return [{"id": f"s{place}", "needs": [], "wait": {"signal": f"go-{place}"}} for place in range(number)]


def one_signal(number: int) -> list[dict]:
    return [{"id": f"s{place}", "needs": [], "wait": {"signal": "go-0"}} for place in range(number)]


def locks(number: int) -> list[dict]:
    return [{"id": f"l{place}", "concurrency": f"key-{place % 3}", "section": {"steps": [program(place)]}}
            for place in range(number // 2)]  # fmt: skip


def awaited(number: int) -> list[dict]:
    return [{"id": f"l{place}", "needs": [], "concurrency": "key", "section": {"steps": [program(place)]}}
            for place in range(number // 2)]  # fmt: skip


def any_order(number: int) -> list[dict]:
    return [{"id": "any", "section": {"order": "any", "steps": chain(number)}}]


def failures(number: int) -> list[dict]:
    handled = {"do": [{"id": "mend", "command": ["true"]}], "then": "continue"}
    return [program(place, on_failure=handled) for place in range(number)]


BOUNDED = [chain, fan, graph, joins, items, batches, sections_of_items, again, deep, waits, signals, one_signal,
           locks, failures]  # fmt: skip


def story_of(steps: list[dict]) -> Story:
    process = build_process("g/long", "long.yaml", {"title": "Long", "steps": steps}, KINDS, "team")
    return Story(plan_of("g/long", {"g/long": process}, KINDS))


def through(story: Story, failing: bool) -> None:
    """The whole run: programs end, signals come one by one, time passes."""
    story.start()
    while not story.state.ended:
        state = story.state
        if state.ready or state.running:
            story.carry_out([path for path in state.steps if failing and path.startswith("s")])
        elif state.waiting and (heard := state.steps[next(iter(state.waiting))].signals):
            story.signal(heard[0])
        else:
            story.now = state.due("") or later(story.now, 1)
            story.ask()


def work(shape, number: int) -> tuple[int, int, int]:
    """The events of such a run, and the lines of Python that it took, and takes to be folded anew."""
    story = story_of(shape(number))
    living = lines(lambda: through(story, failing=shape is failures))
    folding = lines(story.replayed)
    assert story.status.startswith("succeeded")
    return len(story.events), living, folding


@pytest.mark.parametrize("shape", BOUNDED)
def test_the_work_for_an_event_is_the_same_in_a_run_of_any_size(shape):
    (few, living, folding), (many, *more) = work(shape, FEW), work(shape, MANY)

    assert many > 3 * few
    assert more[0] / many < 1.1 * living / few < MOST
    assert more[1] / many < 1.1 * folding / few < MOST


@pytest.mark.parametrize("shape", [any_order, awaited])
def test_what_waits_for_its_turn_is_looked_at_whenever_another_ends_and_nothing_else_is(shape):
    (few, living, _), (many, more, _) = work(shape, FEW // 4), work(shape, MANY // 4)

    assert more / many < 4.5 * living / few


def test_undoing_a_step_is_the_same_work_in_a_run_of_any_size():
    costs = []
    for number in (FEW, MANY):
        story = story_of([program(place, undo={"command": ["true"]}) for place in range(number)])
        through(story, failing=False)
        before = len(story.events)
        costs.append(lines(lambda story=story: (story.undo(), story.carry_out())) / (len(story.events) - before))
        assert story.status == "undone"

    assert costs[1] < 1.1 * costs[0] < MOST
