"""The server of the preview: gives the files of a site, and tells pages that listen when there is something newer.

Rule 1: it gives what `Shown` has and looks for nothing itself, to whoever asks for a host of ours, and only to read.
Rule 2: every answer says what it is, and that nothing of it may be kept, framed or taken for anything else.
Rule 3: connections are few and patient for seconds only, so that nobody can hold the server.
"""

from __future__ import annotations

import errno
import json
import select
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qs

from runbook.engine.site_addresses import address, may_be_asked, path_of
from runbook.errors import Conflict, MachineRefuses, Misuse

NEWS = "/-/news"
"""Where pages listen; no page of a site begins with a hyphen for a folder."""

LISTENERS = 64
"""Pages that may listen at the same time."""
_CONNECTIONS = 256
_PATIENCE = 20.0
"""Seconds in which a request has to be made, or another one on the same connection."""
_ALIVE = 15.0
"""Seconds after which a page that listens is told that somebody is there."""
_LOOK = 0.5
"""Seconds after which it is noticed that a page has gone."""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What every answer says."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is given for a path."""

    content: bytes
    media: str
    status: int = 200
    place: str = ""
    """Where it stands instead."""


class Shown(Protocol):
    """A site as it stands, which may change at any time."""

    @property
    def number(self) -> int:
        """Another one whenever something has changed."""

    def answer(self, path: str) -> Answer:
        """What is given for a path below the site."""

    def news(self, page: str) -> Mapping[str, str]:
        """What an open page has to know of how things stand."""

    def wait(self, number: int, seconds: float) -> None:
        """Waits until the number is another one, but no longer than so many seconds."""


class SiteServer(ThreadingHTTPServer):
    """Serves a site on one address, until it is closed."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, host: str, port: int, shown: Shown) -> None:
        self.shown = shown
        self.host = host
        self.listeners = threading.BoundedSemaphore(LISTENERS)
        self._connections = threading.BoundedSemaphore(_CONNECTIONS)
        self.address_family, place = resolved(host, port)
        try:
            super().__init__(place, _Handler)
        except OSError as error:
            raise refusal(error, host, port) from None
        except OverflowError:
            raise Misuse(f"{port} is no port", "name one from 1 to 65535, or 0 for any that is free") from None
        self.url = address(host, self.server_port)

    def server_bind(self) -> None:
        """Take the port; the name of the machine is not asked for, as that can take long."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.host, self.server_address[1]

    def start(self) -> None:
        """Serve from now on, in a thread of its own."""
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, name="site", daemon=True).start()

    def process_request(self, request: Any, client_address: Any) -> None:
        """A thread for a connection, unless there are too many."""
        if self._connections.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer what comes over one connection."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._connections.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone is no news."""


class _Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    protocol_version = "HTTP/1.1"
    timeout = _PATIENCE
    server: SiteServer

    def do_GET(self) -> None:
        """Give a file, or listen."""
        if "Content-Length" in self.headers or "Transfer-Encoding" in self.headers:
            self.close_connection = True  # what else was sent is not read
        hosts = self.headers.get_all("Host", [])
        if len(hosts) != 1 or not may_be_asked(hosts[0], self.server.host):
            self._refuse(403, f"this preview is at {self.server.url}, and at no other name")
            return
        if self.path.partition("?")[0] == NEWS:
            self._listen()
            return
        path = path_of(self.path)
        if path is None:
            self._refuse(404, "there is no such page")
            return
        answer = self.server.shown.answer(path)
        self._give(answer, {"Location": answer.place} if answer.place else {})

    do_HEAD = do_GET

    def _not_allowed(self) -> None:
        self.close_connection = True  # what else was sent is not read
        self._give(Answer(b"this preview is only read\n", "text/plain; charset=utf-8", 405), {"Allow": "GET, HEAD"})

    do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_TRACE = do_CONNECT = _not_allowed

    def _listen(self) -> None:
        """Tell a page how things stand, and again whenever that changes, until it has gone."""
        if self.command == "HEAD" or not self.server.listeners.acquire(blocking=False):
            self._refuse(503, "too many pages listen")
            return
        try:
            with suppress(OSError):
                self._tell_news(parse_qs(self.path.partition("?")[2]).get("page", [""])[0])
        finally:
            self.server.listeners.release()

    def _tell_news(self, page: str) -> None:
        self.close_connection = True
        self.send_response(200)
        self._send_headers({"Content-Type": "text/event-stream", "Connection": "close", "X-Accel-Buffering": "no"})
        shown, told, quiet = self.server.shown, -1, 0.0
        while True:
            number = shown.number
            if number != told:
                news = json.dumps(dict(shown.news(page)))
                self.wfile.write(f"data: {news}\n\n".encode())
                told, quiet = number, 0.0
            elif quiet >= _ALIVE:
                self.wfile.write(b": still here\n\n")
                quiet = 0.0
            shown.wait(told, _LOOK)
            quiet += _LOOK
            if select.select([self.connection], [], [], 0)[0] and not self.connection.recv(1, socket.MSG_PEEK):
                return

    def _refuse(self, status: int, why: str) -> None:
        self._give(Answer(f"{why}\n".encode(), "text/plain; charset=utf-8", status), {})

    def _give(self, answer: Answer, headers: Mapping[str, str]) -> None:
        self.send_response(answer.status)
        size = str(len(answer.content))
        self._send_headers({**headers, "Content-Type": answer.media, "Content-Length": size})
        if self.command != "HEAD":
            self.wfile.write(answer.content)

    def _send_headers(self, headers: Mapping[str, str]) -> None:
        for name, value in {**HEADERS, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What is no request at all is answered in the same way."""
        self.close_connection = True
        self._refuse(code, message or "this is no request that can be answered")

    def version_string(self) -> str:
        """Nobody is told what runs here."""
        return "runbook"

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


def resolved(host: str, port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    """The sort of address that a host has, and the address itself."""
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError, OverflowError):
        raise Misuse(f"there is no host `{host}` here", "name an address of this machine with --host") from None
    family, _, _, _, place = found[0]
    return family, (str(place[0]), port)


def refusal(error: OSError, host: str, port: int) -> Exception:
    """Why a port can't be had, and what can."""
    if error.errno == errno.EADDRINUSE:
        free = next((each for each in range(port + 1, min(port + 100, 65_536)) if _is_free(host, each)), 0)
        return Conflict(f"port {port} of {host} is in use", f"name another one: --port {free}")
    if error.errno == errno.EADDRNOTAVAIL:
        return Misuse(f"{host} is no address of this machine", "name one of its own with --host")
    if error.errno in (errno.EACCES, errno.EPERM):
        return MachineRefuses(f"port {port} of {host} is only for administrators", "name another one: --port 8000")
    return MachineRefuses(f"port {port} of {host} can't be had: {error.strerror}", "name another one with --port")


def _is_free(host: str, port: int) -> bool:
    family, place = resolved(host, port)
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except OSError:
            return False
    return True
