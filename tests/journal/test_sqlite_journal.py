"""The journal in a file: who may read it, what it refuses to open, what SQL can't do to it, who comes first."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading

import pytest
from written import BODY, DEFINITION, begun, put, recorded

from runbook.errors import Conflict, JournalDamaged, MachineRefuses
from runbook.journal.database import keep_in_mode, wal_is_safe
from runbook.journal.sqlite import APPLICATION_ID, VERSION, Journal
from runbook.run.events import Event
from tests.waiting import PATIENCE


@pytest.fixture
def journal(path):
    journal = Journal(path)
    journal.create("r", "g/p", DEFINITION, BODY, "ada")
    put(journal, begun())
    yield journal
    journal.close()


def test_only_its_owner_may_read_it(journal, path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def pragma(connection, name):
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_every_commit_is_synced_and_the_mode_is_one_that_loses_nothing(journal, path):
    connection = journal._db

    assert pragma(connection, "synchronous") == 2
    assert pragma(connection, "journal_mode") == ("wal" if wal_is_safe(sqlite3.sqlite_version_info) else "truncate")
    assert pragma(connection, "foreign_keys") == 1
    assert pragma(connection, "fullfsync") == 1
    assert pragma(connection, "checkpoint_fullfsync") == 1
    assert pragma(connection, "mmap_size") == 0
    assert pragma(connection, "secure_delete") == 1
    assert pragma(connection, "trusted_schema") == 0
    assert pragma(connection, "busy_timeout") == 30_000
    assert pragma(connection, "application_id") == APPLICATION_ID
    assert pragma(connection, "user_version") == VERSION
    again = Journal(path)
    assert pragma(again._db, "synchronous") == 2
    assert pragma(again._db, "journal_mode") == pragma(connection, "journal_mode")
    again.close()


@pytest.mark.parametrize(
    ("version", "safe"),
    [((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 45, 0), False), ((3, 50, 6), False),
     ((3, 50, 7), True), ((3, 51, 0), False), ((3, 51, 2), False), ((3, 51, 3), True), ((4, 0, 0), True)],
)  # fmt: skip
def test_wal_is_used_only_where_it_is_safe(version, safe):
    assert wal_is_safe(version) is safe


# -- files that are not what they should be -----------------------------------------------------------


def foreign(path):
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE mine (x)")
    db.close()


def newer(path):
    Journal(path).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version={VERSION + 1}")
    db.close()


def renamed(path):
    Journal(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA application_id=7")
    db.close()


def truncated(path):
    filled(path)
    path.write_bytes(path.read_bytes()[:5000])


def beheaded(path):
    filled(path)
    path.write_bytes(b"\0" * 100 + path.read_bytes()[100:])


def filled(path, runs=5):
    journal = Journal(path)
    for number in range(runs):
        run = f"run-{number}"
        journal.create(run, "g/p", DEFINITION, BODY, "ada")
        put(journal, begun(run), *(recorded(2 + place, "StepStarted", f"s{place}", 1) for place in range(20)), run=run)
    journal.close()


def use(path):
    """Open it, read all of it, and write to it."""
    journal = Journal(path)
    try:
        for row in journal.runs():
            list(journal.events(row.run))
        put(journal, begun("run-0"), run="run-0")
    finally:
        journal.close()


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda path: path.write_text("this is no database " * 99), "damaged"),
        (lambda path: path.write_bytes(b"SQLite format 3\0"), "damaged"),
        (foreign, "is not a journal of runbook"),
        (newer, "written by a newer runbook"),
        (renamed, "is not a journal of runbook"),
        (truncated, "damaged"),
        (beheaded, "damaged"),
    ],
    ids=["text", "short", "foreign", "newer", "of another program", "truncated", "without its head"],
)
def test_what_is_no_sound_journal_is_refused_and_not_touched(path, make, match):
    path.parent.mkdir()
    make(path)
    before, beside = path.read_bytes(), sorted(os.listdir(path.parent))

    with pytest.raises(JournalDamaged, match=match) as refusal:
        use(path)

    assert refusal.value.help
    assert path.read_bytes() == before
    assert sorted(os.listdir(path.parent)) == beside


def test_an_empty_file_becomes_a_journal(path):
    path.parent.mkdir()
    path.touch()

    Journal(path).create("r", "g/p", DEFINITION, BODY, "ada")

    assert Journal(path).row("r").process == "g/p"


def test_a_folder_that_can_not_be_made_is_said(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(MachineRefuses, match="can't be made"):
        Journal(tmp_path / "file" / "journal.db")


def test_a_link_is_not_followed_when_a_journal_is_made(tmp_path):
    (tmp_path / "journal.db").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(MachineRefuses):
        Journal(tmp_path / "journal.db")

    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_a_journal_with_a_second_name_is_refused_under_both(journal, path, link):
    journal.close()
    other = path.with_name("other.db")
    link(path, other)
    before = path.read_bytes()

    with pytest.raises(MachineRefuses, match=r"is a link|has 2 names"):
        Journal(other)
    if link is os.link:
        with pytest.raises(MachineRefuses, match="has 2 names") as refusal:
            Journal(path)
        assert refusal.value.help == "remove the others"
    assert path.read_bytes() == before


def test_a_mode_that_can_not_be_had_is_said(path):
    with pytest.raises(MachineRefuses, match=r"can't be kept safely here \(memory, not truncate\)"):
        keep_in_mode(sqlite3.connect(":memory:"), path, "truncate")


def test_who_is_to_stand_still_does_so_after_the_transaction(journal):
    stopped = []
    before = signal.signal(signal.SIGTSTP, lambda *_: stopped.append(journal._db.in_transaction))
    try:
        with journal.write("r") as transaction:
            transaction.append([recorded(2, "RunResumed")], "running")
            signal.pthread_kill(threading.get_ident(), signal.SIGTSTP)  # other threads are none of a run's
            assert signal.SIGTSTP in signal.sigpending()
    finally:
        signal.signal(signal.SIGTSTP, before)

    assert stopped == [False]
    assert [each.seq for each in journal.events("r")] == [1, 2]


def test_a_journal_that_may_not_be_written_can_still_be_read(journal, path):
    journal.close()
    path.chmod(0o400)
    path.parent.chmod(0o500)
    try:
        reading = Journal(path)
        assert [each.seq for each in reading.events("r")] == [1]
        assert reading.row("r").process == "g/p"
        reading.close()
    finally:
        path.parent.chmod(0o700)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_journal_that_may_not_be_written_is_not(journal, path):
    path.chmod(0o400)
    reading = Journal(path)

    with pytest.raises(MachineRefuses):
        put(reading, recorded(2, "RunResumed"))


def test_a_journal_that_another_program_keeps_locked_is_said_to_be(journal, path):
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    journal._db.execute("PRAGMA busy_timeout=10")

    with pytest.raises(JournalDamaged, match="is locked by another program"):
        put(journal, recorded(2, "RunResumed"))

    other.execute("ROLLBACK")
    put(journal, recorded(2, "RunResumed"))


# -- parts of it that are gone or spoiled --------------------------------------------------------------


def unlocked(journal, sql):
    """Change the file as no program of ours can."""
    for (trigger,) in journal._db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        journal._db.execute(f"DROP TRIGGER {trigger}")
    journal._db.execute(sql)


def test_newest_events_that_are_gone_are_missed(journal):
    put(journal, recorded(2, "RunResumed"), recorded(3, "RunResumed"))
    unlocked(journal, "DELETE FROM event WHERE seq > 1")

    with pytest.raises(JournalDamaged, match="event 2 of run r is missing"):
        list(journal.events("r"))
    with pytest.raises(JournalDamaged, match="event 2 of run r is missing"), journal.write("r") as transaction:
        transaction.events(0)


def test_events_that_the_run_does_not_count_are_noticed_before_another_is_written(journal):
    unlocked(journal, "UPDATE run SET head_seq = 0")

    with pytest.raises(JournalDamaged, match="run r has 1 events, not 0"), journal.write("r") as transaction:
        transaction.events(0)


@pytest.mark.parametrize("size", [1, 99])
def test_a_journal_cut_to_a_few_bytes_is_not_written_over(journal, path, size):
    journal.close()
    path.write_bytes(path.read_bytes()[:size])

    with pytest.raises(JournalDamaged, match=f"was cut to {size} bytes"):
        Journal(path)
    assert path.stat().st_size == size


def test_text_that_is_none_is_damage(journal):
    unlocked(journal, "UPDATE run SET process = CAST(x'ff' AS TEXT)")

    with pytest.raises(JournalDamaged, match="Could not decode"):
        journal.row("r")


def test_a_step_that_waits_is_listed_though_what_is_known_of_it_was_spoiled(journal):
    put(journal, recorded(2, "StepStarted", "s", 1), recorded(3, "StepWaiting", "s", 1, **{"for": "person"}))
    unlocked(journal, "UPDATE attempt SET about = substr(about, 2)")

    assert [(row.run, row.step, row.about) for row in journal.waiting()] == [("r", "s", {})]


# -- what SQL can't do --------------------------------------------------------------------------------


INSERTED = "INSERT INTO event SELECT run, {}, at, type, step, attempt, actor, place, body, {}, hash FROM event"


@pytest.mark.parametrize(
    ("sql", "match"),
    [
        ("UPDATE event SET body = '{}'", "append-only"),
        ("UPDATE event SET actor = 'eve' WHERE seq = 1", "append-only"),
        ("DELETE FROM event", "append-only"),
        ("UPDATE definition SET body = ''", "never changes"),
        ("DELETE FROM definition", "never changes"),
        ("UPDATE run SET epoch = epoch - 1", "never goes back"),
        ("DELETE FROM run", "FOREIGN KEY"),
        (
            INSERTED.format("2, epoch + 1", "hash"),
            "overtaken",
        ),
        (
            INSERTED.format("3, epoch", "hash"),
            "out of sequence",
        ),
        (
            INSERTED.format("2, epoch", "prev"),
            "out of sequence",
        ),
    ],
)
def test_the_file_itself_refuses_to_be_rewritten(journal, sql, match):
    with pytest.raises(sqlite3.IntegrityError, match=match):
        journal._db.execute(sql)

    assert [each.seq for each in journal.events("r")] == [1]


# -- several at once ----------------------------------------------------------------------------------


def test_reading_goes_on_while_another_writes(journal, path):
    other = Journal(path)
    before = other.changes()

    with journal.write("r") as transaction:
        transaction.append([recorded(2, "RunResumed")], "running")
        assert [each.seq for each in other.events("r")] == [1]

    assert [each.seq for each in other.events("r")] == [1, 2]
    assert other.changes() != before
    other.close()


def test_of_two_with_the_same_news_one_is_first(journal, path):
    other = Journal(path)
    put(journal, recorded(2, "RunResumed"))

    with pytest.raises(Conflict, match="another writer was first"):
        put(other, recorded(2, "RunResumed"))

    put(other, recorded(3, "RunResumed"))
    assert [each.seq for each in journal.events("r")] == [1, 2, 3]


def test_the_holder_of_before_can_not_write_from_another_process(journal, path):
    epoch = journal.take("r")
    other = Journal(path)
    other.take("r")

    with pytest.raises(Conflict, match="taken over"):
        put(journal, recorded(2, "RunResumed"), epoch=epoch)


OPENING = """
import sys
from pathlib import Path
from runbook.journal.sqlite import Journal
Journal(Path(sys.argv[1])).create(sys.argv[2], "g/p", sys.argv[3], sys.argv[4], "ada")
"""


def test_eight_programs_that_make_the_journal_at_once_make_one(path):
    programs = [
        subprocess.Popen([sys.executable, "-c", OPENING, str(path), f"run-{number}", DEFINITION, BODY])
        for number in range(8)
    ]

    assert [program.wait(PATIENCE) for program in programs] == [0] * 8
    assert sorted(row.run for row in Journal(path).runs()) == [f"run-{number}" for number in range(8)]


def test_a_copy_of_the_file_is_a_journal(journal, path, tmp_path):
    journal.close()
    shutil.copy(path, tmp_path / "copy.db")

    assert [each.seq for each in Journal(tmp_path / "copy.db").events("r")] == [1]


def test_whoever_meets_what_was_spoiled_keeps_no_writer_out(path, journal):
    journal._db.execute("DROP TRIGGER event_is_final")
    journal._db.execute("UPDATE event SET body = '{}' WHERE seq = 1")
    journal.create("other", "g/p", DEFINITION, BODY, "ada")
    reader = Journal(path)

    with pytest.raises(JournalDamaged) as damage:
        list(reader.events("r"))
    journal._db.execute("PRAGMA busy_timeout=0")
    put(journal, begun("other"), run="other")

    assert damage.value.__traceback__, "it is still there, with all that it holds"
    assert [each.event.type for each in reader.events("other")] == ["RunStarted"]
    reader.close()


def test_a_clock_of_its_own_tells_the_time_of_whatever_is_written(path):
    times = ["2026-01-05T08:00:00.000Z"]
    journal = Journal(path, clock=lambda: times[-1])

    journal.create("r", "g/p", DEFINITION, BODY, "ada")
    with journal.write("r") as transaction:
        first = transaction.now
    times.append("2026-01-05T09:30:00.000Z")
    with journal.write("r") as transaction:
        second = transaction.now
    with journal.streams.write() as writing:
        (made,) = writing.append("INC-1", "incident", [Event("ItemOpened", data={"kind": "incident"})], "ada")
    journal.close()

    assert (first, second, made.at) == (times[0], times[1], times[1])
    usual = Journal(path)
    with usual.write("r") as transaction:
        assert transaction.now > times[1], "without one it is that of the machine"
    usual.close()
