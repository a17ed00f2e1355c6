"""`runbook`: takes the quick door or the wide one, and turns errors into messages and exit codes."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from runbook.errors import MachineRefuses, Misuse, RunbookError

_READS_MUCH = ("validate", "board", "next", "item")
"""The commands that read much, keep it all to their end, and end soon."""


def run(arguments: Sequence[str]) -> int:
    """Run one command; its exit code."""
    _mend_streams()
    try:
        code = _dispatch(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except RunbookError as error:
        return _told(error)
    except BrokenPipeError:
        _nobody_listens()
        return 0
    except OSError as error:
        _nobody_listens()
        return _told(_refusal(error))
    except Exception as error:
        return _bug(error)
    return code


def _dispatch(arguments: Sequence[str]) -> int:
    from runbook.cli.quick import quick

    for each in arguments:
        if not each.isascii() and any("\ud800" <= character <= "\udfff" for character in each):
            raise Misuse(f"`{each}` is not UTF-8 text", "write it in UTF-8")
    if "_RUNBOOK_COMPLETE" not in os.environ and quick(arguments):
        return 0
    if arguments and arguments[0] in _READS_MUCH and "--watch" not in arguments:
        gc.disable()
    try:
        from runbook.cli import commands

        return commands.run(arguments)
    finally:
        gc.enable()


def _mend_streams() -> None:
    """A stream that was closed leads nowhere; a character that an output can't show is spelled out."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115  # for the whole program
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _nobody_listens() -> None:
    """When the reader has gone (`| head`), or there is no room, what is left to print goes nowhere."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _refusal(error: OSError) -> MachineRefuses:
    """What the system would not do, in our words."""
    why = os.strerror(error.errno) if error.errno else str(error)
    what = f"{os.fsdecode(error.filename)} can't be used" if error.filename else "the system refuses"
    return MachineRefuses(f"{what}: {why}", "check the path, its permissions and the free space")


def _told(error: RunbookError) -> int:
    show_error(error)
    return error.exit_code


def show_error(error: RunbookError) -> None:
    """An error and the one thing to do about it, on standard error."""
    from runbook.views.visible import visible

    _complain(f"runbook: {visible(str(error))}", *([f"  {visible(error.help)}"] if error.help else []))


def _complain(*lines: str) -> None:
    try:
        print(*lines, sep="\n", file=sys.stderr)
    except OSError:
        return  # nobody is there to read it; the exit code has to do


def _bug(error: Exception) -> int:
    """A bug of ours: keep the traceback where it can be sent from, and say so."""
    import tempfile
    import traceback

    handle, path = tempfile.mkstemp(prefix="runbook-bug-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as stream:
        traceback.print_exception(error, file=stream)
    _complain(
        f"runbook: this is a bug in runbook ({type(error).__name__}: {error})",
        f"  nothing recorded is lost; please report it with {path}",
    )
    return 3
