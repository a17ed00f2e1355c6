"""The server that ticket systems send their webhooks to: one address a system, and nothing else.

Rule 1: whoever sends something is known by its signature alone; nothing is told to those who only look.
Rule 2: connections are few, patient for seconds only, and no delivery is longer than one may be.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from runbook.engine.receiving import Taken
from runbook.engine.site_addresses import address
from runbook.engine.site_server import refusal, resolved
from runbook.errors import Misuse
from runbook.work.tickets.arriving import LARGEST

Take = Callable[[str, Mapping[str, str], bytes], Taken]
"""Takes a delivery for the integration of that name: its headers, in lower case, and its body."""
_CONNECTIONS = 32
_DROPPED = 4 * LARGEST
"""Bytes of a delivery that is too long which are read before it is refused."""
_PATIENCE = 15.0
"""Seconds in which a delivery has to be there."""


class HookServer(ThreadingHTTPServer):
    """Takes webhooks on one address, until it is closed."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, host: str, port: int, take: Take) -> None:
        self.host = host
        self.taken = 0
        self._take = take
        self._one = threading.Lock()
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

    def take(self, name: str, headers: Mapping[str, str], body: bytes) -> Taken:
        """Take one delivery, one after the other."""
        with self._one:
            return self._take(name, headers, body)

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
    """Answers the deliveries of one connection."""

    protocol_version = "HTTP/1.1"
    timeout = _PATIENCE
    server: HookServer

    def do_POST(self) -> None:
        """Take a delivery."""
        self.close_connection = True
        given = self.headers.get_all("Content-Length", [])
        if "Transfer-Encoding" in self.headers or len(given) != 1 or not given[0].isdecimal():
            return self._give(411, "say how long it is")
        if len(given[0]) > 10 or int(given[0]) > LARGEST:
            self._drop(_DROPPED)
            return self._give(413, "it is longer than a delivery may be")
        body = self.rfile.read(int(given[0]))
        if len(body) < int(given[0]):
            return self._give(400, "its end is missing")
        names = [name.lower() for name in self.headers]
        headers = {name.lower(): value for name, value in self.headers.items()}
        if any(names.count(name) > 1 for name in names if "sign" in name or name.startswith(("webhook-", "x-"))):
            return self._give(400, "a header is there twice")
        try:
            taken = self.server.take(self.path.partition("?")[0].strip("/"), headers, body)
        except Exception:  # whatever it is: the sender is to try again, and what was wrong is ours
            self._give(503, "nothing can be taken in now")
            raise
        return self._give(taken.status, taken.text)

    def _drop(self, most: int) -> None:
        """Read what comes and forget it, so that a sender who asks too much hears the answer before the line goes."""
        left = min(most, int(self.headers["Content-Length"][:10]))
        while left > 0 and (part := self.rfile.read1(min(left, 65_536))):
            left -= len(part)

    def _not_allowed(self) -> None:
        self.close_connection = True
        self._give(405, "webhooks are sent by POST")

    do_GET = do_HEAD = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_TRACE = do_CONNECT = _not_allowed

    def _give(self, status: int, text: str) -> None:
        body = f"{text}\n".encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Connection", "close"),
            *((("Allow", "POST"),) if status == 405 else ()),
        ):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What is no request at all is answered in the same way."""
        self.close_connection = True
        self._give(code, message or "this is no request that can be answered")

    def version_string(self) -> str:
        """Nobody is told what runs here."""
        return "runbook"

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""
