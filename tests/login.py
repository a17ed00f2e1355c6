"""A login of one person at a terminal: each line typed is a call of runbook, made by a child of this process.

The program is read once and not for every call, so that two people can race each other hundreds of times.
After each call its exit code stands between two record separators.
"""

from __future__ import annotations

import gc
import importlib
import os
import pkgutil
import shlex
import signal
import sys

import runbook
from runbook.kinds import builtin

ENDED = "\x1e"


def main() -> None:
    """Serve lines until the terminal is closed."""
    from runbook.cli import main

    for folder in ("cli", "app", "engine", "journal", "run", "reading", "views"):  # before anybody has to be quick
        for module in pkgutil.iter_modules([os.path.join(os.path.dirname(runbook.__file__), folder)]):
            importlib.import_module(f"runbook.{folder}.{module.name}")
    builtin()
    gc.freeze()
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
