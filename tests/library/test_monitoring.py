"""A service that is broken, down or well is called so, and an incident is closed only by a look from outside."""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import Library


@contextlib.contextmanager
def service(status: int, page: str) -> Iterator[str]:
    """A service on this machine that always answers the same."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


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
    with service(status, page) as url:
        result = library.run("monitoring/http-smoke-check", url=url)

    assert result.outputs("verdict")["choice"] == "broken"
    assert (result.state("incident"), result.state("recovered")) == ("succeeded", "failed")
    assert result.status == "failed"


def test_a_service_that_does_not_answer_is_down(library: Library) -> None:
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
