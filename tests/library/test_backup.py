"""The restore drill proves what it claims, and fails when a backup could not be trusted."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path

from .conftest import Library


def sample_database(library: Library) -> Path:
    """The sample database, outside of the place where the drill would make its own."""
    path = library.folder / "shop.db"
    subprocess.run([sys.executable, library.script("backup/make_sample.py"), path], check=True, capture_output=True)
    return path


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

    command = [sys.executable, library.script("backup/archive.py"), "back", place, aside]
    subprocess.run(command, check=True, capture_output=True)
    assert place.read_text() == "customer,price\n"


def test_a_link_in_an_archive_is_not_taken_out(library: Library, tmp_path: Path) -> None:
    (tmp_path / "passwd").symlink_to("/etc/passwd")
    archive, target = tmp_path / "bad.tar", tmp_path / "target"
    with tarfile.open(archive, "w") as tar:
        tar.add(tmp_path / "passwd", "passwd")
    command = [sys.executable, library.script("backup/archive.py"), "extract", archive, "passwd", target]

    done = subprocess.run(command, check=False, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (1, "passwd is no plain file\n")
    assert not target.exists()
