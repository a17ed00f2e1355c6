"""A small web server that nobody can hold or fill: what every server of ours does before it looks at a request.

Rule 1: connections are few, and each is waited for seconds only, so that nobody can hold the server.
Rule 2: every answer says what it is; what is no request is answered as well, and nobody is told what runs here.
"""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, BinaryIO, cast

from runbook.engine.incoming import Head, Incoming, Malformed, check_first
from runbook.engine.listening import refusal, resolved
from runbook.engine.site_addresses import address

PLAIN = "text/plain; charset=utf-8"


class BoundedServer(ThreadingHTTPServer):
    """Serves on one address, so many connections at a time, until it is closed."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, host: str, port: int, handler: Callable[..., BoundedHandler], connections: int) -> None:
        self.host = host
        self._connections = threading.BoundedSemaphore(connections)
        self.address_family, place = resolved(host, port)
        try:
            super().__init__(place, handler)
        except (OSError, OverflowError) as error:
            raise refusal(error, host, port) from None
        self.url = address(host, self.server_port)

    def server_bind(self) -> None:
        """Take the port; the name of the machine is not asked for, as that can take long."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.host, self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """A thread for a connection, unless there are too many."""
        if self._connections.acquire(blocking=False):
            try:
                super().process_request(request, client_address)
            except Exception:  # no thread could be begun; one that was gives its place back itself
                self._connections.release()
                raise
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


class BoundedHandler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    protocol_version = "HTTP/1.1"
    timeout = 20.0
    """Seconds in which a request has to be there, or another one on the same connection."""
    allowed: tuple[str, ...] = ()
    """The methods that are answered."""
    otherwise = ""
    """What those are told who come with another method."""
    says: Mapping[str, str] = {}
    """The headers of every answer."""
    raw_requestline: bytes

    def setup(self) -> None:
        """Read from the connection with patience for one request at a time."""
        super().setup()
        self.rfile.close()
        self._incoming = Incoming(self.connection, self.timeout)
        self.rfile = io.BufferedReader(self._incoming)

    def handle_one_request(self) -> None:
        """Answer the next request."""
        self._incoming.begin()
        super().handle_one_request()

    def parse_request(self) -> bool:
        """Read the head of a request; False when it was refused."""
        stream = self.rfile
        self.rfile = cast(io.BufferedReader, Head(cast(BinaryIO, stream)))
        self.command, self.requestline, self.request_version = "", "", "HTTP/1.0"
        try:
            check_first(self.raw_requestline)
            return super().parse_request()
        except Malformed as error:
            self.send_error(400, str(error))
            return False
        finally:
            self.rfile = stream

    def give(self, status: int, content: bytes, media: str, more: Mapping[str, str] | None = None) -> None:
        """Send an answer."""
        self.begin_answer(status, {**(more or {}), "Content-Type": media, "Content-Length": str(len(content))})
        if self.command != "HEAD":
            self.wfile.write(content)

    def begin_answer(self, status: int, headers: Mapping[str, str]) -> None:
        """Send the head of an answer."""
        self.send_response(status)
        for name, value in {**self.says, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def refuse(self, status: int, why: str) -> None:
        """Answer with why there is no other answer."""
        self.give(status, f"{why}\n".encode(), PLAIN)

    def _not_allowed(self) -> None:
        self.close_connection = True  # what else was sent is not read
        self.give(405, f"{self.otherwise}\n".encode(), PLAIN, {"Allow": ", ".join(self.allowed)})

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_TRACE = do_CONNECT = _not_allowed

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What is no request at all is answered in the same way."""
        self.close_connection = True
        self.refuse(code, message or "this is no request that can be answered")

    def version_string(self) -> str:
        """Nobody is told what runs here."""
        return "runbook"

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""
