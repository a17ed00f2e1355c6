"""People are told of escalations: each once, again when nobody took it, and when they are at work."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from runbook.engine.identity import Actor
from runbook.engine.notices import tell
from runbook.engine.ticket_ports import Ports
from runbook.engine.worklist import Worklist
from runbook.kinds import builtin
from runbook.operations import commands as c
from runbook.operations.department import Operations
from runbook.operations.notices import channels_of, notices
from runbook.organisation import organisation_of

from .ticket_server import Clock
from .ticket_world import World

PEOPLE = {
    "people": {
        "ana": {"name": "Ana A", "email": "ana@example.org"},
        "olga": {"calendar": "office"},
        "bo": {},
    }
}


@dataclass
class Board:
    """A server that takes messages, and notes them."""

    url: str = ""
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    status: int = 200


@pytest.fixture
def board() -> Iterator[Board]:
    told = Board()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if told.status == 200:
                told.taken.append((self.path, body))
            self.send_response(told.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    told.url = f"json://127.0.0.1:{server.server_port}"
    yield told
    server.shutdown()
    server.server_close()


class Department(World):
    """People, channels, and a clock."""

    def __init__(self, data: dict[str, Any], **channels: Any) -> None:
        super().__init__(Clock())
        files = {f"operations/integrations/{id}.yaml": {"type": "notify", **each} for id, each in channels.items()}
        self.operations = Operations({**data, **files}, organisation_of(PEOPLE))
        self.worklist = Worklist(self.streams, Actor("ana"), self.operations)

    def tell(self) -> Any:
        return tell(self.worklist, Ports(builtin(), Path(), self.clock), self.clock.now)

    def fire(self, id: str, *to: str, rung: str = "late", type: str = "hierarchical", **more: Any) -> None:
        self.record(id, "RungFired", ladder="default", rung=rung, n=0, to=[*to], type=type, **more)


def test_everybody_is_told_once_by_the_channels_that_reach_them(board):
    desk = Department({}, mail={"url": board.url + "/mail/{email}"}, ops={"url": board.url + "/ops"})
    item = desk.open()
    desk.fire(item.id, "ana", "channel:ops")

    desk.tell()
    assert sorted(path for path, _ in board.taken) == ["/mail/ana@example.org", "/ops"]
    message = board.taken[0][1]
    assert message["title"] == f"{item.id} Mail is down: late"
    assert "(critical, P1) is open for" in message["message"]
    assert "Accountable: ana." in message["message"]
    assert "To be decided: who solves it, and by when." in message["message"]
    assert message["message"].endswith(f"Seen: runbook item ack {item.id} late")

    desk.clock.now += 3600
    desk.tell()
    assert len(board.taken) == 2


def test_a_notice_says_in_words_and_by_the_clock_of_the_office_what_was_done_last(board):
    office = {"timezone": "Europe/Berlin", "hours": {"all": ["00:00-24:00"]}}
    desk = Department({"operations/calendars/office.yaml": office}, ops={"url": board.url + "/ops"})
    item = desk.open()
    desk.ask(item.id, c.AddNote("the log\nis full"))
    desk.fire(item.id, "channel:ops")

    desk.tell()

    assert "Last, 2026-03-30 11:00: ana noted: the log is full\n" in board.taken[0][1]["message"]


def test_a_notice_that_nobody_took_is_sent_again(board):
    desk = Department({}, ops={"url": board.url + "/ops"})
    item = desk.open()
    desk.fire(item.id, "channel:ops")
    board.status = 500
    carried = desk.tell()
    assert carried.troubles[0].startswith(f"{item.id}: `ops` was not told")
    assert carried.next_at == desk.clock.now + 60
    desk.clock.now += 59
    desk.tell()
    assert [each.event.type for each in desk.item(item.id).events].count("NoticeFailed") == 1

    board.status = 200
    desk.clock.now += 1
    desk.tell()
    assert len(board.taken) == 1
    desk.clock.now += 3600
    desk.tell()
    assert len(board.taken) == 1


def test_a_notice_that_is_never_taken_is_given_up_and_told(board):
    desk = Department({}, ops={"url": board.url + "/ops"})
    item = desk.open()
    desk.fire(item.id, "channel:ops")
    board.status = 500
    for _ in range(12):
        desk.tell()
        desk.clock.now += 3600

    failed = [each.event.data for each in desk.item(item.id).events if each.event.type == "NoticeFailed"]
    assert [each.get("again", False) for each in failed] == [True, True, True, True, False]


def test_whom_no_channel_reaches_is_said_once(board):
    desk = Department({}, mail={"url": board.url + "/mail/{email}"})
    item = desk.open()
    desk.fire(item.id, "bo")

    assert desk.tell().troubles == [f"{item.id}: no channel reaches bo"]
    assert desk.tell().troubles == []
    assert board.taken == []


def test_what_is_not_urgent_waits_for_working_hours_and_what_is_does_not(board):
    office = {"timezone": "Europe/Berlin", "hours": {"mon-fri": ["09:00-17:00"]}}
    ladder = {"match": {"kind": "incident"}, "rungs": [
        {"id": "late", "at": "100% resolve", "notify": ["olga"], "type": "hierarchical"},
        {"id": "now", "at": "100% resolve", "notify": ["olga"], "type": "hierarchical", "urgent": True},
    ]}  # fmt: skip
    data = {
        "operations/calendars/office.yaml": office,
        "operations/policies/escalation.yaml": {"ladders": {"default": ladder}},
    }
    desk = Department(data, chat={"url": board.url + "/{person}"})
    desk.clock.now = 1_774_720_800  # Saturday, 28 March 2026, 18:00 UTC
    item = desk.open()
    desk.fire(item.id, "olga")
    carried = desk.tell()
    assert board.taken == []
    assert Clock(carried.next_at).instant() == "2026-03-30T07:00:00.000Z"  # Monday at nine
    desk.clock.now += 60
    desk.fire(item.id, "olga", rung="now")
    desk.tell()
    assert [each["title"].rpartition(": ")[2] for _, each in board.taken] == ["now"]

    desk.clock.now = carried.next_at - 1
    desk.tell()
    assert len(board.taken) == 1


def test_of_rungs_that_came_together_the_highest_is_told_and_old_ones_are_not(board):
    desk = Department({}, ops={"url": board.url + "/ops"})
    item = desk.open()
    desk.fire(item.id, "channel:ops", rung="nudge", due_at="2026-03-30T07:00:00.000Z")
    desk.fire(item.id, "channel:ops", rung="senior", due_at="2026-03-30T08:00:00.000Z")
    other = desk.open("Printer")
    desk.fire(other.id, "channel:ops", rung="old")
    desk.clock.now += 86_401
    third = desk.open("Disk")
    desk.fire(third.id, "channel:ops", rung="new")

    told = list(notices(desk.item(item.id), channels_of(desk.operations.data), organisation_of(PEOPLE), Clock().now))
    assert [each.rung.event.data["rung"] for each in told] == ["senior"]
    desk.tell()
    assert [each["title"].rpartition(": ")[2] for _, each in board.taken] == ["new"]


def test_the_secret_of_a_channel_stands_nowhere(board, monkeypatch):
    monkeypatch.setenv("CHAT", board.url.replace("json://", "json://user:hidden-word@") + "/ops")
    desk = Department({}, ops={"url": "{secret}", "auth": {"env": "CHAT"}})
    item = desk.open()
    desk.fire(item.id, "channel:ops")
    board.status = 500
    carried = desk.tell()
    board.status = 200
    desk.clock.now += 60
    desk.tell()

    assert len(board.taken) == 1
    assert "hidden-word" not in json.dumps([carried.troubles, [each.event.data for each in desk.item(item.id).events]])
