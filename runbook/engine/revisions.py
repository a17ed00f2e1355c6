"""A file as it was in an earlier revision, as git has kept it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from runbook.engine.files import LONGEST_FILE
from runbook.errors import Misuse

_PATIENCE = 20.0
"""Seconds that git gets for an answer."""


def earlier(folder: Path, revision: str, path: str) -> bytes:
    """The content of a file (its path from the folder) in a revision; `Misuse` when there is no such thing."""
    if revision.startswith("-") or not revision or "\0" in revision + path:
        raise Misuse(f"`{revision}` is no revision", "name one as git does: HEAD~1, a branch, a tag")
    name = f"{revision}:{path if path.startswith('./') else './' + path}"
    size = _git(folder, name, "-s")
    if not size.strip().isdigit():
        raise Misuse(f"git has no file `{path}` in `{revision}`", "compare the path with `git ls-tree`")
    if int(size) >= LONGEST_FILE:
        raise Misuse(f"`{path}` in `{revision}` is too large for a process", "name a process")
    return _git(folder, name, "blob")


def _git(folder: Path, name: str, what: str) -> bytes:
    call = ["git", "-C", str(folder), "-c", "core.fsmonitor=false", "cat-file", what, name]
    try:
        done = subprocess.run(call, capture_output=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Misuse(f"git can't be asked: {error}", "install git, or compare two files") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise Misuse(f"git has nothing at `{name}`" + (f": {said[-1]}" if said else ""), "see `git log`")
    return done.stdout
