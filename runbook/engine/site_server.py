"""The server of the preview: gives the files of a site, and tells pages that listen when there is something newer.

Rule 1: it gives what `Shown` has and looks for nothing itself, to whoever asks for a host of ours, and only to read.
Rule 2: every answer says what it is, and that nothing of it may be kept, framed or taken for anything else.
"""

from __future__ import annotations

import json
import select
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qs

from runbook.engine.bounded_server import BoundedHandler, BoundedServer
from runbook.engine.site_addresses import may_be_asked, path_of

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


class SiteServer(BoundedServer):
    """Serves a site on one address, until it is closed."""

    def __init__(self, host: str, port: int, shown: Shown) -> None:
        self.shown = shown
        self.listeners = threading.BoundedSemaphore(LISTENERS)
        super().__init__(host, port, _Handler, _CONNECTIONS)

    def start(self) -> None:
        """Serve from now on, in a thread of its own."""
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, name="site", daemon=True).start()


class _Handler(BoundedHandler):
    """Answers the requests of one connection."""

    timeout = _PATIENCE
    allowed = ("GET", "HEAD")
    otherwise = "this preview is only read"
    says = HEADERS
    server: SiteServer

    def do_GET(self) -> None:
        """Give a file, or listen."""
        if "Content-Length" in self.headers or "Transfer-Encoding" in self.headers:
            self.close_connection = True  # what else was sent is not read
        hosts = self.headers.get_all("Host", [])
        if len(hosts) != 1 or not may_be_asked(hosts[0], self.server.host):
            self.refuse(403, f"this preview is at {self.server.url}, and at no other name")
            return
        if self.path.partition("?")[0] == NEWS:
            self._listen()
            return
        path = path_of(self.path)
        if path is None:
            self.refuse(404, "there is no such page")
            return
        answer = self.server.shown.answer(path)
        more = {"Location": answer.place} if answer.place else {}
        self.give(answer.status, answer.content, answer.media, more)

    do_HEAD = do_GET

    def _listen(self) -> None:
        """Tell a page how things stand, and again whenever that changes, until it has gone."""
        if self.command == "HEAD" or not self.server.listeners.acquire(blocking=False):
            self.refuse(503, "too many pages listen")
            return
        try:
            with suppress(OSError):
                self._tell_news(parse_qs(self.path.partition("?")[2]).get("page", [""])[0])
        finally:
            self.server.listeners.release()

    def _tell_news(self, page: str) -> None:
        self.close_connection = True
        self.begin_answer(200, {"Content-Type": "text/event-stream", "Connection": "close", "X-Accel-Buffering": "no"})
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
