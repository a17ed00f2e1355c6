"""The server that ticket systems send their webhooks to: one address a system, and nothing else.

Rule 1: whoever sends something is known by its signature alone; nothing is told to those who only look.
Rule 2: a delivery says how long it is, once, and is no longer than one may be.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from runbook.engine.bounded_server import BoundedHandler, BoundedServer
from runbook.engine.receiving import Taken
from runbook.work.tickets.arriving import LARGEST

Take = Callable[[str, Mapping[str, str], bytes], Taken]
"""Takes a delivery for the integration of that name: its headers, in lower case, and its body."""
_CONNECTIONS = 32
_DROPPED = 4 * LARGEST
"""Bytes of a delivery that is too long which are read before it is refused."""
_SAYS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Connection": "close"}
_PATIENCE = 15.0
"""Seconds in which a delivery has to be there."""


class HookServer(BoundedServer):
    """Takes webhooks on one address, until it is closed."""

    def __init__(self, host: str, port: int, take: Take) -> None:
        self._take = take
        self._one = threading.Lock()
        super().__init__(host, port, _Handler, _CONNECTIONS)

    def take(self, name: str, headers: Mapping[str, str], body: bytes) -> Taken:
        """Take one delivery, one after the other."""
        with self._one:
            return self._take(name, headers, body)


class _Handler(BoundedHandler):
    """Answers the deliveries of one connection."""

    timeout = _PATIENCE
    allowed = ("POST",)
    otherwise = "webhooks are sent by POST"
    says = _SAYS
    server: HookServer

    def do_POST(self) -> None:
        """Take a delivery."""
        self.close_connection = True
        given = self.headers.get_all("Content-Length", [])
        if "Transfer-Encoding" in self.headers or len(given) != 1 or not _is_number(given[0]):
            return self.refuse(411, "say how long it is")
        if len(given[0]) > 10 or int(given[0]) > LARGEST:
            self._drop(_DROPPED)
            return self.refuse(413, "it is longer than a delivery may be")
        body = self.rfile.read(int(given[0]))
        if len(body) < int(given[0]):
            return self.refuse(400, "its end is missing")
        names = [name.lower() for name in self.headers]
        if any(names.count(name) > 1 for name in names if _counts(name)):
            return self.refuse(400, "a header is there twice")
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            taken = self.server.take(self.path.partition("?")[0].strip("/"), headers, body)
        except Exception:  # whatever it is: the sender is to try again, and what was wrong is ours
            self.refuse(503, "nothing can be taken in now")
            raise
        return self.refuse(taken.status, taken.text)

    def _drop(self, most: int) -> None:
        """Read what comes and forget it, so that a sender who asks too much hears the answer before the line goes."""
        left = min(most, int(self.headers["Content-Length"][:10]))
        while left > 0 and (part := self.rfile.read1(min(left, 65_536))):
            left -= len(part)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _counts(name: str) -> bool:
    """True for a header that says something about a delivery, and so is there once."""
    return "sign" in name or name.startswith(("webhook-", "x-")) or name == "idempotency-key"
