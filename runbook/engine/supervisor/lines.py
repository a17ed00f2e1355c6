"""What goes between the engine, the supervisor and its log: requests, replies, checksummed lines."""

from __future__ import annotations

import os
import zlib

Json = str | int | float | None | dict[str, "Json"]

_CONTROLS = {code: f"\\u{code:04x}" for code in range(32)}
_ROOM = 256 * 1024
_sync = getattr(os, "fdatasync", os.fsync)


def encode(value: Json) -> str:
    """A reply or a line of the log as JSON."""
    if isinstance(value, str):
        text = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{text if text.isprintable() else text.translate(_CONTROLS)}"'
    if isinstance(value, dict):
        return "{" + ",".join(f"{encode(key)}:{encode(item)}" for key, item in value.items()) + "}"
    return "null" if value is None else repr(value)


def frame(fields: list[bytes]) -> bytes:
    """A request on its way: the lengths of its fields in one line, then the fields."""
    return b",".join(b"%d" % len(field) for field in fields) + b"\n" + b"".join(fields)


def unframe(data: bytes) -> tuple[list[list[bytes]], bytes]:
    """The requests that arrived whole, and the rest."""
    requests = []
    at = 0
    while (line := data.find(b"\n", at)) >= 0:
        lengths = [int(number) for number in data[at:line].split(b",")]
        place = line + 1
        if place + sum(lengths) > len(data):
            break
        fields = []
        for length in lengths:
            fields.append(data[place : place + length])
            place += length
        requests.append(fields)
        at = place
    return requests, data[at:]


class Arrivals:
    """Requests as they come in by parts; a long one is looked at again only when all of it is there."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = self._wanted = 0

    def taken(self, data: bytes) -> list[list[bytes]]:
        """The requests that are whole with these bytes."""
        self._parts.append(data)
        self._size += len(data)
        if self._size < self._wanted:
            return []
        requests, rest = unframe(b"".join(self._parts))
        head, end, _ = rest.partition(b"\n")
        self._parts, self._size = [rest], len(rest)
        self._wanted = len(head) + 1 + sum(map(int, head.split(b","))) if end else 0
        return requests


def line(body: str) -> bytes:
    """A line of the log: a checksum, so that a torn one is recognised, and what it says."""
    data = body.encode("utf-8", "replace")
    return b"%08x %s\n" % (zlib.crc32(data), data)


def made(path: str, flags: int) -> int:
    """Opens a file of the supervisor's folder: its owner's, and readable by the group that shares the folder."""
    descriptor = os.open(path, flags | os.O_CLOEXEC, 0o600)
    if os.stat(os.path.dirname(path)).st_mode & 0o2070 == 0o2070:
        os.fchmod(descriptor, 0o640)
    return descriptor


class Log:
    """What must not be forgotten, a line each, in room taken beforehand.

    A line written over zeros is on disk in a third of the time of one appended, and fits when the disk is full.
    """

    def __init__(self, path: str) -> None:
        self._descriptor = made(path, os.O_WRONLY | os.O_CREAT)
        self._size = self._taken = 0
        self.reserve()

    def reserve(self) -> None:
        """Takes room for what follows: for the end of everything that starts now."""
        if self._taken - self._size < _ROOM // 2:
            start = max(self._taken, self._size)
            self._write(bytes(_ROOM), start)
            self._taken = start + _ROOM

    def append(self, data: bytes, sync: bool = True) -> None:
        """Adds these lines, all or none; when it returns they are on disk, unless `sync` is off."""
        try:
            self._write(data, self._size)
            if sync:
                _sync(self._descriptor)
        except OSError:
            try:
                self._write(bytes(len(data)), self._size)
            except OSError:  # a torn line is recognised by whoever reads it
                pass
            raise
        self._size += len(data)

    def _write(self, data: bytes, at: int) -> None:
        while data:
            count = os.pwrite(self._descriptor, data, at)
            data, at = data[count:], at + count
