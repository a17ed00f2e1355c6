"""Floor of programs: starts `true` so many times, so many side by side, and waits for each.

Arguments: how many, how many at once.
"""

from __future__ import annotations

import os
import shutil
import sys


def spawn(count: int, width: int) -> None:
    """Start them all and see each end well."""
    program = shutil.which("true") or "/bin/true"
    running = started = 0
    while started < count or running:
        while running < width and started < count:
            os.posix_spawn(program, ["true"], os.environ)
            running, started = running + 1, started + 1
        _, status = os.wait()
        running -= 1
        assert status == 0


spawn(int(sys.argv[1]), int(sys.argv[2]))
