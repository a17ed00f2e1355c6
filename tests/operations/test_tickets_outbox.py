"""Tickets over real connections that fail: none is lost, and none is made twice (OPS 2.8)."""

from __future__ import annotations

import random
from contextlib import ExitStack

import pytest

from runbook.operations.mirror import Stage, mirrors_of

from .ticket_server import Clock, serving
from .ticket_world import World, set_secrets, written

TYPES = ("jira", "github", "gitlab", "webhook")
SEARCHED = ("jira", "github", "gitlab")


@pytest.fixture(autouse=True)
def secrets(monkeypatch):
    set_secrets(monkeypatch)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=TYPES)
def kind(request):
    return request.param


@pytest.fixture
def system(clock, kind):
    with serving(clock) as (tickets, url):
        yield tickets, World(clock, desk=written(kind, url))


def tickets_of(tickets, mirror):
    """What there is for a key: tickets, or messages that were taken."""
    made = [each for id, each in tickets.received.items() if id == mirror.key]
    return tickets.with_key(mirror.key) + made


def test_an_item_that_fits_gets_one_ticket_and_another_one_none(system):
    tickets, world = system
    one = world.open()
    other = world.open(severity="minor")

    world.until_quiet()

    mirror = world.mirror(one.id)
    assert mirror.stage is Stage.LINKED
    assert len(tickets_of(tickets, mirror)) == 1
    assert world.types(other.id) == []
    assert world.types(one.id)[:3] == ["TicketIntended", "TicketAttempted", "TicketLinked"]


@pytest.mark.parametrize("fault", ["lost", "broken", "late", "dropped", "refused"])
def test_a_lost_answer_makes_no_second_ticket(system, fault):
    tickets, world = system
    tickets.faults.script = [fault]
    tickets.faults.lag = 90
    item = world.open()

    world.until_quiet()

    mirror = world.mirror(item.id)
    assert mirror.stage is Stage.LINKED
    assert len(tickets_of(tickets, mirror)) == 1
    assert "TicketUnknown" in world.types(item.id)


@pytest.mark.parametrize("kind", SEARCHED, indirect=True)
def test_the_first_ten_answers_are_lost_and_there_is_one_ticket(system):
    tickets, world = system
    tickets.faults.script = ["lost"] * 10
    item = world.open()

    world.until_quiet()

    assert len(tickets.issues) == 1
    assert world.types(item.id).count("TicketAttempted") == 1


def test_it_is_asked_for_again_only_after_the_last_miss(clock, kind):
    if kind == "webhook":
        pytest.skip("a webhook is never found")
    with serving(clock) as (tickets, url):
        world = World(clock, desk=written(kind, url))
        tickets.faults.script = ["dropped"]
        item = world.open()
        began = clock.now

        world.until_quiet()

        events = [each for each in world.item(item.id).events if each.event.type.startswith("Ticket")]
        second = [each for each in events if each.event.type == "TicketAttempted"][1]
        misses = [each.event.data["misses"] for each in events if each.event.type == "TicketUnknown"]
        assert misses == [0, 1, 2, 3]
        assert second.at == Clock(began + 2 + 10 + 30 + 120).instant()
        assert len(tickets.issues) == 1


def test_a_search_that_fails_is_no_miss(system):
    tickets, world = system
    tickets.faults.script = ["lost"]
    item = world.open()
    world.carry()
    tickets.faults.dropped = 5.0  # every look fails
    for _ in range(20):
        clock = world.clock
        clock.now += 60
        world.carry()

    misses = [
        each.event.data.get("misses") for each in world.item(item.id).events if each.event.type == "TicketUnknown"
    ]
    if tickets.received:
        assert len(tickets_of(tickets, world.mirror(item.id))) == 1  # a webhook has nothing to search
    else:
        assert misses == [0]
        assert world.mirror(item.id).stage is Stage.UNKNOWN


def test_five_hundred_operations_over_all_systems_lose_and_double_nothing(clock):
    chance = random.Random(8)
    with ExitStack() as stack:
        systems = {kind: stack.enter_context(serving(clock)) for kind in TYPES}
        for number, (tickets, _) in enumerate(systems.values()):
            faults = tickets.faults
            faults.chance = random.Random(number)
            faults.lost, faults.broken, faults.late, faults.dropped, faults.refused = 0.12, 0.08, 0.08, 0.06, 0.06
            faults.lag = 90
        world = World(
            clock,
            **{kind: written(kind, url, raise_when=[{"event": "item.opened", "service": [kind]}])
               for kind, (_, url) in systems.items()},
        )  # fmt: skip
        items = []
        for number in range(250):
            kind = TYPES[number % 4]
            # written down as it is: 250 open items are no matter of limits here
            opened = {"kind": "incident", "title": f"{kind} {number}", "service": kind, "severity": "critical"}
            items.append(world.record(f"INC-{number + 1}", "ItemOpened", **opened, priority="P1", column="inbox"))
        world.until_quiet(step=40)
        for item in items:
            if chance.random() < 0.5:
                world.record(item.id, "UpdateSent", text="we are at it")
                world.record(item.id, "ItemMoved", column="doing", state="active")
            else:
                world.record(item.id, "ItemResolved", resolution="mended", proof="seen")
        clock.now += 60
        world.until_quiet(step=40)

        for item in items:
            item = world.item(item.id)
            mirrors = mirrors_of(item)
            assert len(mirrors) == 1
            mirror = next(iter(mirrors.values()))
            tickets, _ = systems[item.service]
            assert mirror.stage is Stage.LINKED, mirror
            assert len(tickets_of(tickets, mirror)) == 1
            assert (
                mirror.known["status"].lower() in ("in progress", "open", "active")
                if item.is_open
                else mirror.closed_at
            )
            if item.service != "webhook":
                (issue,) = tickets.with_key(mirror.key)
                assert issue.closed is not item.is_open
                assert len(issue.comments) == 1
        faults = sum(sum(tickets.faults.counts.values()) for tickets, _ in systems.values())
        made = sum(len(tickets.issues) for tickets, _ in systems.values())
        assert made == 3 * len(items) // 4 + len(items) % 4 // 2
        assert faults > 150


def ladder(kind, action=True):
    """A ladder for items of a kind, with one rung called `late`."""
    rung = {
        "id": "late",
        "at": "100% resolve",
        "notify": ["assignee"],
        **({"actions": "open_ticket"} if action else {}),
    }
    return {"match": {"kind": kind}, "rungs": [rung]}


def test_a_rung_opens_a_ticket_by_its_action_for_the_items_of_its_own_ladder(clock):
    ladders = {"ladders": {"grave": ladder("incident"), "other": ladder("request", action=False)}}
    with serving(clock) as (tickets, url):
        world = World(clock, desk=written("jira", url, raise_when=[]))
        world.lay_down({"operations/policies/escalation.yaml": ladders})
        grave, other = world.open(), world.open(kind="request")
        for item, name in ((grave, "grave"), (other, "other")):
            world.record(item.id, "RungFired", ladder=name, rung="late", n=0, to=["ana"], type="functional")

        world.until_quiet()

        assert world.mirror(grave.id).stage is Stage.LINKED
        assert world.types(other.id) == []
        assert len(tickets.with_key(world.mirror(grave.id).key)) == 1
