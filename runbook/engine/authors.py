"""Who wrote a file last, as git knows it.

Rule 1: what is not committed was written by whoever is at it now.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from runbook.errors import MachineRefuses
from runbook.organisation import Organisation

_PATIENCE = 20.0
"""Seconds that git gets for an answer."""


def authors(root: Path, files: Sequence[str], organisation: Organisation, now: str) -> list[str]:
    """The ids of those who wrote the newest version of each file; addresses of those whom nobody knows.

    `now` is the person at work, who has written what is not committed. `MachineRefuses` where git can't tell.
    """
    found: dict[str, None] = {}
    emails = {person.email.lower(): id for id, person in organisation.people.items() if person.email}
    for file in sorted(files):
        if _git(root, "status", "--porcelain", "--", file):
            found[now] = None
            continue
        for email in _git(root, "log", "-1", "--format=%ae", "--", file).split():
            found[emails.get(email.lower(), email)] = None
    return list(found)


def uncommitted(root: Path, file: str) -> str:
    """What keeps a change of a file from being taken back by git, in words; empty when it is as it was committed."""
    try:
        if _git(root, "status", "--porcelain", "--ignored", "--", file):
            return "has changes that are not committed"
        return "" if _git(root, "ls-files", "--", file) else "is not kept in git"
    except MachineRefuses:
        return "is not kept in git"


def _git(root: Path, *words: str) -> str:
    call = ["git", "-C", str(root), "-c", "core.fsmonitor=false", *words]
    try:
        done = subprocess.run(call, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _unknown(str(error)) from None
    if done.returncode:
        raise _unknown(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "git failed")
    return done.stdout


def _unknown(why: str) -> MachineRefuses:
    help = "keep the project in git, or leave `author` out of the approval"
    return MachineRefuses(f"nobody can tell who wrote the process: {why}", help)
