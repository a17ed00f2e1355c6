"""`runbook docs serve` by real processes and sockets: what it gives, to whom, and what it tells when files change."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

RUNBOOK = (sys.executable, "-m", "runbook")
PATIENCE = 30.0
"""Seconds that a busy machine gets for what takes a part of one."""

HELLO = """\
runbook: 1
title: Say hello
steps:
  - {id: greet, title: Greet, shell: echo hello}
"""
LEAVE = """\
runbook: 1
title: Say goodbye
steps:
  - {id: wave, title: Wave, manual: Wave until nobody is there.}
"""
FILES = {
    "runbook.yaml": "runbook: 1\ntitle: Own\n",
    "processes/desk/group.yaml": "title: Desk\nowner: desk\n",
    "processes/desk/hello.yaml": HELLO,
    "processes/desk/leave.yaml": LEAVE,
}
HELLO_FILE, HELLO_PAGE, LEAVE_PAGE = (
    "processes/desk/hello.yaml",
    "processes/desk/hello.html",
    "processes/desk/leave.html",
)


@dataclass
class Listener:
    """A page that listens, as a browser would."""

    connection: http.client.HTTPConnection
    answer: http.client.HTTPResponse

    def news(self) -> dict[str, str]:
        """The next thing it is told."""
        until = time.monotonic() + 2 * PATIENCE
        while True:
            line = self.answer.readline()
            assert line, "the server has gone"
            assert time.monotonic() < until, "there is no news"
            if line.startswith(b"data: "):
                told: dict[str, str] = json.loads(line[6:])
                return told

    def until(self, good: Callable[[dict[str, str]], bool]) -> dict[str, str]:
        """What it is told when something is as it should be."""
        until = time.monotonic() + PATIENCE
        while not good(told := self.news()):
            assert time.monotonic() < until, told
        return told


@dataclass
class Preview:
    """A preview that goes on in a process of its own."""

    root: Path
    process: subprocess.Popen[str]
    url: str
    listeners: list[Listener] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rstrip("/").rpartition(":")[2])

    def told(self) -> dict[str, Any]:
        """The next line that it prints."""
        assert self.process.stdout
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        return told

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, str]:
        """What it answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        body = answer.read().decode("utf-8")
        connection.close()
        return answer, body

    def page(self, path: str) -> str:
        """A page that has to be there."""
        answer, body = self.ask(f"/{path}")
        assert answer.status == 200, body
        return body

    def said(self, raw: bytes) -> bytes:
        """What it says to these bytes, until it hangs up."""
        with socket.create_connection(("127.0.0.1", self.port), PATIENCE) as line:
            line.sendall(raw)
            line.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: line.recv(65_536), b""))

    def text(self, path: str) -> str:
        """What a reader reads on a page."""
        return re.sub(r"<[^>]*>", "", self.page(path))

    def listen(self, page: str) -> Listener:
        """An open page; it has been told how things stand."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", f"/-/news?page={page}")
        made = Listener(connection, connection.getresponse())
        self.listeners.append(made)
        return made

    def write(self, path: str, text: str) -> None:
        """Save a file as an editor does: beside it, then in its place."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.new")
        draft.write_text(text, "utf-8")
        draft.replace(target)

    def end(self, number: int = signal.SIGKILL) -> tuple[int, str]:
        """End it; its exit code, and what it said on standard error."""
        self.process.send_signal(number)
        _, error = self.process.communicate(timeout=PATIENCE)
        for each in self.listeners:
            each.connection.close()
        return self.process.returncode, error


Serve = Callable[..., Preview]


def serve_in(root: Path, *words: str, **environment: str) -> Preview:
    """The preview of the project in a folder, as soon as it can be asked."""
    process = subprocess.Popen(
        [*RUNBOOK, "docs", "serve", "--port", "0", "--json", *words], cwd=root, text=True,
        env={**os.environ, "RUNBOOK_HOME": str(root / ".runbook"), **environment},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    made = Preview(root, process, "")
    made.url = made.told()["url"]
    return made


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Makes a project of these files, with ours where nothing else is said, and serves it."""
    made: list[Preview] = []

    def serve(*words: str, files: dict[str, str] | None = None, **environment: str) -> Preview:
        root = tmp_path / "project"
        for path, text in {**FILES, **(files or {})}.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, "utf-8")
        made.append(serve_in(root, *words, **environment))
        return made[-1]

    yield serve
    for each in made:
        each.end()


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """A preview whose files nobody changes."""
    root = tmp_path_factory.mktemp("quiet")
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    (root.parent / "outside.html").write_text("nobody is to see this", "utf-8")
    (root / "processes/desk/linked.html").symlink_to(root.parent / "outside.html")
    made = serve_in(root)
    yield made
    made.end()


# -- what is given -----------------------------------------------------------------------------------------


def test_every_page_of_the_site_is_given_and_nothing_is_written(quiet: Preview) -> None:
    assert "1 group" in quiet.page("")
    assert quiet.page("index.html") == quiet.page("")
    assert "echo hello" in quiet.text(HELLO_PAGE)
    assert "Wave until nobody is there." in quiet.page(LEAVE_PAGE)
    assert "Desk" in quiet.page("processes/desk/")
    assert "prefers-color-scheme" in quiet.page("assets/site.css")

    assert sorted(path.name for path in quiet.root.iterdir()) == [".runbook", "processes", "runbook.yaml"]


def test_a_page_loads_the_script_that_keeps_it_up_to_date_and_no_script_stands_in_it(quiet: Preview) -> None:
    page = quiet.page(HELLO_PAGE)

    assert f'<script src="/assets/live.js" defer data-page="{HELLO_PAGE}"' in page
    assert re.findall(r"<script(?![^>]* src=)", page) == re.findall(r" (?:style|on\w+)=", page) == []
    assert "EventSource" in quiet.page("assets/live.js")
    assert "aside.live" in quiet.page("assets/live.css")


@pytest.mark.parametrize(
    ("path", "media"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/assets/site.css", "text/css; charset=utf-8"),
        ("/assets/live.js", "text/javascript; charset=utf-8"),
        ("/assets/icon.svg", "image/svg+xml"),
        ("/no/such/page.html", "text/html; charset=utf-8"),
        ("/no/such/picture.png", "text/plain; charset=utf-8"),
    ],
)
def test_every_answer_says_what_it_is_and_what_may_be_done_with_it(quiet: Preview, path: str, media: str) -> None:
    answer, _ = quiet.ask(path)

    assert answer.getheader("Content-Type") == media
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    assert answer.getheader("Referrer-Policy") == "no-referrer"
    assert answer.getheader("Cache-Control") == "no-store"
    policy = answer.getheader("Content-Security-Policy") or ""
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_page_that_is_not_there_is_told_with_links_that_lead_on_from_any_depth(quiet: Preview) -> None:
    answer, page = quiet.ask("/processes/desk/deep/nothing.html")

    assert answer.status == 404
    for kind, target in re.findall(r'(href|src|action)="([^"]*)"', page):
        assert re.match(r"/|#|https?:", target), (kind, target)
    assert 'data-root="/"' in page


def test_a_folder_leads_to_its_first_page(quiet: Preview) -> None:
    answer, _ = quiet.ask("/processes/desk")

    assert (answer.status, answer.getheader("Location")) == (302, "/processes/desk/")


def test_head_gives_everything_but_the_content(quiet: Preview) -> None:
    answer, body = quiet.ask("/", "HEAD")

    assert (answer.status, body) == (200, "")
    assert int(answer.getheader("Content-Length") or 0) == len(quiet.page("").encode())


# -- to whom, and what not ---------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"])
def test_it_is_only_read(quiet: Preview, method: str) -> None:
    said = quiet.said(
        f"{method} / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40\r\n\r\nGET / HTTP/1.1\r\n".encode()
    )

    assert re.match(rb"HTTP/1.1 (405|501) ", said)
    assert said.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.0.0.1:80", "LOCALHOST:9", "[::1]:80", "a.localhost", "localhost."]
)
def test_a_name_of_this_machine_is_answered(quiet: Preview, host: str) -> None:
    assert quiet.ask("/", Host=host)[0].status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", "192.168.1.5",
        "0.0.0.0", "localhost@evil.example", "localhost, evil.example", "localhost:80:80", "[::1", "[localhost]",
        "2130706433", ":8000", "",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/-/news?page=index.html"])
def test_another_name_that_leads_here_is_told_nothing(quiet: Preview, host: str, path: str) -> None:
    answer, body = quiet.ask(path, Host=host)

    assert answer.status == 403
    assert body == f"this preview is at {quiet.url}, and at no other name\n"


@pytest.mark.parametrize("hosts", ["", "Host: localhost\r\nHost: evil.example\r\n"], ids=["none", "two"])
def test_a_request_names_one_host(quiet: Preview, hosts: str) -> None:
    assert quiet.said(f"GET / HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n".encode()).startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize(
    "path",
    [
        "/../outside.html", "/../../outside.html", "/%2e%2e/outside.html", "/%2e%2e%2foutside.html",
        "/..%2foutside.html",
        "/%252e%252e/outside.html", "/..%5coutside.html", "/..\\outside.html", "/assets/../../outside.html",
        "/assets/..%2f..%2foutside.html", "/index.html%00.css", "/%00", "/index.html%0d%0aX:y",
        "/%ff", "/%c0%ae%c0%ae/",
        "/processes/desk/linked.html", "/processes/desk/hello.yaml", "/runbook.yaml", "/.runbook/cache.json",
        "//evil.example",
        "/%2f/evil.example", "/assets/../index.html", "/./index.html", "/assets//site.css",
        "/assets/%2e%2e/templates/base.html",
        "/-/", "/-/news/", "/assets/", "http://evil.example/", "*",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_site(quiet: Preview, path: str) -> None:
    said = quiet.said(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())

    assert re.match(rb"HTTP/1.1 40[04] ", said), said[:200]
    assert b"nobody is to see this" not in said
    assert b"evil.example" not in said.lower()
    assert b"\nX:y" not in said


@pytest.mark.parametrize(
    "raw",
    [b"\0\0\0\0\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 200 + b"\r\n",
     b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b""],
    ids=["null", "word", "version", "headers", "long", "tls", "nothing"],
)  # fmt: skip
def test_what_is_no_request_harms_nobody(quiet: Preview, raw: bytes) -> None:
    said = quiet.said(raw)

    assert b" 200 " not in said.partition(b"\n")[0]
    assert b"Traceback" not in said
    assert quiet.page("")


def test_so_many_pages_may_listen_and_no_more(quiet: Preview) -> None:
    listening = [quiet.listen("index.html") for _ in range(64)]
    assert all(each.news()["key"] for each in listening)

    assert quiet.ask("/-/news?page=index.html")[0].status == 503
    assert quiet.page("")
    for each in listening:
        each.answer.close()
        each.connection.close()


# -- what is told when files change ------------------------------------------------------------------------


def test_a_save_is_told_to_the_pages_that_changed_and_to_no_others(serve: Serve) -> None:
    preview = serve()
    others = {page: preview.listen(page) for page in (LEAVE_PAGE, "processes/desk/index.html")}
    hello = preview.listen(HELLO_PAGE)
    before = hello.news()["key"]
    kept = {page: each.news()["key"] for page, each in others.items()}
    assert preview.told()["processes"] == 2

    preview.write(HELLO_FILE, HELLO.replace("echo hello", "echo good morning"))

    after = hello.until(lambda news: news["key"] != before)["key"]
    for page, each in others.items():
        assert each.news()["key"] == kept[page]
    assert "echo good morning" in preview.text(HELLO_PAGE)
    assert f'data-key="{after}"' in preview.page(HELLO_PAGE)
    while not (told := preview.told())["changed"]:
        pass
    assert (told["changed"], told["errors"]) == ([HELLO_FILE], 0)


def test_a_page_that_comes_is_there_and_one_that_goes_is_not(serve: Serve) -> None:
    preview = serve()
    missing = preview.listen("processes/desk/new.html")
    nothing = missing.news()["key"]

    preview.write("processes/desk/new.yaml", HELLO.replace("Say hello", "Say more"))
    missing.until(lambda news: news["key"] != nothing)
    assert "Say more" in preview.page("processes/desk/new.html")

    (preview.root / "processes/desk/new.yaml").unlink()
    missing.until(lambda news: news["key"] == nothing)
    assert preview.ask("/processes/desk/new.html")[0].status == 404


def test_what_is_shared_changes_every_page_that_shows_it(serve: Serve) -> None:
    preview = serve()
    listening = [preview.listen(page) for page in (HELLO_PAGE, "index.html")]
    before = [each.news()["key"] for each in listening]

    preview.write("runbook.yaml", "runbook: 1\ntitle: Own\ndocs: {theme: {tokens: {accent: '#7a2ea0'}}}\n")

    for each, then in zip(listening, before, strict=True):
        each.until(lambda news, then=then: news["key"] != then)  # type: ignore[misc]
    assert "#7a2ea0" in preview.page("assets/site.css")


def test_pages_of_the_project_and_its_templates_are_looked_at_as_well(serve: Serve) -> None:
    docs = "runbook: 1\ntitle: Own\ndocs: {pages: docs, theme: {templates: docs/theme}}\n"
    preview = serve(files={"runbook.yaml": docs, "docs/duty.md": "# On duty\n\nCall Kim.\n", "docs/theme/no.html": ""})
    page = preview.listen("pages/duty.html")
    first = page.news()["key"]
    assert "Call Kim." in preview.text("pages/duty.html")
    assert preview.told()["changed"] == []

    preview.write("docs/duty.md", "# On duty\n\nCall Robin.\n")
    second = page.until(lambda news: news["key"] != first)["key"]
    assert "Call Robin." in preview.text("pages/duty.html")
    preview.write("docs/theme/base.html", "{% extends 'runbook/base.html' %}{% block footer %}ours{% endblock %}")
    page.until(lambda news: news["key"] != second)
    assert "ours" in preview.text("pages/duty.html")

    while len(changed := preview.told()["changed"]) == 0:
        pass
    assert changed == ["docs/duty.md"]


BROKEN = HELLO.replace("shell: echo hello", "shell: echo hello, nedds: [<b>x</b>]")


def test_errors_stand_over_the_page_that_was_good_until_they_are_mended(serve: Serve) -> None:
    preview = serve()
    page = preview.listen(HELLO_PAGE)
    good = page.news()

    preview.write(HELLO_FILE, BROKEN)
    news = page.until(lambda news: news["panel"] != "")

    assert news["key"] == good["key"]
    assert "1 error: the page is as it was before" in news["panel"]
    assert HELLO_FILE in news["panel"]
    assert "did you mean" in news["panel"]
    assert "echo hello, nedds: [&lt;b&gt;x&lt;/b&gt;]" in news["panel"]
    assert "<b>" not in news["panel"]
    served = preview.page(HELLO_PAGE)
    assert news["panel"] in served
    assert "echo hello\n" in preview.text(HELLO_PAGE)
    assert news["panel"] in preview.page("")

    preview.write(HELLO_FILE, HELLO)
    assert page.until(lambda news: news["panel"] == "")["key"] == good["key"]
    assert "nedds" not in preview.page(HELLO_PAGE)


def test_the_words_are_those_of_validate(serve: Serve) -> None:
    preview = serve(files={HELLO_FILE: BROKEN})
    answer, page = preview.ask(f"/{HELLO_PAGE}")
    said = subprocess.run([*RUNBOOK, "validate", "--json"], cwd=preview.root, capture_output=True, check=False)

    (finding,) = json.loads(said.stdout)
    assert answer.status == 503
    for words in (finding["message"], finding["help"], finding["code"], f"{finding['file']}:{finding['line']}"):
        assert words.replace("`", "`") in page


def test_without_a_good_page_the_errors_are_the_page_and_it_comes_by_itself(serve: Serve) -> None:
    preview = serve(files={HELLO_FILE: BROKEN})
    answer, page = preview.ask("/")
    assert (answer.status, "The definitions have errors" in page) == (503, True)
    assert 'data-key=""' in page
    assert "prefers-color-scheme" in preview.page("assets/site.css")
    listening = preview.listen("index.html")
    assert listening.news()["key"] == ""

    preview.write(HELLO_FILE, HELLO)

    assert listening.until(lambda news: news["key"] != "")["panel"] == ""
    assert "echo hello" in preview.text(HELLO_PAGE)


def test_warnings_stand_in_a_bar_that_is_closed(serve: Serve) -> None:
    unused = HELLO.replace("steps:", "inputs:\n  unused: {type: string, default: x}\nsteps:")
    page = serve(files={HELLO_FILE: unused}).page(HELLO_PAGE)

    assert '<details class="others" data-live="others">\n<summary>1 warning</summary>' in page
    assert 'class="errors"' not in page


def test_a_template_that_fails_is_told_on_its_pages_and_the_others_go_on(serve: Serve) -> None:
    docs = "runbook: 1\ntitle: Own\ndocs: {theme: {templates: docs/theme}}\n"
    good = '{% extends "runbook/process.html" %}{% block footer %}ours{% endblock %}'
    preview = serve(files={"runbook.yaml": docs, "docs/theme/process.html": good})
    page = preview.listen(HELLO_PAGE)
    before = page.news()
    assert "ours" in preview.page(HELLO_PAGE)

    preview.write("docs/theme/process.html", good.replace("ours", "{{ ours.of.nobody }}"))

    news = page.until(lambda news: news["panel"] != "")
    assert news["key"] == before["key"]
    assert f"the page {HELLO_PAGE} can&#39;t be made" in news["panel"]
    assert "is undefined" in news["panel"]
    assert "ours" in preview.page(HELLO_PAGE)
    assert preview.ask(f"/{LEAVE_PAGE}")[0].status == 503
    assert "be made" not in preview.page("")


def test_a_run_is_on_its_page_without_a_file_being_saved(serve: Serve) -> None:
    preview = serve()
    page = preview.listen(HELLO_PAGE)
    before = page.news()["key"]

    done = subprocess.run([*RUNBOOK, "run", "desk/hello", "--yes"], cwd=preview.root, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr
    page.until(lambda news: news["key"] != before)


# -- the command itself --------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "TERM"])
def test_it_ends_at_once_and_quietly(serve: Serve, number: signal.Signals) -> None:
    preview = serve()
    preview.listen("index.html").news()

    assert preview.end(number) == (0, "")


def test_a_port_in_use_is_told_with_one_that_is_free(serve: Serve, quiet: Preview) -> None:
    call = [*RUNBOOK, "docs", "serve", "--port", str(quiet.port)]
    done = subprocess.run(call, cwd=quiet.root, capture_output=True, text=True, check=False, timeout=PATIENCE)

    assert (done.returncode, done.stdout) == (5, "")
    found = re.fullmatch(
        rf"runbook: port {quiet.port} of 127.0.0.1 is in use\n  name another one: --port (\d+)\n", done.stderr
    )
    assert found
    assert int(found[1]) > quiet.port


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--host", "no.such.host.invalid"], "there is no host `no.such.host.invalid` here"),
        (["--host", "192.0.2.1"], "192.0.2.1 is no address of this machine"),
        (["--port", "70000"], "70000 is not in the range"),
    ],
    ids=["no host", "of another machine", "no port"],
)
def test_what_cannot_be_listened_on_is_told(quiet: Preview, words: list[str], said: str) -> None:
    call = [*RUNBOOK, "docs", "serve", *words]
    done = subprocess.run(call, cwd=quiet.root, capture_output=True, text=True, check=False, timeout=PATIENCE)

    assert done.returncode == 2
    assert said in done.stderr


def test_without_a_project_there_is_nothing_to_serve(tmp_path: Path) -> None:
    done = subprocess.run([*RUNBOOK, "docs", "serve"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "there is no project" in done.stderr


def test_whoever_opens_it_to_others_is_warned_and_names_are_still_refused(serve: Serve) -> None:
    preview = serve("--host", "0.0.0.0")

    assert preview.url.startswith("http://localhost:")
    assert preview.ask("/", Host="192.168.1.5:8000")[0].status == 200
    assert preview.ask("/", Host="evil.example")[0].status == 403
    _, error = preview.end(signal.SIGINT)
    assert error == "runbook: warning: everybody who can reach 0.0.0.0 can read these pages, with what the runs tell\n"


def test_it_is_opened_in_a_browser_on_demand(serve: Serve, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "opened")
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\n')
    browser.chmod(browser.stat().st_mode | stat.S_IXUSR)

    preview = serve("--open", BROWSER=str(browser))

    assert (tmp_path / "opened").read_text() == f"{preview.url}\n"


def test_people_are_told_in_lines(quiet: Preview) -> None:
    process = subprocess.Popen(
        [*RUNBOOK, "docs", "serve", "--port", "0"], cwd=quiet.root, text=True, stdout=subprocess.PIPE
    )
    assert process.stdout
    lines = [process.stdout.readline() for _ in range(3)]
    process.send_signal(signal.SIGINT)

    assert re.fullmatch(r"The site is at http://127\.0\.0\.1:\d+/\n", lines[0])
    assert lines[1] == "Looking for changes; Ctrl-C ends it.\n"
    assert re.fullmatch(r"2 processes \(\d+\.\d\d s\)\n", lines[2])
    assert process.wait(PATIENCE) == 0
