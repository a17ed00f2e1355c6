"""A pass over the tickets reads only the items of which something is new or due, and misses none of them."""

from __future__ import annotations

from random import Random

import pytest

from runbook.engine.settled import Settled
from runbook.engine.ticketing import retry
from runbook.operations import commands as c
from runbook.operations.integrations import integrations_of
from runbook.operations.mirror import Stage

from .ticket_server import Clock, serving
from .ticket_world import World, set_secrets, written


@pytest.fixture(autouse=True)
def secrets(monkeypatch):
    set_secrets(monkeypatch)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def world(clock):
    with serving(clock) as (_, url):
        yield World(clock, desk=written("jira", url))


def reads(world):
    """The items that one pass reads the events of."""
    found = []
    holding = type(world.streams).holding

    def watched(types, among=None, since=""):
        for id, events in holding(world.streams, types, among, since):
            found.append(id)
            yield id, events

    world.streams.holding = watched
    world.carry()
    del world.streams.holding
    return found


def test_a_pass_after_which_nothing_has_happened_reads_nothing(world):
    for number in range(20):
        world.open(f"Item {number}", severity=("critical", "minor")[number % 2])
    world.until_quiet()
    world.carry()

    assert reads(world) == []


def test_only_what_something_has_happened_to_is_read(world, clock):
    items = [world.open(f"Item {number}") for number in range(5)]
    world.until_quiet()
    world.carry()
    clock.now += 3600

    world.ask(items[3].id, c.Classify({"title": "Another title"}))

    assert reads(world) == [items[3].id]
    world.carry()
    assert reads(world) == []


def test_what_holds_nothing_that_a_ticket_comes_of_is_not_read_at_all(clock):
    with serving(clock) as (_, url):
        world = World(clock, desk=written("jira", url, raise_when=[{"event": "item.blocked"}]))
        for number in range(5):
            world.open(f"Item {number}")
        blocked = world.open("Blocked")
        world.ask(blocked.id, c.Hinder("supplier"))

        assert reads(world) == [blocked.id]  # the first pass, which knows nothing


def test_what_is_due_by_time_alone_is_done_although_nothing_has_happened(world, clock):
    item = world.open()
    world.until_quiet()
    clock.now += 10
    world.ask(item.id, c.Classify({"title": "One"}))
    world.carry()
    world.ask(item.id, c.Classify({"title": "Two"}))
    carried = world.carry()  # too soon after the change before

    assert reads(world) == []
    clock.now = carried.next_at
    assert reads(world) == [item.id]
    assert world.mirror(item.id).known["title"] == "Two"


def test_another_way_of_writing_the_integrations_makes_all_be_looked_at(world, clock):
    minor = world.open("Cosmetic", severity="minor")
    world.until_quiet()
    assert world.types(minor.id) == []
    (desk,) = world.operations.data.values()
    everything = {**desk, "raise_when": [{"event": "item.opened"}]}
    world.lay_down({"operations/integrations/desk.yaml": everything})
    world.integrations = integrations_of(world.operations.data)

    world.until_quiet()

    assert world.mirror(minor.id).stage is Stage.LINKED


def test_a_run_that_fails_raises_a_ticket_although_nothing_has_happened_to_its_item(clock):
    with serving(clock) as (_, url):
        world = World(clock, desk=written("jira", url, raise_when=[{"event": "run.failed"}]))
        item, other = world.open(), world.open("Without a run")
        world.ask(item.id, c.Connect("handles", "run", "r-1"))
        world.until_quiet()
        world.carry()
        failed = set()
        world.failed = lambda each: failed & {link.id for link in each.links}

        assert reads(world) == [item.id]  # whether its run has failed stands elsewhere
        failed.add("r-1")
        world.until_quiet()

        assert world.mirror(item.id).stage is Stage.LINKED
        assert world.types(other.id) == []


def test_a_system_that_takes_something_in_again_gets_what_was_settled_meanwhile(clock):
    with serving(clock) as (tickets, url):
        world = World(clock, desk=written("webhook", url))
        tickets.gone = True
        first = world.open()
        world.carry()
        later = [world.open(f"Later {number}") for number in range(3)]
        world.carry()
        assert reads(world) == []

        tickets.gone = False
        retry(world.worklist, world.integrations, first.id, clock.now)
        world.until_quiet()

        assert {world.mirror(each.id).stage for each in (first, *later)} == {Stage.LINKED}


def step(world, random, number):
    """Something that happens to an item, the same in every world."""
    ids = [each.id for each in world.worklist.open_items()]
    chosen = random.choice(ids) if ids else ""
    match random.randrange(6):
        case 0 | 1:
            world.open(f"Item {number}", severity=random.choice(("critical", "major", "minor")))
        case 2 if chosen:
            world.ask(chosen, c.Classify({"title": f"Title {number}"}))
        case 3 if chosen:
            world.ask(chosen, c.SendUpdate(f"Update {number}"))
        case 4 if chosen:
            world.ask(chosen, c.Resolve("mended", proof="seen"))
        case 5 if chosen:
            world.record(chosen, "RungFired", ladder="l", rung="late", n=0, to=["ana"], type="functional")
    world.clock.now += random.choice((1, 30, 700))


@pytest.mark.parametrize("seed", range(4))
def test_what_comes_of_it_is_the_same_as_when_all_is_looked_at_each_time(seed):
    told = []
    for forgets in (True, False):
        clock, random = Clock(), Random(seed)
        with serving(clock) as (_, url):
            world = World(clock, desk=written("jira", url))
            for number in range(30):
                step(world, random, number)
                world.settled = Settled() if forgets else world.settled
                world.carry()
            told.append({item.id: world.types(item.id) for item in world.worklist.all_items()})

    assert told[0] == told[1]
    assert any("TicketSynced" in types for types in told[0].values())
