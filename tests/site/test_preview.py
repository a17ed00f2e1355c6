"""The preview in a browser: a page that changes while it is read, and errors over it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.site.conftest import PROJECT, RESTART, Visitor, visitor

FILE = "processes/web/restart-server.yaml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample project, to write in."""
    copy = tmp_path_factory.mktemp("preview") / "project"
    shutil.copytree(PROJECT, copy)
    return copy


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Where its preview is."""
    process = subprocess.Popen(
        [sys.executable, "-m", "runbook", "docs", "serve", "--port", "0", "--json"], cwd=folder, text=True,
        env={**os.environ, "RUNBOOK_HOME": str(folder.parent / "home")}, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    yield json.loads(process.stdout.readline())["url"]
    process.kill()
    process.communicate()


@pytest.fixture
def reader(browser: Browser, address: str, folder: Path) -> Iterator[Visitor]:
    """A reader of the preview; the file is as it was at the end."""
    before = (folder / FILE).read_text("utf-8")
    yield from visitor(browser, address)
    (folder / FILE).write_text(before, "utf-8")


def test_a_page_loads_itself_again_where_it_was_and_with_what_was_typed(reader: Visitor, folder: Path) -> None:
    page = reader.open(RESTART)
    page.locator("[data-input=message]").fill("back at ten")
    page.locator("#step-drain").scroll_into_view_if_needed()
    page.evaluate("window.scrollTo(0, document.getElementById('step-drain').offsetTop - 200)")
    before = page.evaluate("document.getElementById('step-drain').getBoundingClientRect().top")
    page.evaluate("window.before = true")

    text = (folder / FILE).read_text("utf-8")
    (folder / FILE).write_text(text.replace("title: Restart a web server", "title: Restart it all"), "utf-8")

    expect(page.locator("h1")).to_have_text("Restart it all")
    expect(page.locator("[data-input=message]")).to_have_value("back at ten")
    assert page.evaluate("window.before") is None
    page.wait_for_function("scrollY > 0")
    after = page.evaluate("document.getElementById('step-drain').getBoundingClientRect().top")
    assert abs(after - before) < 60


def test_a_page_that_has_not_changed_stays(reader: Visitor, folder: Path) -> None:
    context = reader.context()
    changed, other = (reader.open(path, context) for path in (RESTART, "glossary.html"))
    other.evaluate("window.before = true")

    text = (folder / FILE).read_text("utf-8")
    (folder / FILE).write_text(text.replace("title: Restart a web server", "title: Restart it again"), "utf-8")

    expect(changed.locator("h1")).to_have_text("Restart it again")
    assert other.evaluate("window.before") is True


def test_errors_stand_over_the_page_and_go_when_they_are_mended(reader: Visitor, folder: Path) -> None:
    page = reader.open(RESTART)
    expect(page.locator("#live")).to_be_hidden()
    page.evaluate("window.before = true")

    text = (folder / FILE).read_text("utf-8")
    (folder / FILE).write_text(f"{text}\nnobody: <script>alert(1)</script>\n", "utf-8")

    expect(page.locator("#live summary")).to_contain_text("1 error: the page is as it was before")
    expect(page.locator("#live .where")).to_contain_text(FILE)
    expect(page.locator("#live pre")).to_contain_text("nobody: <script>alert(1)</script>")
    assert page.locator("#live script").count() == 0
    expect(page.locator("h1")).to_have_text("Restart a web server")

    (folder / FILE).write_text(text, "utf-8")

    expect(page.locator("#live")).to_be_hidden()
    assert page.evaluate("window.before") is True
