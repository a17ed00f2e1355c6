"""Work items are exported, checked offline and anchored; a stream that was cut off or written anew is found."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from runbook.journal.codec import canonical
from runbook.journal.laws import COLUMNS
from runbook.run.events import Event
from tests.cli.proofs import Hall, anew, built, call, lines_of, members_of, repacked, rows_of, unguarded


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Hall:
    """Two items, one of them with evidence; the department has a stream of its own."""
    hall = built(tmp_path_factory.mktemp("items") / "hall")
    for title in ("Mail is down", "Printer jams"):
        assert hall.cli("item", "open", title, "--severity", "minor", "--to", "me").code == 0
    log = hall.root / "mail.log"
    log.write_text("it is down")
    for words in (("attach", log), ("note", "Looked at it"), ("move", "doing")):
        assert hall.cli("item", words[0], "INC-1", *words[1:]).code == 0
    _department(hall)
    return hall


def _department(hall: Hall) -> None:
    from runbook import app
    from runbook.journal.streams import DEPARTMENT

    with app.Workspace(hall.root, home_folder=hall.home).journal.streams.write() as writing:
        plans = [Event("PlanCommitted", data={"week": f"2026-W{at}", "items": [], "days": 5}) for at in (20, 21)]
        writing.append(DEPARTMENT, DEPARTMENT, plans, "kim")


@pytest.fixture
def hall(sound: Hall, tmp_path: Path) -> Hall:
    return sound.copy(tmp_path / "copy")


@pytest.fixture
def archive(hall: Hall, tmp_path: Path) -> Path:
    file = tmp_path / "item.zip"
    assert hall.cli("export", "INC-1", "-o", file).code == 0
    return file


def log_of(hall: Hall, item: str) -> list[dict[str, Any]]:
    """Everything that has happened to an item."""
    return [json.loads(line) for line in hall.cli("item", "log", item, "--json").out.splitlines()]


Change = Callable[[list[list[Any]]], list[list[Any]]]


def rewritten(journal: Path, stream: str, change: Change) -> None:
    """A stream with a change in its rows and every hash made anew, down to its entry."""
    with unguarded(journal) as db:
        sql = "SELECT seq, at, type, NULL, NULL, actor, place, body, 0, prev, hash FROM stream_event WHERE stream = ?"
        rows = anew(stream, change([list(row) for row in db.execute(f"{sql} ORDER BY seq", (stream,))]))
        db.execute("DELETE FROM stream_event WHERE stream = ?", (stream,))
        for seq, at, type, _, _, actor, place, body, _, prev, hash in rows:
            values = (stream, seq, at, type, actor, place, body, prev, hash)
            db.execute("INSERT INTO stream_event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        head = (len(rows), rows[-1][-1], stream)
        db.execute("UPDATE stream SET head_seq = ?, head_hash = ? WHERE stream = ?", head)


def cut_off(rows: list[list[Any]]) -> list[list[Any]]:
    """The newest event was never there."""
    return rows[:-1]


def said_otherwise(rows: list[list[Any]]) -> list[list[Any]]:
    """The newest event says something else."""
    body = COLUMNS.index("body")
    rows[-1][body] = canonical({**json.loads(rows[-1][body]), "week": "2020-W1", "text": "Nobody looked at it"})
    return rows


def gone(journal: Path, stream: str) -> None:
    """Nothing of a stream is left."""
    with unguarded(journal) as db:
        for table in ("stream_once", "stream_event", "stream"):
            db.execute(f"DELETE FROM {table} WHERE stream = ?", (stream,))


# -- sound ------------------------------------------------------------------------------------------


def test_sound_items_pass_and_nothing_is_changed(hall: Hall) -> None:
    before = hall.journal.read_bytes()

    one = hall.cli("verify", "INC-1", "--json").json
    every = hall.cli("verify", "--all", "--json").json

    assert (one["what"], one["name"], one["sound"], one["streams"], one["evidence"]) == ("item", "INC-1", True, 1, 1)
    assert one["events"] == one["head"]["seq"] == len(log_of(hall, "INC-1"))
    assert "definition" not in one
    assert (every["sound"], every["runs"], every["streams"]) == (True, 2, 3)
    assert "item INC-1 is as it was written" in hall.cli("verify", "INC-1").out
    assert "looked at: 2 runs, 3 streams, " in hall.cli("verify", "--all").out
    assert hall.journal.read_bytes() == before


def test_an_item_is_exported_with_its_policies_and_its_evidence_and_checked_without_a_project(
    hall: Hall, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = tmp_path / "again.zip"
    told = hall.cli("export", "INC-1", "-o", again, "--json").json
    members = members_of(archive)
    away = tmp_path / "away"
    away.mkdir()
    monkeypatch.chdir(away)
    monkeypatch.delenv("RUNBOOK_HOME", raising=False)

    checked = call("verify", archive, "--json").json

    assert (checked["what"], checked["sound"], checked["runs"], checked["streams"]) == ("archive", True, 0, 1)
    assert checked["evidence"] == 1
    assert again.read_bytes() == archive.read_bytes()
    assert told["stream"] == "INC-1"
    assert json.loads(members["manifest.json"])["archive"] == 2
    assert [name.partition("/")[0] for name in members] == ["definitions", "events.jsonl", "evidence", "manifest.json"]
    assert members["events.jsonl"].count(b'"type":"ItemOpened"') == 1


def test_the_department_is_exported_as_well(hall: Hall, tmp_path: Path) -> None:
    file = tmp_path / "department.zip"

    assert hall.cli("export", "department", "-o", file).code == 0
    assert call("verify", file, "--json").json["events"] == 2


# -- archives that were changed -----------------------------------------------------------------------


@pytest.mark.parametrize("change", [cut_off, said_otherwise], ids=["cut off", "said otherwise"])
def test_an_archive_that_was_written_anew_is_found_with_an_anchor(
    hall: Hall, archive: Path, tmp_path: Path, change: Change
) -> None:
    notes = tmp_path / "notes.jsonl"
    assert hall.cli("anchor", "INC-1", "--file", notes).code == 0
    members = members_of(archive)
    rows = anew("INC-1", change(rows_of(members["events.jsonl"])))
    members["events.jsonl"] = lines_of(rows)
    repacked(archive, members, head_seq=len(rows), head_hash=rows[-1][-1].hex(), stream="INC-1")

    assert call("verify", archive).code == 0
    found = call("verify", archive, "--anchor", notes)
    assert found.code == 1
    assert "INC-1: event" in found.out


@pytest.mark.parametrize(
    ("member", "says"),
    [
        ("events.jsonl", "event 3 is not what was written"),
        ("definitions", "which event 1 names, is missing"),
        ("evidence", "which event 3 names, is missing"),
        ("record.html", "`record.html` is named by no event"),
    ],
)
def test_an_archive_whose_members_do_not_fit_its_events_is_found(archive: Path, member: str, says: str) -> None:
    members = members_of(archive)
    if member == "events.jsonl":
        members[member] = members[member].replace(b"mail.log", b"mall.log")
    elif member == "record.html":
        members[member] = b"<p>Nothing happened"
    else:
        del members[next(name for name in members if name.startswith(member))]
    repacked(archive, members, stream="INC-1")

    found = call("verify", archive)

    assert found.code == 1
    assert says in found.out


@pytest.mark.parametrize("of", ["INC-2", "department", "XYZ-1", ""])
def test_an_archive_that_says_it_is_of_another_one_is_found(archive: Path, of: str) -> None:
    members = members_of(archive)
    told = json.loads(members["manifest.json"])
    if of:
        repacked(archive, members, stream=of)
    else:
        text = (json.dumps({**told, "stream": ""}, sort_keys=True, indent=1) + "\n").encode()
        from runbook.engine.packing import pack

        with open(archive, "w+b") as stream:
            pack(stream, [(name, [text if name == "manifest.json" else each]) for name, each in members.items()])

    assert call("verify", archive).code == 1


def test_an_item_that_was_changed_is_not_exported_and_not_anchored(hall: Hall, tmp_path: Path) -> None:
    with unguarded(hall.journal) as db:
        db.execute("UPDATE stream_event SET body = '{}' WHERE stream = 'INC-1' AND seq = 2")

    for words in (("export", "INC-1", "-o", tmp_path / "x.zip"), ("anchor", "INC-1"), ("anchor", "--all")):
        result = hall.cli(*words)
        assert result.code == 6
        assert "INC-1: event 2 is not what was written" in result.err
    assert not (tmp_path / "x.zip").exists()
    assert not (hall.root / "operations/anchors.jsonl").exists()
    assert hall.cli("verify", "INC-1").code == 1
    assert hall.cli("verify", "INC-2").code == 0


def test_evidence_of_an_item_that_was_changed_is_found(hall: Hall, tmp_path: Path) -> None:
    digest = next(event["data"]["sha256"] for event in log_of(hall, "INC-1") if event["type"] == "EvidenceAttached")
    (file,) = hall.home.rglob(digest)
    file.chmod(0o600)
    file.write_text("it was never down")

    found = hall.cli("verify", "INC-1", "--json")
    assert found.code == 1
    assert [(each["stream"], each["event"]) for each in found.json["findings"]] == [("INC-1", 3)]
    assert hall.cli("export", "INC-1", "-o", tmp_path / "x.zip").code == 6


@pytest.mark.parametrize("change", ["open = 0", "kind = 'question'"])
def test_an_entry_that_hides_an_item_is_found(hall: Hall, change: str) -> None:
    with unguarded(hall.journal) as db:
        db.execute(f"UPDATE stream SET {change} WHERE stream = 'INC-1'")

    found = hall.cli("verify", "INC-1")

    assert found.code == 1
    assert "stream: INC-1: its entry says that it is" in found.out
    assert hall.cli("verify", "INC-2").code == 0


# -- anchors ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", ["INC-1", "department"])
@pytest.mark.parametrize("change", [cut_off, said_otherwise], ids=["cut off", "said otherwise"])
def test_a_stream_that_was_written_anew_passes_without_an_anchor_and_is_found_with_one(
    hall: Hall, tmp_path: Path, stream: str, change: Change
) -> None:
    notes = tmp_path / "notes.jsonl"
    assert hall.cli("anchor", "--all", "--file", notes).code == 0
    rewritten(hall.journal, stream, change)

    assert hall.cli("verify", stream).code == 0
    assert hall.cli("verify", "--all").code == 0
    for words in ((stream,), ("--all",)):
        found = hall.cli("verify", *words, "--anchor", notes)
        assert found.code == 1
        assert ("is missing" if change is cut_off else "was written anew") in found.out
        assert f": {stream}: event" in found.out


@pytest.mark.parametrize("words", [("--all",), ("INC-2",)])
def test_an_item_that_was_removed_is_missed(hall: Hall, words: tuple[str, ...]) -> None:
    assert hall.cli("anchor", "--all").code == 0
    gone(hall.journal, "INC-2")

    found = hall.cli("verify", *words, "--json")

    assert found.code == 1
    assert [(each["stream"], each["where"]) for each in found.json["findings"]] == [("INC-2", "stream")]
    assert "it is missing" in found.json["findings"][0]["what"]


def test_items_go_on_after_they_were_anchored_and_only_what_has_moved_is_noted_again(hall: Hall) -> None:
    first = hall.cli("anchor", "--all", "--json").json
    hall.cli("item", "note", "INC-2", "Paper is out")
    second = hall.cli("anchor", "--all", "--json").json
    lines = (hall.root / "operations/anchors.jsonl").read_text().splitlines()

    assert (first["runs"], first["streams"], first["new"]) == (2, 3, 5)
    assert (second["runs"], second["streams"], second["new"]) == (2, 3, 1)
    assert len(lines) == 6
    assert json.loads(lines[-1])["stream"] == "INC-2"
    verdict = hall.cli("verify", "--all", "--json").json
    assert (verdict["sound"], verdict["anchors"]) == (True, 6)


def test_all_heads_stand_in_one_git_tag(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Ana")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "ana@example.org")
    subprocess.run(["git", "init", "-q", hall.root], check=True)
    subprocess.run(["git", "-C", hall.root, "commit", "-q", "--allow-empty", "-m", "Begin"], check=True)

    told = hall.cli("anchor", "--all", "--git-tag", "days/1").out
    assert "2 runs and 3 streams are noted in git tag days/1, 5 of them now" in told
    assert hall.cli("verify", "--all", "--git-tag", "days/1", "--json").json["anchors"] == 5
    rewritten(hall.journal, "INC-1", cut_off)
    assert hall.cli("verify", "INC-1", "--git-tag", "days/1").code == 1


def test_anchors_of_before_are_read_as_they_were(hall: Hall, tmp_path: Path) -> None:
    run = json.loads(hall.cli("anchor", hall.ended, "--json").out)
    old = tmp_path / "old.jsonl"
    old.write_text(
        f'{{"at":"{run["at"]}","definition":"{run["definition"]}","hash":"{run["hash"]}",'
        f'"run":"{run["run"]}","seq":{run["seq"]}}}\n'
    )

    assert (hall.root / "operations/anchors.jsonl").read_text() == old.read_text()
    assert hall.cli("verify", hall.ended, "--anchor", old, "--json").json["anchors"] == 2


@pytest.mark.parametrize(
    "line", ['{"at":"x","hash":"00","seq":1,"stream":5}', '{"at":"x","hash":"zz","seq":1,"stream":"INC-1"}']
)
def test_a_line_that_is_no_anchor_of_an_item_is_said(hall: Hall, tmp_path: Path, line: str) -> None:
    notes = tmp_path / "notes.jsonl"
    notes.write_text(line + "\n")

    found = hall.cli("verify", "INC-1", "--anchor", notes)

    assert found.code == 1
    assert "line 1 is no anchor" in found.out


def test_a_journal_from_before_there_were_items_is_anchored_too(hall: Hall) -> None:
    with closing(sqlite3.connect(hall.journal, isolation_level=None)) as db:
        for table in ("stream_once", "stream_event", "stream"):
            db.execute(f"DROP TABLE {table}")
        db.execute("PRAGMA user_version = 1")

    assert hall.cli("anchor", "--all", "--json").json["streams"] == 0
