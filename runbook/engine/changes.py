"""How the files of a project have changed, by one call of git for all of them.

Rule 1: git only looks: it takes no lock, runs no program of the repository's settings and fetches nothing.
Rule 2: what it says is read up to a size and for a time, whatever the repository holds; texts in it are only texts.
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from runbook.revision import Change, Revision, Revisions

EACH = 10
"""How many revisions of a file are kept."""
ALTOGETHER = 50
"""How many changes of the project are kept."""

_PATIENCE = 20.0
"""Seconds that git gets for an answer."""
_LARGEST = 32 * 1024 * 1024
_MOST = 20_000
"""Commits that are looked at, newest first."""
_LONGEST = 200
"""Characters of a text that are kept."""

_CALL = (
    "-c", "core.fsmonitor=false", "log", f"--max-count={_MOST}", "--no-color", "--no-decorate", "--no-show-signature",
    "--no-renames", "--no-ext-diff", "--no-textconv", "--no-mailmap", "--encoding=UTF-8", "--relative", "--name-only",
    "-z", "--format=tformat:%x00%H%x00%aI%x00%an%x00%s",
)  # fmt: skip
QUIET = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_PAGER": "cat"}
"""What git is told by its environment, so that it neither waits, asks nor fetches."""

_HASH = re.compile("[0-9a-f]{40,64}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", re.ASCII)


def revisions(root: Path, definitions: Sequence[str], others: Sequence[str] = ()) -> Revisions:
    """How the files in these folders (paths from the root) have changed; `others` are no definitions."""
    wanted = [*definitions, *others]
    said, whole = _said(root, [f":(literal){path}" for path in wanted])
    files: dict[str, list[Revision]] = {}
    changes: list[Change] = []
    for revision, names in _read(said, whole):
        for name in names:
            if len(kept := files.setdefault(name, [])) < EACH:
                kept.append(revision)
        touched = tuple(name for name in names if _is_below(name, definitions))
        if touched and len(changes) < ALTOGETHER:
            changes.append(Change(revision.commit, revision.at, revision.author, revision.subject, touched))
    return Revisions({name: tuple(files[name]) for name in sorted(files)}, tuple(changes), whole)


def _is_below(name: str, folders: Sequence[str]) -> bool:
    return any(name == folder or name.startswith(f"{folder}/") for folder in folders)


def _said(root: Path, paths: Sequence[str]) -> tuple[bytes, bool]:
    """What git says of these paths, and whether that is all of it; nothing where there is no git, or no repository."""
    call = ["git", "-C", str(root), *_CALL, "--", *paths]
    try:
        asked = subprocess.Popen(
            call,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **QUIET},
        )
    except OSError:
        return b"", True
    late = threading.Timer(_PATIENCE, asked.kill)
    late.start()
    try:
        with asked:
            assert asked.stdout is not None
            said = asked.stdout.read(_LARGEST)
            if len(said) == _LARGEST:
                asked.kill()
    finally:
        late.cancel()
    if asked.returncode > 0:
        return b"", True
    return said, not asked.returncode and len(said) < _LARGEST


def _read(said: bytes, whole: bool) -> Iterator[tuple[Revision, list[str]]]:
    """Each revision with its files; of what was cut off, the last one is left out."""
    parts = iter(said.decode("utf-8", "replace").split("\0"))
    found: tuple[Revision, list[str]] | None = None
    for part in parts:
        if part:
            if found:
                found[1].append(part.removeprefix("\n") if not found[1] else part)
            continue
        if found:
            yield found
        commit, at, author, subject = (next(parts, "") for _ in range(4))
        made = Revision(commit, at if _TIME.fullmatch(at) else "", _text(author), _text(subject))
        found = (made, []) if _HASH.fullmatch(commit) else None
    if found and whole:
        yield found


def _text(given: str) -> str:
    """A text of one line without what steers a terminal or hides, and not too long."""
    seen = " ".join("".join(each if each.isprintable() else " " for each in given).split())
    return seen if len(seen) <= _LONGEST else f"{seen[: _LONGEST - 1]}…"
