"""Where tests keep their files: in memory where that is possible, since what dies in a test is never the machine.

A journal is written so that it survives a power cut, and a disk takes its time for that: it would be most of the time
of many a test. What a power cut leaves is tried by itself, in `crash/test_power_cut.py`.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")
_ROOM = 2 << 30


def place() -> Path | None:
    """A folder in memory in which there is room, and programs may be started; none where there is no such folder."""
    try:
        runs_programs = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
        return (
            MEMORY if runs_programs and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > _ROOM else None
        )
    except OSError:
        return None
