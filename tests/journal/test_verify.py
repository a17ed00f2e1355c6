"""`verify` finds nothing in a sound journal, and every tampering in another."""

from __future__ import annotations

import shutil
import sqlite3
from random import Random

import pytest
from written import AT, BODY, DEFINITION, begun, put, recorded

from runbook.engine.book import Book
from runbook.engine.identity import Actor
from runbook.engine.plans import stored
from runbook.errors import JournalDamaged
from runbook.journal.codec import content_hash, genesis
from runbook.journal.sqlite import Journal
from runbook.journal.verify import verify
from runbook.kinds import builtin
from runbook.outcome import Finished
from runbook.run.commands import Answer, Cancel, Claim, Settle, Work
from runbook.testing import plan_from

TEXT = """
runbook: 1
title: T
steps:
- {id: a, command: [a], retry: {attempts: 3, delay: 1h}}
- {id: b, needs: [], command: [b]}
- {id: m, needs: [b], manual: M}
- {id: n, needs: [b], manual: N}
- {id: c, needs: [b], command: [c]}
"""


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    path = tmp_path_factory.mktemp("sound") / "journal.db"
    book, ada = Book(Journal(path), builtin()), Actor("ada", "host")
    plan = plan_from({"g/p": TEXT}, book.kinds)
    for run in ("open", "ended"):
        book.begin(run, plan, {}, "", ada)
        book.advance(run, [Claim(2)], ada, book.store.take(run))
        book.advance(run, [Settle("a", 1, Finished(1)), Settle("b", 1, Finished(0, stdout="hello")), Claim(2)], ada)
        book.advance(run, [Answer("m", "done")], ada)
        book.advance(run, [Work("n", "claim")], ada)
    book.advance("ended", [Cancel("enough"), Settle("c", 1, Finished(None, signal=15))], ada)
    body = stored(plan)
    book.store.create("not begun", "g/p", content_hash(body), body, "ada")
    assert [row.status for row in book.store.runs() if row.run != "not begun"].count("cancelled") == 1
    book.store.close()
    return path


@pytest.fixture
def copy(sound, tmp_path):
    shutil.copy(sound, tmp_path / "journal.db")
    return tmp_path / "journal.db"


def content(path):
    """Everything that is said in the journal."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        said = [
            db.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
            for table in ("definition", "run", "event", "attempt")
        ]
    db.close()
    return said


def unguarded(path):
    """The journal as somebody with a pair of pliers sees it."""
    db = sqlite3.connect(path, isolation_level=None)
    for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        db.execute(f'DROP TRIGGER "{name}"')
    return db


def test_a_sound_journal_has_no_findings_and_is_only_looked_at(sound):
    before = sound.read_bytes()

    assert verify(sound) == []

    assert sound.read_bytes() == before


def changed(value, random):
    if isinstance(value, int):
        return value + random.choice([-1, 1])
    if value is None:
        return 1
    place = random.randrange(len(value)) if value else 0
    if isinstance(value, bytes):
        return value[:place] + bytes([value[place] ^ 1 << random.randrange(8)]) + value[place + 1 :]
    return value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :] if value else "x"


@pytest.mark.parametrize("seed", range(40))
def test_a_changed_value_is_found(copy, seed):
    random = Random(seed)
    table, columns = random.choice([
        ("event", ["seq", "epoch", "at", "type", "step", "attempt", "actor", "place", "body", "prev", "hash"]),
        ("event", ["body", "at", "actor"]),
        ("definition", ["body", "hash"]),
        ("run", ["process", "definition", "head_seq", "head_hash", "started_by", "ended_at"]),
        ("attempt", ["step", "attempt", "since", "about"]),
    ])  # fmt: skip
    db = unguarded(copy)
    begun = "" if table == "definition" else " WHERE run <> 'not begun'"
    column = random.choice(columns)
    keys = {"event": ("run", "seq"), "attempt": ("run", "step")}.get(table, ("rowid",))
    row = random.choice(db.execute(f"SELECT {', '.join(keys)}, {column} FROM {table}{begun}").fetchall())
    where = " AND ".join(f"{key} = ?" for key in keys)
    db.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (changed(row[-1], random), *row[:-1]))
    db.close()

    assert verify(copy) != []


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM event WHERE run = 'open' AND seq = 4",
        "DELETE FROM event WHERE run = 'open' AND seq = (SELECT max(seq) FROM event WHERE run = 'open')",
        "DELETE FROM event WHERE run = 'open'",
        "DELETE FROM definition",
        "DELETE FROM attempt WHERE run = 'open'",
        "UPDATE event SET seq = -seq WHERE run = 'open' AND seq IN (3, 4);UPDATE event SET seq = 7 + seq WHERE seq < 0",
        "UPDATE event SET run = 'x' WHERE run = 'open'",
        "UPDATE run SET status = 'succeeded', ended_at = '2026-11-22T08:00:00.000Z' WHERE run = 'open'",
        "UPDATE run SET status = 'failed' WHERE run = 'ended'",
        "UPDATE run SET epoch = 0",
        "INSERT INTO event SELECT run, seq + 1, epoch, at, type, step, attempt + 9, actor, place, body, hash, hash"
        " FROM event WHERE run = 'ended' ORDER BY seq DESC LIMIT 1",
    ],
)
def test_rows_that_are_gone_moved_or_added_are_found(copy, sql):
    db = unguarded(copy)
    db.executescript(sql)
    db.close()

    assert verify(copy) != []


def test_one_run_put_in_place_of_another_is_found(copy):
    db = unguarded(copy)
    db.executescript("DELETE FROM event WHERE run = 'ended'; UPDATE event SET run = 'ended' WHERE run = 'open'")
    db.close()

    assert any("run ended: event 1 is not what was written" in finding for finding in verify(copy))


@pytest.mark.parametrize("seed", range(30))
def test_a_changed_byte_of_the_file_is_found_or_means_nothing(copy, sound, seed):
    random = Random(seed)
    data = bytearray(copy.read_bytes())
    place = random.randrange(len(data))
    data[place] ^= 1 << random.randrange(8)
    copy.write_bytes(data)

    assert verify(copy) != [] or content(copy) == content(sound)


def test_changed_bytes_of_the_events_are_refused_when_they_are_read(copy):
    data = copy.read_bytes()
    assert data.count(b'"stdout":"hello"') == 2
    copy.write_bytes(data.replace(b'"stdout":"hello"', b'"stdout":"hallo"'))
    before = copy.read_bytes()
    journal = Journal(copy)

    with pytest.raises(JournalDamaged, match="is not what was written"):
        list(journal.events("open"))
    with pytest.raises(JournalDamaged, match="is not what was written"):
        Book(journal, builtin()).advance("open", [Answer("n", "done")], Actor("ada"))

    journal.close()
    assert copy.read_bytes() == before


def test_an_event_that_is_gone_is_missed_when_the_others_are_read(copy):
    db = unguarded(copy)
    db.execute("DELETE FROM event WHERE run = 'open' AND seq = 1")
    db.close()

    with pytest.raises(JournalDamaged, match="event 1 of run open is missing"):
        list(Journal(copy).events("open"))


def test_a_chain_that_was_made_anew_over_an_impossible_story_is_found(copy):
    """Whoever can write hashes can write any chain, but not any story."""
    from runbook.journal.codec import canonical, chained
    from runbook.run.events import Event, Recorded

    db = unguarded(copy)
    definition = db.execute("SELECT definition FROM run WHERE run = 'open'").fetchone()[0]
    db.execute("DELETE FROM event WHERE run = 'open'")
    db.execute("DELETE FROM attempt WHERE run = 'open'")
    last = genesis("open", definition)
    story = [
        ("RunStarted", None, {"run": "open", "process": "g/p", "definition": definition, "inputs": {}}),
        ("StepStarted", "a", {}), ("StepSucceeded", "a", {}), ("StepStarted", "a", {}), ("StepSucceeded", "a", {}),
    ]  # fmt: skip
    for seq, (type, step, data) in enumerate(story, 1):
        attempt = seq // 2 if step else None
        event = Recorded(seq, "2026-11-22T08:00:00.000Z", "ada", Event(type, step, attempt, data), "")
        hash = chained(last, "open", 0, event, canonical(data))
        row = ("open", seq, 0, event.at, type, step, attempt, "ada", "", canonical(data), last, hash)
        if seq != 5:
            db.execute(f"INSERT INTO event VALUES ({', '.join('?' * 12)})", row)
            last = hash
    db.execute("UPDATE run SET head_seq = 4, head_hash = ? WHERE run = 'open'", (last,))
    db.close()

    assert "run open: event 4 (StepStarted) is not possible: step `a` is `succeeded`" in verify(copy)


@pytest.mark.parametrize(
    "make", [lambda path: None, lambda path: path.write_text("nothing"), lambda path: path.touch()]
)
def test_what_is_no_journal_is_said_to_be_none(tmp_path, make):
    make(tmp_path / "journal.db")

    assert len(verify(tmp_path / "journal.db")) == 1


@pytest.mark.parametrize("type", ["NoteAdded", "EvidenceAttached"])
def test_what_is_remarked_after_the_end_is_possible_and_nothing_else_is(tmp_path, type):
    path = tmp_path / "journal.db"
    journal = Journal(path)
    journal.create("r", "g/p", DEFINITION, BODY, "ada")
    journal._db.execute("UPDATE run SET started_at = ?", (AT,))
    put(journal, begun(), recorded(2, "RunSucceeded", outputs={}), status="succeeded")

    put(journal, recorded(3, type, text="late"), status="succeeded")

    assert verify(path) == []
    assert journal.row("r").ended_at == "2026-11-22T08:00:02.000Z"
    put(journal, recorded(4, "RunHandedOver", to="bo", text=""), status="succeeded")
    assert any("event 4 (RunHandedOver) is not possible there" in finding for finding in verify(path))
