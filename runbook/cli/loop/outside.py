"""Other programs at this terminal: a shell, and the person's own editor for longer answers.

Rule 1: a Ctrl-C is for the program that is there, not for the run.
Rule 2: what was saved in the editor is kept, whatever comes in between.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence

from runbook.errors import Refused

_HELP = "set EDITOR to the command of one"


def carried_out(command: Sequence[str], folder: str | None = None, env: Mapping[str, str] | None = None) -> int:
    """The exit code of a program that has the terminal to itself; `OSError` when it can't be started."""
    handler = signal.signal(signal.SIGINT, _left_to_the_program)  # one that is ignored would be ignored there too
    try:
        return subprocess.run(command, cwd=folder, env=env, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, handler)


def _left_to_the_program(number: int, frame: object) -> None:
    """The terminal sends a Ctrl-C to both."""


def edited(text: str, keep: Callable[[str], None]) -> str:
    """The text as it was left in `$VISUAL` or `$EDITOR`; `keep` gets it as well, also when this is interrupted.

    `Refused` when there is no such editor, or when it failed: then the text is as it was.
    """
    named = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    handle, path = tempfile.mkstemp(prefix="runbook-", suffix=".md")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(text)
        try:
            code = carried_out([*shlex.split(named), path])
        except (OSError, ValueError) as error:
            raise Refused(f"the editor `{named}` can't be started: {_reason(error)}", _HELP) from None
        except BaseException:
            keep(_written(path))
            raise
        if code > 0:  # it says itself that the text is not meant; one that was killed says nothing
            raise Refused(f"the editor `{named}` ended with exit code {code}", "what stood there is as it was")
        text = _written(path)
        keep(text)
        return text
    finally:
        os.unlink(path)


def _written(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as stream:
        return stream.read().strip()


def _reason(error: OSError | ValueError) -> str:
    return error.strerror or "unknown" if isinstance(error, OSError) else str(error).lower()
