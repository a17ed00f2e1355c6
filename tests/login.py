"""A login of one person at a terminal: each line typed is a call of runbook, made by a child of this process.

The program is read once and not for every call, so that two people can race each other hundreds of times.
After each call its exit code stands between two record separators.
"""

from __future__ import annotations

import os
import shlex
import signal
import sys

ENDED = "\x1e"


def main() -> None:
    """Serve lines until the terminal is closed."""
    from runbook import app  # noqa: F401  # read before anybody has to be quick
    from runbook.cli import commands, loop, main  # noqa: F401
    from runbook.engine import book, executor, plans  # noqa: F401
    from runbook.journal import sqlite  # noqa: F401
    from runbook.run import decide  # noqa: F401

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print(f"{ENDED}0{ENDED}", flush=True)
    while line := os.read(0, 4096):
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            code = main.run(shlex.split(line.decode()))
            sys.stdout.flush()
            os._exit(code)
        _, status = os.waitpid(pid, 0)
        print(f"{ENDED}{os.waitstatus_to_exitcode(status)}{ENDED}", flush=True)


if __name__ == "__main__":
    main()
