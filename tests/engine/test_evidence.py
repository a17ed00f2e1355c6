"""Evidence is kept whole, once, by its content; what can't be evidence is refused and leaves nothing behind."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from runbook.engine import evidence
from runbook.engine.evidence import Kept, Wanted, keep, keep_parts, keep_written, kept
from runbook.errors import Misuse, Refused

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17)


def test_a_file_is_kept_under_its_content(tmp_path: Path) -> None:
    source = tmp_path / "reading.txt"
    source.write_bytes(b"2.4 bar")

    first = keep(tmp_path / "home", source)
    again = keep(tmp_path / "home", source)

    assert first == again == Kept("reading.txt", first.sha256, 7, "text/plain")
    assert kept(tmp_path / "home", first.sha256).read_bytes() == b"2.4 bar"
    assert os.listdir(tmp_path / "home" / "evidence") == [first.sha256]


def test_what_is_too_large_or_empty_or_no_file_is_refused_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "LARGEST", 2**20)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "empty").touch()
    (tmp_path / "large").write_bytes(bytes(2**20 + 1))
    (tmp_path / "loop").symlink_to("loop")
    found = {"pipe": "is not a file", "empty": "is empty", "large": "more than 1 MiB", "": "is not a file"}
    (tmp_path / "home" / "evidence").mkdir(parents=True)

    for name, says in {**found, "loop": "can't be read", "none": "can't be read", "a\0b": "can't be read"}.items():
        with pytest.raises(Misuse, match=says):
            keep(tmp_path / "home", tmp_path / name)

    assert os.listdir(tmp_path / "home" / "evidence") == []


def test_a_file_is_what_its_content_says_and_not_what_it_is_called(tmp_path: Path) -> None:
    wanted = Wanted("`photo`", ("image",), 100)
    (tmp_path / "photo.png").write_bytes(b"#!/bin/sh\n")
    (tmp_path / "photo.txt").write_bytes(PNG)

    with pytest.raises(Refused, match="`photo` is text/plain, as its content says") as refusal:
        keep(tmp_path / "home", tmp_path / "photo.png", wanted)

    assert refusal.value.help == "give image"
    assert os.listdir(tmp_path / "home" / "evidence") == []
    assert keep(tmp_path / "home", tmp_path / "photo.txt", wanted).type == "image/png"


def test_a_file_that_is_larger_than_wanted_is_refused_with_the_limit_before_it_is_kept(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"x" * 2001)

    with pytest.raises(Misuse, match="`log` has more than 2 kB"):
        keep(tmp_path / "home", tmp_path / "log", Wanted("`log`", (), 2000))

    assert os.listdir(tmp_path / "home" / "evidence") == []


def test_a_name_is_only_a_name(tmp_path: Path) -> None:
    source = tmp_path / "x\x1b[2J\u202etxt.sh"
    source.write_bytes(b"x")

    assert keep(tmp_path / "home", source).name == "x[2Jtxt.sh"
    assert keep_parts(tmp_path / "home", "../../evil", [b"x"]).name == "evil"


# -- what a program wrote ---------------------------------------------------------------------------


def written(tmp_path: Path, path: str, since: float | None = None) -> Kept:
    return keep_written(
        tmp_path / "root" / ".runbook", tmp_path / "root", path, time.time() if since is None else since
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    (folder / "out" / "deep").mkdir(parents=True)
    (folder / ".runbook").mkdir()
    (folder / ".runbook" / "journal.db").write_bytes(b"journal")
    (folder / "out" / "deep" / "report.txt").write_bytes(b"report")
    (tmp_path / "secret").write_bytes(b"secret")
    return folder


@pytest.mark.parametrize("path", ["out/deep/report.txt", "./out//deep/report.txt"])
def test_a_file_below_the_project_is_kept(tmp_path: Path, root: Path, path: str) -> None:
    assert written(tmp_path, path).name == "report.txt"


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("../secret", "is not below the project's folder"),
        ("out/../../secret", "is not below the project's folder"),
        ("/etc/passwd", "is not below the project's folder"),
        ("", "is not below the project's folder"),
        (".", "is not below the project's folder"),
        ("out/none.txt", "is not there"),
        ("out", "is not a file"),
        ("out/deep/report.txt/more", "leads over a link"),
        ("a\0b", "can't be read"),
        (".runbook/journal.db", "is in the folder of runs"),
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(tmp_path: Path, root: Path, path: str, says: str) -> None:
    with pytest.raises(Misuse, match=says):
        written(tmp_path, path)

    assert not (root / ".runbook" / "evidence").exists() or os.listdir(root / ".runbook" / "evidence") == []


@pytest.mark.parametrize("target", ["../secret", "/etc/hostname", "deep/report.txt", "none"])
def test_no_link_is_followed_wherever_it_leads(tmp_path: Path, root: Path, target: str) -> None:
    (root / "out" / "link.txt").symlink_to(target)

    with pytest.raises(Misuse, match=r"out/link\.txt leads over a link"):
        written(tmp_path, "out/link.txt")


def test_no_link_in_the_place_of_a_folder_is_followed(tmp_path: Path, root: Path) -> None:
    (root / "away").symlink_to(tmp_path)

    with pytest.raises(Misuse, match="leads over a link"):
        written(tmp_path, "away/secret")


def test_a_pipe_does_not_hold_us_and_is_no_file(tmp_path: Path, root: Path) -> None:
    os.mkfifo(root / "out" / "pipe")

    with pytest.raises(Misuse, match="is not a file"):
        written(tmp_path, "out/pipe")


def test_what_was_there_before_the_program_began_is_not_what_it_wrote(tmp_path: Path, root: Path) -> None:
    os.utime(root / "out" / "deep" / "report.txt", (time.time() + 60, time.time() + 60))  # a date that can be set

    with pytest.raises(Misuse, match="is older than the attempt"):
        written(tmp_path, "out/deep/report.txt", since=time.time() + 30)
