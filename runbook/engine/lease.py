"""Who carries out a run: one holder at a time, known by a lock that the system frees when the holder dies."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runbook.engine.identity import Actor
from runbook.errors import Conflict, MachineRefuses

_MOMENT = 0.25
"""Seconds for which somebody who only looks may keep the lock, and within which a new holder has signed."""


@contextmanager
def hold(folder: Path, run: str, actor: Actor) -> Iterator[None]:
    """Hold the run while the block runs; `Conflict` names the holder when somebody else has it."""
    path = folder / f"{run}.lock"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unusable(path, error) from None
    try:
        try:
            if not _locked(handle, fcntl.LOCK_EX, _MOMENT):
                raise Conflict(
                    f"run {run} is being carried out by {_holder(handle)}", f"`runbook watch {run}` shows it"
                )
            os.ftruncate(handle, 0)
            os.pwrite(handle, json.dumps({"by": actor.name, "where": actor.where, "pid": os.getpid()}).encode(), 0)
        except OSError as error:
            raise _unusable(path, error) from None
        yield
    finally:
        os.close(handle)


def holder(folder: Path, run: str) -> str:
    """Who carries the run out right now; empty when nobody does."""
    try:
        handle = os.open(folder / f"{run}.lock", os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        return "" if _locked(handle, fcntl.LOCK_SH, 0.0) else _holder(handle)
    finally:
        os.close(handle)


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
    try:
        named = json.loads(os.pread(handle, 4096, 0))
        return f"{named['by']} ({named['where']}, process {named['pid']})"
    except (ValueError, KeyError, TypeError):
        return "somebody else"
