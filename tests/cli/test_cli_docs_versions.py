"""Versions of the site beside each other: read from git, led to from every page, kept while they are as they were."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Desk
from tests.cli.test_cli_docs_build import FILES, dead_links

Project = Callable[[Mapping[str, str]], Desk]

RESTORE = "processes/backup/drill.yaml"
RESTART = "processes/web/restart.yaml"


def git(folder: Path, *words: str) -> str:
    """What git says in a folder."""
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]
    call = ["git", "-C", str(folder), *who, *words]
    return subprocess.run(call, check=True, capture_output=True, text=True).stdout


def commit(desk: Desk, *tags: str) -> None:
    """Commit all there is, under these tags."""
    git(desk.folder, "add", "-A")
    git(desk.folder, "commit", "-qm", "Change")
    for tag in tags:
        git(desk.folder, "tag", tag)


def ask_for(desk: Desk, *versions: str) -> None:
    """Let the project ask for these versions."""
    settings = f"docs: {{versions: [{', '.join(versions)}]}}\n"
    (desk.folder / "runbook.yaml").write_text(FILES["runbook.yaml"] + settings)


@pytest.fixture
def desk(project: Project) -> Desk:
    """A project with a version of before, in which one process had another title, and one there is not any more was."""
    made = project({**FILES, "processes/web/old.yaml": FILES[RESTART].replace("Restart", "Of old")})
    (made.folder / ".gitignore").write_text("site/\n")
    git(made.folder, "init", "-q", "-b", "main")
    commit(made, "v1.0", "release/2")
    (made.folder / "processes/web/old.yaml").unlink()
    (made.folder / RESTORE).write_text(FILES[RESTORE].replace("title: Restore drill", "title: Renamed"))
    (made.folder / "processes/web/new.yaml").write_text(FILES[RESTART].replace("Restart", "New"))
    commit(made)
    ask_for(made, "v1.0", "release/2")
    return made


def read(desk: Desk, path: str) -> str:
    """A page of the site."""
    return (desk.folder / "site" / path).read_text("utf-8")


def test_each_version_stands_in_its_folder_with_the_way_to_the_others_on_every_page(desk: Desk) -> None:
    result = desk.cli("docs", "build")

    assert result.code == 0
    now, before = read(desk, "processes/backup/drill.html"), read(desk, "versions/v1.0/processes/backup/drill.html")
    assert "<h1>Renamed</h1>" in now
    assert "<h1>Restore drill</h1>" in before
    assert 'href="../../versions/v1.0/processes/backup/drill.html">v1.0</a>' in now
    assert 'href="../../../../processes/backup/drill.html">present</a>' in before
    assert "This is version v1.0, not the present one." in before
    assert "not the present one" not in now
    for page in ("processes/backup/drill.checklist.html", "processes/web/old.html", "processes/web/index.html"):
        assert "This is version v1.0, not the present one." in read(desk, f"versions/v1.0/{page}")
    folders = {path.name for path in (desk.folder / "site/versions").iterdir()}
    assert len(folders) == 2
    assert "v1.0" in folders
    assert not dead_links(desk.folder / "site")


def test_where_a_version_has_not_the_page_the_way_leads_to_its_home(desk: Desk) -> None:
    desk.cli("docs", "build")

    assert 'href="../../versions/v1.0/index.html">v1.0</a> <span class="muted">not this page</span>' in read(
        desk, "processes/web/new.html"
    )
    assert '<a href="../../../../index.html">See what there is now</a>' in read(
        desk, "versions/v1.0/processes/web/old.html"
    )


def test_runs_are_told_on_the_present_version_alone(desk: Desk) -> None:
    (desk.folder / "runbook.yaml").write_text(FILES["runbook.yaml"] + "docs: {versions: [v1.0], runs: true}\n")
    desk.cli("run", "web/restart")
    assert desk.cli("answer", "last", "look", "done").code == 0
    desk.cli("docs", "build")

    assert list((desk.folder / "site/runs").glob("restart-*.html"))
    assert not (desk.folder / "site/versions/v1.0/runs").exists()

    assert "Last success" in read(desk, "processes/web/restart.html")
    assert not (desk.folder / "site/versions/v1.0/api").exists()
    assert "Runs so far" in read(desk, "processes/web/restart.html")
    for page in ("processes/web/restart.html", "processes/web/index.html", "index.html", "all.html"):
        assert "Last success" not in read(desk, f"versions/v1.0/{page}")
        assert "Runs so far" not in read(desk, f"versions/v1.0/{page}")
    assert not (desk.folder / "site/versions/v1.0/review.html").exists()


def test_a_version_that_is_as_it_was_is_not_read_again(desk: Desk) -> None:
    desk.cli("docs", "build")
    before = {path: path.stat().st_mtime_ns for path in (desk.folder / "site/versions").rglob("*.html")}
    (desk.folder / RESTART).write_text(FILES[RESTART] + "tags: [x]\n")
    blobs = git(desk.folder, "rev-parse", f"v1.0:{RESTORE}").strip()
    (desk.folder / ".git/objects" / blobs[:2] / blobs[2:]).unlink()  # so that who reads it again fails

    result = desk.cli("docs", "build")

    assert (result.code, result.err) == (0, "")
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_tag_that_was_moved_gives_another_version(desk: Desk) -> None:
    desk.cli("docs", "build")
    git(desk.folder, "tag", "-f", "v1.0", "HEAD")

    desk.cli("docs", "build")

    assert "<h1>Renamed</h1>" in read(desk, "versions/v1.0/processes/backup/drill.html")
    assert not (desk.folder / "site/versions/v1.0/processes/web/old.html").exists()


def test_a_version_that_is_no_longer_asked_for_goes(desk: Desk) -> None:
    desk.cli("docs", "build")
    ask_for(desk, "v1.0")

    desk.cli("docs", "build")

    assert [path.name for path in (desk.folder / "site/versions").iterdir()] == ["v1.0"]
    assert "release/2" not in read(desk, "versions/v1.0/index.html")


def test_a_version_that_git_does_not_know_is_refused_and_the_site_stays(desk: Desk) -> None:
    desk.cli("docs", "build")
    page = read(desk, "processes/web/restart.html")
    ask_for(desk, "v9")
    (desk.folder / RESTART).write_text(FILES[RESTART].replace("title: Restart", "title: Other"))

    result = desk.cli("docs", "build")

    assert result.code == 2
    assert "git has no tag or branch `v9`" in result.err
    assert "docs.versions" in result.err
    assert read(desk, "processes/web/restart.html") == page


def test_without_git_versions_are_refused(project: Project) -> None:
    desk = project(FILES)
    ask_for(desk, "v1")

    result = desk.cli("docs", "build")

    assert result.code == 2
    assert "git has no tag or branch `v1`" in result.err


def test_a_branch_is_a_version_too_also_one_of_origin_alone(desk: Desk) -> None:
    git(desk.folder, "branch", "stable", "v1.0")
    git(desk.folder, "update-ref", "refs/remotes/origin/next", "HEAD")
    ask_for(desk, "stable", "next")

    assert desk.cli("docs", "build").code == 0

    assert "<h1>Restore drill</h1>" in read(desk, "versions/stable/processes/backup/drill.html")
    assert "<h1>Renamed</h1>" in read(desk, "versions/next/processes/backup/drill.html")


def test_what_is_broken_in_a_version_has_no_page_there_and_a_strict_build_refuses_it(desk: Desk) -> None:
    (desk.folder / RESTART).write_text("runbook: 1\ntitle: X\nowner: web\nsteps: [{manual: 3}]\n")
    commit(desk, "broken")
    (desk.folder / RESTART).write_text(FILES[RESTART])
    ask_for(desk, "broken")

    easy, strict = desk.cli("docs", "build"), desk.cli("docs", "build", "--strict", "-o", "strict")

    assert easy.code == 0
    assert "in version `broken` one procedure has errors, and no page: `web/restart`" in easy.out
    assert not (desk.folder / "site/versions/broken/processes/web/restart.html").exists()
    assert (desk.folder / "site/versions/broken/processes/web/new.html").exists()
    assert strict.code == 2
    assert "`web/restart`" in strict.err
    assert not (desk.folder / "strict/index.html").exists()


def test_nothing_of_the_repository_is_run(desk: Desk) -> None:
    for hook in ("post-checkout", "pre-commit", "reference-transaction", "post-index-change"):
        path = desk.folder / ".git/hooks" / hook
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\ntouch {desk.folder}/executed\n")
        path.chmod(0o755)
    (desk.folder / ".gitattributes").write_text("*.yaml filter=evil\n")
    git(desk.folder, "config", "filter.evil.smudge", f"touch {desk.folder}/executed")
    git(desk.folder, "config", "core.fsmonitor", f"touch {desk.folder}/executed")
    head = git(desk.folder, "-c", "core.fsmonitor=false", "rev-parse", "HEAD")

    assert desk.cli("docs", "build").code == 0

    assert not (desk.folder / "executed").exists()
    assert git(desk.folder, "-c", "core.fsmonitor=false", "rev-parse", "HEAD") == head


def test_a_link_in_a_version_is_not_followed(desk: Desk) -> None:
    (desk.folder / "processes/web/link.yaml").symlink_to("/etc/hostname")
    commit(desk, "linked")
    (desk.folder / "processes/web/link.yaml").unlink()
    ask_for(desk, "linked")

    result = desk.cli("docs", "build")

    assert result.code == 0
    assert not (desk.folder / "site/versions/linked/processes/web/link.html").exists()


def test_a_project_in_a_folder_of_its_repository_has_versions_too(tmp_path: Path, project: Project) -> None:
    desk = project(FILES)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "made")
    git(tmp_path, "commit", "-qm", "One")
    git(tmp_path, "tag", "v1")
    ask_for(desk, "v1")

    assert desk.cli("docs", "build").code == 0

    assert "<h1>Restore drill</h1>" in read(desk, "versions/v1/processes/backup/drill.html")
