"""`docs build` in its formats: what is written, left alone, removed and refused, and what MkDocs says to it."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote

import pytest

from tests.cli.conftest import Desk

Project = Callable[[Mapping[str, str]], Desk]

DRILL = """\
runbook: 1
title: Restore drill
summary: Prove that a backup can be read
owner: dba
tags: [drill]
description: |
  See [the other one](verify.html#step-look), [a step](#step-take), and [the web](https://example.org/a_b).

  - one
    - inside, with `code` and a | bar
  - [x] done

  1. first

     ```sh
     nested --code
     ```
prerequisites: [A *quiet* hour, "5. is no list"]
hazards: [{text: "It **fills** the disk", step: take}]
roles: {operator: {summary: Does it}}
inputs:
  file: {type: string, pattern: '^[a-z|]+$', title: The file}
  count: {type: integer, default: 3}
steps:
  - id: take
    title: "Take it {now} [x] #"
    shell: tar c {{ inputs.file }} | head -c {{ inputs.count }}
    caution: Do not use `cp`.
  - {id: verify, title: Verify it, process: backup/verify}
  - {id: look, title: Look at it, manual: "Look.\\n\\n```\\nraw <b>\\n```\\n", needs: [verify]}
"""
VERIFY = """\
runbook: 1
title: Verify
owner: dba
steps: [{id: look, title: Look, manual: Look.}]
"""
FILES = {
    "runbook.yaml": "runbook: 1\ntitle: 'Backups: all # of them'\nsummary: How to\n",
    "processes/backup/group.yaml": "title: Backup\nowner: dba\n",
    "processes/backup/drill.yaml": DRILL,
    "processes/backup/verify.yaml": VERIFY,
    "processes/web/group.yaml": "title: Web\nowner: web\n",
    "processes/web/restart.yaml": VERIFY.replace("Verify", "Restart").replace("dba", "web"),
}


@pytest.fixture
def desk(project: Project) -> Desk:
    """A project with two groups."""
    return project(FILES)


class _Links(HTMLParser):
    """The links and the anchors of a page, and what would be run in it."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.handlers: list[str] = []
        self.scripts: list[str] = []
        self.tag = ""

    def handle_data(self, data: str) -> None:
        if self.tag == "script":
            self.scripts.append(data)

    def handle_endtag(self, tag: str) -> None:
        self.tag = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tag = tag
        for name, value in attrs:
            if name.startswith("on"):
                self.handlers.append(f"{name}={value}")
            if name in ("href", "src", "action") and value:
                self.links.append(value)
            if name == "id" and value:
                self.anchors.add(value)


def dead_links(site: Path) -> set[str]:
    """The links of a site that lead to no file, or to no anchor."""
    pages: dict[str, _Links] = {}
    for path in site.rglob("*.html"):
        pages[path.relative_to(site).as_posix()] = page = _Links()
        page.feed(path.read_text("utf-8"))
    dead = set()
    for name, page in pages.items():
        for link in page.links:
            path, _, anchor = unquote(link).partition("#")
            target = normpath(join(dirname(name), path)) if path else name
            if "://" in link:
                continue
            known = (site / target).is_file() and (not anchor or target not in pages or anchor in pages[target].anchors)
            if not known:
                dead.add(f"{name}: {link}")
    return dead


def test_a_site_is_built_and_a_second_time_nothing_is_written(desk: Desk) -> None:
    first = desk.cli("docs", "build", "--json")
    second = desk.cli("docs", "build")

    assert first.json["written"] == first.json["pages"] > 20
    assert (first.json["format"], first.json["folder"], first.json["removed"]) == ("html", "site", 0)
    assert "all as they were" in second.out
    assert (desk.folder / "site/processes/backup/drill.html").is_file()
    assert (desk.folder / "site/processes/backup/drill.checklist.html").is_file()


def test_what_is_no_longer_part_of_it_is_removed_and_nothing_else(desk: Desk) -> None:
    desk.cli("docs", "build", "--format", "markdown")
    (desk.folder / "site/mine.txt").write_text("mine")
    (desk.folder / "processes/web/restart.yaml").unlink()

    result = desk.cli("docs", "build", "--format", "markdown", "--json")

    assert result.json["removed"] == 1
    assert not (desk.folder / "site/web/restart.md").exists()
    assert (desk.folder / "site/mine.txt").read_text() == "mine"


def test_a_change_writes_the_pages_that_show_it(desk: Desk) -> None:
    desk.cli("docs", "build")
    before = {path: path.stat().st_mtime_ns for path in (desk.folder / "site").rglob("*.checklist.html")}
    (desk.folder / "processes/web/restart.yaml").write_text(FILES["processes/web/restart.yaml"] + "tags: [new]\n")

    desk.cli("docs", "build")

    changed = {path.name for path, stamp in before.items() if path.stat().st_mtime_ns != stamp}
    assert changed == {"restart.checklist.html", "index.checklist.html"}


@pytest.mark.parametrize("form", ["html", "markdown", "mkdocs"])
def test_a_build_that_fails_leaves_all_as_it_was_and_says_where(desk: Desk, form: str) -> None:
    desk.cli("docs", "build", "--format", form)
    before = {path: path.read_bytes() for path in (desk.folder / "site").rglob("*") if path.is_file()}
    (desk.folder / "processes/web/restart.yaml").write_text("runbook: 1\ntitle: X\nowner: web\nsteps: [{manual: 3}]\n")

    result = desk.cli("docs", "build", "--format", form)

    assert result.code == 1
    assert "processes/web/restart.yaml:4" in result.err
    assert "manual" in result.err
    assert {path: path.read_bytes() for path in (desk.folder / "site").rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("processes/web/restart.yaml", "description: See [it](nowhere.yaml).", "there is no `web/nowhere`"),
        ("processes/web/restart.yaml", "description: See [it](#step-nothing).", "leads to no step"),
        ("processes/web/restart.yaml", "inputs: {unused: {type: string}}", "unused"),
    ],
    ids=["dead link", "dead anchor", "warning of validate"],
)
def test_a_strict_build_refuses_what_another_one_lets_pass(desk: Desk, path: str, text: str, said: str) -> None:
    (desk.folder / path).write_text(FILES[path] + text + "\n")

    easy, strict = desk.cli("docs", "build"), desk.cli("docs", "build", "--strict", "-o", "strict")

    assert easy.code == 0
    assert strict.code == 1
    assert said in strict.err
    assert f"{path}:" in strict.err
    assert not (desk.folder / "strict").exists()


def test_a_strict_build_of_a_sound_project_is_a_build(desk: Desk) -> None:
    result = desk.cli("docs", "build", "--strict", "--json")

    assert (result.code, result.json["warnings"]) == (0, 0)


def test_a_part_of_the_project_is_built_with_what_it_uses(desk: Desk) -> None:
    desk.cli("docs", "build", "--only", "backup/drill")

    pages = {path.name for path in (desk.folder / "site/processes").rglob("*.html")}
    assert {"drill.html", "verify.html", "index.html"} <= pages
    assert not (desk.folder / "site/processes/web").exists()
    assert not dead_links(desk.folder / "site")

    desk.cli("docs", "build", "--only", "web")
    assert {path.parent.name for path in (desk.folder / "site/processes").rglob("*.html")} == {"web"}


def test_a_part_that_there_is_not_is_refused_with_one_that_there_is(desk: Desk) -> None:
    result = desk.cli("docs", "build", "--only", "bakup")

    assert result.code == 2
    assert "`bakup` is neither a process nor a group" in result.err
    assert "`backup`" in result.err


def test_mkdocs_builds_what_it_is_given_and_finds_nothing_wrong(desk: Desk) -> None:
    assert desk.cli("docs", "build", "--format", "mkdocs", "-o", "source").code == 0

    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", desk.folder / "built"],
        cwd=desk.folder / "source", capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    page = (desk.folder / "built/backup/drill.html").read_text("utf-8")
    assert (desk.folder / "source/requirements.txt").read_text() == "mkdocs>=1.6,<2\n"
    assert '<h3 id="step-take">1. Take it {now} [x] #</h3>' in html.unescape(page)
    assert '<div class="admonition warning">' in page
    assert "<code>^[a-z|]+$</code>" in html.unescape(page)
    assert "nested --code" in page
    assert '<a href="verify.html#step-look">the other one</a>' in page
    assert '<a href="https://example.org/a_b">the web</a>' in page
    assert '<script src="http' not in page
    assert '<img alt="Restore drill" src="../assets/diagrams/backup/drill.svg" />' in page
    assert "</svg>" in (desk.folder / "built/assets/diagrams/backup/drill.svg").read_text("utf-8")
    (desk.folder / "built/404.html").unlink()  # of MkDocs, which takes the site for the root of a server
    assert not dead_links(desk.folder / "built")


def test_mkdocs_shows_what_is_hostile_in_a_title_as_text(project: Project) -> None:
    hostile = "'</title><script>alert(1)</script><img src=x onerror=alert(1)>\" onload=alert(1) &lt;b>'"
    files = {path: re.sub("^(title|summary): .*$", rf"\1: {hostile}", text, flags=re.M) for path, text in FILES.items()}
    desk = project(files)
    assert desk.cli("docs", "build", "--format", "mkdocs", "-o", "source").code == 0
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-q", "-d", desk.folder / "built"],
        cwd=desk.folder / "source", check=True, timeout=120,
    )  # fmt: skip

    pages = sorted((desk.folder / "built").rglob("*.html"))
    assert len(pages) > 5
    for path in pages:
        page = _Links()
        page.feed(path.read_text("utf-8"))
        assert page.handlers == [], path
        assert not [text for text in page.scripts if "alert" in text], path


def test_the_settings_of_zensical_are_toml_with_the_same_pages(desk: Desk) -> None:
    import tomllib

    import yaml

    desk.cli("docs", "build", "--format", "mkdocs", "-o", "source")

    theirs = tomllib.loads((desk.folder / "source/zensical.toml").read_text("utf-8"))["project"]
    ours = yaml.safe_load((desk.folder / "source/mkdocs.yml").read_text("utf-8"))
    assert theirs["site_name"] == ours["site_name"] == "Backups: all # of them"
    assert theirs["nav"] == ours["nav"]
    assert theirs["theme"]["font"] is False


def test_a_link_that_leads_nowhere_is_text_for_mkdocs(desk: Desk) -> None:
    path = desk.folder / "processes/web/restart.yaml"
    path.write_text(path.read_text() + "description: See [it](nowhere.yaml) and [this](../../README.md).\n")

    desk.cli("docs", "build", "--format", "mkdocs", "-o", "source")

    assert "See it and this." in (desk.folder / "source/docs/web/restart.md").read_text("utf-8")


def test_markdown_is_written_as_a_repository_shows_it(desk: Desk) -> None:
    desk.cli("docs", "build", "--format", "markdown", "-o", "wiki")

    page = (desk.folder / "wiki/backup/drill.md").read_text("utf-8")
    assert "> [!CAUTION]" in page
    assert "```mermaid" in page
    assert "- [ ] A *quiet* hour" in page


# -- checklists -------------------------------------------------------------------------------------


def test_every_checklist_stands_on_the_site_alone_in_its_group_and_among_all(desk: Desk) -> None:
    desk.cli("docs", "build")
    site = desk.folder / "site"

    alone = (site / "processes/backup/drill.checklist.html").read_text("utf-8")
    group = (site / "processes/backup/index.checklist.html").read_text("utf-8")
    every = (site / "print.html").read_text("utf-8")

    assert alone.count('<article class="sheet"') == 1
    assert group.count('<article class="sheet"') == 2
    assert every.count('<article class="sheet"') == 3
    assert '<a href="#sheet-backup.verify">Verify</a>' in group
    assert '<a href="drill.html">Restore drill</a>' in alone
    for page in (alone, group, every):
        assert " style=" not in page
        assert "Printed by" not in page
        assert "<script" not in page
        assert page.count("<main") == 1
    assert "backup/drill <span" in alone
    assert '"Page " counter(page) " of " counter(pages)' in (site / "assets/checklist.css").read_text("utf-8")


def test_the_whole_site_has_no_dead_link(desk: Desk) -> None:
    desk.cli("docs", "build")

    assert not dead_links(desk.folder / "site")


def test_a_process_that_is_called_print_has_a_page_of_its_own(desk: Desk) -> None:
    (desk.folder / "processes/web/print.yaml").write_text(VERIFY.replace("Verify", "Mend the printer"))

    desk.cli("docs", "build")

    assert "<h1>Mend the printer</h1>" in (desk.folder / "site/processes/web/print.html").read_text("utf-8")
    assert "Checklists of Web" in (desk.folder / "site/processes/web/index.checklist.html").read_text("utf-8")


def test_two_builds_of_the_same_are_the_same_to_the_byte(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")

    for name in ("one", "two"):
        assert desk.cli("docs", "build", "-o", name).code == 0

    one, two = (
        {p.relative_to(desk.folder / n): p.read_bytes() for p in (desk.folder / n).rglob("*") if p.is_file()}
        for n in ("one", "two")
    )
    assert one == two


# -- PDF --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [["backup"], ["backup/verify", "--checklist"]], ids=["group", "checklist"])
def test_a_pdf_is_written(desk: Desk, words: list[str]) -> None:
    result = desk.cli("docs", "pdf", *words, "-o", "a.pdf")

    assert (result.code, result.err) == (0, "")
    assert (desk.folder / "a.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "what is to be in the PDF is not said"),
        (["backup", "--all"], "not both"),
        (["nothing"], "`nothing` is neither a process nor a group"),
    ],
    ids=["nothing", "both", "unknown"],
)
def test_a_pdf_of_nobody_knows_what_is_refused(desk: Desk, words: list[str], said: str) -> None:
    result = desk.cli("docs", "pdf", *words, "-o", "a.pdf")

    assert result.code == 2
    assert said in result.err
    assert not (desk.folder / "a.pdf").exists()


def test_without_the_library_a_pdf_of_the_site_says_what_to_install(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)

    result = desk.cli("docs", "pdf", "web", "-o", "a.pdf")

    assert result.code == 2
    assert "a PDF needs WeasyPrint, which is not installed" in result.err
    assert "runbook-toolkit[pdf]" in result.err
