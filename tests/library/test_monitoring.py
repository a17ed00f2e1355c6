"""A service that is broken, down or well is called so, and an incident is closed only by a look from outside."""

from __future__ import annotations

import contextlib
import http.server
import itertools
import json
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .conftest import Library


@contextlib.contextmanager
def service(status: int | Callable[[], int], page: str) -> Iterator[str]:
    """A service on this machine that always answers the same, or with the status it is told each time."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if isinstance(status, int) else status())
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@contextlib.contextmanager
def raw(*pieces: bytes, pause: float = 0) -> Iterator[str]:
    """A service that sends these pieces to everybody who asks, as they are, and hangs up."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(4096)
            with contextlib.suppress(OSError):
                for piece in pieces:
                    self.request.sendall(piece)
                    time.sleep(pause)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads, server.block_on_close = True, False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def probed(library: Library, *arguments: object) -> Any:
    """The answer of the program."""
    command = [sys.executable, str(library.script("monitoring/probe.py")), *map(str, arguments)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"


@pytest.mark.parametrize(
    ("pieces", "error"),
    [
        ([b"garbage\r\n\r\n"], "garbage"),
        ([HEAD % 500, b"status: ok"], "broke off after 10 of 500 bytes"),
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"a\r\nstatus: ok\r\n"], "bytes"),
        ([], "without response"),
    ],
    ids=["garbage", "cut", "cut chunks", "silence"],
)
def test_an_answer_that_is_not_whole_is_none(library: Library, pieces: list[bytes], error: str) -> None:
    with raw(*pieces) as url:
        found = probed(library, "status", url)
        is_well = probed(library, "well", url, 200, "status: ok")["well"]

    assert (found["answers"], is_well) == (False, False)
    assert error in found["error"]


def test_a_page_that_drips_is_down_in_time(library: Library) -> None:
    library.spoil("monitoring/probe.py", "PATIENCE = 5.0", "PATIENCE = 1.0")
    with raw(HEAD % 10, *[b"x"] * 10, pause=0.4) as url:
        found = probed(library, "status", url)
    with raw(*[b"H"] * 20, pause=0.4) as url:
        head = probed(library, "status", url)

    assert found["error"] == head["error"] == "no whole answer within 1 seconds"


def test_a_service_that_fails_every_second_time_is_broken(library: Library) -> None:
    codes = itertools.cycle((200, 503))
    with service(lambda: next(codes), "status: ok") as url:
        found = probed(library, "times", url, 200, 4)
    with service(200, "status: ok") as url:
        fine = probed(library, "times", url, 200, 4)

    assert (found["failed"], fine["failed"]) == (2, 0)


def hurry(library: Library, process: str, long: str, short: str) -> None:
    """Make a process of the copy wait for less."""
    path = library.folder / "processes" / f"{process}.yaml"
    text = path.read_text()
    assert text.count(long) == 1
    path.write_text(text.replace(long, short))


def test_a_well_service_is_called_well(library: Library) -> None:
    with service(200, "status: ok") as url:
        result = library.run("monitoring/http-smoke-check", url=url)

    assert (result.status, result.outputs("verdict")["choice"]) == ("succeeded", "well"), result.text


@pytest.mark.parametrize(("status", "page"), [(500, "status: ok"), (200, "sorry")], ids=["status", "content"])
def test_a_broken_service_opens_an_incident_and_is_not_closed(library: Library, status: int, page: str) -> None:
    hurry(library, "monitoring/http-smoke-check", "within: 10s", "within: 1s")
    with service(status, page) as url:
        result = library.run("monitoring/http-smoke-check", url=url)

    assert result.outputs("verdict")["choice"] == "broken"
    assert (result.state("incident"), result.state("recovered")) == ("succeeded", "failed")
    assert result.status == "failed"


def test_a_service_that_does_not_answer_is_down(library: Library) -> None:
    hurry(library, "monitoring/http-smoke-check", "within: 10s", "within: 1s")
    with service(200, "status: ok") as url:
        pass

    result = library.run("monitoring/http-smoke-check", url=url)

    assert result.outputs("verdict")["choice"] == "down"
    assert result.status == "failed"


def test_a_supplier_whose_service_answers_with_an_error_is_not_back(library: Library) -> None:
    hurry(library, "suppliers/outage-escalation", "within: 5m", "within: 1s")
    with service(503, "status: ok") as url:
        result = library.run("suppliers/outage-escalation", url=url)

    assert (result.status, result.state("back"), result.state("agree")) == ("failed", "failed", "cancelled")


def test_a_window_ends_when_the_page_is_as_it_was_named(library: Library) -> None:
    with service(201, "Welcome") as url:
        result = library.run("changes/maintenance-window", url=url, status=201, text="Welcome")

    assert (result.status, result.outputs("well")["verdict"]) == ("succeeded", "well"), result.text


def test_an_emergency_change_of_a_real_service_touches_no_sample(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "etc"
    folder.mkdir()
    (folder / "shop.conf").write_text("pool = 50\n")
    answers = {
        "way-back": {"choose": "change"},
        "where": {"outcome": "done", "by": "anna", "fields": {"folder": str(folder)}},
    }
    with service(200, "status: ok") as url:
        result = library.run("incidents/major-incident", answers, url=url)

    assert (result.status, result.state("change")) == ("succeeded", "succeeded"), result.text
    work = library.work / "emergency-change"
    assert [each.read_text() for each in work.glob("before-*/files/shop.conf")] == ["pool = 50\n"]
    assert not (work / "sample").exists()
