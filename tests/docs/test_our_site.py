"""The documentation of this project as the site that it builds itself: all of it is there, and no link is dead."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbook import app
from runbook.app.pages import flaws
from runbook.app.site import build_site, site_of
from runbook.views.site.model import Site
from tests.site.dead import Read, dead

from .pages import ROOT


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, app.Workspace, Site]:
    folder = tmp_path_factory.mktemp("ours")
    workspace = app.Workspace(ROOT, None, folder / "runs")
    library = app.read_all(workspace, keep=True)
    build_site(workspace, library, folder / "site", lambda count: None)
    return folder / "site", workspace, site_of(workspace, library)


Built = tuple[Path, app.Workspace, Site]


def test_no_link_and_no_anchor_of_any_page_is_dead(built: Built) -> None:
    assert dead(built[0]) == []


def test_nothing_of_our_pages_is_left_out(built: Built) -> None:
    _, workspace, site = built

    assert list(flaws(workspace, site.project)) == []


def test_every_procedure_and_every_page_is_there(built: Built) -> None:
    folder, _, site = built
    pages = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md")}
    processes = [path for path in (ROOT / "processes").rglob("*.yaml") if path.with_suffix(".test.yaml").exists()]

    assert pages == {page.file for page in site.pages.pages}
    assert all((folder / page.path).is_file() for page in site.pages.pages)
    assert len(processes) >= 37
    assert all((folder / each.relative_to(ROOT)).with_suffix(".html").is_file() for each in processes)


def test_every_picture_of_a_page_is_shown(built: Built) -> None:
    folder, _, site = built
    shown = {
        (folder / page.path).parent.joinpath(link).resolve().relative_to(folder.resolve()).as_posix()
        for page in site.pages.pages
        for link in Read((folder / page.path).read_text("utf-8")).links
        if link.endswith((".png", ".svg"))
    }

    assert {file for file in site.pages.pictures.values() if "record.png" in file or "checklist.png" in file} <= shown


def test_the_search_finds_pages_and_procedures(built: Built) -> None:
    index = (built[0] / "assets" / "search-index.js").read_text("utf-8")

    assert "pages/how-to/undo.html\t" in index
    assert "processes/backup/restore-file.html\t" in index


def test_the_checker_sees_what_is_dead(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<h1 id="x">A</h1><a href="a.html#x"></a><a href="b.html"></a><a href="#gone"></a><img src="c.png">'
        '<a href="../out.html"></a><p id="x"></p><label for="none"></label><a href="https://example.org"></a>'
    )

    assert dead(tmp_path) == [
        "a.html has #x twice",
        "a.html: b.html",
        "a.html: #gone",
        "a.html: c.png",
        "a.html: ../out.html",
        "a.html: #none",
    ]
