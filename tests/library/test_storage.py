"""Free space, clean-up and log rotation: nothing is removed unlisted, and no line is lost unnoticed."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Library, facts, somebody_else, too_deep


def called(library: Library, script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """One call of a program."""
    command = [sys.executable, str(library.script(f"storage/{script}")), *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


@pytest.fixture
def log(library: Library) -> Path:
    """A log of somebody else, in a folder of its own."""
    path = library.folder / "logs" / "shop.log"
    path.parent.mkdir()
    path.write_text("first\n")
    os.chown(path, *somebody_else())
    path.chmod(0o640)
    return path


def test_a_full_disk_is_noticed(library: Library) -> None:
    result = library.run("storage/disk-space-check", min_free_mib=10**12)

    assert result.status == "failed"
    assert result.state("measure") == "failed"


def test_a_clean_up_removes_old_logs_and_nothing_else(library: Library) -> None:
    result = library.run("storage/disk-space-triage")

    sample = library.work / "disk-space-triage" / "sample"
    left = {str(each.relative_to(sample)) for each in sample.rglob("*") if each.is_file() and each.suffix}
    assert result.outputs("remove")["removed"] == 3
    assert left == {
        "export/customers-full.csv",
        "export/customers-delta.csv",
        "logs/shop.log",
        "logs/shop-week-9.log",
        "tmp/upload-4711.part",
        "tmp/session.lock",
        "etc/shop.conf",
    }


def test_nothing_is_removed_when_the_operator_leaves_it(library: Library) -> None:
    result = library.run("storage/disk-space-triage", answers={"decide": {"choose": "leave"}})

    assert result.status == "succeeded", result.text
    assert result.state("remove") == "skipped"
    assert len(list((library.work / "disk-space-triage" / "sample" / "logs").iterdir())) == 5


def test_nothing_is_removed_when_the_owner_refuses(library: Library) -> None:
    refusal = {"approve-removal": {"approve": False, "by": "maria", "comment": "The archive is broken"}}

    result = library.run("storage/disk-space-triage", answers=refusal)

    assert result.status == "failed"
    assert len(list((library.work / "disk-space-triage" / "sample" / "logs").iterdir())) == 5


def test_a_folder_of_the_system_is_never_cleaned(library: Library) -> None:
    result = library.run("storage/disk-space-triage", folder="/etc", pattern="*.conf")

    assert result.status == "failed"
    assert result.state("candidates") == "failed"


@pytest.mark.parametrize("folder", ["/", "/etc/ssh", "/etc/../etc/ssh", "/boot/grub", "/var/lib/postgresql", "/var"])
def test_nothing_below_a_folder_of_the_system_is_listed(library: Library, folder: str) -> None:
    done = called(library, "list_removable.py", folder, "*", 1, library.folder / "list.json")

    assert (done.returncode, "belongs to the system" in done.stderr) == (1, True)
    assert not (library.folder / "list.json").exists()


def test_a_file_that_changed_after_it_was_listed_is_kept(library: Library) -> None:
    folder, listed = library.folder / "logs", library.folder / "list.json"
    folder.mkdir()
    for name in ("a.log", "b.log"):
        (folder / name).write_text("old\n")
        os.utime(folder / name, (1, 1))
    made = called(library, "list_removable.py", folder, "*.log", 30, listed)

    (folder / "b.log").write_text("written again\n")
    done = called(library, "remove_listed.py", "remove", listed, json.loads(made.stdout)["sha256"])

    assert json.loads(done.stdout)["removed"] == 1
    assert [each.name for each in folder.iterdir()] == ["b.log"]


def test_a_rotation_keeps_every_line_and_the_wanted_generations(library: Library) -> None:
    result = library.run("storage/log-rotation", keep=2)

    assert result.outputs("prove")["lines"] == result.outputs("before")["lines"] == 4600
    assert result.outputs("prune")["removed"] == 2
    assert {each.name for each in (library.work / "log-rotation" / "sample").glob("*.log*")} == {
        "mail.log",
        "mail.log.1.gz",
        "shop.log",
        "shop.log.1.gz",
        "shop.log.2.gz",
    }


def test_a_rotation_that_loses_a_line_fails_before_anything_is_removed(library: Library) -> None:
    library.spoil(
        "storage/rotate_logs.py",
        "    draft.unlink()\n\n\ndef rename_all",
        "    short = log.with_name(f'{log.name}.1')\n"
        "    short.write_bytes(b''.join(short.read_bytes().splitlines(True)[:-1]))\n"
        "    draft.unlink()\n\n\ndef rename_all",
    )

    result = library.run("storage/log-rotation", keep=1)

    assert result.state("prove") == "failed"
    assert result.status == "failed"
    assert (library.work / "log-rotation" / "sample" / "shop.log.4.gz").exists()


def test_a_bad_compression_keeps_the_plain_log(library: Library) -> None:
    library.spoil("storage/rotate_logs.py", "shutil.copyfileobj(source, target)", "target.write(source.read()[:-9])")

    result = library.run("storage/log-rotation")

    assert result.state("compress") == "failed"
    assert (library.work / "log-rotation" / "sample" / "mail.log.1").read_bytes().count(b"\n") == 400


def test_a_list_that_was_changed_after_it_was_approved_removes_nothing(library: Library, log: Path) -> None:
    os.utime(log, (1, 1))
    other = log.with_name("shop.db")
    other.write_text("orders")
    answers = library.folder / "clean-up.yaml"
    answers.write_text("decide: {choose: clean-up}\n")
    given = ("-i", f"folder={log.parent}", "-i", f"records={library.folder}", "--yes", "--answers", answers)
    library.call("run", "storage/disk-space-triage", *given)
    (listed,) = library.folder.glob("removable-*.json")
    plan = json.loads(listed.read_text())
    status = other.stat()
    plan["files"].append({"path": str(other), "size": status.st_size, "changed": status.st_mtime_ns})
    listed.write_text(json.dumps(plan))

    approved = library.call("approve", "last", "approve-removal", "--by", "maria")
    done = library.call("resume", "last", "--yes")

    assert approved.returncode == 0, approved.stderr
    assert (done.returncode, "was changed since it was approved" in done.stdout + done.stderr) == (1, True)
    assert sorted(each.name for each in log.parent.iterdir()) == ["shop.db", "shop.log"]


def test_what_cannot_be_read_is_named_before_anybody_decides(library: Library, log: Path) -> None:
    too_deep(log.parent)

    result = library.run("storage/disk-space-triage", folder=log.parent, answers={"decide": {"choose": "leave"}})

    assert result.status == "succeeded", result.text
    assert len(result.outputs("candidates")["unread"]) == 1
    assert [each[:15] for each in result.outputs("largest")["files"]] == ["1 KiB, 0 days, ", "can't be read: "]


def test_the_next_log_belongs_to_whom_the_log_belonged(library: Library, log: Path) -> None:
    result = library.run("storage/log-rotation", folder=log.parent)

    assert result.status == "succeeded", result.text
    wanted = (*somebody_else(), 0o640)
    assert {each.name: facts(each) for each in log.parent.iterdir()} == {"shop.log": wanted, "shop.log.1.gz": wanted}
    assert gzip.decompress(log.with_name("shop.log.1.gz").read_bytes()) == b"first\n"


def test_a_log_that_its_writer_still_has_open_is_not_compressed(library: Library, log: Path) -> None:
    with log.open("a") as writer:
        result = library.run("storage/log-rotation", folder=log.parent)
        writer.write("last\n")

    assert (result.state("rename"), result.state("compress")) == ("succeeded", "failed")
    assert "shop.log.1 is open for writing in process" in result.text
    assert log.with_name("shop.log.1").read_text() == "first\nlast\n"


def test_a_line_that_comes_while_a_log_is_compressed_is_kept(library: Library, log: Path) -> None:
    late = "    open(path, 'ab').write(b'last\\n')\n"
    library.spoil(
        "storage/rotate_logs.py",
        "    equal, after = digest(partial) == digest(path), path.stat()\n",
        "    equal = digest(partial) == digest(path)\n" + late + "    after = path.stat()\n",
    )

    result = library.run("storage/log-rotation", folder=log.parent)

    assert result.state("compress") == "failed"
    assert sorted(each.name for each in log.parent.iterdir()) == ["shop.log", "shop.log.1"]
    assert log.with_name("shop.log.1").read_text() == "first\nlast\n"


def test_a_compression_that_broke_off_at_its_end_is_finished(library: Library, log: Path) -> None:
    log.with_name("shop.log.1").write_text("older\n")
    log.with_name("shop.log.1.gz").write_bytes(gzip.compress(b"older\n"))

    done = called(library, "rotate_logs.py", "compress", log.parent, "*.log")

    assert done.returncode == 0, done.stderr
    assert sorted(each.name for each in log.parent.iterdir()) == ["shop.log", "shop.log.1.gz"]


def test_two_different_files_of_one_generation_both_stay(library: Library, log: Path) -> None:
    log.with_name("shop.log.1").write_text("older\n")
    log.with_name("shop.log.1.gz").write_bytes(gzip.compress(b"other\n"))

    done = called(library, "rotate_logs.py", "compress", log.parent, "*.log")

    assert (done.returncode, done.stderr) == (1, f"{log}: generation 1 is there twice\n")
    assert len(list(log.parent.iterdir())) == 3


def test_no_log_is_renamed_when_the_next_one_cannot_be_made(library: Library, log: Path) -> None:
    library.spoil("storage/rotate_logs.py", "    shutil.copystat(path, other)", "    raise PermissionError(path)")

    done = called(library, "rotate_logs.py", "rename", log.parent, "*.log")

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert [each.name for each in log.parent.iterdir()] == ["shop.log"]
