"""What cannot be done now, as exceptions with a name each; every message stands alone.

`exit_code` is what the command line ends with (see docs/reference/exit-codes.md).
"""

from __future__ import annotations


class RunbookError(Exception):
    """Something cannot be done now; `help` is the one thing to do about it."""

    exit_code = 1

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = help


class Misuse(RunbookError):
    """The request itself is off: an unknown process or run, a bad input."""

    exit_code = 2


class Refused(RunbookError):
    """A rule of the process forbids it: not entitled, not waiting, a form not filled in."""

    exit_code = 2


class Conflict(RunbookError):
    """Somebody else was first, or holds the run."""

    exit_code = 5


class JournalDamaged(RunbookError):
    """The journal is damaged, locked, or of a newer version; nothing was changed."""

    exit_code = 6


class MachineRefuses(RunbookError):
    """The disk is full, the folder read-only, or permission is missing."""

    exit_code = 7


class ExpressionError(RunbookError):
    """An expression cannot be read or has no value; `column` (from 0) is where in its text."""

    def __init__(self, message: str, help: str = "", column: int = 0) -> None:
        super().__init__(message, help)
        self.column = column
