"""The restore drill proves what it claims, and fails when a backup could not be trusted."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from .conftest import Library, facts, somebody_else


def sample_database(library: Library) -> Path:
    """The sample database, outside of the place where the drill would make its own."""
    path = library.folder / "shop.db"
    subprocess.run([sys.executable, library.script("backup/make_sample.py"), path], check=True, capture_output=True)
    return path


def called(library: Library, *arguments: object) -> subprocess.CompletedProcess[str]:
    """One call of the program that restores files."""
    command = [sys.executable, str(library.script("backup/archive.py")), *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def folder_with_backup(library: Library, name: str, members: str = "") -> tuple[Path, Path]:
    """A private file of somebody else in a folder, and the folder's backup, its members named with this before."""
    file, archive = library.folder / "shares" / name, library.folder / "night.tar.gz"
    file.parent.mkdir(parents=True)
    file.write_text("wages\n")
    os.chown(file, *somebody_else())
    file.chmod(0o640)
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(file, f"{members}{name}")
    return file, archive


def damage(path: Path, offset: int) -> None:
    """Overwrite a few bytes."""
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(b"\xff" * 16)


def test_a_drill_leaves_backup_and_record_and_no_scratch_folder(library: Library) -> None:
    result = library.run("backup/sqlite-restore-drill")

    backup = library.folder / result.outputs("backup")["file"]
    assert hashlib.sha256(backup.read_bytes()).hexdigest() == result.outputs("checksum")["sha256"]
    assert sqlite3.connect(backup).execute("SELECT count(*) FROM line").fetchone() == (7000,)
    record = library.folder / result.outputs("record")["file"]
    assert "- Rows: 10000" in record.read_text()
    assert [each for each in (library.work / "backup").iterdir() if each.is_dir()] == []


def test_a_drill_stops_when_the_database_is_damaged(library: Library) -> None:
    database = sample_database(library)
    damage(database, 4096)

    result = library.run("backup/sqlite-restore-drill", database=database)

    assert (result.status, result.exit_code) == ("failed", 1), result.text
    assert result.state("backup") == "failed"
    assert result.state("tidy") == "succeeded"


def test_a_drill_fails_when_the_check_misses_the_damage(library: Library) -> None:
    library.spoil("backup/damage_copy.py", "file.write(WRONG)", "file.write(b'')")

    result = library.run("backup/sqlite-restore-drill")

    assert result.status == "failed"
    assert result.state("damage") == "succeeded"
    assert result.state("detect") == "failed"


def test_a_drill_fails_when_the_backup_lacks_a_row(library: Library) -> None:
    library.spoil(
        "backup/take_backup.py",
        "    connection.close()\n",
        '    connection.execute("DELETE FROM line WHERE id = 7000")\n    connection.commit()\n    connection.close()\n',
    )

    result = library.run("backup/sqlite-restore-drill")

    assert result.status == "failed"
    assert result.state("counts") == "failed"


def test_a_drill_fails_when_a_value_comes_back_changed(library: Library) -> None:
    library.spoil(
        "backup/take_backup.py",
        "    connection.close()\n",
        '    connection.execute("UPDATE line SET cents = 1")\n    connection.commit()\n    connection.close()\n',
    )

    result = library.run("backup/sqlite-restore-drill")

    assert result.state("counts") == "succeeded"
    assert result.state("compare-values") == "failed"


def test_a_drill_compares_only_counts_when_the_database_is_large(library: Library) -> None:
    result = library.run("backup/sqlite-restore-drill", compare_rows=9999)

    assert result.status == "succeeded", result.text
    assert result.state("compare-values") == "skipped"
    assert result.state("compare-counts") == "succeeded"


def test_a_drill_takes_no_signature_of_a_refusing_owner(library: Library) -> None:
    refusal = {"sign": {"approve": False, "by": "maria", "comment": "The data is a day old"}}

    result = library.run("backup/sqlite-restore-drill", answers=refusal)

    assert result.status == "failed"
    assert result.state("sign") == "failed"


def test_a_file_with_another_checksum_is_not_verified(library: Library) -> None:
    database = sample_database(library)

    right = library.run("backup/verify-sqlite-file", file=database)
    wrong = library.run("backup/verify-sqlite-file", file=database, sha256="0" * 64)

    assert (right.status, right.outputs("contents")["rows"]) == ("succeeded", 10000), right.text
    assert wrong.state("integrity") == "failed"


def test_a_file_that_was_written_over_is_restored_and_the_other_is_kept(library: Library) -> None:
    result = library.run("backup/restore-file")

    place = library.work / "restore-file" / "sales" / "offers" / "2026-11-north.csv"
    assert "Oslo,940" in place.read_text()
    aside = library.folder / result.outputs("put")["kept_aside"]
    assert aside.read_text() == "customer,price\n"

    assert called(library, "back", place, aside).returncode == 0
    assert place.read_text() == "customer,price\n"


def test_a_link_in_an_archive_is_not_taken_out(library: Library, tmp_path: Path) -> None:
    (tmp_path / "passwd").symlink_to("/etc/passwd")
    archive, target = tmp_path / "bad.tar", tmp_path / "target"
    with tarfile.open(archive, "w") as tar:
        tar.add(tmp_path / "passwd", "passwd")

    done = called(library, "extract", archive, "passwd", target)

    assert (done.returncode, done.stderr) == (1, "passwd is no plain file\n")
    assert not target.exists()


@pytest.mark.parametrize("state", ["written over", "written anew", "deleted"])
@pytest.mark.parametrize(
    ("name", "members"), [("wages.csv", ""), ("Übersicht (neu).csv", "./"), ("a/it's $HOME; & <b>.csv", "/")]
)
def test_a_restored_file_keeps_its_owner_and_its_rights(library: Library, state: str, name: str, members: str) -> None:
    file, archive = folder_with_backup(library, name, members)
    if state != "deleted":
        file.write_text("nothing\n")
    if state == "written anew":
        file.chmod(0o600)
    if state == "deleted":
        file.unlink()
    wanted = facts(file) if file.exists() else (*somebody_else(), 0o640)

    result = library.run("backup/restore-file", archive=archive, folder=library.folder / "shares", file=name)

    assert result.state("same") == "succeeded", result.text
    restored = library.folder / result.outputs("extract")["restored"]
    assert facts(restored) == (*somebody_else(), 0o640)
    assert (facts(file), file.read_text()) == (wanted, "wages\n")

    aside = restored.with_name(f"aside-{file.name}")
    assert called(library, "back", file, aside).returncode == 0
    assert file.exists() == (state != "deleted")
    assert state == "deleted" or (facts(file), file.read_text()) == (wanted, "nothing\n")


def test_a_file_is_put_for_its_owner_or_not_at_all(library: Library, tmp_path: Path) -> None:
    file, place = tmp_path / "restored", tmp_path / "place"
    file.write_text("wages\n")
    file.chmod(0o600)

    done = called(library, "put", file, place, tmp_path / "aside", "4713:4714")

    if os.geteuid() == 0:
        assert (done.returncode, facts(place)) == (0, (4713, 4714, 0o600))
    else:
        assert (done.returncode, place.exists()) == (1, False)
        assert done.stderr.startswith("put failed: ")
    assert {each.name for each in tmp_path.iterdir()} - {"place", "project"} == {"restored", "aside.was-not-there"}


@pytest.mark.parametrize("file", ["../shadow", "/etc/shadow", "a/../../shadow", "-rf", "./wages.csv", "a/.."])
def test_a_file_is_never_named_by_a_path_that_leads_elsewhere(library: Library, file: str) -> None:
    done = library.call("run", "backup/restore-file", "-i", f"file={file}", "--yes")

    assert (done.returncode, "input `file` of backup/restore-file does not match" in done.stderr) == (2, True)


def test_an_archive_that_ends_early_gives_nothing(library: Library, tmp_path: Path) -> None:
    _, archive = folder_with_backup(library, "wages.csv")
    whole = archive.read_bytes()
    archive.write_bytes(whole[:-30])

    done = called(library, "extract", archive, "wages.csv", tmp_path / "target" / "wages.csv")

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("extract failed: ")
    assert not (tmp_path / "target" / "wages.csv").exists()


def test_a_wrong_version_is_never_put(library: Library) -> None:
    answers = {"check": {"outcome": "done", "fields": {"right": False, "line": "Oslo 940"}}}

    result = library.run("backup/restore-file", answers=answers)

    assert (result.status, result.state("put"), result.state("older")) == ("succeeded", "skipped", "succeeded")
    place = library.work / "restore-file" / "sales" / "offers" / "2026-11-north.csv"
    assert place.read_text() == "customer,price\n"


def test_a_drill_asks_for_four_times_the_room_of_the_database(library: Library) -> None:
    database = library.folder / "large.db"
    with database.open("wb") as file:
        file.truncate(shutil.disk_usage(library.folder).free // 2)

    result = library.run("backup/sqlite-restore-drill", database=database)

    assert (result.state("space"), result.state("backup")) == ("failed", "cancelled"), result.text


def test_a_file_of_a_real_archive_is_not_put_into_the_sample(library: Library) -> None:
    _, archive = folder_with_backup(library, "wages.csv")

    result = library.run("backup/restore-file", archive=archive, file="wages.csv")

    assert (result.status, result.state("own-folder"), result.state("find")) == ("failed", "failed", "cancelled")


@pytest.mark.parametrize(
    ("statement", "min_rows", "failed"),
    [
        ("", 0, ["integrity"]),
        ("", 1, ["contents", "integrity"]),
        ("CREATE TABLE line (id)", 0, []),
        ("CREATE TABLE line (id)", 1, ["contents"]),
        ("CREATE TABLE line (id)", 2, ["contents"]),
    ],
)
def test_a_backup_with_nothing_in_it_is_not_verified(
    library: Library, statement: str, min_rows: int, failed: list[str]
) -> None:
    file = library.folder / "shop.db"
    file.touch()
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        database.execute(statement)
        if min_rows == 2:
            database.execute("INSERT INTO line VALUES (1)")

    result = library.run("backup/verify-sqlite-file", file=file, min_rows=min_rows)

    assert [each for each in ("contents", "integrity") if result.state(each) == "failed"] == failed, result.text
    assert result.status == ("failed" if failed else "succeeded")


def test_a_file_that_is_verified_without_a_number_of_rows_has_at_least_one(library: Library) -> None:
    (library.folder / "shop.db").touch()

    result = library.run("backup/verify-sqlite-file", file=library.folder / "shop.db")

    assert (result.status, result.state("contents")) == ("failed", "failed")
