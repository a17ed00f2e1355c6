"""The projects that a shared folder of runs belongs to: no run begins in it, or goes on, by another one's definition.

Rule 1: only the owner of the folder, or root, says which they are: a list that somebody else has put there is none.
Rule 2: a shared folder without a list belongs to no project. Nothing is taken from where the first one begins a run.
"""

from __future__ import annotations

import json
import os
import shlex
import stat
from collections.abc import Iterable
from pathlib import Path

from runbook.engine.files import group_name, write_private
from runbook.engine.identity import user_name
from runbook.errors import MachineRefuses, Refused
from runbook.journal.places import is_shared, open_file

_LIST = "projects.json"
_LONGEST = 65_536
"""Bytes that are read of the list."""


def bound_to(home: Path) -> tuple[str, ...]:
    """The folders of the projects that a folder of runs belongs to, as its owner has said; none before that."""
    try:
        handle = open_file(home / _LIST, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return ()
    with os.fdopen(handle, "rb") as stream:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_uid not in (home.stat().st_uid, 0):
            return ()
        content = stream.read(_LONGEST)
    try:
        listed = json.loads(content)["projects"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ()
    return tuple(each for each in listed if isinstance(each, str)) if isinstance(listed, list) else ()


def bind(home: Path, projects: Iterable[str]) -> tuple[str, ...]:
    """Write down which projects a folder of runs belongs to; `MachineRefuses` for a folder of somebody else."""
    if os.geteuid() not in (home.stat().st_uid, 0):
        raise MachineRefuses(f"{home} belongs to another user", "ask them to share it")
    listed = tuple(sorted(set(projects)))
    text = json.dumps({"projects": listed}, ensure_ascii=False)
    if len(text.encode()) > _LONGEST:
        raise MachineRefuses(f"{home} belongs to too many projects", "share another folder")
    write_private(home / _LIST, f"{text}\n")
    return listed


def check_bound(home: Path, root: str) -> None:
    """Nothing when runs of the project in that folder belong into these; `Refused` in a shared folder of others."""
    if not is_shared(home):
        return
    known = bound_to(home)
    if root and os.path.realpath(root) in known:
        return
    listed = " or ".join(known[:3]) + (f" or {len(known) - 3} more" if known[3:] else "")
    belongs = (
        f"the runs in {home} are shared, for the project in {listed}" if known else f"{home} is shared for no project"
    )
    there = home.stat()
    call = shlex.join(("runbook", "--home", str(home), "--project", root or "DIR", "share", group_name(there.st_gid)))
    go = f"go to {known[0]}; or " if known else ""
    raise Refused(
        f"{belongs}; not for {f'the one in {root}' if root else 'what is in no project'}",
        f"{go}let {user_name(there.st_uid)}, who owns the runs, allow it: {call}",
    )


__all__ = ["bind", "bound_to", "check_bound"]
