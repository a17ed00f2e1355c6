"""Two hundred tamperings, of archives and of journals: each one is found, and its place is named."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from runbook.engine.packing import Packed
from runbook.journal.codec import canonical, content_hash
from tests.cli.proofs import (
    Hall,
    built,
    call,
    content,
    lines_of,
    members_of,
    repacked,
    rewritten,
    rows_of,
    unguarded,
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Hall:
    return built(tmp_path_factory.mktemp("tampering") / "hall")


@pytest.fixture(scope="module")
def exported(sound: Hall) -> Path:
    file = sound.root.parent / "sound.zip"
    assert sound.cli("export", sound.ended, "-o", file).code == 0
    return file


@pytest.fixture
def archive(exported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(exported, tmp_path / "run.zip"))


@pytest.fixture
def hall(sound: Hall, tmp_path: Path) -> Hall:
    return sound.copy(tmp_path / "hall")


def found_in(archive: Path) -> list[dict[str, Any]]:
    """What `verify` finds in an archive; at least one thing, each with its place."""
    result = call("verify", archive, "--json")
    findings: list[dict[str, Any]] = result.json["findings"]
    assert result.code == 1
    assert result.json["sound"] is False
    assert findings
    assert all(each["where"] for each in findings)
    shown = call("verify", archive).out
    assert all(f"x {each['where']}: " in shown for each in findings)
    return findings


# -- archives: 50 bytes -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(50))
def test_a_changed_byte_of_an_archive_is_found_where_it_is(archive: Path, seed: int) -> None:
    random = Random(seed)
    with open(archive, "rb") as stream:
        members = Packed(stream).members
    data = bytearray(archive.read_bytes())
    place = random.randrange(len(data))
    data[place] ^= random.randrange(1, 256)
    archive.write_bytes(data)

    places = {each["where"] for each in found_in(archive)}

    inside = next((member.name for member in members.values() if member.offset <= place < member.end), None)
    assert inside in places if inside else places


def test_every_byte_around_the_members_counts(archive: Path) -> None:
    data = archive.read_bytes()
    with open(archive, "rb") as stream:
        members = Packed(stream).members.values()
    heads = [place for member in members for place in range(member.offset, member.offset + len(member.header))]
    ends = range(max(member.end for member in members), len(data))
    missed = []
    for place in [*heads, *ends]:
        archive.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        if call("verify", archive).code != 1:
            missed.append(place)

    assert missed == []


@pytest.mark.parametrize("cut", [0, 1, 21, 22, 100, -1, -22, -1000])
def test_an_archive_that_was_cut_off_is_found(archive: Path, cut: int) -> None:
    archive.write_bytes(archive.read_bytes()[:cut])

    found_in(archive)


@pytest.mark.parametrize("place", ["before", "after"])
def test_something_before_or_after_an_archive_is_found(archive: Path, place: str) -> None:
    data = archive.read_bytes()
    archive.write_bytes(b"more" + data if place == "before" else data + b"more")

    found_in(archive)


# -- archives: 50 changes by somebody who knows the form --------------------------------------------


def other(value: Any, random: Random) -> Any:
    """Another value of the same type."""
    if isinstance(value, int):
        return value + random.choice([-1, 1])
    if value is None:
        return 1
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    return value[:-1] + chr(ord(value[-1]) ^ 1) if value else "x"


def field(members: dict[str, bytes], random: Random) -> str:
    rows = rows_of(members["events.jsonl"])
    row, column = random.randrange(len(rows)), random.choice([0, 1, 2, 3, 5, 6, 8, 9, 10])
    rows[row][column] = other(rows[row][column], random) if column != 3 else "elsewhere"
    members["events.jsonl"] = lines_of(rows)
    return "events.jsonl"


def body(members: dict[str, bytes], random: Random) -> str:
    rows = rows_of(members["events.jsonl"])
    row = random.choice([row for row in rows if row[7] != "{}"])
    told = json.loads(row[7])
    told[random.choice(list(told))] = "something else"
    row[7] = json.dumps(told, sort_keys=True, separators=(",", ":"))
    members["events.jsonl"] = lines_of(rows)
    return "events.jsonl"


def gone(members: dict[str, bytes], random: Random) -> str:
    rows = rows_of(members["events.jsonl"])
    del rows[random.randrange(len(rows))]
    members["events.jsonl"] = lines_of(rows)
    return "events.jsonl"


def twice(members: dict[str, bytes], random: Random) -> str:
    rows = rows_of(members["events.jsonl"])
    row = random.randrange(len(rows))
    rows.insert(row, rows[row])
    members["events.jsonl"] = lines_of(rows)
    return "events.jsonl"


def swapped(members: dict[str, bytes], random: Random) -> str:
    rows = rows_of(members["events.jsonl"])
    row = random.randrange(len(rows) - 1)
    rows[row], rows[row + 1] = rows[row + 1], rows[row]
    members["events.jsonl"] = lines_of(rows)
    return "events.jsonl"


def evidence(members: dict[str, bytes], random: Random) -> str:
    name = next(name for name in members if name.startswith("evidence/"))
    members[name] = members[name][::-1]
    return name


def replaced(members: dict[str, bytes], random: Random) -> str:
    from hashlib import sha256

    old = next(name for name in members if name.startswith("evidence/"))
    del members[old]
    members[f"evidence/{sha256(b'another').hexdigest()}"] = b"another"
    return old


def lost(members: dict[str, bytes], random: Random) -> str:
    name = random.choice([name for name in members if name not in ("manifest.json", "allowed_signers")])
    del members[name]
    return name


def added(members: dict[str, bytes], random: Random) -> str:
    name = random.choice(["readme.txt", "evidence/" + "a" * 64, "definitions/" + "b" * 64 + ".json", "other/x"])
    members[name] = b"more"
    return name


def definition(members: dict[str, bytes], random: Random) -> str:
    name = next(name for name in members if name.startswith("definitions/"))
    members[name] = members[name].replace(b"Sweep the hall.", b"Skip the hall. ")
    return name


def record(members: dict[str, bytes], random: Random) -> str:
    members["record.html"] = members["record.html"].replace(b"Sweep", random.choice([b"Swipe", b"Sleep", b"Sweet"]))
    return "record.html"


CHANGES = (field, body, gone, twice, swapped, evidence, replaced, lost, added, definition, record)


@pytest.mark.parametrize("seed", range(50))
def test_a_change_by_somebody_who_knows_the_form_is_found_where_it_is(archive: Path, seed: int) -> None:
    random = Random(seed)
    members = members_of(archive)
    where = CHANGES[seed % len(CHANGES)](members, random)
    repacked(archive, members)

    assert where in {each["where"] for each in found_in(archive)}


@pytest.mark.parametrize(
    "told",
    [{"run": "other"}, {"process": "hall/x"}, {"definition": "0" * 64}, {"head_seq": 3}, {"head_hash": "0" * 64}],
    ids=lambda told: next(iter(told)),
)  # fmt: skip
def test_a_manifest_that_says_something_else_is_found(archive: Path, told: dict[str, Any]) -> None:
    repacked(archive, members_of(archive), **told)

    found_in(archive)


# -- journals: 50 bytes -----------------------------------------------------------------------------


def found_there(hall: Hall) -> str:
    """What `verify --all` says of a journal in which something is wrong."""
    result = hall.cli("verify", "--all")
    assert result.code in (1, 6)
    told = result.out + result.err
    assert "journal" in told if result.code == 6 else "x " in told
    return told


def says_the_same(spoiled: Path, sound: list[object]) -> bool:
    """True when a journal says what it said before."""
    try:
        return content(spoiled) == sound
    except (sqlite3.Error, UnicodeDecodeError, OverflowError):
        return False


@pytest.mark.parametrize("seed", range(50))
def test_a_changed_byte_of_what_a_journal_says_is_found(hall: Hall, sound: Hall, seed: int) -> None:
    random, said = Random(seed), content(sound.journal)
    data = hall.journal.read_bytes()
    while True:  # most bytes of such a file are free, or an index: those that say something are asked for
        place, mask = random.randrange(len(data)), random.randrange(1, 256)
        hall.journal.write_bytes(data[:place] + bytes([data[place] ^ mask]) + data[place + 1 :])
        if not says_the_same(hall.journal, said):
            break

    found_there(hall)


# -- journals: 50 rows ------------------------------------------------------------------------------


COLUMNS: dict[str, list[str]] = {
    "event": ["seq", "epoch", "at", "type", "step", "attempt", "actor", "place", "body", "prev", "hash"],
    "run": ["process", "definition", "head_seq", "head_hash", "status", "started_by", "started_at", "ended_at"],
    "attempt": ["step", "attempt", "state", "since", "due", "about"],
    "definition": ["hash", "body"],
}
KEYS = {"event": ("run", "seq"), "attempt": ("run", "step"), "run": ("run",), "definition": ("hash",)}
STATES = ("running", "waiting", "blocked", "paused", "succeeded", "failed")


def spoil(db: sqlite3.Connection, random: Random, table: str) -> str:
    """Change one value of one row; the column that was changed."""
    column = random.choice(COLUMNS[table])
    rows = db.execute(f"SELECT {', '.join(KEYS[table])}, {column} FROM {table}").fetchall()
    *keys, value = random.choice(rows)
    if table == "run" and column == "status":
        new: Any = random.choice([state for state in STATES if state != value])
    elif table == "attempt" and column == "state":
        new = random.choice([state for state in ("started", "waiting", "paused", "in doubt") if state != value])
    elif column == "seq":
        new = value + 100  # a number that no other one has
    elif column == "started_at":
        new = value.replace("20", "19", 1)
    else:
        new = other(value, random)
    where = " AND ".join(f"{key} = ?" for key in KEYS[table])
    db.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (new, *keys))
    return column


@pytest.mark.parametrize("seed", range(40))
def test_a_changed_row_of_a_journal_is_found_where_it_is(hall: Hall, seed: int) -> None:
    random = Random(seed)
    table = ("event", "run", "event", "attempt", "definition")[seed % 5]
    with unguarded(hall.journal) as db:
        spoil(db, random, table)

    told = found_there(hall)

    places = {"event": ("event",), "run": ("run", "event"), "attempt": ("attempt",), "definition": ("definition",)}
    assert any(f"x {place}: " in told for place in places[table])


Spoil = Callable[[sqlite3.Connection, Hall], object]
ROWS: dict[str, tuple[Spoil, str]] = {
    "an event is gone": (
        lambda db, hall: db.execute("DELETE FROM event WHERE run = ? AND seq = 4", (hall.open,)), "event 4 is missing"
    ),
    "the newest event is gone": (
        lambda db, hall: db.execute("DELETE FROM event WHERE run = ? AND seq > 6", (hall.ended,)),
        "newest events are missing",
    ),
    "all events are gone": (
        lambda db, hall: db.execute("DELETE FROM event WHERE run = ?", (hall.open,)), "newest events are missing"
    ),
    "an event is moved to another run": (
        lambda db, hall: db.execute("UPDATE event SET run = ? WHERE run = ? AND seq = 14", (hall.open, hall.ended)),
        "event 14 is missing",
    ),
    "an event is there once more": (
        lambda db, hall: db.execute(
            "INSERT INTO event SELECT run, seq + 1, epoch, at, type, step, attempt + 9, actor, place, body, hash, hash"
            " FROM event WHERE run = ? ORDER BY seq DESC LIMIT 1", (hall.ended,)
        ),
        "is not what was written",
    ),
    "two events have changed places": (
        lambda db, hall: db.executescript(
            f"UPDATE event SET seq = -seq WHERE run = '{hall.ended}' AND seq IN (5, 6);"
            f"UPDATE event SET seq = 11 + seq WHERE run = '{hall.ended}' AND seq < 0"
        ),
        "event 5 is not what was written",
    ),
    "a definition is gone": (lambda db, hall: db.execute("DELETE FROM definition"), "is missing"),
    "an open attempt is gone": (
        lambda db, hall: db.execute("DELETE FROM attempt WHERE run = ?", (hall.open,)), "its open attempts are not"
    ),
    "a run is gone from the list": (
        lambda db, hall: db.execute("DELETE FROM run WHERE run = ?", (hall.ended,)), "belongs to no"
    ),
    "a lock is there that nobody took": (
        lambda db, hall: db.execute("INSERT INTO lock VALUES (?, ':', 'k', 1, 1, '')", (hall.open,)), "its lock at"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_rows_that_are_gone_moved_or_added_are_found(hall: Hall, name: str) -> None:
    spoiled, says = ROWS[name]
    with unguarded(hall.journal) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        spoiled(db, hall)

    assert says in found_there(hall)


# -- journals: what is stored is JSON, and no definition --------------------------------------------


def put_in_its_place(hall: Hall, run: str, text: str) -> None:
    """The run goes by this text, from its first event on, with every hash made anew."""
    hash = content_hash(text)

    def change(row: list[Any]) -> None:
        for at, value in enumerate(row):
            if isinstance(value, str) and value.startswith('{"') and '"definition"' in value:
                row[at] = canonical({**json.loads(value), "definition": hash})

    with unguarded(hall.journal) as db:
        db.execute("INSERT OR IGNORE INTO definition VALUES (?, ?)", (hash, text))
        db.execute("UPDATE run SET definition = ? WHERE run = ?", (hash, run))
    rewritten(hall.journal, run, change)


NO_DEFINITIONS = {
    "an empty mapping": "{}",
    "a list": "[]",
    "a number": "1",
    "nothing": "null",
    "a definition without what it needs": '{"kinds":[],"links":{},"processes":{"hall/clean":{}},"root":"hall/clean"}',
    "a definition of another shape": '{"kinds":1,"links":[],"processes":[],"root":2}',
    "a definition without its process": '{"kinds":[],"links":{},"processes":{},"root":"hall/clean"}',
}


@pytest.mark.parametrize("what", NO_DEFINITIONS)
def test_what_is_json_and_no_definition_is_found_and_is_no_bug(hall: Hall, what: str) -> None:
    put_in_its_place(hall, hall.open, NO_DEFINITIONS[what])

    told = found_there(hall)

    assert f"x event: run {hall.open}: its events can't be understood: " in told
    assert f"run {hall.ended}" not in told
    for words in (("verify", hall.open), ("status", hall.open), ("resume", hall.open), ("record", hall.open)):
        refused = hall.cli(*words)
        assert refused.code in (1, 6), words
        assert "bug" not in refused.err, words


@pytest.mark.parametrize("text", [None, "[]", '"x"'], ids=["missing", "a list", "a text"])
def test_what_an_item_is_judged_by_is_missed_when_it_is_not_there(hall: Hall, text: str | None) -> None:
    hall.cli("item", "open", "Mail is down")
    assert hall.cli("verify", "--all").code == 0
    (opened,) = hall.cli("item", "log", "INC-1", "--json").out.splitlines()
    hash = json.loads(opened)["data"]["policies"]
    with unguarded(hall.journal) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        if text is None:
            db.execute("DELETE FROM definition WHERE hash = ?", (hash,))
        else:
            db.execute("UPDATE definition SET body = ? WHERE hash = ?", (text, hash))

    told = found_there(hall)

    assert f"INC-1: definition {hash[:12]}, by which it is judged, is " in told
    refused = hall.cli("sla", "explain", "INC-1")
    assert (refused.code, "bug" in refused.err) == (6, False)
