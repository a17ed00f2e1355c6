"""What is said between an attempt and the switchboard: pieces with a letter and a length before them."""

from __future__ import annotations

import struct
from typing import Any

HEAD = struct.Struct(">cI")
REQUEST, HELD, OUT, ERR, END = b"R", b"h", b"o", b"e", b"E"
"""The request (JSON), that it is about to be done, output, and the end (JSON: `exit_code`, `message`, `help`)."""
LONGEST = 64 * 1024 * 1024
"""The most bytes that one piece may have."""


def frame(letter: bytes, data: bytes) -> bytes:
    """One piece, as it is sent."""
    return HEAD.pack(letter, len(data)) + data


def address(run: str) -> str:
    """Where the switchboard of a run is to be found: a name that is gone when it is gone, and no file.

    Another version of the program, or another installation, has one of its own.
    """
    import os
    import sys
    from hashlib import sha256

    import runbook

    known = "\0".join((run, str(os.getuid()), sys.prefix, runbook.__version__, os.path.dirname(__file__)))
    return f"\0runbook-{sha256(known.encode()).hexdigest()[:40]}"


def uid_of(peer: Any) -> int:
    """The user at the other end of a local socket."""
    import socket

    credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    uid: int = struct.unpack("3i", credentials)[1]
    return uid
