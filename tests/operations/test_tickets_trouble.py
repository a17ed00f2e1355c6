"""What goes wrong between the two sides: refused, not reached, gone; and what is told to us by whom (OPS 2.8)."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
from pathlib import Path

import pytest

from runbook.engine.receiving import receive
from runbook.engine.ticket_ports import Ports
from runbook.engine.ticketing import findings, link, outbox, raise_by_hand, retry
from runbook.errors import Misuse, Refused
from runbook.kinds import builtin
from runbook.operations import commands as c
from runbook.operations.mirror import Stage
from runbook.work.tickets import signing

from .ticket_server import SECRET, TOKEN, Clock, serving
from .ticket_world import World, set_secrets, written

TYPES = ("jira", "github", "gitlab", "webhook")
TELLING = ("jira", "github", "gitlab")
HOOKED = {"inbound": {"mode": ["webhook"], "secret_env": "TICKET_TOKEN"}}


@pytest.fixture(autouse=True)
def secrets(monkeypatch):
    set_secrets(monkeypatch)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=TYPES)
def kind(request):
    return request.param


def ports(world):
    return Ports(builtin(), Path(), world.clock)


def everything(world):
    return json.dumps([each.event.data for id, told in world.streams.all() for each in told])


# -- going out ----------------------------------------------------------------------------------


def test_what_is_refused_is_a_dead_letter_until_somebody_tries_again(clock):
    with serving(clock) as (tickets, url):
        world = World(clock, desk=written("jira", url))
        tickets.required = {"customfield_7": "Site"}
        item = world.open()
        carried = world.carry()
        assert "desk: INC-1: http" in carried.troubles[0]
        assert "customfield_7: customfield_7 is required" in carried.troubles[0]
        for _ in range(5):
            clock.now += 600
            world.carry()
        assert [each for each in tickets.asked if each == ("POST", "/rest/api/2/issue")] == [
            ("POST", "/rest/api/2/issue")
        ]
        (entry,) = outbox(world.worklist, world.integrations, clock.now)
        assert (entry.state, entry.item.id, entry.mirror.status) == ("refused", item.id, 400)

        tickets.required = {}
        assert [each.item.id for each in retry(world.worklist, world.integrations, item.id, clock.now)] == [item.id]
        world.until_quiet()

        assert world.mirror(item.id).stage is Stage.LINKED
        assert outbox(world.worklist, world.integrations, clock.now) == []
        with pytest.raises(Misuse, match="nothing of `INC-1` was refused"):
            retry(world.worklist, world.integrations, item.id, clock.now)


def test_a_missing_field_is_told_before_anything_is_sent(clock):
    with serving(clock) as (tickets, url):
        tickets.required = {"customfield_7": "Site"}
        more = {"map": {"type": {"incident": "Bug", "default": "Story"}, "priority": {"P1": "Blocker"}}}
        world = World(clock, desk=written("jira", url, **more))
        told = findings(world.integrations["desk"], ports(world).open(world.integrations["desk"]))
        assert told == (
            "issue type `Bug` needs the field `customfield_7` (Site): write it in `fields`",
            "issue type `Bug` knows no priority `Blocker`",
            "project `OPS` has no issue type `Story`: there are `Bug`, `Task`",
        )

        tickets.types.append("Story")
        more = {"fields": {"customfield_7": "north"}, "map": {"type": {"default": "Story"}, "priority": {"P1": "High"}}}
        world = World(clock, desk=written("jira", url, **more))
        assert findings(world.integrations["desk"], ports(world).open(world.integrations["desk"])) == ()
        assert tickets.issues == {}


def test_a_screen_without_labels_is_told_since_nothing_could_be_found_again(clock):
    with serving(clock) as (tickets, url):
        tickets.screen = False
        world = World(clock, desk=written("jira", url))
        told = findings(world.integrations["desk"], ports(world).open(world.integrations["desk"]))
        assert told[0] == "issue type `Bug` has no field `labels` on the screen on which it is created"


def test_a_state_that_can_not_be_reached_keeps_nothing_from_being_said(clock):
    with serving(clock) as (tickets, url):
        world = World(clock, desk=written("jira", url, map={"status": {"active": "Nowhere", "finished": "Done"}}))
        item = world.open()
        world.until_quiet()
        world.ask(item.id, c.Move("doing"), c.SendUpdate("we are at it"))
        clock.now += 60
        carried = world.carry()
        assert "no transition leads to `Nowhere` now: what can be reached is `In Progress`" in carried.troubles[0]
        asked = len(tickets.asked)
        clock.now += 600
        world.carry()
        assert len(tickets.asked) == asked  # it is not tried again by itself
        world.ask(item.id, c.SendUpdate("nearly there"))
        world.carry()

        said = [each.partition("\n")[0] for each in tickets.issues[1].comments]
        assert said == ["we are at it", "nearly there"]
        (entry,) = outbox(world.worklist, world.integrations, clock.now)
        assert entry.state == "refused"


def test_a_ticket_that_was_deleted_is_told_and_another_can_take_its_place(clock):
    with serving(clock) as (tickets, url):
        world = World(clock, desk=written("github", url))
        item = world.open()
        world.until_quiet()
        del tickets.issues[1]
        world.ask(item.id, c.Classify({"title": "Mail is still down"}))
        clock.now += 60
        world.carry()
        (entry,) = outbox(world.worklist, world.integrations, clock.now)
        assert (entry.state, entry.mirror.status) == ("refused", 404)
        tickets.issues[7] = tickets.add("By hand", "", [])
        tickets.issues[7].number = 7

        link(world.worklist, world.integrations["desk"], item.id, "7", ports(world).open(world.integrations["desk"]))
        clock.now += 60
        world.until_quiet()

        assert tickets.issues[7].title == "Mail is still down"


def test_a_lost_bookmark_reads_more_and_nothing_twice(clock):
    with serving(clock) as (tickets, url):
        world = World(clock, desk=written("gitlab", url, own={"title": "ticket"}, inbound={"mode": "poll"}))
        item = world.open()
        world.until_quiet()
        tickets.change(tickets.issues[1], title="Changed while nobody looked")
        clock.now += 3 * 86_400
        world.cursors.kept.clear()

        world.carry()

        assert world.item(item.id).title == "Changed while nobody looked"
        events = len(world.item(item.id).events)
        world.cursors.kept.clear()
        world.carry()
        assert len(world.item(item.id).events) == events


def test_a_rate_limit_is_waited_for_and_nothing_is_made_twice(clock, kind):
    with serving(clock) as (tickets, url):
        world = World(clock, desk=written(kind, url))
        tickets.faults.script = ["limited"]
        first = world.open()
        second = world.open("Printer on fire")
        carried = world.carry()
        asked = len(tickets.asked)
        assert carried.next_at == clock.now + 120  # as long as they want to be left alone
        assert world.types(second.id) == []
        clock.now += 119
        world.carry()
        assert world.types(first.id)[-1] == "TicketPostponed"

        world.until_quiet()

        assert len(tickets.asked) > asked
        for item in (first, second):
            assert world.types(item.id).count("TicketLinked") == 1
        assert world.types(first.id).count("TicketUnknown") == 0
        assert len(tickets.issues) in (0, 2)


def test_a_login_that_is_wrong_loses_nothing(clock, monkeypatch, kind):
    if kind == "webhook":
        pytest.skip("its signature is refused for good")
    with serving(clock) as (tickets, url):
        world = World(clock, desk=written(kind, url))
        item = world.open()
        monkeypatch.setenv("TICKET_TOKEN", "another token than theirs")
        for _ in range(5):
            carried = world.carry()
            assert "answers 401: who are you" in carried.troubles[0]
            clock.now += 3600
        assert tickets.issues == {}

        set_secrets(monkeypatch)
        world.until_quiet()

        assert world.mirror(item.id).stage is Stage.LINKED
        assert len(tickets.issues) == 1


def test_a_secret_that_is_not_there_loses_nothing(clock, monkeypatch):
    with serving(clock) as (_, url):
        world = World(clock, desk=written("github", url))
        item = world.open()
        monkeypatch.delenv("TICKET_TOKEN")
        carried = world.carry()
        assert "the environment variable TICKET_TOKEN is not set" in carried.troubles[0]

        set_secrets(monkeypatch)
        clock.now += 60
        world.carry()

        assert world.mirror(item.id).stage is Stage.LINKED


def test_nobody_there_loses_nothing_and_stops_no_other(clock):
    with serving(clock) as (tickets, _), serving(clock) as (others, there):
        world = World(clock, desk=written("github", "http://127.0.0.1:9"), other=written("gitlab", there))
        item = world.open()
        world.carry()

        assert len(others.issues) == 1
        assert tickets.issues == {}
        types = world.types(item.id)
        assert types.count("TicketLinked") == 1
        assert types.count("TicketAttempted") == 1  # nothing was begun where nobody was reached


def test_a_webhook_that_is_gone_is_told_nothing_more_until_somebody_tries_again(clock):
    with serving(clock) as (tickets, url):
        world = World(clock, desk=written("webhook", url))
        tickets.gone = True
        first = world.open()
        world.carry()
        second = world.open("Printer on fire")
        asked = len(tickets.asked)
        for _ in range(3):
            clock.now += 600
            assert "it takes nothing any more" in world.carry().troubles[0]
        assert len(tickets.asked) == asked

        tickets.gone = False
        retry(world.worklist, world.integrations, "desk", clock.now)
        world.until_quiet()

        assert {world.mirror(each.id).stage for each in (first, second)} == {Stage.LINKED}


def test_a_message_has_one_id_however_often_it_is_sent(clock):
    with serving(clock) as (tickets, url):
        world = World(clock, desk=written("webhook", url))
        tickets.faults.script = ["lost", "broken", "lost"]
        item = world.open()
        world.until_quiet()

        key = world.mirror(item.id).key
        assert tickets.repeated == 3
        assert [each for each in tickets.received if each == key] == [key]
        assert tickets.received[key]["type"] == "ticket.created"
        assert tickets.received[key]["data"]["fields"]["priority"] == "P1"


def test_the_secret_stands_nowhere_even_when_they_send_it_back(clock, kind):
    with serving(clock) as (tickets, url):
        secret = SECRET if kind == "webhook" else TOKEN
        world = World(clock, desk=written(kind, url, own={"title": "ticket"}, inbound={"mode": "poll"}))
        item = world.open()
        world.until_quiet()
        for issue in tickets.issues.values():
            tickets.change(issue, title=f"leaked {secret} leaked")
        tickets.required = {secret: secret}
        clock.now += 120
        world.open("another")
        carried = world.carry(poll=True)
        world.until_quiet()

        assert secret not in everything(world)
        assert secret not in json.dumps([carried.troubles, carried.done])
        if kind != "webhook":
            assert world.item(item.id).title == "leaked *** leaked"


@pytest.mark.parametrize("url", ["http://169.254.169.254/", "ftp://127.0.0.1/", "http://[fd00:ec2::254]/"])
def test_addresses_of_the_machine_itself_are_refused(clock, kind, url):
    world = World(clock, desk=written(kind, url))
    item = world.open()

    carried = world.carry()

    assert "can't be asked" in carried.troubles[0]
    assert world.mirror(item.id).stage is not Stage.LINKED


def test_a_ticket_by_hand_and_one_that_is_there_already(clock, kind):
    with serving(clock) as (tickets, url):
        world = World(clock, desk=written(kind, url))
        item = world.open(severity="minor")
        desk = world.integrations["desk"]
        raise_by_hand(world.worklist, desk, item.id, "they asked for it")
        with pytest.raises(Refused, match="INC-1 has a ticket"):
            raise_by_hand(world.worklist, desk, item.id, "again")
        world.until_quiet()
        assert world.mirror(item.id).stage is Stage.LINKED

        if kind == "webhook":
            return
        other = world.open("Seen by a customer", severity="minor")
        there = tickets.add("Theirs", "by hand", [], status="To Do" if kind == "jira" else "open")
        ref = f"OPS-{there.number}" if kind == "jira" else str(there.number)
        port = ports(world).open(desk)
        mirror = link(world.worklist, desk, other.id, ref, port)
        assert mirror.ref == ref
        assert tickets.with_key(mirror.key) == [there]
        with pytest.raises(Refused, match="is the ticket of another item"):
            link(world.worklist, desk, world.open("x", severity="minor").id, ref, port)
        with pytest.raises(Misuse, match="there is no ticket"):
            link(world.worklist, desk, world.open("y", severity="minor").id, ref.replace(str(there.number), "99"), port)
        clock.now += 61
        world.until_quiet()
        assert there.title == "Seen by a customer"
        assert len(tickets.issues) == 2


# -- coming in ----------------------------------------------------------------------------------


def deliver(world, told, **headers):
    given = {name.lower(): value for name, value in {**told.headers, **headers}.items()}
    return receive(world.worklist, world.integrations, ports(world), "desk", given, told.body, world.clock.now)


@pytest.fixture(params=TELLING)
def telling(request, clock):
    with serving(clock) as (tickets, url):
        world = World(clock, desk=written(request.param, url, own={"title": "ticket"}, **HOOKED))
        item = world.open()
        world.until_quiet()
        clock.now += 100
        tickets.tells = request.param
        (issue,) = tickets.issues.values()
        yield tickets, world, item.id, issue


def test_what_is_told_is_kept_once_and_taken_in_later(telling):
    tickets, world, id, issue = telling
    tickets.change(issue, title="Told")
    (told,) = tickets.told

    assert [deliver(world, told).text for _ in range(3)] == ["taken", "told before", "told before"]
    assert world.types(id).count("TicketTold") == 1
    assert world.item(id).title == "Mail is down"
    world.carry()
    assert world.item(id).title == "Told"
    events = len(world.item(id).events)
    world.carry()
    assert deliver(world, told).text == "told before"
    assert len(world.item(id).events) == events


def test_deliveries_that_are_repeated_and_out_of_order_end_in_the_newest(telling):
    tickets, world, id, issue = telling
    chance = random.Random(4)
    for number in range(30):
        world.clock.now += 2
        tickets.change(issue, title=f"Title {number}")
    deliveries = tickets.told * 2
    chance.shuffle(deliveries)
    for number, told in enumerate(deliveries):
        assert deliver(world, told).status == 202
        if number % 7 == 0:
            world.carry()
    world.carry()

    assert world.item(id).title == "Title 29"


def test_what_we_did_ourselves_is_no_news_however_it_is_told(clock):
    with serving(clock) as (tickets, url):
        world = World(clock, desk=written("github", url, own={"title": "ticket"}, account="us", **HOOKED))
        item = world.open()
        world.until_quiet()
        world.ask(item.id, c.SendUpdate("we are at it"))
        clock.now += 60
        world.carry()
        tickets.tells = "github"
        (issue,) = tickets.issues.values()
        issue.title = "As it stood in the same second, before we were done"
        tickets.tell(issue, by="us")
        tickets.tell(issue, by="olga")
        ours, theirs = tickets.told

        deliver(world, ours)
        world.carry()
        assert world.item(item.id).title == "Mail is down"
        deliver(world, theirs)
        world.carry()
        assert world.item(item.id).title == issue.title


def test_what_is_not_from_them_or_not_new_is_refused(telling):
    tickets, world, id, issue = telling
    tickets.change(issue, title="Told")
    (told,) = tickets.told
    before = len(world.item(id).events)
    name = next(each for each in told.headers if "sig" in each.lower() or "token" in each.lower())

    assert deliver(world, told, **{name: told.headers[name][:-1] + "x"}).status == 401
    assert deliver(world, told, **{name: ""}).status == 401
    forged = type(told)(told.headers, told.body.replace(b"Told", b"Lies"))
    if name != "X-Gitlab-Token":  # a token vouches for nothing but itself
        assert deliver(world, forged).status == 401
    world.clock.now += 301
    assert deliver(world, told).status == 401
    world.clock.now -= 700
    assert deliver(world, told).status == 401
    assert len(world.item(id).events) == before


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"\xff\xfe", b"null", b"[" * 100_000, b'{"issue": 3}', b'{"issue": {}}']
)
def test_a_body_that_is_nothing_is_refused_and_breaks_nothing(telling, body):
    _, world, _, _ = telling
    signature = "sha256=" + hmac.new(TOKEN.encode(), body, hashlib.sha256).hexdigest()
    headers = {"x-hub-signature": signature, "x-hub-signature-256": signature, "x-gitlab-token": TOKEN}

    taken = receive(world.worklist, world.integrations, ports(world), "desk", headers, body, world.clock.now)

    assert taken.status in (400, 401)


def test_what_nobody_asked_for_is_not_taken_in(telling):
    tickets, world, _, issue = telling
    tickets.change(issue, title="Told")
    stranger = tickets.add("Not ours", "", [])
    assert deliver(world, tickets.told[-1]).text == "about no ticket of ours"
    assert stranger.number == 2
    headers = {name.lower(): value for name, value in tickets.told[0].headers.items()}
    nowhere = receive(world.worklist, world.integrations, ports(world), "other", headers, b"{}", world.clock.now)
    assert nowhere.status == 404


@pytest.mark.parametrize("where", [b"ops/other", b"other/desk", b""])
def test_an_issue_of_the_same_number_elsewhere_is_not_taken_in(telling, where):
    tickets, world, id, issue = telling
    if tickets.tells == "jira":
        pytest.skip("a key of Jira names its project")
    tickets.change(issue, title="Of another repository")
    (told,) = tickets.told
    body = told.body.replace(b"Ops/Desk", where).replace(b"ops/desk", where)
    signature = "sha256=" + hmac.new(TOKEN.encode(), body, hashlib.sha256).hexdigest()
    before = len(world.item(id).events)

    taken = deliver(world, type(told)(told.headers, body), **{"X-Hub-Signature-256": signature})

    assert taken.text == "about no ticket"
    assert len(world.item(id).events) == before


def test_any_system_tells_by_standard_webhooks(clock):
    with serving(clock) as (_, url):
        more = {"own": {"status": "ticket"}, "inbound": {"mode": "webhook", "secret_env": "HOOK_SECRET"}}
        world = World(clock, desk=written("webhook", url, **more))
        item = world.open()
        world.until_quiet()
        key = world.mirror(item.id).key
        clock.now += 90

        def tell(id, version, fields, secret=SECRET, at=None):
            told = {"type": "ticket.changed", "timestamp": clock.instant()}
            body = json.dumps({**told, "data": {"key": key, "version": version, "fields": fields}}).encode()
            headers = signing.signed(secret, id, at or clock.now, body)
            return receive(world.worklist, world.integrations, ports(world), "desk", headers, body, clock.now).status

        assert tell("m1", "7", {"status": "active"}) == 202
        assert tell("m2", "10", {"status": "finished"}) == 202
        assert tell("m3", "9", {"status": "active"}) == 202  # older than what is known
        assert tell("m4", "11", {"status": "active"}, secret="another secret") == 401
        assert tell("m5", "11", {"status": "active"}, at=clock.now - 301) == 401
        world.carry()

        assert world.item(item.id).status == "resolved"


def test_the_signature_is_the_one_of_standard_webhooks():
    # the vector of the specification's own library
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = signing.signed(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')

    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("given", ["", "v1,", "v1,AAAA", "v2,g0hM9SsE", "x" * 10_000, "v1," + "\u00e9" * 50])
def test_what_is_no_signature_is_refused(given):
    headers = {"webhook-id": "a", "webhook-timestamp": "5", "webhook-signature": given}

    with pytest.raises(signing.NotVerified):
        signing.check_standard(SECRET, headers, b"{}", 5)
