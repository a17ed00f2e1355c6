"""Tickets at the command line: made, refused, tried again, linked, told to us; and the secret stands nowhere."""

from __future__ import annotations

import json
import shutil
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
import yaml

from tests.cli.conftest import Desk
from tests.operations.ticket_server import SECRET, TOKEN, Clock, Tickets, serving
from tests.waiting import until


@pytest.fixture
def jira() -> Iterator[tuple[Tickets, str]]:
    with serving(Clock(int(time.time()))) as made:
        yield made


@pytest.fixture(autouse=True)
def disconnected(desk: Desk) -> Iterator[None]:
    """The project is another test's as well."""
    yield
    shutil.rmtree(desk.folder / "operations" / "integrations", ignore_errors=True)


def connect(desk: Desk, monkeypatch: pytest.MonkeyPatch, url: str, **more: object) -> None:
    """Describe the system to the project."""
    monkeypatch.setenv("JIRA_TOKEN", TOKEN)
    written = {
        "type": "jira",
        "url": url,
        "project": "OPS",
        "auth": {"env": "JIRA_TOKEN"},
        "raise_when": [{"event": "item.opened", "severity": ["critical", "major"]}],
        **more,
    }
    file = desk.folder / "operations" / "integrations" / "jira-ops.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(written))


def opened(desk: Desk, *words: str) -> str:
    shown = desk.cli("item", "open", "Mail is down", "--severity", "critical", "--json", *words)
    assert shown.code == 0, shown.err
    return str(shown.json["id"])


def test_an_item_gets_its_ticket_once_and_stays_in_step(desk, monkeypatch, jira):
    tickets, url = jira
    connect(desk, monkeypatch, url)
    item = opened(desk)
    tickets.faults.script = ["lost"]

    first = desk.cli("ticket", "sync")
    assert first.code == 1
    assert "gave no answer" in first.err
    (entry,) = desk.cli("outbox", "--json").json
    assert (entry["item"], entry["state"], entry["tries"]) == (item, "in doubt", 1)
    deadline = time.monotonic() + 20
    while desk.cli("outbox", "--json").json and time.monotonic() < deadline:
        desk.cli("ticket", "sync", "-q")  # the first look is two seconds later

    assert len(tickets.issues) == 1
    assert desk.cli("outbox").out == "All tickets are as they should be.\n"
    assert desk.cli("ticket", "sync").out == "Nothing was to be done.\n"
    assert "OPS-1" in desk.cli("item", "show", item).out


def test_what_is_refused_is_shown_and_tried_again_when_it_is_mended(desk, monkeypatch, jira):
    tickets, url = jira
    connect(desk, monkeypatch, url)
    tickets.required = {"customfield_7": "Site"}
    item = opened(desk)

    tested = desk.cli("integration", "test", "jira-ops")
    assert tested.code == 1
    assert tested.out.splitlines() == [
        "jira-ops: not ready",
        "  issue type `Bug` needs the field `customfield_7` (Site): write it in `fields`",
        "  issue type `Task` needs the field `customfield_7` (Site): write it in `fields`",
    ]
    assert tickets.issues == {}
    assert desk.cli("ticket", "sync").code == 1
    shown = desk.cli("outbox").out
    assert "refused" in shown
    assert f"runbook outbox --retry {item}" in shown
    assert desk.cli("outbox", "--retry", "INC-99").code == 2

    connect(desk, monkeypatch, url, fields={"customfield_7": "north"})
    assert desk.cli("integration", "test").out == "jira-ops: ready\n"
    assert desk.cli("outbox", "--retry", item).out == "1 of them is tried again\n"
    assert desk.cli("ticket", "sync").out.startswith(f"{item} is OPS-1 in jira-ops")


def test_the_secret_stands_nowhere(desk, monkeypatch, jira):
    tickets, url = jira
    connect(desk, monkeypatch, url, own={"title": "ticket"}, inbound={"mode": "poll"})
    item = opened(desk)
    told = [
        desk.cli("ticket", "sync", "--json"),
        desk.cli("outbox", "--json"),
        desk.cli("integration", "list", "--json"),
    ]
    tickets.clock.now += 5
    tickets.change(tickets.issues[1], title=f"who wrote {TOKEN} here?")
    told += [desk.cli("ticket", "sync"), desk.cli("item", "log", item, "--json"), desk.cli("item", "show", item)]
    monkeypatch.setenv("JIRA_TOKEN", "another-secret-token")
    told += [desk.cli("integration", "test"), desk.cli("ticket", "sync")]

    whole = "".join(each.out + each.err for each in told)
    assert "who wrote *** here?" in whole
    for secret in (TOKEN, "another-secret-token"):
        assert secret not in whole
        kept = [file for file in desk.home.rglob("*") if file.is_file() and secret.encode() in file.read_bytes()]
        assert kept == []


def test_a_login_that_is_not_there_is_told_and_is_no_mistake_of_the_file(desk, monkeypatch, jira):
    _, url = jira
    connect(desk, monkeypatch, url)
    monkeypatch.delenv("JIRA_TOKEN")
    opened(desk)

    assert desk.cli("validate").code == 0
    tested = desk.cli("integration", "test")
    assert tested.code == 1
    assert "the environment variable JIRA_TOKEN is not set" in tested.out
    assert "the environment variable JIRA_TOKEN is not set" in desk.cli("ticket", "sync").err


def test_tickets_by_hand(desk, monkeypatch, jira):
    tickets, url = jira
    connect(desk, monkeypatch, url, raise_when=[])
    one, other = opened(desk), opened(desk)

    assert desk.cli("ticket", "raise", one, "nowhere").code == 2
    assert desk.cli("ticket", "raise", one, "jira-ops", "--reason", "they asked").code == 0
    again = desk.cli("ticket", "raise", one, "jira-ops")
    assert (again.code, f"{one} has a ticket in `jira-ops`" in again.err) == (2, True)
    assert desk.cli("ticket", "sync").code == 0
    assert "because of they asked" in tickets.issues[1].body

    there = tickets.add("Theirs", "", [], status="To Do")
    assert desk.cli("ticket", "link", other, "jira-ops", "OPS-9").code == 2
    linked = desk.cli("ticket", "link", other, "jira-ops", f"OPS-{there.number}", "--json").json
    assert (linked["ref"], linked["stage"]) == ("OPS-2", "linked")
    assert linked["key"] in there.labels
    assert desk.cli("ticket", "link", opened(desk), "jira-ops", "OPS-2").code == 2


def test_only_one_carries_tickets_out(desk, monkeypatch, jira):
    from runbook.engine.identity import Actor
    from runbook.engine.lease import hold

    tickets, url = jira
    connect(desk, monkeypatch, url)
    opened(desk)

    with hold(desk.home, "outbox", Actor("maria")):
        assert desk.cli("ticket", "sync").code == 5
    assert tickets.issues == {}


def test_a_webhook_is_answered_kept_and_taken_in(desk, monkeypatch, jira):
    tickets, url = jira
    inbound = {"mode": ["webhook", "poll"], "secret_env": "JIRA_TOKEN"}
    connect(desk, monkeypatch, url, own={"title": "ticket"}, inbound=inbound)
    item = opened(desk)
    desk.cli("ticket", "sync")
    tickets.tells = "jira"
    tickets.clock.now = int(time.time()) + 2
    tickets.change(tickets.issues[1], title="Told by them")
    (told,) = tickets.told

    server = desk.background("integration", "serve", "--port", "0", "--json")
    try:
        assert server.stdout is not None
        ready = json.loads(server.stdout.readline())
        assert ready["integrations"] == ["jira-ops"]

        def send(body: bytes, path: str = "jira-ops", **headers: str) -> int:
            request = urllib.request.Request(ready["url"] + path, body, {**told.headers, **headers}, method="POST")
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    return int(answer.status)
            except urllib.error.HTTPError as error:
                return error.code

        assert send(told.body) == 202
        assert send(told.body) == 202  # told twice
        assert send(told.body + b" ") == 401
        assert send(told.body, "another") == 404
        assert send(b"x" * (1024 * 1024 + 1)) == 413
        with pytest.raises(urllib.error.HTTPError, match="405"):
            urllib.request.urlopen(ready["url"] + "jira-ops", timeout=20)
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0

    log = desk.cli("item", "log", item, "--json").out
    assert log.count("TicketTold") == 1
    assert desk.cli("item", "show", item, "--json").json["title"] == "Mail is down"
    desk.cli("ticket", "sync")
    assert desk.cli("item", "show", item, "--json").json["title"] == "Told by them"
    assert SECRET not in log


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"type": "bugzilla"}, "type"),
        ({"project": ""}, "project"),
        ({"map": {"priority": {"urgent": "High"}}}, "there is no priority `urgent`"),
        ({"raise_when": [{"event": "item.opened", "severity": "dreadful"}]}, "there is no severity `dreadful`"),
    ],
    ids=["type", "project", "priority", "severity"],
)
def test_what_can_not_be_is_refused_before_anything_is_sent(desk, monkeypatch, jira, more, says):
    tickets, url = jira
    opened(desk)
    connect(desk, monkeypatch, url, **more)

    for words in (("validate",), ("ticket", "sync"), ("integration", "test"), ("outbox",)):
        shown = desk.cli(*words)
        assert shown.code in (1, 2)
        assert says in shown.out + shown.err
    assert tickets.asked == []


def test_tick_and_daemon_carry_tickets_out(desk, monkeypatch, jira):
    tickets, url = jira
    connect(desk, monkeypatch, url)
    first = opened(desk)
    ticked = desk.cli("tick")
    assert (ticked.code, ticked.out) == (0, f"{first} is OPS-1 in jira-ops\n")
    assert desk.cli("tick", "-q").out == ""

    daemon = desk.background("daemon")
    try:
        second = opened(desk)
        until(lambda: len(tickets.issues) == 2, "the second ticket")
        desk.cli("item", "resolve", second, "Mended", "--proof", "seen")
        until(lambda: tickets.issues[2].closed, "the end of the second ticket")
    finally:
        daemon.send_signal(signal.SIGTERM)
        out, err = daemon.communicate(timeout=60)

    assert daemon.returncode == 0, err
    assert f"{second} is OPS-2 in jira-ops" in out.decode()
    assert len(tickets.issues) == 2


def test_a_tick_tells_of_trouble_with_tickets_and_carries_on_with_runs(desk, monkeypatch, jira):
    _, url = jira
    connect(desk, monkeypatch, url)
    monkeypatch.delenv("JIRA_TOKEN")
    opened(desk)

    ticked = desk.cli("tick", "-q")

    assert ticked.code == 1
    assert "JIRA_TOKEN is not set" in ticked.err
    assert ticked.out == ""
