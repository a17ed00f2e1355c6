"""A real browser, and the site of the sample project beside this file, opened as a folder and from a server.

A test fails on everything the browser complains about, and on every request that leaves the site.
"""

from __future__ import annotations

import functools
import http.server
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    expect,
    sync_playwright,
)

PROJECT = Path(__file__).parent / "project"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP plain.test 127.0.0.1",
]
PATIENCE = 60_000
"""Milliseconds after which something has surely gone wrong, even on a machine that is busy."""
expect.set_options(timeout=PATIENCE)

RESTART = "processes/web/restart-server.html"
"""The page with something of everything."""
PAGES = [
    "index.html",
    "all.html",
    "search.html?q=the",
    "review.html",
    "catalogue.html",
    "glossary.html",
    "404.html",
    "processes/web/index.html",
    RESTART,
    "processes/datenbank/pruefen.html",
    "roles/operator.html",
    "tags/linux.html",
    "owners/web-team.html",
    "changes.html",
    "boards/index.html",
    "boards/work.html",
    "alerts/WebSlow.html",
    "runs/index.html",
    "runs/look-at-server*.html",
    "processes/checks/look-at-server.html",
    "processes/web/restart-server.checklist.html",
    "processes/web/index.checklist.html",
    "pages/on-call.html",
    "pages/index.html",
]
"""A page of every sort."""

WIDE: ViewportSize = {"width": 1400, "height": 900}
PHONE: ViewportSize = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for the tests of one file: its driver keeps an event loop, which tests elsewhere have no room for."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.fail("these tests read the site in Chromium: install the package `chromium`")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the sample project, as a folder in git in which a procedure was run."""
    folder = tmp_path_factory.mktemp("site")
    project = folder / "project"
    shutil.copytree(PROJECT, project)
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]
    runbook = [sys.executable, "-m", "runbook"]
    for words in (
        [*git, "init", "-q"],
        [*git, "add", "-A"],
        [*git, "commit", "-q", "-m", "Write down what we do"],
        [*runbook, "run", "checks/look-at-server", "--yes"],
        [*runbook, "item", "open", "Mail is down", "--severity", "critical", "--service", "web", "--to", "me"],
        [*runbook, "item", "move", "INC-1", "doing"],
        [*runbook, "item", "open", "Printer <b>jams</b>", "--service", "web"],
        [*runbook, "item", "block", "INC-2", "supplier", "--party", "Dell"],
        [*runbook, "docs", "build", "-o", str(folder / "site")],
    ):
        done = subprocess.run(words, cwd=project, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Serves folders on loopback; gives the address, with a slash at its end."""
    servers: list[http.server.ThreadingHTTPServer] = []

    def serve(folder: Path) -> str:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def served(built_site: Path, serve: Callable[[Path], str]) -> str:
    """The address of the site on a server."""
    return serve(built_site)


@pytest.fixture(params=["file", "http"])
def root(request: pytest.FixtureRequest, built_site: Path) -> str:
    """The address of the site, as a folder and on a server."""
    if request.param == "file":
        return f"{built_site.as_uri()}/"
    address: str = request.getfixturevalue("served")
    return address


def address(root: str, path: str) -> str:
    """The address of a page; in a folder, the first one of a pattern."""
    if "*" in path:
        folder = Path(unquote(urlsplit(root).path))
        path = next(folder.glob(path)).relative_to(folder).as_posix()
    return root + path


class Visitor:
    """Opens pages in a fresh browser of its own, and notes everything that should not be."""

    def __init__(self, browser: Browser, root: str) -> None:
        self.root = root
        self.complaints: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def context(self, **options: Any) -> BrowserContext:
        """A browser that remembers nothing; a later page in it sees what an earlier one has kept."""
        context = self._browser.new_context(**{"viewport": WIDE, **options})
        context.set_default_timeout(PATIENCE)
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"error: {error.error}"))
        self._contexts.append(context)
        return context

    def open(self, path: str, context: BrowserContext | None = None, **options: Any) -> Page:
        """A page of the site, ready."""
        page = (context or self.context(**options)).new_page()
        page.goto(address(self.root, path))
        return page

    @property
    def pages(self) -> list[Page]:
        """What is open."""
        return [page for context in self._contexts for page in context.pages]

    def close(self) -> None:
        """Close what was opened."""
        for context in self._contexts:
            context.close()

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.root, "data:")):
            self.complaints.append(f"request to {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")


def visitor(browser: Browser, root: str) -> Iterator[Visitor]:
    """A visitor of a site, who must have nothing to complain about at the end."""
    found = Visitor(browser, root)
    yield found
    found.close()
    assert found.complaints == []


@pytest.fixture
def visit(browser: Browser, root: str) -> Iterator[Visitor]:
    """The site as a folder, then on a server."""
    yield from visitor(browser, root)


@pytest.fixture
def visit_folder(browser: Browser, built_site: Path) -> Iterator[Visitor]:
    """The site as a folder, for what cannot depend on where it comes from."""
    yield from visitor(browser, f"{built_site.as_uri()}/")


Open = Callable[..., Page]


@pytest.fixture(scope="module")
def _reader(browser: Browser, built_site: Path) -> Iterator[Visitor]:
    found = Visitor(browser, f"{built_site.as_uri()}/")
    yield found
    found.close()


@pytest.fixture
def read(_reader: Visitor) -> Iterator[Open]:
    """Opens pages in one browser for all tests of a file that leave nothing behind: a browser of one's own is slow."""

    def read(path: str, size: ViewportSize = WIDE) -> Page:
        page = next(iter(_reader.pages), None) or _reader.context().new_page()
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(address(_reader.root, path))
        return page

    yield read
    complaints = list(_reader.complaints)
    _reader.complaints.clear()
    assert complaints == []
