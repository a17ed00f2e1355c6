"""A run is exported, checked offline, and anchored; what was changed is found, and what can't be known is said."""

from __future__ import annotations

import getpass
import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Desk
from tests.cli.proofs import (
    Hall,
    built,
    call,
    lines_of,
    members_of,
    rechained,
    repacked,
    rewritten,
    rows_of,
    unguarded,
)
from tests.waiting import PATIENCE, until


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Hall:
    return built(tmp_path_factory.mktemp("proof") / "hall")


@pytest.fixture
def hall(sound: Hall, tmp_path: Path) -> Hall:
    return sound.copy(tmp_path / "copy")


@pytest.fixture
def archive(hall: Hall, tmp_path: Path) -> Path:
    file = tmp_path / "run.zip"
    assert hall.cli("export", hall.ended, "-o", file).code == 0
    return file


# -- sound ------------------------------------------------------------------------------------------


def test_a_sound_run_passes_and_nothing_is_changed(hall: Hall) -> None:
    before = hall.journal.read_bytes()

    for words in ([hall.ended], [hall.open], ["--all"], [hall.ended[:-1]], ["last"]):
        result = hall.cli("verify", *words)
        assert (result.code, result.err) == (0, "")
        assert "is as it was written" in result.out
        assert "no anchor was compared" in result.out

    assert hall.journal.read_bytes() == before


def test_verify_tells_programs_what_it_looked_at(hall: Hall) -> None:
    verdict = hall.cli("verify", hall.ended, "--json").json
    both = hall.cli("verify", "--all", "--json").json

    assert verdict["sound"] is True
    assert (verdict["what"], verdict["name"], verdict["findings"]) == ("run", hall.ended, [])
    assert (verdict["runs"], verdict["evidence"], verdict["signatures"], verdict["anchors"]) == (1, 1, 0, 0)
    assert verdict["events"] == verdict["head"]["seq"] == len(hall.cli("events", hall.ended, "--json").out.splitlines())
    assert both["runs"] == 2


def test_an_export_is_the_same_wherever_and_whenever_it_is_made(hall: Hall, archive: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.zip"

    told = hall.cli("export", hall.ended, "-o", again, "--json").json

    assert again.read_bytes() == archive.read_bytes()
    assert again.stat().st_mode & 0o777 == 0o600
    assert sorted(tmp_path.glob(".*")) == []
    assert (told["members"], told["size"]) == (len(members_of(archive)), archive.stat().st_size)


def test_an_archive_holds_all_that_the_run_goes_by(hall: Hall, archive: Path) -> None:
    members = members_of(archive)
    manifest = json.loads(members["manifest.json"])
    record = hall.cli("record", hall.ended, "--format", "html").out

    assert members["record.html"].decode() == record
    assert members["allowed_signers"] == (hall.root / "operations/allowed_signers").read_bytes()
    assert {name for name in members if name != "manifest.json"} == set(manifest["members"])
    assert [name for name in members if name.startswith("evidence/")] == [
        f"evidence/{hall.cli('record', hall.ended, '--json').json['evidence'][0]['sha256']}"
    ]
    events = [json.loads(line) for line in members["events.jsonl"].splitlines()]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[-1]["hash"] == manifest["head"]["hash"]


def test_an_archive_is_checked_without_a_project(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = tmp_path / "away"
    away.mkdir()
    monkeypatch.chdir(away)
    monkeypatch.delenv("RUNBOOK_HOME", raising=False)

    result = call("verify", archive)

    assert (result.code, result.err) == (0, "")
    assert "1 file of evidence" in result.out
    assert list(away.iterdir()) == []


def test_an_open_run_is_exported_as_far_as_it_has_come(hall: Hall, tmp_path: Path) -> None:
    file = tmp_path / "open.zip"

    assert hall.cli("export", hall.open, "-o", file).code == 0
    assert call("verify", file).code == 0
    hall.cli("answer", hall.open, "mop", "done")
    assert call("verify", file).code == 0


def test_a_name_without_a_path_is_a_run_first_and_then_a_file(
    hall: Hall, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    archive.rename(tmp_path / "audit")
    (tmp_path / hall.ended).write_text("no archive")

    assert hall.cli("verify", "audit", "--json").json["what"] == "archive"
    assert hall.cli("verify", hall.ended, "--json").json["what"] == "run"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["verify", "nothing"], "no run `nothing`"),
        (["verify", "nothing.zip"], "can't be read"),
        (["verify", "--all", "last"], "both a name and `--all`"),
        (["verify"], "runbook verify RUN"),
        (["verify", "last", "--anchor", "nothing.jsonl"], "nothing.jsonl can't be read"),
        (["verify", "last", "--git-tag", "nothing"], "no annotated git tag"),
        (["verify", "."], "no run"),
        (["verify", "./"], "is not a file"),
        (["export", "nothing"], "no run `nothing`"),
        (["verify", "INC-7"], "no item INC-7"),
        (["export", "INC-7"], "no item INC-7"),
        (["anchor", "department"], "no item department"),
        (["anchor", "--all", "last"], "both a name and `--all`"),
        (["anchor", "last", "--file", "a", "--git-tag", "b"], "both `--file` and `--git-tag`"),
        (["anchor", "last", "--git-tag", "-x"], "can't be the name of a git tag"),
        (["anchor", "last", "--git-tag", ""], "can't be the name of a git tag"),
        (["anchor", "last", "--git-tag", "a..b"], "can't be the name of a git tag"),
    ],
    ids=" ".join,
)
def test_what_can_not_be_meant_is_a_misuse(hall: Hall, words: list[str], says: str) -> None:
    result = hall.cli(*words)

    assert (result.code, result.out) == (2, "")
    assert says in result.err


def test_a_run_that_waits_for_another_one_to_leave_passes(project: Callable[[Mapping[str, str]], Desk]) -> None:
    text = "runbook: 1\ntitle: M\nconcurrency: {key: k}\nsteps: [{id: a, manual: A}]\n"
    group = "title: G\nowner: o\n"
    desk = project(
        {"runbook.yaml": "runbook: 1\ntitle: M\n", "processes/g/group.yaml": group, "processes/g/p.yaml": text}
    )
    desk.begin("g/p")
    waiting = desk.background("run", "g/p", "--yes")
    until(lambda: any(event["type"] == "LockAwaited" for event in _newest(desk)))
    waiting.terminate()
    waiting.wait(PATIENCE)

    result = desk.cli("verify", "--all")

    assert (result.code, result.err) == (0, "")
    assert "2 runs" in result.out


def _newest(desk: Desk) -> list[Mapping[str, Any]]:
    """What has happened in the second run, if there is one yet."""
    runs = desk.cli("runs", "--json").json
    return desk.events(runs[0]["run"]) if len(runs) == 2 else []


STAFFED = {
    "runbook.yaml": "runbook: 1\ntitle: M\n",
    "operations/teams.yaml": "teams: {ops: {title: Operations, lead: ana, members: [ana]}}\n",
    "operations/people/ana.yaml": f"name: Ana\nusers: [{getpass.getuser()}]\n",
    "operations/people/bo.yaml": "name: Bo\n",
    "processes/g/group.yaml": "title: G\nowner: ops\n",
    "processes/g/p.yaml": (
        "runbook: 1\ntitle: P\nroles: {operator: {}, checker: {}}\n"
        "steps: [{id: a, title: A, manual: A, verifier: checker}]\n"
    ),
}


def test_people_and_a_second_person_are_proved_as_well(
    project: Callable[[Mapping[str, str]], Desk], tmp_path: Path
) -> None:
    desk = project(STAFFED)
    run, archive = desk.begin("g/p"), tmp_path / "run.zip"
    desk.cli("answer", run, "a", "done")

    exported = desk.cli("export", run, "-o", archive)

    assert desk.cli("verify", "--all").code == exported.code == 0
    assert call("verify", archive).code == 0
    events = [json.loads(line) for line in members_of(archive)["events.jsonl"].splitlines()]
    organisation = json.loads(events[0]["body"])["organisation"]
    assert {event["type"] for event in events} >= {"StepPerformed"}
    assert f"definitions/{organisation}.json" in members_of(archive)
    assert {event["actor"] for event in events} == {"ana"}


# -- what is not as it was --------------------------------------------------------------------------


def test_evidence_that_was_changed_or_is_gone_is_found_and_not_exported(hall: Hall, tmp_path: Path) -> None:
    (file,) = (hall.home / "evidence").iterdir()
    file.write_bytes(b"another hall")
    changed = hall.cli("verify", hall.ended)
    refused = hall.cli("export", hall.ended, "-o", tmp_path / "run.zip")
    file.unlink()
    gone = hall.cli("verify", hall.ended)

    assert (changed.code, gone.code, refused.code) == (1, 1, 6)
    assert f"evidence/{file.name}" in changed.out
    assert "is not what was attached" in changed.out
    assert "is missing" in gone.out
    assert "is not what was attached" in refused.err
    assert list(tmp_path.glob("*.zip")) + list(tmp_path.glob(".run*")) == []


def test_a_run_that_was_changed_is_not_exported_and_not_anchored(hall: Hall, tmp_path: Path) -> None:
    with unguarded(hall.journal) as db:
        db.execute("UPDATE event SET actor = 'eve' WHERE run = ? AND seq = 5", (hall.ended,))

    for words in (["export", hall.ended, "-o", tmp_path / "x.zip"], ["anchor", hall.ended, "--file", tmp_path / "a"]):
        result = hall.cli(*words)
        assert result.code == 6
        assert "event 5 is not what was written" in result.err
    assert hall.cli("verify", hall.ended).code == 1
    assert hall.cli("verify", hall.open).code == 0


@pytest.mark.parametrize(
    "make", [b"", b"no journal", b"SQLite format 3\0" + b"\xff" * 4096], ids=["empty", "text", "torn"]
)
def test_a_journal_that_can_not_be_read_ends_with_6(hall: Hall, make: bytes) -> None:
    hall.journal.write_bytes(make)

    result = hall.cli("verify", "--all")

    assert result.code == 6
    assert "the journal can't be read" in result.out or "is damaged" in result.err


def test_a_record_put_in_place_of_the_right_one_is_found(archive: Path) -> None:
    members = members_of(archive)
    members["record.html"] = members["record.html"].replace(b"It is dry", b"It is wet")
    repacked(archive, members)

    result = call("verify", archive)

    assert result.code == 1
    assert "record.html: run" in result.out
    assert "does not say what the events say" in result.out


def test_a_record_laid_out_by_another_version_is_not_compared_and_that_is_said(archive: Path) -> None:
    members = members_of(archive)
    members["record.html"] = b"<p>another layout</p>"
    repacked(archive, members, written_by="0.0.1")

    result = call("verify", archive)

    assert result.code == 0
    assert "record.html was laid out by runbook 0.0.1" in result.out


def test_a_signature_that_can_not_be_checked_does_not_pass_for_one_that_was(hall: Hall) -> None:
    def signed(row: list[Any]) -> None:
        body = json.loads(row[7])
        if row[2] == "StepSucceeded" and "reply" in body:
            body["reply"]["signature"] = "made up"
            row[7] = json.dumps(body)

    rewritten(hall.journal, hall.ended, signed)

    result = hall.cli("verify", hall.ended, "--json")

    assert result.code == 1
    assert result.json["signatures"] == 3
    assert {finding["where"] for finding in result.json["findings"]} == {"signatures"}


# -- anchors ----------------------------------------------------------------------------------------


def bags(row: list[Any]) -> None:
    """Somebody wants to have carried out 9 bags, not 3."""
    row[7] = row[7].replace('"bags":3', '"bags":9').replace('"bags":"3"', '"bags":"9"')


@pytest.fixture
def git(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Ana")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "ana@example.org")
    subprocess.run(["git", "init", "-q", hall.root], check=True)
    subprocess.run(["git", "-C", hall.root, "commit", "-q", "--allow-empty", "-m", "Begin"], check=True)


def test_a_chain_that_was_written_anew_passes_without_an_anchor_and_is_found_with_one(
    hall: Hall, tmp_path: Path
) -> None:
    anchors = tmp_path / "usb" / "anchors.jsonl"
    assert hall.cli("anchor", hall.ended, "--file", anchors).code == 0
    assert hall.cli("verify", hall.ended, "--anchor", anchors).code == 0

    rewritten(hall.journal, hall.ended, bags)

    assert hall.cli("verify", hall.ended).code == 0
    assert "= 9" in hall.cli("record", hall.ended, "--format", "csv").out
    for words in ([hall.ended], ["--all"]):
        found = hall.cli("verify", *words, "--anchor", anchors)
        assert found.code == 1
        assert "the chain was written anew" in found.out
        assert str(anchors) in found.out


def test_an_archive_that_was_written_anew_is_found_with_an_anchor(hall: Hall, archive: Path, tmp_path: Path) -> None:
    anchors = tmp_path / "anchors.jsonl"
    hall.cli("anchor", hall.ended, "--file", anchors)
    assert call("verify", archive, "--anchor", anchors).code == 0
    members = members_of(archive)
    rows = rows_of(members["events.jsonl"])
    for row in rows:
        bags(row)
    manifest = json.loads(members["manifest.json"])
    rows = rechained(hall.ended, manifest["definition"], rows)
    rewritten(hall.journal, hall.ended, bags)
    page = hall.cli("record", hall.ended, "--format", "html").out.encode()
    repacked(archive, {**members, "events.jsonl": lines_of(rows), "record.html": page}, head_hash=rows[-1][-1].hex())

    assert call("verify", archive).code == 0
    found = call("verify", archive, "--anchor", anchors)
    assert found.code == 1
    assert "the chain was written anew" in found.out


def test_an_anchor_in_a_git_tag_finds_it_as_well(hall: Hall, git: None) -> None:
    told = hall.cli("anchor", hall.ended, "--git-tag", "runs/hall", "--json").json
    message = subprocess.run(
        ["git", "-C", hall.root, "cat-file", "tag", "runs/hall"], check=True, capture_output=True, text=True
    ).stdout

    assert told["where"] == "git tag runs/hall"
    assert told["hash"] in message
    assert hall.cli("anchor", hall.ended, "--git-tag", "runs/hall").code == 5
    assert hall.cli("verify", hall.ended, "--git-tag", "runs/hall").code == 0

    rewritten(hall.journal, hall.ended, bags)

    assert "the chain was written anew" in hall.cli("verify", hall.ended, "--git-tag", "runs/hall").out


def test_the_anchors_that_the_project_keeps_are_compared_unasked(hall: Hall) -> None:
    assert hall.cli("anchor", hall.ended).code == 0
    assert hall.cli("anchor", hall.open).code == 0
    kept = (hall.root / "operations/anchors.jsonl").read_text().splitlines()
    assert [json.loads(line)["run"] for line in kept] == [hall.ended, hall.open]
    assert hall.cli("verify", "--all", "--json").json["anchors"] == 2

    rewritten(hall.journal, hall.ended, bags)

    assert hall.cli("verify", hall.ended).code == 1
    assert hall.cli("verify", hall.open).code == 0


def test_a_run_goes_on_after_it_was_anchored(hall: Hall) -> None:
    hall.cli("anchor", hall.open)
    hall.cli("answer", hall.open, "mop", "done")

    verdict = hall.cli("verify", hall.open, "--json").json

    assert (verdict["sound"], verdict["anchors"]) == (True, 1)


def test_events_that_were_cut_off_and_runs_that_were_removed_are_missed(hall: Hall) -> None:
    hall.cli("anchor", hall.ended)
    hall.cli("anchor", hall.open)
    seq = hall.cli("verify", hall.open, "--json").json["head"]["seq"]
    with unguarded(hall.journal) as db:
        for table in ("event", "attempt", "run"):
            db.execute(f"DELETE FROM {table} WHERE run = ?", (hall.ended,))
        last = db.execute("SELECT hash FROM event WHERE run = ? AND seq = ?", (hall.open, seq - 1)).fetchone()[0]
        db.execute("DELETE FROM event WHERE run = ? AND seq = ?", (hall.open, seq))
        db.execute("UPDATE run SET head_seq = ?, head_hash = ? WHERE run = ?", (seq - 1, last, hall.open))

    result = hall.cli("verify", "--all")

    assert result.code == 1
    assert f"run {hall.ended}: it is missing" in result.out
    assert f"run {hall.open}: event {seq}, which" in result.out


def test_a_file_of_anchors_that_was_spoiled_says_where(hall: Hall, tmp_path: Path) -> None:
    anchors = tmp_path / "anchors.jsonl"
    hall.cli("anchor", hall.ended, "--file", anchors)
    anchors.write_text(anchors.read_text() + "{}\n" + '{"run": "torn')
    hall.cli("anchor", hall.ended, "--file", anchors)

    result = hall.cli("verify", hall.ended, "--anchor", anchors)

    assert result.code == 1
    assert "line 2 is no anchor" in result.out
    assert "line 3 is no anchor" in result.out
    assert "line 4" not in result.out
    assert hall.cli("verify", hall.ended, "--anchor", anchors, "--json").json["anchors"] == 2


def test_a_record_says_whose_definition_and_people_the_run_goes_by(sound: Hall) -> None:
    told = sound.cli("record", sound.ended, "--format", "json").json

    assert told["project"] == str(sound.root)
    assert f"| Project in | `{sound.root}` |" in sound.cli("record", sound.ended).out
