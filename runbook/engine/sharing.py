"""A folder of runs shared with a system group, so that several people with logins of their own work on one journal.

Rule 1: nobody gets in before everything inside is right: the folder itself is opened last.
Rule 2: no link is followed, and what a file is is asked of the open file.
Rule 3: what people have typed and not sent stays theirs alone.
Rule 4: before anybody gets in, it is written down which projects the runs are of (see `binding`).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from runbook.engine.binding import bind, bound_to
from runbook.engine.files import group_name
from runbook.errors import MachineRefuses, Misuse
from runbook.journal.places import READ, SHARED, WRITE

_WRITTEN = (".lock", ".db", ".db-journal", ".db-wal", ".db-shm")
"""What another member has to write: the locks, the journal and what SQLite keeps beside it."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A folder of runs as it is shared now."""

    home: Path
    group: str
    projects: tuple[str, ...] = ()
    """The folders of the projects whose runs are begun in it."""
    closed: tuple[Path, ...] = ()
    """Folders above it that members of the group may not pass."""


def share(home: Path, group: str, projects: Collection[str], no_longer: Collection[str] = ()) -> Shared:
    """Share the folder of runs, which is there, with the system group of that name or number, for these projects too.

    `Misuse` for a group that there is not or that this user is not in; `MachineRefuses` for a folder of somebody else.
    """
    number = _number(group)
    found = os.lstat(home)
    if os.geteuid() not in (found.st_uid, 0):
        raise MachineRefuses(f"{home} belongs to another user", "ask them to share it")
    for folder, mode in ((home, found.st_mode & 0o002), (home.parent, os.stat(home.parent).st_mode & 0o1002 == 0o002)):
        if mode:
            raise MachineRefuses(f"{folder} can be written by everybody", f"run: chmod o-w {folder}")
    try:
        for name in ("leases", "supervisors", "evidence", "drafts"):
            (home / name).mkdir(mode=0o700, exist_ok=True)
        bound = bind(home, {*bound_to(home), *projects} - {*no_longer})
        _put_drafts_away(home, found.st_uid)
        for last in (False, True):  # what was made by others of this user's programs meanwhile comes second
            _give_inside(home, number)
            if not last:
                _give(home, number, os.O_DIRECTORY, SHARED)
    except OSError as error:
        what = os.fsdecode(error.filename or home)
        raise MachineRefuses(f"{what} can't be shared: {error.strerror}", "let root share the folder") from None
    return Shared(home, group_name(number), bound, tuple(_closed(home, number)))


def _number(group: str) -> int:
    import grp

    try:
        number = int(group) if group.isascii() and group.isdigit() else grp.getgrnam(group).gr_gid
    except KeyError:
        raise Misuse(f"there is no system group `{group}`", "`getent group` lists them") from None
    if os.geteuid() and number not in (os.getegid(), *os.getgroups()):
        raise Misuse(f"you are not in the group `{group}`", "`id` lists your groups; a new one counts from a new login")
    return number


def _put_drafts_away(home: Path, owner: int) -> None:
    """What was typed before others could look goes into the folder of who typed it."""
    own = home / "drafts" / str(owner)
    for path in (home / "drafts").glob("*.json"):
        own.mkdir(mode=0o700, exist_ok=True)
        path.rename(own / path.name)
    if own.exists() and os.geteuid() == 0:
        os.chown(own, owner, -1)


def _give_inside(home: Path, group: int) -> None:
    for folder, names in _inside(home):
        for name in names:
            _give(folder / name, group, os.O_RDONLY, _mode(name))
        if folder != home:
            _give(folder, group, os.O_DIRECTORY, SHARED)


def _inside(home: Path) -> Iterator[tuple[Path, list[str]]]:
    """Every folder from the bottom up with its files, but for what people have typed."""
    for folder, _, names in os.walk(home, topdown=False):
        place = Path(folder)
        if place.parent != home / "drafts":
            yield place, names


def _mode(name: str) -> int:
    return WRITE if name == "lock" or name.endswith(_WRITTEN) else READ


def _give(path: Path, group: int, how: int, mode: int) -> None:
    """Let the group have what is at that path, as long as it is no link."""
    try:
        handle = os.open(path, how | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if path.is_symlink():
            return
        raise error
    try:
        found = os.fstat(handle)
        if found.st_gid == group and stat.S_IMODE(found.st_mode) == mode:
            return
        if found.st_gid != group:
            os.fchown(handle, -1, group)
        os.fchmod(handle, mode)
    finally:
        os.close(handle)


def _closed(home: Path, group: int) -> Iterator[Path]:
    """The folders above that members of the group may not pass, as far as their modes tell."""
    for folder in home.absolute().parents:
        with suppress(OSError):
            found = os.stat(folder)
            if not found.st_mode & 0o001 and not (found.st_gid == group and found.st_mode & 0o010):
                yield folder


__all__ = ["Shared", "share"]
