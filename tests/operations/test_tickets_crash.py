"""The program may end at any point: the next one goes on, and nothing is lost or doubled (OPS 2.8)."""

from __future__ import annotations

import pytest

from runbook.errors import Conflict
from runbook.operations import commands as c
from runbook.operations.mirror import Stage

from .ticket_server import Clock, serving
from .ticket_world import Killed, World, set_secrets, written

TYPES = ("jira", "github", "gitlab", "webhook")


@pytest.fixture(autouse=True)
def secrets(monkeypatch):
    set_secrets(monkeypatch)


class Countdown:
    """Ends the program at one of the points that it is told of."""

    def __init__(self, left):
        self.left = left

    def point(self):
        self.left -= 1
        if self.left == 0:
            raise Killed


def dying(port, countdown):
    """A port that the program may end before and after each request of."""
    ask = port._wire.ask

    def asked(*given, **more):
        countdown.point()
        answer = ask(*given, **more)
        countdown.point()
        return answer

    port._wire.ask = asked
    return port


def story(kind, clock, url, countdown):
    """An item that gets a ticket, is told of, and is resolved; each pass may be the last of a program."""
    world = World(clock, desk=written(kind, url))
    world.wrapped = lambda port: dying(port, countdown)
    record = type(world.worklist).record

    class Recording(type(world.worklist)):
        __slots__ = ()

        def record(self, *given, **more):
            countdown.point()
            answer = record(self, *given, **more)
            countdown.point()
            return answer

    world.worklist = Recording(world.streams, world.worklist.actor, world.operations)
    item = world.open()

    def quiet():
        for _ in range(50):
            try:
                world.until_quiet()
                return
            except Killed:
                clock.now += 1
        raise AssertionError("it never came to an end")

    quiet()
    world.ask(item.id, c.SendUpdate("we are at it"), c.Move("doing"))
    clock.now += 60
    quiet()
    world.ask(item.id, c.Resolve("mended", proof="seen"))
    clock.now += 60
    quiet()
    return world, item


@pytest.mark.parametrize("kind", TYPES)
def test_an_end_at_any_point_loses_and_doubles_nothing(kind):
    point = 0
    while True:
        point += 1
        clock, countdown = Clock(), Countdown(point)
        with serving(clock) as (tickets, url):
            tickets.faults.lag = 60
            world, item = story(kind, clock, url, countdown)
        mirror = world.mirror(item.id)
        assert mirror.stage is Stage.LINKED
        assert mirror.closed_at
        if kind == "webhook":
            told = [each for id, each in tickets.received.items() if id == mirror.key]
            said = [each["id"] for one in tickets.received.values() for each in one["data"].get("comments", ())]
            assert (len(told), len({*said})) == (1, 2), point
        else:
            (issue,) = tickets.with_key(mirror.key)
            assert issue.closed
            assert [each.partition("\n")[0] for each in issue.comments] == ["we are at it", "Resolved: mended"], point
        if countdown.left > 0:  # the story was over before that point
            break
    assert point > (30 if kind != "webhook" else 15)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("where", ["find", "create"])
def test_two_at_the_same_time_make_one_ticket(kind, where):
    clock = Clock()
    with serving(clock) as (tickets, url):
        world = World(clock, desk=written(kind, url))
        item = world.open()
        others = World(clock, desk=written(kind, url))
        others.streams = world.streams
        others.worklist = type(world.worklist)(world.streams, world.worklist.actor, world.operations)

        class Overtaken:
            """While one is about to ask, another one does all there is to do."""

            def __init__(self, port):
                self._port = port

            def __getattr__(self, name):
                if name == where:
                    others.carry()
                return getattr(self._port, name)

        world.wrapped = Overtaken
        world.carry()
        world.wrapped = lambda port: port
        world.until_quiet()

        mirror = world.mirror(item.id)
        assert mirror.stage is Stage.LINKED
        made = [each for each in tickets.received if each == mirror.key] or tickets.with_key(mirror.key)
        assert len(made) == 1


def test_an_attempt_is_written_down_once():
    clock = Clock()
    with serving(clock) as (_, url):
        world = World(clock, desk=written("github", url))
        item = world.open()
        world.until_quiet()
        key = world.mirror(item.id).key

        with pytest.raises(Conflict):
            world.worklist.record(item.id, [], keys=[f"ticket/{key}/attempt/1"])
