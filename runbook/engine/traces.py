"""What became of the programs that a supervisor had in hand, read from its folder by whoever comes later.

Rule 1: once the lock is free the log is complete; while it is held, a request may still be on its way.
Rule 2: "never ran" is said only when it is proven; what is not known is a doubt.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runbook.engine.supervisor.lines import encode
from runbook.engine.supervisor.processes import LINUX, below, carries, processes, read, send
from runbook.outcome import Finished

GRACE = 10.0
"""Seconds a program gets to end by itself before it is killed."""
_PAUSE = 0.05
_LAST = 4096


@dataclass(frozen=True, slots=True)
class Adopted:
    """The program ended while nobody listened, and this is how."""

    finished: Finished


@dataclass(frozen=True, slots=True)
class StillRunning:
    """The supervisor lives and the program may be running."""


@dataclass(frozen=True, slots=True)
class NeverRan:
    """The program was provably never started and never will be: it is safe to start it again."""


@dataclass(frozen=True, slots=True)
class InDoubt:
    """The program was started and nobody knows how it ended; `alive` while processes of it are still running."""

    last_output: str
    alive: bool


Trace = Adopted | StillRunning | NeverRan | InDoubt


def inspect(folder: Path, attempt: str, patience: float = 10.0) -> Trace:
    """What became of an attempt that an engine, gone by now, had handed to the supervisor of that folder.

    A supervisor that still reads what it was sent is waited for; `StillRunning` when that takes longer than `patience`.
    """
    until = time.monotonic() + patience
    while True:
        held = _held(folder)  # looked at before the log is read: once free, the log is complete
        trace = _trace(folder, attempt, held)
        if trace or time.monotonic() >= until:
            return trace or StillRunning()
        time.sleep(_PAUSE)


def wait_for(folder: Path, attempt: str, seconds: float | None = None) -> Trace:
    """What became of an attempt once nothing of it runs any more; as it stands when the seconds are over."""
    until = None if seconds is None else time.monotonic() + seconds
    while True:
        left = 1.0 if until is None else until - time.monotonic()
        trace = inspect(folder, attempt, max(0.0, min(1.0, left)))
        running = isinstance(trace, StillRunning) or (isinstance(trace, InDoubt) and trace.alive)
        if not running or left <= 0:
            return trace
        time.sleep(_PAUSE)


def end(folder: Path, attempt: str, grace: float = GRACE) -> Trace:
    """Ends a program that an engine, gone by now, has left running, and tells what became of it."""
    for number, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, 5.0)):
        for pid in _alive(_Story.read(folder, attempt), attempt):
            send(pid, number, signal.SIGCONT)
        trace = wait_for(folder, attempt, seconds)
        if not isinstance(trace, StillRunning) and not (isinstance(trace, InDoubt) and trace.alive):
            break
    return trace


def tidy(folder: Path) -> bool:
    """Removes the folder when its supervisor has ended; False when it has not. Everything must be in the journal."""
    try:
        lock = os.open(folder / "lock", os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return not folder.exists()
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        names = [entry.path for entry in os.scandir(folder) if entry.name != "lock"]
        for path in [*names, os.path.join(folder, "lock")]:
            os.unlink(path)
        os.rmdir(folder)
    except OSError:  # it is held, or somebody else's
        return False
    finally:
        os.close(lock)
    return True


@dataclass(frozen=True, slots=True)
class _Story:
    """What a log says about one attempt."""

    boot: str = ""
    running: int | None = None
    pid: int = 0
    ticks: tuple[int, int] = (0, 0)
    ended: Mapping[str, Any] | None = None
    closed: bool = False
    damaged: bool = False

    @classmethod
    def read(cls, folder: Path, attempt: str) -> _Story:
        said: dict[str, Any] = {}
        lines = read(str(folder / "log")).rstrip(b"\0").split(b"\n")
        needle = encode(attempt).encode()
        for number, line in enumerate(lines[:-1]):
            body = line[9:]
            if line[:8] != b"%08x" % zlib.crc32(body):
                said["damaged"] = said.get("damaged", False) or number < len(lines) - 2
                continue
            if needle not in body and number and not body.startswith(b'{"closed"'):
                continue
            match json.loads(body):
                case {"hello": _, "boot": boot}:
                    said["boot"] = boot
                case {"closed": _}:
                    said["closed"] = True
                case {"running": name, "number": file} if name == attempt:
                    said["running"] = file
                case {"spawned": name, "pid": pid, "from": first, "to": last} if name == attempt:
                    said |= {"pid": pid, "ticks": (first, last)}
                case {"ended": name} as ended if name == attempt:
                    said["ended"] = ended
        return cls(**said)


def _trace(folder: Path, attempt: str, held: bool) -> Trace | None:
    story = _Story.read(folder, attempt)
    if story.ended:
        return Adopted(finished(folder, story.ended))
    if story.running is not None:
        return StillRunning() if held else InDoubt(_last(folder, story.running), bool(_alive(story, attempt)))
    if story.damaged or not folder.is_dir():
        return StillRunning() if held else InDoubt("", bool(_alive(story, attempt)))
    return NeverRan() if story.closed or not held else None


def _held(folder: Path) -> bool:
    try:
        lock = os.open(folder / "lock", os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _alive(story: _Story, attempt: str) -> set[int]:
    """The processes that belong to the attempt: its own, those of its session, those with its cookie, and theirs."""
    if not LINUX or story.boot not in ("", read("/proc/sys/kernel/random/boot_id").decode().strip()):
        return set()
    table = processes()
    first, last = story.ticks
    own = table.get(story.pid)
    reused = own is not None and not first <= own.start <= last
    seeds = {
        pid
        for pid, one in table.items()
        if one.start >= first and (carries(pid, attempt) or (story.pid and not reused and one.session == story.pid))
    }
    return below(table, seeds) - {os.getpid()}


def finished(folder: Path, result: Mapping[str, Any]) -> Finished:
    """How a program ended, from a line of the log or a reply, with the output that stands in files."""
    texts = []
    dropped = 0
    for value in (result["stdout"], result["stderr"]):
        text, missing = (value, 0) if isinstance(value, str) else _kept(folder / value["file"], value)
        texts.append(text)
        dropped += missing
    return Finished(
        result["exit_code"], result["signal"], texts[0], texts[1], dropped, float(result["seconds"]), result["error"]
    )


def _kept(path: Path, value: Mapping[str, Any]) -> tuple[str, int]:
    """The text of a stream too long for the log, with a line where bytes are missing, and how many those are."""
    head, before, tail = (_bytes(path.with_name(path.name + ending)) for ending in ("", ".before", ".tail"))
    rest = (before + tail)[-(value["kept"] - len(head)) :] if value["kept"] > len(head) else b""
    missing = int(value["total"]) - len(head) - len(rest)
    if not missing:
        return (head + rest).decode("utf-8", "replace"), 0
    return f"{head.decode('utf-8', 'replace')}\n[{missing} bytes dropped]\n{rest.decode('utf-8', 'replace')}", missing


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _last(folder: Path, number: int) -> str:
    """The end of what an attempt had written when its supervisor was lost."""
    texts = []
    for ending in ("out", "err"):
        path = folder / f"{number}.{ending}"
        tail = path.with_name(path.name + ".tail")
        texts.append(end_of(tail if tail.exists() else path))
    return "".join(texts)


def end_of(path: Path) -> str:
    """The end of a file of text; nothing when there is no such file."""
    return _bytes(path)[-_LAST:].decode("utf-8", "replace")
