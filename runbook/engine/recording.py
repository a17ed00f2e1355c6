"""Running the commands of a recording session: shown as they run, and kept with how they ended.

Rule 1: a command is run once, as it was typed; nothing is guessed, repeated or undone.
"""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_MOST = 64 * 1024
"""Bytes of a command's output that are kept."""
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")


@dataclass(frozen=True, slots=True)
class Recorded:
    """One command: the folder it ran in (from where the session began; empty there), its end, and what it wrote."""

    command: str
    folder: str
    exit_code: int
    seconds: float
    output: str


def run_recorded(command: str, start: Path, folder: Path, show: Callable[[bytes], None]) -> Recorded:
    """Run a command with nobody at its standard input; what it writes is shown as it comes."""
    began = time.monotonic()
    kept = bytearray()
    with subprocess.Popen(
        ["/bin/sh", "-c", command],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        assert process.stdout is not None
        while piece := os.read(process.stdout.fileno(), 8192):
            show(piece)
            kept += piece[: _MOST - len(kept)]
    return _recorded(command, start, folder, process.returncode, began, bytes(kept))


def run_at_terminal(command: str, start: Path, folder: Path) -> Recorded:
    """Run a command at a terminal of its own, joined to the one we are at: it may ask, page and draw."""
    began = time.monotonic()
    kept = bytearray()

    def read(handle: int) -> bytes:
        piece = os.read(handle, 8192)
        kept.extend(piece[: _MOST - len(kept)])
        return piece

    sys.stdout.flush()
    status = pty.spawn(["/bin/sh", "-c", 'cd -- "$1" && eval "$2"', "sh", str(folder), command], read)
    return _recorded(command, start, folder, os.waitstatus_to_exitcode(status), began, bytes(kept))


def _recorded(command: str, start: Path, folder: Path, code: int, began: float, kept: bytes) -> Recorded:
    text = _ESCAPES.sub("", kept.decode("utf-8", "replace")).replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join(each for each in text if each.isprintable() or each in "\n\t")
    where = "" if folder == start else os.path.relpath(folder, start)
    where = str(folder) if where.startswith("..") else where
    return Recorded(command, where, 128 - code if code < 0 else code, time.monotonic() - began, shown)
