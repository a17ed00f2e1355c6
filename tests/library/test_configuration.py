"""Drift from a baseline is named, and accepted or undone; a changed baseline is not trusted."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Library, facts, somebody_else, too_deep


def called(library: Library, *arguments: object) -> subprocess.CompletedProcess[str]:
    """One call of the program."""
    command = [sys.executable, str(library.script("configuration/baseline.py")), *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


@pytest.fixture
def etc(library: Library) -> Path:
    """A folder with a file of somebody else, a private folder and an empty one, and its baseline beside it."""
    folder = library.folder / "etc"
    for name, mode in (("sites", 0o750), ("spool", 0o2770)):
        (folder / name).mkdir(parents=True)
        os.chown(folder / name, *somebody_else())
        (folder / name).chmod(mode)
    for name in ("shop.conf", "sites/main.conf"):
        (folder / name).write_text("workers = 8\n")
        os.chown(folder / name, *somebody_else())
        (folder / name).chmod(0o640)
    (folder / "link").symlink_to("shop.conf")
    done = called(library, "take", folder, folder.with_name("baseline"))
    assert (done.returncode, json.loads(done.stdout)["files"]) == (0, 3), done.stderr
    return folder


def written_anew(folder: Path) -> None:
    """A file that an editor wrote anew: it belongs to who runs the test."""
    (folder / "shop.conf").unlink()
    (folder / "shop.conf").write_text("workers = 9\n")
    (folder / "shop.conf").chmod(0o666)


def wide_open(folder: Path) -> None:
    """A folder that everybody can write to."""
    (folder / "sites").chmod(0o777)


def without_the_empty_folder(folder: Path) -> None:
    """A folder that is gone."""
    (folder / "spool").rmdir()


def with_another_empty_folder(folder: Path) -> None:
    """A folder that was not there."""
    (folder / "new" / "inside").mkdir(parents=True)


def folder_for_file(folder: Path) -> None:
    """A folder in the place of a file."""
    (folder / "shop.conf").unlink()
    (folder / "shop.conf").mkdir()
    (folder / "shop.conf" / "extra").write_text("x")


def file_for_folder(folder: Path) -> None:
    """A file in the place of a folder."""
    shutil.rmtree(folder / "sites")
    (folder / "sites").write_text("x")


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (written_anew, ["shop.conf (changed)"]),
        (wide_open, ["sites (changed)"]),
        (without_the_empty_folder, ["spool (removed)"]),
        (with_another_empty_folder, ["new (added)", "new/inside (added)"]),
        (folder_for_file, ["shop.conf/extra (added)", "shop.conf (changed)"]),
        (file_for_folder, ["sites/main.conf (removed)", "sites (changed)"]),
    ],
)
def test_kind_owner_and_rights_are_part_of_a_baseline(
    library: Library, etc: Path, change: Callable[[Path], None], names: list[str]
) -> None:
    before = {each.name: facts(each) for each in etc.rglob("*")}
    change(etc)

    result = library.run("configuration/drift-check", folder=etc, baseline=library.folder / "baseline")

    assert result.outputs("compare")["names"] == names
    assert result.state("proof") == "succeeded", result.text
    assert {each.name: facts(each) for each in etc.rglob("*")} == before
    assert before["shop.conf"] == (*somebody_else(), 0o640)
    assert (etc / "shop.conf").read_text() == (etc / "sites" / "main.conf").read_text() == "workers = 8\n"


def test_a_file_of_somebody_else_is_restored_by_root_or_not_at_all(library: Library, etc: Path) -> None:
    baseline, conf = library.folder / "baseline", etc / "shop.conf"
    manifest = json.loads((baseline / "manifest.json").read_text())
    manifest["shop.conf"]["owner"] = "4713:4714"
    (baseline / "manifest.json").write_text(json.dumps(manifest))
    (baseline / "manifest.sha256").write_text(hashlib.sha256(json.dumps(manifest).encode()).hexdigest())
    conf.write_text("workers = 9\n")

    done = called(library, "restore", etc, baseline, library.folder / "aside")

    if os.geteuid() == 0:
        assert (done.returncode, facts(conf), conf.read_text()) == (0, (4713, 4714, 0o640), "workers = 8\n")
    else:
        assert (done.returncode, conf.read_text()) == (1, "workers = 9\n")
        assert done.stderr == f"{conf} belongs to 4713:4714: only root can restore it\n"


def test_no_baseline_is_taken_of_a_folder_that_cannot_be_read(library: Library, etc: Path) -> None:
    too_deep(etc)

    result = library.run("configuration/take-baseline", folder=etc, baseline=library.folder / "other")
    done = called(library, "compare", etc, library.folder / "baseline")

    assert (result.state("take"), (library.folder / "other").exists()) == ("failed", False)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("compare failed: ")


def test_only_the_state_that_was_approved_becomes_the_baseline(library: Library, etc: Path) -> None:
    baseline, answers = library.folder / "baseline", library.folder / "accept.yaml"
    written_anew(etc)
    answers.write_text("decide: {choose: accept}\n")
    given = ("-i", f"folder={etc}", "-i", f"baseline={baseline}", "--yes", "--answers", answers)
    library.call("run", "configuration/drift-check", *given)
    (etc / "sites" / "main.conf").write_text("allow = everybody\n")

    approved = library.call("approve", "last", "approve-changes", "--by", "maria")
    done = library.call("resume", "last", "--yes")

    assert approved.returncode == 0, approved.stderr
    assert done.returncode == 1, done.stdout + done.stderr
    assert "has changed since its state was approved" in done.stdout + done.stderr
    assert "workers = 8" in (baseline / "files" / "shop.conf").read_text()


def test_drift_is_named_and_restored(library: Library) -> None:
    result = library.run("configuration/drift-check")

    assert result.outputs("compare")["changed"] == ["sites/admin.conf"]
    assert result.outputs("compare")["added"] == ["debug.conf"]
    assert result.outputs("compare")["removed"] == ["limits.conf"]
    assert "10.0.0.0/8" in (library.work / "drift-check" / "sample" / "sites" / "admin.conf").read_text()
    assert len(list((library.work / "drift-check").glob("aside-*/debug.conf"))) == 1


def test_accepted_drift_becomes_the_baseline(library: Library) -> None:
    accepted = library.run("configuration/drift-check", answers={"decide": {"choose": "accept"}})
    sample, baseline = library.work / "drift-check" / "sample", library.work / "drift-check" / "baseline"
    copied = library.folder / "copy"
    sample.rename(copied)

    again = library.run("configuration/drift-check", folder=copied, baseline=baseline)

    assert accepted.state("new-baseline") == "succeeded", accepted.text
    assert again.outputs("compare")["count"] == 0
    assert again.state("decide") == "skipped"


def test_a_changed_baseline_is_not_trusted(library: Library) -> None:
    folder, baseline = library.folder / "etc", library.folder / "baseline"
    folder.mkdir()
    (folder / "shop.conf").write_text("workers = 8\n")
    taken = library.run("configuration/take-baseline", folder=folder, baseline=baseline)
    (baseline / "files" / "shop.conf").write_text("workers = 9\n")

    result = library.run("configuration/drift-check", folder=folder, baseline=baseline)

    assert taken.status == "succeeded", taken.text
    assert result.state("compare") == "failed"


def test_a_real_folder_never_goes_back_to_the_baseline_of_the_sample(library: Library, etc: Path) -> None:
    library.run("configuration/drift-check")

    result = library.run("configuration/drift-check", folder=etc)

    assert (result.status, result.state("own-folder"), result.state("restore")) == ("failed", "failed", "cancelled")
    assert (etc / "shop.conf").exists()
