"""The site of the library as files: every link leads somewhere, and a build writes what changed and nothing else."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from runbook import app
from runbook.engine.site_files import Built

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = (
    "when", "hazards", "before", "roles", "start", "diagram", "checks", "steps", "when-it-is-about-to-fail",
    "when-it-is-cancelled", "always-at-the-end", "outputs", "failure", "references", "runs", "revisions",
)  # fmt: skip
"""The parts of a procedure's page, in their order."""


class _Page(HTMLParser):
    """The anchors, the links and the headings of steps of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.anchors: list[str] = []
        self.links: list[str] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.anchors.append(given["id"] or "")
        for name in ("href", "src", "action"):
            if name in given:
                self.links.append(given[name] or "")


def build(root: Path, site: Path) -> Built:
    workspace = app.Workspace(root)
    library = app.read_all(workspace, keep=True)
    return app.build_site(workspace, library, site, lambda count: None)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the library, as a project of its own."""
    root = tmp_path_factory.mktemp("project")
    for name in ("runbook.yaml", "processes", "docs"):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, root / name)
    return root


@pytest.fixture(scope="module")
def site(project: Path) -> Path:
    build(project, project / "site")
    return project / "site"


@pytest.fixture(scope="module")
def pages(site: Path) -> Mapping[Path, _Page]:
    return {path: _Page(path) for path in sorted(site.rglob("*.html"))}


def test_every_link_leads_to_a_page_and_to_an_anchor_that_is_there(site: Path, pages: Mapping[Path, _Page]) -> None:
    dead = []
    for path, page in pages.items():
        for link in page.links:
            target, _, anchor = link.partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            file = (path.parent / unquote(target)).resolve() if target else path
            known = pages.get(file)
            if not file.is_file() or site not in file.parents or (anchor and known and anchor not in known.anchors):
                dead.append(f"{path.relative_to(site)}: {link}")

    assert len(pages) > 100
    assert not dead


def test_anchors_are_there_once(pages: Mapping[Path, _Page]) -> None:
    twice = [path.name for path, page in pages.items() if len(set(page.anchors)) < len(page.anchors)]
    assert not twice


def procedures(site: Path) -> Iterator[tuple[str, str]]:
    for path in sorted((site / "processes").rglob("*.html")):
        text = path.read_text("utf-8")
        if "data-process=" in text:
            yield path.stem, text


def test_a_procedure_has_its_parts_in_one_order_and_none_is_empty(site: Path) -> None:
    for name, text in procedures(site):
        found = [id for id in re.findall(r'<section[^>]* id="([^"]+)"', text) if id in SECTIONS]
        assert found == [id for id in SECTIONS if id in found], name
        assert {"start", "steps", "failure", "runs"} <= set(found), name
        assert not re.search(r"</h2>\s*</section>", text), name


def test_steps_have_the_numbers_of_the_definition(project: Path, site: Path) -> None:
    workspace = app.Workspace(project)
    library = app.read_all(workspace, keep=True)
    for id, process in library.project.processes.items():
        group, name = id.split("/")
        text = (site / "processes" / group / f"{name}.html").read_text("utf-8")
        shown = re.findall(
            r'class="step [a-z]+" id="step-([^"]+)".*?<span class="number">([^<]+)</span>', text, re.DOTALL
        )
        assert sorted(shown) == sorted((step.id, step.number) for step in process.every_step()), id


def test_a_warning_stands_before_what_it_warns_of(site: Path) -> None:
    seen = 0
    for name, text in procedures(site):
        for step in re.findall(r'<section class="step .*?</section>', text, re.DOTALL):
            box = step.find('<div class="box ')
            for later in ('<div class="command">', 'class="expected"', 'class="tick"'):
                if box >= 0 and later in step:
                    seen += 1
                    assert box < step.find(later), name
    assert seen > 20


def test_an_unchanged_project_writes_nothing(project: Path, site: Path) -> None:
    assert build(project, site).written == ()


def test_a_changed_title_rewrites_the_pages_that_show_it(project: Path, site: Path) -> None:
    file = project / "processes/backup/restore-file.yaml"
    before = file.read_text("utf-8")
    try:
        file.write_text(before.replace("title: ", "title: Now ", 1), "utf-8")
        built = build(project, site)
    finally:
        file.write_text(before, "utf-8")

    assert "processes/backup/restore-file.html" in built.written
    assert "processes/backup/index.html" in built.written
    assert "processes/certificates/expiry-check.html" not in built.written
    assert "Now " in (site / "all.html").read_text("utf-8")


def test_a_file_that_somebody_has_changed_is_written_again(project: Path, site: Path) -> None:
    build(project, site)
    (site / "index.html").write_text("mine", "utf-8")
    (site / "mine.html").write_text("mine", "utf-8")

    assert build(project, site).written == ("index.html",)
    assert (site / "mine.html").read_text("utf-8") == "mine"
    (site / "mine.html").unlink()


def test_a_page_goes_with_its_process(project: Path, site: Path) -> None:
    file = project / "processes/backup/gone.yaml"
    file.write_text("runbook: 1\ntitle: Gone\nsteps: [{id: a, title: A, manual: A}]\n", "utf-8")
    build(project, site)
    page = site / "processes/backup/gone.html"
    assert page.is_file()
    file.unlink()

    built = build(project, site)

    assert "processes/backup/gone.html" in built.removed
    assert not page.exists()


def test_two_builds_are_the_same_to_the_byte(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    for name in ("one", "two"):
        shutil.rmtree(project / ".runbook", ignore_errors=True)
        build(project, tmp_path / name)

    one = {path.relative_to(tmp_path / "one"): path.read_bytes() for path in (tmp_path / "one").rglob("*.*")}
    two = {path.relative_to(tmp_path / "two"): path.read_bytes() for path in (tmp_path / "two").rglob("*.*")}
    assert one == two
