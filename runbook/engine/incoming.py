"""What comes over a connection: for seconds only, and its head in the one form that nobody can take for another.

Rule 1: the patience is for a whole request: a byte now and then buys no more of it.
Rule 2: a head that a server before ours could read otherwise is refused: that is how a request hides in another one.
"""

from __future__ import annotations

import io
import re
import socket
import time
from http.client import HTTPException
from typing import BinaryIO

LONGEST_HEAD = 64 * 1024
"""Bytes of all headers of a request."""
_HEADER = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*\r?\n|\r?\n")
_FIRST = re.compile(rb"[!-~]+(?: [!-~\x80-\xff]+){1,2}\r?\n|\r?\n")


class Malformed(Exception):
    """A head is in no form that all read alike."""


def check_first(line: bytes) -> None:
    """`Malformed` when the first line of a request has more than single blanks between its words."""
    if not _FIRST.fullmatch(line):
        raise Malformed("the request begins in no form that all read alike")


class Incoming(io.RawIOBase):
    """The bytes of a connection; `TimeoutError` once the patience with a request is over."""

    def __init__(self, connection: socket.socket, patience: float) -> None:
        super().__init__()
        self._connection, self._patience = connection, patience
        self.begin()

    def begin(self) -> None:
        """Another request may come now, and has all the time again."""
        self._until = time.monotonic() + self._patience

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # the library takes any buffer
        """What has come, as soon as something has."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the patience is over")
        self._connection.settimeout(left)
        try:
            return self._connection.recv_into(buffer)
        finally:
            self._connection.settimeout(self._patience)


class Head:
    """The lines of the headers of a request, each looked at before anybody reads it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._size = stream, 0

    def readline(self, most: int = -1) -> bytes:
        """The next line; `Malformed`, or what the library raises for headers that are too many."""
        line = self._stream.readline(most)
        self._size += len(line)
        if self._size > LONGEST_HEAD:
            raise HTTPException("the headers are too long")
        if not _HEADER.fullmatch(line):
            raise Malformed("a header is in no form that all read alike")
        return line
