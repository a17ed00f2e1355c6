"""The streams of a journal: work items and the department, beside its runs."""

from __future__ import annotations

import sqlite3

import pytest

from runbook.errors import Conflict, JournalDamaged
from runbook.journal import database, sqlite, stream_tables
from runbook.journal.verify import verify
from runbook.run.events import Event

FIRST = Event("ItemOpened", data={"kind": "incident", "title": "Mail is down ü"})
SECOND = Event("ItemMoved", data={"column": "doing", "state": "active"})


@pytest.fixture(params=["memory", "sqlite"])
def streams(request, path):
    if request.param == "memory":
        yield stream_tables.in_memory()
        return
    journal = sqlite.Journal(path)
    yield journal.streams
    journal.close()


def put(streams, *events, stream="INC-1", kind="incident", **more):
    with streams.write() as writing:
        return writing.append(stream, kind, events, "ana", **more)


def test_events_come_back_in_order_as_they_were(streams):
    put(streams, FIRST)
    made = put(streams, SECOND, SECOND, where="cli")

    kept = streams.events("INC-1")
    assert [each.event for each in kept] == [FIRST, SECOND, SECOND]
    assert [each.seq for each in made] == [2, 3]
    assert kept[1:] == made == streams.events("INC-1", 1)
    assert streams.row("INC-1").head == 3
    assert streams.events("INC-9") == []
    assert streams.row("INC-9") is None


def test_many_streams_are_read_in_one_go_and_the_department_is_none_of_them(streams):
    put(streams, FIRST, at="2026-01-01T00:00:00.000Z")
    put(streams, FIRST, SECOND, stream="CHG-1", kind="change", at="2026-01-02T00:00:00.000Z", open=False)
    put(streams, Event("PlanCommitted"), stream="department", kind="department")

    assert [(id, len(events)) for id, events in streams.open()] == [("INC-1", 1)]
    assert [(id, len(events)) for id, events in streams.all()] == [("INC-1", 1), ("CHG-1", 2)]
    assert [id for id, _ in streams.all("2026-01-02T00:00:00.000Z")] == ["CHG-1"]
    assert [id for id, _ in streams.all(kind="change")] == ["CHG-1"]
    assert list(streams.open("change")) == []
    assert [row.stream for row in streams.rows()] == ["INC-1", "CHG-1"]


def test_streams_are_known_by_their_newest_event(streams):
    put(streams, FIRST, at="2026-01-01T00:00:00.000Z")
    put(streams, FIRST, stream="CHG-1", kind="change", at="2026-01-02T00:00:00.000Z", open=False)
    put(streams, Event("PlanCommitted"), stream="department", kind="department")
    before = streams.heads("2026-01-02T00:00:00.000Z")

    assert [*before] == ["INC-1", "CHG-1"]
    assert [*streams.heads("2026-01-03T00:00:00.000Z")] == ["INC-1"], "what is open is always there"
    put(streams, SECOND)
    after = streams.heads("2026-01-02T00:00:00.000Z")
    assert (after["INC-1"] != before["INC-1"], after["CHG-1"] == before["CHG-1"]) == (True, True)


def test_streams_are_chosen_by_the_events_they_hold(streams):
    put(streams, FIRST, SECOND, at="2026-01-01T00:00:00.000Z")
    put(streams, FIRST, stream="INC-2", at="2026-01-02T00:00:00.000Z")
    put(streams, SECOND, stream="INC-3", at="2026-01-03T00:00:00.000Z", open=False)
    put(streams, SECOND, stream="department", kind="department")

    assert [(id, len(events)) for id, events in streams.holding(("ItemMoved",))] == [("INC-1", 2), ("INC-3", 1)]
    assert [id for id, _ in streams.holding({"ItemMoved"}, ["INC-2", "INC-3", "INC-9"])] == ["INC-3"]
    assert [id for id, _ in streams.holding(["ItemMoved"], since="2026-01-02T00:00:00.000Z")] == ["INC-3"]
    assert list(streams.holding(())) == list(streams.holding(("ItemMoved",), ())) == []


def test_the_stream_of_what_happens_once_is_found_by_its_key(streams):
    put(streams, FIRST)
    put(streams, SECOND, stream="INC-2", keys=["ticket/rb-1"])

    assert (streams.keyed("ticket/rb-1"), streams.keyed("ticket/rb-2")) == ("INC-2", "")


def test_numbers_go_on_after_the_highest(streams):
    with streams.write() as writing:
        assert writing.number("INC") == "INC-1"
        for number in (9, 10):
            writing.append(f"INC-{number}", "incident", [FIRST], "ana")
        assert writing.number("INC") == "INC-11"
        assert writing.number("REQ") == "REQ-1"


def test_what_has_a_key_happens_once_and_nothing_of_the_second_time_is_kept(streams):
    put(streams, FIRST, keys=["duty g/p@2026-01-01"])

    with pytest.raises(Conflict, match="has happened already"):
        put(streams, FIRST, stream="INC-2", keys=["other", "duty g/p@2026-01-01"])

    assert streams.row("INC-2") is None
    with streams.write() as writing:
        assert writing.once("duty g/p@2026-01-01")
        assert not writing.once("other")


def test_an_error_undoes_what_was_written_to_all_streams(streams):
    def break_off():
        with streams.write() as writing:
            writing.append("INC-1", "incident", [FIRST], "ana")
            writing.append("INC-2", "incident", [FIRST], "ana")
            raise RuntimeError("the light went out")

    with pytest.raises(RuntimeError, match="the light went out"):
        break_off()

    assert streams.rows() == []


def test_nothing_is_entered_before_what_has_happened(streams):
    put(streams, FIRST, at="2026-01-02T00:00:00.000Z")

    with pytest.raises(Conflict, match="something happened in INC-1 after"):
        put(streams, SECOND, at="2026-01-01T00:00:00.000Z")


def test_what_time_makes_happen_is_found_and_what_is_to_come(streams):
    put(streams, FIRST, wake="2000-01-01T00:00:00.000Z")
    put(streams, FIRST, stream="INC-2", wake="2999-01-01T00:00:00.000Z")
    put(streams, FIRST, stream="INC-3")

    assert [row.stream for row in streams.due()] == ["INC-1"]
    assert streams.next_wake() == "2999-01-01T00:00:00.000Z"


def test_texts_that_events_name_are_kept_beside_them(streams):
    with streams.write() as writing:
        writing.define("a" * 64, "{}")

    assert streams.definition("a" * 64) == "{}"
    with pytest.raises(JournalDamaged):
        streams.definition("b" * 64)


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        ("UPDATE stream_event SET body = '{}' WHERE seq = 2", "INC-1: event 2 is not what was written"),
        ("DELETE FROM stream_event WHERE seq = 2", "INC-1: event 2 is missing"),
        ("DELETE FROM stream_event WHERE seq = 3", "INC-1: event 3 is missing"),
        ("DELETE FROM stream_event", "INC-1: event 1 is missing"),
    ],
)
def test_a_changed_stream_is_noticed(path, spoil, found):
    journal = sqlite.Journal(path)
    put(journal.streams, FIRST, SECOND, SECOND)
    journal.close()
    with sqlite3.connect(path) as db:
        for trigger in ("stream_event_is_kept", "stream_event_is_final"):
            db.execute(f"DROP TRIGGER {trigger}")
        db.execute(spoil)

    assert [line for line in verify(path) if found in line], verify(path)


@pytest.mark.parametrize("change", ["UPDATE stream_event SET body = '{}'", "DELETE FROM stream_event"])
def test_the_file_itself_refuses_changes(path, change):
    journal = sqlite.Journal(path)
    put(journal.streams, FIRST)
    journal.close()

    with pytest.raises(sqlite3.IntegrityError, match="append-only"), sqlite3.connect(path) as db:
        db.execute(change)


def test_a_journal_of_the_first_version_gets_streams_and_keeps_its_runs(path, tmp_path):
    database.create_private(path)
    with sqlite3.connect(path) as db:
        script = sqlite.Path(sqlite.__file__).with_name("schema.sql").read_text("utf-8")
        db.executescript(script)
        db.execute(f"PRAGMA application_id={sqlite.APPLICATION_ID}")
        db.execute("PRAGMA user_version=1")
        db.execute("INSERT INTO definition VALUES (?, '{}')", ("a" * 64,))

    journal = sqlite.Journal(path)
    put(journal.streams, FIRST)

    assert journal.definition("a" * 64) == "{}"
    assert [id for id, _ in journal.streams.open()] == ["INC-1"]
    journal.close()
