"""An attempt's own process while its session is held elsewhere: it asks, passes on what comes, and ends as it ended.

Rule 1: it is this process that is timed, stopped and asked for its end. When it is gone, its session is ended.
Rule 2: whoever answers at that name and is somebody else gets nothing.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any

from runbook.kind import WorkFailed
from runbook.remote.frames import END, ERR, HEAD, HELD, OUT, REQUEST, address, frame, uid_of

_TRIES = 50
_PAUSE = 0.02
_LOST = 255


def have_done(request: Mapping[str, Any]) -> None:
    """Have the session held by the switchboard of the run; `WorkFailed` as it says."""
    name, asked = address(os.environ.get("RUNBOOK_RUN", "")), frame(REQUEST, json.dumps(request).encode())
    for _ in range(_TRIES):
        with _connected(name) as line:
            if _held(line, asked):
                return
    raise _not_held()


def _held(line: socket.socket, asked: bytes) -> bool:
    """True when all was done; False when it was not even begun, as the switchboard was about to end."""
    begun = False
    try:
        line.sendall(asked)
        for letter, data in _pieces(line):
            if letter == HELD:
                begun = True
            elif letter in (OUT, ERR):
                _write(1 if letter == OUT else 2, data)
            elif letter == END:
                said = json.loads(data)
                if said["exit_code"]:
                    raise WorkFailed(said["message"], said["help"], said["exit_code"])
                return True
    except (BrokenPipeError, ConnectionResetError):
        pass
    if begun:
        raise WorkFailed("what held the connection has ended, and what became of it is not known", exit_code=_LOST)
    return False


def _not_held() -> WorkFailed:
    return WorkFailed("no connection can be held for many hosts", "do one host at a time, with `host`", _LOST)


def _connected(name: str) -> socket.socket:
    """A connection to the switchboard, which is started when there is none."""
    for _ in range(_TRIES):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            line.connect(name)
        except ConnectionRefusedError:
            line.close()
            _start(name)
            continue
        if uid_of(line) != os.getuid():
            break
        return line
    raise _not_held()


def _start(name: str) -> None:
    """Start a switchboard that listens at that name; nothing when somebody else has just done so."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        try:
            listening.bind(name)
        except OSError:
            time.sleep(_PAUSE)
            return
        listening.listen(512)
        kept = {each: os.environ[each] for each in ("PATH", "HOME", "LANG", "LC_ALL", "TZ") if each in os.environ}
        subprocess.Popen(
            [sys.executable, "-P", "-m", "runbook.remote.switchboard", str(listening.fileno())],
            env={**kept, "RUNBOOK_ATTEMPT": "switchboard"},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(listening.fileno(),),
            start_new_session=True,
        )


def _pieces(line: socket.socket) -> Iterator[tuple[bytes, bytes]]:
    with line.makefile("rb") as source:
        while len(head := source.read(HEAD.size)) == HEAD.size:
            letter, length = HEAD.unpack(head)
            data = source.read(length)
            if len(data) < length:
                return
            yield letter, data


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
