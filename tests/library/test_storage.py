"""Free space, clean-up and log rotation: nothing is removed unlisted, and no line is lost unnoticed."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from .conftest import Library


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


def test_a_file_that_changed_after_it_was_listed_is_kept(library: Library) -> None:
    folder, listed = library.folder / "logs", library.folder / "list.json"
    folder.mkdir()
    for name in ("a.log", "b.log"):
        (folder / name).write_text("old\n")
        os.utime(folder / name, (1, 1))
    scripts = library.script("storage/list_removable.py").parent
    list_, remove = scripts / "list_removable.py", scripts / "remove_listed.py"
    subprocess.run([sys.executable, list_, folder, "*.log", "30", listed], check=True, capture_output=True)

    (folder / "b.log").write_text("written again\n")
    done = subprocess.run([sys.executable, remove, "remove", listed], check=True, capture_output=True, text=True)

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
        "    log.touch()\n",
        "    short = log.with_name(f'{log.name}.1')\n"
        "    short.write_bytes(b''.join(short.read_bytes().splitlines(True)[:-1]))\n"
        "    log.touch()\n",
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
