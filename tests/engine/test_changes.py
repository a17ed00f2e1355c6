"""How the files of a project have changed, from real repositories of git, hostile ones too."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from runbook.engine import changes
from runbook.engine.changes import revisions
from runbook.revision import Revisions

DEFINITIONS = ("runbook.yaml", "processes")
ENVIRONMENT = {
    "PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ana", "GIT_AUTHOR_EMAIL": "ana@example.org",
    "GIT_COMMITTER_NAME": "Bo", "GIT_COMMITTER_EMAIL": "bo@example.org",
}  # fmt: skip

Commit = Callable[..., None]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    subprocess.run(["git", "init", "-q", root], check=True, env=ENVIRONMENT)
    return root


@pytest.fixture
def commit(repository: Path) -> Commit:
    """Writes files (path: text; None removes) and commits them; each commit is a minute after the one before."""
    minutes = iter(range(1000))

    def make(subject: str | bytes, files: dict[str, str | None], author: str = "Ana") -> None:
        for path, text in files.items():
            if text is None:
                (repository / path).unlink()
                continue
            (repository / path).parent.mkdir(parents=True, exist_ok=True)
            (repository / path).write_text(text)
        minute = next(minutes)
        at = f"2026-01-01T{minute // 60:02}:{minute % 60:02}:00+01:00"
        told = {**ENVIRONMENT, "GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at, "GIT_AUTHOR_NAME": author}
        subprocess.run(["git", "-C", repository, "add", "-A"], check=True, env=told)
        words = ["git", "-C", repository, "commit", "-q", "--allow-empty", "--allow-empty-message", "-F", "-"]
        given = subject if isinstance(subject, bytes) else subject.encode()
        subprocess.run(words, check=True, env=told, input=given)

    return make


def test_each_file_has_its_revisions_and_the_project_its_changes_newest_first(repository: Path, commit: Commit) -> None:
    commit("Begin", {"runbook.yaml": "1", "processes/g/a.yaml": "1", "docs/page.md": "1", "README.md": "1"})
    commit("A page", {"docs/page.md": "2"})
    commit("Nothing of ours", {"README.md": "2"})
    commit("Mend a", {"processes/g/a.yaml": "2", "processes/g/b.yaml": "1"})
    commit("Take b out", {"processes/g/b.yaml": None})

    found = revisions(repository, DEFINITIONS, ["docs"])

    told = {name: [each.subject for each in kept] for name, kept in found.files.items()}
    assert told == {
        "docs/page.md": ["A page", "Begin"],
        "processes/g/a.yaml": ["Mend a", "Begin"],
        "processes/g/b.yaml": ["Take b out", "Mend a"],
        "runbook.yaml": ["Begin"],
    }
    assert [(each.subject, each.files) for each in found.changes] == [
        ("Take b out", ("processes/g/b.yaml",)),
        ("Mend a", ("processes/g/a.yaml", "processes/g/b.yaml")),
        ("Begin", ("processes/g/a.yaml", "runbook.yaml")),
    ]
    newest = found.files["processes/g/a.yaml"][0]
    head = subprocess.run(["git", "-C", repository, "rev-parse", "HEAD~1"], capture_output=True, text=True, check=True)
    assert (newest.commit, newest.at, newest.author) == (head.stdout.strip(), "2026-01-01T00:03:00+01:00", "Ana")
    assert found.whole


def test_only_the_newest_are_kept(repository: Path, commit: Commit) -> None:
    for number in range(55):
        commit(f"Change {number}", {"processes/g/a.yaml": str(number)})

    found = revisions(repository, DEFINITIONS)

    assert [each.subject for each in found.files["processes/g/a.yaml"]] == [
        f"Change {each}" for each in range(54, 44, -1)
    ]
    assert [each.subject for each in found.changes] == [f"Change {each}" for each in range(54, 4, -1)]


def test_a_project_in_a_folder_of_a_repository_has_the_history_of_that_folder(repository: Path, commit: Commit) -> None:
    commit("All", {"ops/processes/g/a.yaml": "1", "ops/runbook.yaml": "1", "processes/g/a.yaml": "1"})

    found = revisions(repository / "ops", DEFINITIONS)

    assert list(found.files) == ["processes/g/a.yaml", "runbook.yaml"]


def test_there_is_no_history_where_there_is_no_git(
    tmp_path: Path, repository: Path, commit: Commit, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert revisions(tmp_path, DEFINITIONS) == Revisions()
    assert revisions(repository, DEFINITIONS) == Revisions()  # not one commit

    commit("Begin", {"runbook.yaml": "1"})
    assert revisions(repository, DEFINITIONS).files
    monkeypatch.setenv("PATH", str(tmp_path))
    assert revisions(repository, DEFINITIONS) == Revisions()


HOSTILE = [
    b"<script>alert(1)</script>", b"\x1b[2Jgone\x07", b"--output=/tmp/x", "turned \u202eround\u2066".encode(),
    b"\xff\xfe", b"a" * 100_000, b"\x1e\x1f\x1c", b"processes/g/b.yaml", b"%H%x00%s",
]  # fmt: skip


@pytest.mark.parametrize("subject", HOSTILE)
def test_a_subject_is_only_text(repository: Path, commit: Commit, subject: bytes) -> None:
    commit("Begin", {"processes/g/a.yaml": "1"})
    commit(subject, {"processes/g/a.yaml": "2"}, author="<b>\u202eAna\x1b")
    commit("After", {"processes/g/a.yaml": "3"})

    found = revisions(repository, DEFINITIONS)

    after, odd, begin = found.files["processes/g/a.yaml"]
    assert (after.subject, begin.subject) == ("After", "Begin")
    assert len(odd.subject) <= 200
    assert (odd.subject + odd.author).isprintable()
    assert list(found.files) == ["processes/g/a.yaml"]


def test_names_of_files_are_only_names(repository: Path, commit: Commit) -> None:
    names = {
        "processes/g/ü.yaml": "1",
        "processes/g/a\nb.yaml": "1",
        'processes/g/"q".yaml': "1",
        "processes/:(top)x": "1",
    }
    commit("", dict(names))
    commit("Again", {"processes/g/ü.yaml": "2"})

    found = revisions(repository, DEFINITIONS)

    assert set(found.files) == set(names)
    assert [each.subject for each in found.files["processes/g/ü.yaml"]] == ["Again", ""]


def test_no_program_of_the_repository_is_run(repository: Path, commit: Commit, tmp_path: Path) -> None:
    commit("Begin", {"processes/g/a.yaml": "1", ".gitattributes": "*.yaml diff=evil\n"})
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    settings = {
        "core.fsmonitor": trap, "core.pager": trap, "pager.log": trap, "diff.external": trap, "gpg.program": trap,
        "log.showSignature": "true", "diff.evil.textconv": trap, "diff.evil.command": trap, "log.mailmap": "true",
    }  # fmt: skip
    for name, value in settings.items():
        subprocess.run(["git", "-C", repository, "config", name, str(value)], check=True)

    assert revisions(repository, DEFINITIONS).files
    assert not (tmp_path / "sprung").exists()


def test_more_than_is_read_is_cut_off_between_two_revisions(
    repository: Path, commit: Commit, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        commit(f"Change {number}", {f"processes/g/a{number}.yaml": "1"})
    monkeypatch.setattr(changes, "_LARGEST", 1000)

    found = revisions(repository, DEFINITIONS)

    assert not found.whole
    assert 0 < len(found.changes) < 20
    assert [each.subject for each in found.changes] == [f"Change {19 - each}" for each in range(len(found.changes))]
    assert all(len(each.commit) == 40 and each.files for each in found.changes)


def test_a_git_that_does_not_answer_is_given_up(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 600\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(changes, "_PATIENCE", 0.2)

    assert revisions(repository, DEFINITIONS) == Revisions(whole=False)
