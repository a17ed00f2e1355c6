"""States in step both ways, and who is right about a field when the two sides differ (OPS 2.8)."""

from __future__ import annotations

import pytest

from runbook.operations import commands as c
from runbook.operations.mirror import Stage, mirrors_of

from .ticket_server import Clock, serving
from .ticket_world import World, set_secrets, written

SEARCHED = ("jira", "github", "gitlab")
LABELS = {"status": {"default": "open", "active": "doing", "finished": "closed"}}
MAPS = {
    "jira": {"priority": {"P1": "Highest", "P2": "High", "P3": "Medium"},
             "status": {"new": "To Do", "active": "In Progress", "finished": "Done"}},
    "github": {"priority": {"P1": "urgent", "P2": "soon", "P3": "normal"}, **LABELS},
    "gitlab": {"priority": {"P1": "urgent", "P2": "soon", "P3": "normal"}, **LABELS},
}  # fmt: skip


@pytest.fixture(autouse=True)
def secrets(monkeypatch):
    set_secrets(monkeypatch)


@pytest.fixture(params=SEARCHED)
def kind(request):
    return request.param


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def made(clock, kind):
    """Makes a world with one item in step, and how its ticket stands."""
    with serving(clock) as (tickets, url):

        def make(severity="critical", **more):
            more = {"map": MAPS[kind], "inbound": {"mode": "poll", "poll_every": "5m"}, **more}
            world = World(clock, desk=written(kind, url, **more))
            item = world.open(severity=severity)
            world.until_quiet()
            (issue,) = tickets.issues.values()
            return world, item.id, tickets, issue

        yield make


def later(world, seconds=120):
    world.clock.now += seconds
    world.carry(poll=True)
    world.clock.now += 61
    world.carry(poll=True)


def status_there(kind, issue):
    return (
        issue.status if kind == "jira" else "closed" if issue.closed else "doing" if "doing" in issue.labels else "open"
    )


def test_the_ticket_says_what_the_item_says(made, kind):
    world, id, _, issue = made()

    assert issue.title == "Mail is down"
    assert f"{id} of runbook (critical incident), because of opened" in issue.body
    assert issue.priority == "Highest" if kind == "jira" else "urgent" in issue.labels
    assert {"runbook", world.mirror(id).key} <= {*issue.labels}

    world.ask(id, c.Move("doing"))
    later(world)
    assert status_there(kind, issue) == ("In Progress" if kind == "jira" else "doing")
    world.ask(id, c.Resolve("mended", proof="seen"))
    later(world)
    assert issue.closed
    assert "runbook" in issue.labels


OWNED = {
    # owner, what somebody there writes: (what the item is then, what the ticket is then)
    "title of the ticket": ("title", "ticket", "Other words", ("Other words", "Other words")),
    "title of ours": ("title", "runbook", "Other words", ("Mail is down", "Mail is down")),
    "the newest title": ("title", "newest", "Other words", ("Other words", "Other words")),
}


@pytest.mark.parametrize("case", OWNED)
def test_who_owns_a_field_is_right_about_it(made, case):
    name, owner, there, (ours, theirs) = OWNED[case]
    world, id, tickets, issue = made(own={name: owner})
    world.clock.now += 100
    tickets.change(issue, title=there)

    later(world)

    assert world.item(id).title == ours
    assert issue.title == theirs
    assert "TicketChanged" in world.types(id)


def set_priority(tickets, kind, issue, word):
    if kind == "jira":
        tickets.change(issue, priority=word)
    else:
        others = [each for each in issue.labels if each not in MAPS[kind]["priority"].values()]
        tickets.change(issue, labels=[*others, word])


def priority_there(kind, issue):
    known = MAPS[kind]["priority"].values()
    return issue.priority if kind == "jira" else next(each for each in issue.labels if each in known)


def test_a_priority_that_is_only_raised_is_never_lowered_by_the_other_side(made, kind):
    words = MAPS[kind]["priority"]
    world, id, tickets, issue = made("major", own={"priority": "raise_only"})
    world.clock.now += 100
    set_priority(tickets, kind, issue, words["P3"])
    later(world)
    assert (world.item(id).priority, priority_there(kind, issue)) == ("P2", words["P3"])  # neither side is pulled down

    world.ask(id, c.Classify({"priority": "P1"}, reason="worse"))
    later(world)
    assert priority_there(kind, issue) == words["P1"]

    world.ask(id, c.Classify({"priority": "P3"}, reason="better"))
    later(world)
    assert priority_there(kind, issue) == words["P1"]


def test_a_priority_that_is_raised_there_is_raised_here(made, kind):
    world, id, tickets, issue = made("major", own={"priority": "raise_only"})
    world.clock.now += 100
    set_priority(tickets, kind, issue, MAPS[kind]["priority"]["P1"])

    later(world)

    assert world.item(id).priority == "P1"


def test_the_newest_state_holds_on_both_sides(made, kind):
    world, id, tickets, issue = made(own={"status": "newest"})
    world.clock.now += 100
    tickets.change(issue, status="Done" if kind == "jira" else "closed")
    later(world)
    assert world.item(id).status == "resolved"
    assert (
        world.item(id).resolution
        == f"closed as `{'Done' if kind == 'jira' else 'closed'}` in desk: {world.mirror(id).ref}"
    )
    assert issue.closed

    world.ask(id, c.Reopen("it is back"))
    later(world)
    assert not issue.closed
    assert len(tickets.issues) == 1
    assert any("Reopened: it is back" in each for each in issue.comments)

    world.clock.now += 100
    tickets.change(issue, status="Done" if kind == "jira" else "closed")
    later(world)
    tickets.change(issue, status="To Do" if kind == "jira" else "open")
    later(world)
    assert world.item(id).is_open


def test_what_the_rules_refuse_is_refused_in_the_ticket_too(made, kind):
    world, id, tickets, issue = made(own={"status": "ticket"})
    world.ask(id, c.RaiseConcern("is the backup good?"))
    world.clock.now += 100
    tickets.change(issue, status="Done" if kind == "jira" else "closed")

    later(world)

    assert world.item(id).is_open
    assert not issue.closed
    assert [each for each in issue.comments if "Not taken over: status: the concern c1" in each]


def test_what_we_wrote_ourselves_is_no_news(made):
    world, id, _, _ = made(own=dict.fromkeys(("title", "status", "priority", "description"), "newest"))
    world.ask(id, c.Move("doing"))
    later(world)
    before = len(world.item(id).events)

    for _ in range(5):
        later(world)

    assert len(world.item(id).events) == before
    assert "TicketChanged" not in world.types(id)


def test_a_ticket_is_changed_once_a_minute_with_all_that_has_changed(made):
    world, id, tickets, issue = made()
    world.clock.now += 120
    asked = []
    for number in range(12):
        world.ask(id, c.Classify({"title": f"Mail is down {number}"}))
        before = len([each for each in tickets.asked if each[0] in ("PUT", "PATCH")])
        world.carry()
        asked.append(len([each for each in tickets.asked if each[0] in ("PUT", "PATCH")]) - before)
        world.clock.now += 10

    assert sum(asked) == 2  # at once, and after a minute
    world.clock.now += 60
    world.carry()
    assert issue.title == "Mail is down 11"


def test_a_clock_says_nothing_in_the_ticket_and_an_escalation_does(made):
    world, id, _, issue = made()
    world.record(id, "ThresholdFired", clock="resolve", cycle=1, percent=50)
    world.record(id, "ClockFloored", clock="resolve", due="2026-04-01T00:00:00.000Z")
    world.record(
        id, "RungFired", ladder="incident", rung="manager", n=1, to=["olga", "role:it_manager"], type="hierarchical"
    )

    later(world)
    later(world)

    said = [each.partition("\n")[0] for each in issue.comments]
    assert said == ["Escalated: manager of the ladder incident, told olga, role:it_manager"]


def test_a_ticket_that_was_closed_too_long_ago_is_followed_by_another_one(made, kind):
    world, id, tickets, first = made(reopen_within="24h")
    world.ask(id, c.Resolve("mended", proof="seen"))
    later(world)
    assert first.closed
    world.clock.now += 25 * 3600
    world.ask(id, c.Reopen("it is back"))

    later(world)
    world.until_quiet()

    mirrors = list(mirrors_of(world.item(id)).values())
    assert [each.purpose for each in mirrors] == ["desk", "desk/2"]
    assert first.closed
    second = tickets.issues[2]
    assert not second.closed
    if kind == "jira":
        assert tickets.links == [("Relates", "OPS-2", "OPS-1")]
    else:
        assert ", after #1" in second.body


def test_a_change_of_somebody_else_is_taken_in_before_ours_is_written(made, kind):
    world, id, tickets, issue = made(own={"title": "newest"})
    world.clock.now += 100
    world.ask(id, c.Move("doing"))
    world.clock.now += 10
    tickets.change(issue, title="By somebody else")

    world.carry()
    world.clock.now += 61
    world.carry()

    assert world.item(id).title == "By somebody else" == issue.title
    assert status_there(kind, issue) == ("In Progress" if kind == "jira" else "doing")


def test_a_duplicate_that_came_too_late_to_be_found_is_closed(made, kind):
    world, id, tickets, first = made()
    key = world.mirror(id).key
    late = tickets.add(first.title, first.body, list(first.labels), status="To Do" if kind == "jira" else "open")

    later(world)

    assert late.closed
    assert not first.closed
    assert world.mirror(id).duplicates == {world.mirror(id).ref.replace("1", "2"): True}
    assert len([each for each in tickets.with_key(key) if not each.closed]) == 1
    if kind == "jira":
        assert tickets.links == [("Duplicate", "OPS-2", "OPS-1")]
    else:
        assert late.comments[0].startswith("Duplicate of #1")


def test_the_older_of_two_stays_whichever_was_linked_first(made, kind):
    world, id, tickets, first = made()
    world.clock.now += 100
    older = tickets.add(first.title, first.body, list(first.labels), status="To Do" if kind == "jira" else "open")
    older.created = first.created - 5000

    later(world)

    assert first.closed
    assert not older.closed
    assert world.mirror(id).ref.endswith("2")
    assert world.mirror(id).stage is Stage.LINKED


def test_a_listing_of_many_pages_is_read_to_its_end(made, kind):
    world, id, tickets, issue = made(own={"title": "ticket"})
    for number in range(130):
        tickets.add(f"{number}", "", ["runbook"], status="To Do" if kind == "jira" else "open")
    tickets.issues[1] = tickets.issues.pop(1)  # to the end of the list
    world.clock.now += 100
    tickets.change(issue, title="On the last page")

    later(world)

    assert world.item(id).title == "On the last page"


@pytest.mark.parametrize("kind", ["jira"], indirect=True)
def test_a_jira_with_the_old_search_is_asked_by_it(clock, kind):
    with serving(clock) as (tickets, url):
        tickets.old_search = True
        tickets.faults.script = ["lost"]
        world = World(clock, desk=written("jira", url, inbound={"mode": "poll"}))
        item = world.open()
        world.until_quiet()

        assert world.mirror(item.id).stage is Stage.LINKED
        assert len(tickets.issues) == 1
        assert ("POST", "/rest/api/2/search") in tickets.asked


@pytest.mark.parametrize("kind", ["github", "gitlab"], indirect=True)
def test_a_ticket_without_its_label_is_found_by_what_is_hidden_in_it(clock, kind):
    with serving(clock) as (tickets, url):
        tickets.labels_dropped = True
        tickets.faults.script = ["lost"]
        world = World(clock, desk=written(kind, url))
        item = world.open()
        world.until_quiet()

        assert world.mirror(item.id).stage is Stage.LINKED
        assert len(tickets.issues) == 1
