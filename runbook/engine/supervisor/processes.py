"""The living processes of this machine, and what belongs together among them."""

from __future__ import annotations

import os
import sys
import time

COOKIE = "RUNBOOK_ATTEMPT"
SHARED = "switchboard"
LINUX = sys.platform == "linux"

_TICKS = os.sysconf("SC_CLK_TCK")
_SUBREAPER = 36


class Process:
    """A living process as the machine's table shows it."""

    __slots__ = ("group", "parent", "session", "start")

    def __init__(self, parent: int, group: int, session: int, start: int) -> None:
        self.parent, self.group, self.session, self.start = parent, group, session, start


def process(pid: int) -> Process | None:
    """The process of that pid; None when it has ended (Linux)."""
    words = read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
    if not words or words[0] in (b"Z", b"X"):
        return None
    return Process(int(words[1]), int(words[2]), int(words[3]), int(words[19]))


def processes() -> dict[int, Process]:
    """Every living process by its pid (Linux)."""
    found = {int(name): process(int(name)) for name in os.listdir("/proc") if name.isdigit()}
    return {pid: one for pid, one in found.items() if one}


def carries(pid: int, attempt: str) -> bool:
    """True when the process was started with the attempt's cookie in its environment (Linux)."""
    return f"\0{COOKIE}={attempt}\0".encode() in b"\0" + read(f"/proc/{pid}/environ") + b"\0"


def is_shared(pid: int) -> bool:
    """True for a process that an attempt has started for all those of its run, which says so itself (Linux)."""
    return carries(pid, SHARED)


def below(table: dict[int, Process], roots: set[int]) -> set[int]:
    """These processes and everything that descends from them."""
    children: dict[int, list[int]] = {}
    for pid, process in table.items():
        children.setdefault(process.parent, []).append(pid)
    found, left = set(roots), list(roots)
    while left:
        for child in children.get(left.pop(), ()):
            if child not in found:
                found.add(child)
                left.append(child)
    return found


def tick() -> int:
    """Now, in the unit the process table counts starts in."""
    return int(time.clock_gettime(time.CLOCK_BOOTTIME if LINUX else time.CLOCK_MONOTONIC) * _TICKS)


def send(pid: int, *numbers: int) -> None:
    """Sends signals to a process (or, below zero, to a group) that may be gone already."""
    for number in numbers:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            return


def read(path: str) -> bytes:
    """The bytes of a file; none when it cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        data = b""
        while part := os.read(descriptor, 65536):
            data += part
        return data
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def group(pid: int) -> dict[int, Process]:
    """The group of that process as one entry, below zero, while anybody is in it."""
    try:
        os.kill(-pid, 0)
    except OSError:
        return {}
    return {-pid: Process(0, pid, pid, 0)}


def adopt_orphans() -> bool:
    """Makes what loses its parent a child of this process (Linux)."""
    if not LINUX:
        return False
    try:
        import _ctypes as library  # `ctypes` is this module plus 5 ms of imports

        prctl = library.dlsym(library.dlopen(None, 0), "prctl")  # type: ignore[arg-type]  # None is this program itself
        return bool(library.call_function(prctl, (_SUBREAPER, 1, 0, 0, 0)) == 0)
    except (ImportError, OSError):
        return False
