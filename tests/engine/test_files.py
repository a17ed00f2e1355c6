"""Files of a project: all that belong to it, nothing outside it, never more than the limit."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from runbook.engine.files import (
    LONGEST_FILE,
    find_root,
    is_definition,
    project_files,
    read_file,
    write_private,
)
from runbook.errors import MachineRefuses


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with one process."""
    root = tmp_path / "project"
    (root / "processes" / "backup").mkdir(parents=True)
    (root / "runbook.yaml").write_text("runbook: 1")
    for name in ("group.yaml", "drill.yaml", "drill.answers.yaml", "drill.test.yaml", ".hidden.yaml", "notes.md"):
        (root / "processes" / "backup" / name).write_text(name)
    return root


def test_definitions_are_found_and_what_stands_beside_them_is_not(root: Path) -> None:
    files, unreadable = project_files(root)

    known = [f"processes/backup/{name}.yaml" for name in ("drill.test", "drill", "group")]
    assert list(files) == ["runbook.yaml", *known]
    assert not unreadable


def test_definitions_in_the_wrong_place_are_found_and_what_is_the_authors_own_is_not(root: Path) -> None:
    group = root / "processes" / "backup"
    for path in ("../top.yaml", "sub/p.yaml", "sub/deep/q.yml", "data/d.yaml", "scripts/s.yaml", ".git/g.yaml"):
        (group / path).parent.mkdir(parents=True, exist_ok=True)
        (group / path).write_text(path)
    (group / "again").symlink_to(group)
    (root / "processes" / "gone").symlink_to("nowhere")
    (group / "gone.yaml").symlink_to("nowhere")

    files, unreadable = project_files(root)

    found = {"../top.yaml", "sub/p.yaml", "sub/deep/q.yml"}
    assert {content.decode() for content in files.values()} >= found
    assert set(files) == {
        "runbook.yaml", "processes/top.yaml", "processes/backup/sub/p.yaml", "processes/backup/sub/deep/q.yml",
        *(f"processes/backup/{name}.yaml" for name in ("drill", "drill.test", "group")),
    }  # fmt: skip
    assert set(unreadable) == {"processes/gone", "processes/backup/gone.yaml"}


def test_root_is_found_from_below(root: Path) -> None:
    assert find_root(root / "processes" / "backup") == root
    assert find_root(root.parent) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.yaml", True), ("a.yml", True), ("a.answers.yaml", False), (".a.yaml", False), ("a.yaml.bak", False)],
)
def test_definition_is_told_by_its_name(name: str, expected: bool) -> None:
    assert is_definition(name) is expected


@pytest.mark.parametrize("how", ["file", "group", "processes"])
def test_link_out_of_the_project_is_refused_wherever_it_stands(root: Path, tmp_path: Path, how: str) -> None:
    outside = tmp_path / "outside"
    (outside / "evil").mkdir(parents=True)
    (outside / "evil" / "secret.yaml").write_text("secret")
    if how == "file":
        (root / "processes" / "evil").mkdir()
        (root / "processes" / "evil" / "secret.yaml").symlink_to(outside / "evil" / "secret.yaml")
    elif how == "group":
        (root / "processes" / "evil").symlink_to(outside / "evil")
    else:
        (root / "processes").rename(root / "kept")
        (root / "processes").symlink_to(outside)

    files, unreadable = project_files(root)

    assert "processes/evil/secret.yaml" not in files
    assert "leads out of the project" in unreadable["processes/evil/secret.yaml"]
    with pytest.raises(MachineRefuses, match="leads out"):
        read_file(root, "processes/evil/secret.yaml")


def test_a_link_behind_a_link_is_looked_at_too(tmp_path: Path) -> None:
    (tmp_path / "project/inner").mkdir(parents=True)
    (tmp_path / "secret.yaml").write_text("secret")
    (tmp_path / "project/inner/secret.yaml").symlink_to("../../secret.yaml")
    (tmp_path / "project/linked").symlink_to("inner")

    with pytest.raises(MachineRefuses, match="leads out"):
        read_file(tmp_path / "project", "linked/secret.yaml")


@pytest.mark.parametrize("hidden", [".env", ".git/config", "docs/.kept.md", ".runbook/journal.db"])
def test_a_link_to_what_is_hidden_is_not_read(tmp_path: Path, hidden: str) -> None:
    for path in (hidden, ".github/a.md"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("secret")
    (tmp_path / "page.md").symlink_to(hidden)
    (tmp_path / ".github/b.md").symlink_to("a.md")

    with pytest.raises(MachineRefuses, match="is a link to what is hidden"):
        read_file(tmp_path, "page.md")
    assert read_file(tmp_path, ".github/b.md") == b"secret"


def test_link_inside_the_project_is_followed(root: Path) -> None:
    (root / "processes" / "again").symlink_to(root / "processes" / "backup")

    assert project_files(root)[0]["processes/again/drill.yaml"] == b"drill.yaml"


def test_file_that_is_missing_is_none_and_one_that_is_no_file_is_said(root: Path) -> None:
    (root / "processes" / "backup" / "folder.yaml").mkdir()

    assert read_file(root, "processes/backup/missing.yaml") is None
    assert read_file(root, "runbook.yaml/below.yaml") is None
    assert "can't be read" in project_files(root)[1]["processes/backup/folder.yaml"]


def test_no_more_is_read_than_shows_that_a_file_is_too_large(root: Path) -> None:
    (root / "processes" / "backup" / "large.yaml").write_bytes(b"x" * (LONGEST_FILE + 5))

    assert len(read_file(root, "processes/backup/large.yaml") or b"") == LONGEST_FILE


def test_private_file_is_replaced_in_one_go_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "home" / "cache.json"
    write_private(path, "one")
    write_private(path, "two")

    assert path.read_text() == "two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert os.listdir(path.parent) == ["cache.json"]
