"""Who carries out a run: one holder at a time, known by a lock that the system frees when the holder dies.

Rule 1: the lock is the truth. What the file says only names the holder, and finds its process when it is to be ended.
Rule 2: nobody is ended by a number alone, which may be another process's by now: host, boot and start have to fit.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from runbook.engine.identity import Actor
from runbook.engine.supervisor.processes import process, read
from runbook.errors import Conflict, MachineRefuses
from runbook.journal.places import make_folder, open_file

_MOMENT = 0.25
"""Seconds for which somebody who only looks may keep the lock, and within which a new holder has signed."""
_DEATH = 5.0
"""Seconds within which the system frees the lock of a process that was ended."""


@contextmanager
def hold(folder: Path, run: str, actor: Actor) -> Iterator[None]:
    """Hold the run while the block runs; `Conflict` names the holder when somebody else has it."""
    path = folder / f"{run}.lock"
    try:
        make_folder(folder)
        handle = open_file(path, os.O_CREAT | os.O_RDWR)
    except OSError as error:
        raise _unusable(path, error) from None
    try:
        try:
            if not _locked(handle, fcntl.LOCK_EX, _MOMENT):
                raise _held(run, handle)
            os.ftruncate(handle, 0)
            os.pwrite(handle, json.dumps({"by": actor.name, "where": actor.where, **_me()}).encode(), 0)
        except OSError as error:
            raise _unusable(path, error) from None
        yield
    finally:
        os.close(handle)


def holder(folder: Path, run: str) -> str:
    """Who carries the run out right now; empty when nobody does."""
    try:
        handle = open_file(folder / f"{run}.lock", os.O_RDWR)
    except OSError:
        return ""
    try:
        return "" if _locked(handle, fcntl.LOCK_SH, 0.0) else _holder(handle)
    finally:
        os.close(handle)


def take_over(folder: Path, run: str) -> str:
    """End the process that holds the run, stopped or hanging as it may be: who it was; empty when nobody holds it.

    `Conflict` when its process is on another machine, or can't be told for certain.
    """
    try:
        handle = open_file(folder / f"{run}.lock", os.O_RDWR)
    except OSError:
        return ""
    try:
        if _locked(handle, fcntl.LOCK_SH, _MOMENT):
            return ""
        who, signed = _holder(handle), _signed(handle)
        _end(run, who, signed)
        if not _locked(handle, fcntl.LOCK_SH, _DEATH):
            raise Conflict(
                f"{who} was ended, and run {run} is still held", f"`fuser {folder / run}.lock` shows by whom"
            )
        return who
    finally:
        os.close(handle)


def _end(run: str, who: str, signed: Mapping[str, Any]) -> None:
    """Kill the process that signed, and no other."""
    pid, here = signed.get("pid"), _me()
    if signed.get("host", here["host"]) != here["host"]:
        raise Conflict(
            f"run {run} is held by {who}, on another machine",
            f"end it there with `kill -KILL {pid}`, then go on with: runbook resume {run}",
        )
    unsure = Conflict(f"run {run} is held by {who}, whose process can't be told for certain", "end it by hand")
    if not isinstance(pid, int) or signed.get("boot") != here["boot"] or not hasattr(os, "pidfd_open"):
        raise unsure
    import signal

    try:
        it = os.pidfd_open(pid)  # from here on it is this process or none, whatever becomes of its number
        try:
            found = process(pid)
            if found is None or found.start != signed.get("start"):
                raise unsure
            signal.pidfd_send_signal(it, signal.SIGKILL)
        finally:
            os.close(it)
    except PermissionError:
        help = f"ask {signed.get('by', 'them')} to end it there, or root: kill -KILL {pid}"
        raise Conflict(f"run {run} is held by {who}, and a process of another user is theirs to end", help) from None
    except OSError as error:
        raise Conflict(f"{who}, who holds run {run}, can't be ended: {error.strerror}", "ask them to end it") from None


def _me() -> dict[str, Any]:
    """What tells this process from every other one, before and after it, here and elsewhere."""
    me = process(os.getpid())
    return {
        "pid": os.getpid(),
        "start": me.start if me else 0,
        "boot": read("/proc/sys/kernel/random/boot_id").decode().strip(),
        "host": os.uname().nodename,
    }


def _held(run: str, handle: int) -> Conflict:
    who, pid = _holder(handle), _signed(handle).get("pid")
    stands = read(f"/proc/{pid}/stat").rpartition(b")")[2].split()[:1] in ([b"T"], [b"t"])
    if stands and _signed(handle).get("host") == os.uname().nodename:
        help = f"wake it with `kill -CONT {pid}`, or end it and go on: runbook resume {run} --take-over"
        return Conflict(f"run {run} is being carried out by {who}, and that process stands still", help)
    return Conflict(f"run {run} is being carried out by {who}", f"`runbook watch {run}` shows it")


def _locked(handle: int, how: int, seconds: float) -> bool:
    """True once the lock is ours; False when somebody has had it for so many seconds."""
    until = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(handle, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(0.01)
        else:
            return True


def _unusable(path: Path, error: OSError) -> MachineRefuses:
    return MachineRefuses(f"{path} can't be used: {error.strerror}", "check free space and permissions")


def _holder(handle: int) -> str:
    named = _signed(handle)
    try:
        return f"{named['by']} ({named['where']}, process {named['pid']})"
    except KeyError:
        return "somebody else"


def _signed(handle: int) -> Mapping[str, Any]:
    """What the holder has written down about itself; empty when it has not, or not yet."""
    try:
        named = json.loads(os.pread(handle, 4096, 0))
    except ValueError:
        return {}
    return named if isinstance(named, dict) else {}
