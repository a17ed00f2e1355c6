"""Servers of ours that are attacked: real processes on loopback, spoken to in bytes; and lines that are held open.

Whoever drips sends a byte now and then. All of them begin at once, so that the patience of a server is waited for once.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.security.attempt import Outcome, succeeded
from tests.security.ground import Ground
from tests.waiting import PATIENCE

HEADS: Mapping[str, bytes] = {
    "two lengths": b"Content-Length: 0\r\nContent-Length: 5\r\n",
    "two lengths that are one": b"Content-Length: 5\r\nContent-Length: 5\r\n",
    "a list of lengths": b"Content-Length: 5, 5\r\n",
    "a length and chunks": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "chunks and a length": b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    "chunks of another sort": b"Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n",
    "chunks by a blank": b"Transfer-Encoding : chunked\r\nContent-Length: 5\r\n",
    "chunks on the next line": b"Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n",
    "chunks behind a lone return": b"X-A: b\rTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    "chunks behind a lone line feed": b"X-A: b\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    "chunks behind a zero": b"X-A: b\0\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    "a length by a blank": b"Content-Length : 5\r\n",
    "a length on the next line": b"Content-Length:\r\n 5\r\n",
    "a length behind what is no header": b"x\r\nContent-Length: 5\r\n",
    "a length behind a lone return": b"X-A: b\rContent-Length: 5\r\n",
    "a length with a sign": b"Content-Length: +5\r\n",
    "a negative length": b"Content-Length: -5\r\n",
    "a length in hex": b"Content-Length: 0x5\r\n",
    "a length with a line under it": b"Content-Length: 0_5\r\n",
    "a length of other digits": "Content-Length: ٥\r\n".encode(),
    "a length with a fraction": b"Content-Length: 5.0\r\n",
    "an empty length": b"Content-Length: \r\n",
    "an endless length": b"Content-Length: 99999999999999999999999999\r\n",
    "a folded header": b"X-A: b\r\n c\r\nContent-Length: 5\r\n",
    "a nameless header": b": b\r\nContent-Length: 5\r\n",
    "an upgrade": b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nContent-Length: 5\r\n",
    "what goes by hops": b"Connection: Content-Length\r\nContent-Length: 5\r\n",
    "a head without an end": b"X-A: " + b"b" * 1_000_000,
    "ten thousand headers": b"".join(b"X-%d: b\r\n" % at for at in range(10_000)),
}
"""Heads that two servers may read in two ways: where one sees the end of a request, the other one begins."""


@dataclass
class Served:
    """A server of ours that runs until the ground is left."""

    process: subprocess.Popen[str]
    port: int
    dripping: dict[str, Dripping] = field(default_factory=dict)

    def line(self) -> socket.socket:
        """A line to it."""
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE)

    def said(self, raw: bytes) -> bytes:
        """What it says to these bytes until it hangs up."""
        answer = bytearray()
        with self.line() as line:
            with contextlib.suppress(OSError):  # it may not want to hear all of it
                line.sendall(raw)
                line.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionError):
                while part := line.recv(65_536):
                    answer += part
        return bytes(answer)

    def drip(self, begins: Mapping[str, bytes], held: int) -> None:
        """Begin requests that go on by a byte now and then, and hold so many lines on which nothing comes."""
        given = {**begins, **{f"line {number} that is only held": b"" for number in range(held)}}
        self.dripping = {what: Dripping(self.line(), raw, not what.startswith("line ")) for what, raw in given.items()}
        threading.Thread(target=dripped, args=([*self.dripping.values()],), daemon=True).start()

    def ended(self, patience: float) -> Outcome:
        """That every such line was hung up within that time, from when it began."""
        for what, each in self.dripping.items():
            each.over.wait(max(each.began + patience - time.monotonic(), 0))
            succeeded(not each.over.is_set(), f"{what}: it is still waited for after {patience} s")
        return "refused"


class Dripping:
    """A request that never ends; `over` is set when it was hung up."""

    def __init__(self, line: socket.socket, begins: bytes, goes_on: bool) -> None:
        self.line, self.goes_on = line, goes_on
        self.began, self.over = time.monotonic(), threading.Event()
        line.sendall(begins)

    def drop(self) -> None:
        """One byte more, where they come."""
        if self.goes_on:
            with contextlib.suppress(OSError):
                self.line.send(b"x")


def dripped(lines: Iterable[Dripping]) -> None:
    """Send a byte on each line four times a second until all were hung up."""
    left = {each.line: each for each in lines}
    while left:
        for line in select.select([*left], [], [], 0.25)[0]:
            gone = True
            with contextlib.suppress(OSError):
                gone = not line.recv(65_536)
            if gone:
                left.pop(line).over.set()
                line.close()
        for each in left.values():
            each.drop()


def serve(ground: Ground, *words: str, **environment: str) -> Served:
    """Start a server of the command line, on a port that is free."""
    process = subprocess.Popen(
        [Path(sys.executable).with_name("runbook"), *words, "--port", "0", "--json"], cwd=ground.root, text=True,
        env={**os.environ, "RUNBOOK_HOME": str(ground.home), **environment},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    ground.at_end.append(lambda: _end(process))
    assert process.stdout is not None
    return Served(process, urlsplit(json.loads(process.stdout.readline())["url"]).port or 0)


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate(timeout=PATIENCE)


def status(answer: bytes) -> int:
    """The status of an answer; 0 where it hung up, or said something else."""
    words = answer.split(b" ", 2)
    return int(words[1]) if answer.startswith(b"HTTP/1.") and len(words) > 1 and words[1].isdigit() else 0
