"""A service that is broken, down or well is called so, and an incident is closed only by a look from outside."""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Iterator

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
