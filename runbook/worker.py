"""Does the work of one step of a kind: `python -m runbook.worker MODULE:FUNCTION`, the request as JSON on its input.

The engine has the supervisor start it like any other program, so that the work outlives the command that asked for it,
has a time limit, and is never done twice. What it prints is the step's output.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Callable
from typing import Any

from runbook.kind import WorkFailed


def command_of(work: Callable[[Any], None]) -> tuple[str, ...]:
    """The program that does that work; nothing of the folder it runs in can stand in for a module (`-P`)."""
    return (sys.executable, "-P", "-m", "runbook.worker", f"{work.__module__}:{work.__qualname__}")


def main() -> None:
    """Do the work that was named, with the request that waits at the input."""
    module, _, name = sys.argv[1].partition(":")
    request = json.loads(sys.stdin.buffer.read().decode("utf-8", "surrogatepass"))
    try:
        work: Callable[[Any], None] = getattr(importlib.import_module(module), name)
        work(request)
        sys.stdout.flush()
    except WorkFailed as error:
        _complain(str(error), error.help)
        _leave(error.exit_code)
    except BrokenPipeError:
        _leave(1)
    _leave(0)


def _complain(message: str, help: str) -> None:
    sys.stdout.flush()
    if help:
        print(f"help: {help}", file=sys.stderr)
    if message:
        print(message, file=sys.stderr)  # last: the last line is what the step is said to have failed for


def _leave(code: int) -> None:
    """End at once: threads of libraries are not waited for."""
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
