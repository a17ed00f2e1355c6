"""The preview in a browser: a page that changes while it is read, and errors over it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.site.conftest import PHONE, PROJECT, RESTART, Visitor, visitor
from tests.site.test_accessible import COLOURS, EVERYTHING, violations

FILE = "processes/web/restart-server.yaml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample project, to write in."""
    copy = tmp_path_factory.mktemp("preview") / "project"
    shutil.copytree(PROJECT, copy)
    return copy


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The preview of a project, by its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "runbook", "docs", "serve", "--port", "0", "--json"], cwd=folder, text=True,
        env={**os.environ, "RUNBOOK_HOME": str(folder.parent / "home")}, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    try:
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Where the preview of the sample project is."""
    with served(folder) as url:
        yield url


@pytest.fixture
def reader(browser: Browser, address: str, folder: Path) -> Iterator[Visitor]:
    """A reader of the preview; the file is as it was at the end."""
    before = (folder / FILE).read_text("utf-8")
    yield from visitor(browser, address)
    (folder / FILE).write_text(before, "utf-8")


def as_it_was(reader: Visitor, context: BrowserContext | None = None) -> Page:
    """The page, once the preview has seen that its file is as it was before the other tests."""
    page = reader.open(RESTART, context)
    expect(page.locator("h1")).to_have_text("Restart a web server")
    return page


def test_a_page_loads_itself_again_where_it_was_and_with_what_was_typed(reader: Visitor, folder: Path) -> None:
    page = as_it_was(reader)
    page.locator("[data-input=message]").fill("back at ten")
    page.evaluate("window.scrollBy(0, document.getElementById('step-drain').getBoundingClientRect().top - 200)")
    expect(page.locator("#step-drain")).to_be_in_viewport()
    before = page.evaluate("document.getElementById('step-drain').getBoundingClientRect().top")
    page.evaluate("window.sameAsBefore = true")

    text = (folder / FILE).read_text("utf-8")
    (folder / FILE).write_text(
        text.replace("title: Restart a web server", f"title: Restart it all{' of it' * 60}"), "utf-8"
    )

    expect(page.locator("h1")).to_contain_text("Restart it all")
    expect(page.locator("[data-input=message]")).to_have_value("back at ten")
    assert page.evaluate("window.sameAsBefore") is None
    expect(page.locator("#step-drain")).to_be_in_viewport()
    page.wait_for_function(
        "was => Math.abs(document.getElementById('step-drain').getBoundingClientRect().top - was) < 40", arg=before
    )


def test_a_page_that_has_not_changed_stays(reader: Visitor, folder: Path) -> None:
    context = reader.context()
    changed, other = as_it_was(reader, context), reader.open("glossary.html", context)
    other.evaluate("window.sameAsBefore = true")

    text = (folder / FILE).read_text("utf-8")
    (folder / FILE).write_text(text.replace("title: Restart a web server", "title: Restart it again"), "utf-8")

    expect(changed.locator("h1")).to_have_text("Restart it again")
    assert other.evaluate("window.sameAsBefore") is True


def test_errors_stand_over_the_page_and_go_when_they_are_mended(reader: Visitor, folder: Path) -> None:
    page = as_it_was(reader)
    expect(page.locator("#live")).to_be_hidden()
    page.evaluate("window.sameAsBefore = true")

    text = (folder / FILE).read_text("utf-8")
    (folder / FILE).write_text(f"{text}\nnobody: <script>alert(1)</script>\n", "utf-8")

    expect(page.locator("#live summary")).to_contain_text("1 error: the page is as it was before")
    expect(page.locator("#live .where")).to_contain_text(FILE)
    expect(page.locator("#live pre")).to_contain_text("nobody: <script>alert(1)</script>")
    assert page.locator("#live script").count() == 0
    assert violations(page, EVERYTHING) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, COLOURS) == []
    expect(page.locator("h1")).to_have_text("Restart a web server")

    (folder / FILE).write_text(text, "utf-8")

    expect(page.locator("#live")).to_be_hidden()
    assert page.evaluate("window.sameAsBefore") is True


def test_the_errors_are_the_page_where_there_was_none_and_the_page_comes(browser: Browser, tmp_path: Path) -> None:
    shutil.copytree(PROJECT, tmp_path / "project")
    text = (tmp_path / "project" / FILE).read_text("utf-8")
    (tmp_path / "project" / FILE).write_text(f"{text}\nnobody: yes\n", "utf-8")

    with served(tmp_path / "project") as url:
        reader = Visitor(browser, url)
        page = reader.open(RESTART, viewport=PHONE)
        expect(page.locator("h1")).to_have_text("The definitions have errors")
        expect(page.locator("#live .where")).to_contain_text(FILE)
        assert violations(page, EVERYTHING) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

        (tmp_path / "project" / FILE).write_text(text, "utf-8")

        expect(page.locator("h1")).to_have_text("Restart a web server")
        reader.close()
        assert [each for each in reader.complaints if "503" not in each] == []


def test_a_preview_that_has_ended_says_so(browser: Browser, folder: Path) -> None:
    with served(folder) as url:
        reader = Visitor(browser, url)
        page = reader.open("glossary.html")
        expect(page.locator("#live")).to_be_hidden()

    expect(page.locator("#live")).to_have_text("The preview has ended.")
    reader.close()
