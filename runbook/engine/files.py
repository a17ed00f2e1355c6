"""The files of a project, read with care: only what belongs to it, only inside it, never more than the limit."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from runbook.errors import MachineRefuses, Misuse
from runbook.journal.places import READ, SHARED, open_file

LONGEST_FILE = 1_048_577
"""Bytes read of one file: one more than a file may have, so that a larger one is noticed."""

SIGNERS = "operations/allowed_signers"
"""The file that says whose key is whose, in the form of `ssh-keygen`: the id of a person, the type, the key."""

_OWN_FOLDERS = frozenset(("data", "scripts"))


def find_root(start: Path) -> Path | None:
    """The nearest folder from `start` upwards that holds `runbook.yaml`."""
    for folder in (start, *start.parents):
        if (folder / "runbook.yaml").is_file():
            return folder
    return None


def project_files(root: Path) -> tuple[dict[str, bytes], dict[str, str]]:
    """The project's definition files by path from its root, and those that can't be read, each with why."""
    files: dict[str, bytes] = {}
    unreadable: dict[str, str] = {}
    for path in definition_files(root):
        try:
            content = read_file(root, path)
        except MachineRefuses as error:
            unreadable[path] = str(error)
        else:
            if content is not None:
                files[path] = content
            elif os.path.islink(root / path):
                unreadable[path] = f"{path} can't be read: it is a link to a file that is not there"
    return files, unreadable


def definition_files(root: Path) -> Iterator[str]:
    """The paths of the definition files of a project, from its root, in order; also of those in the wrong place.

    A folder that can't be looked into stands for what is in it. The folders of a group that are called `data` or
    `scripts` are the author's own.
    """
    yield "runbook.yaml"
    yield from people_files(root)
    yield from operations_files(root)
    if os.path.lexists(root / "processes"):
        yield from _below(str(root), "processes", 0)


def people_files(root: Path) -> Iterator[str]:
    """The paths of the files about people and hosts, from the root of the project, in order."""
    folder = "operations/people"
    for path in ("operations/hosts.yaml", "operations/teams.yaml"):
        if os.path.lexists(root / path):
            yield path
    if os.path.isdir(root / folder):
        yield from _below(str(root), folder, 1)


def operations_files(root: Path) -> Iterator[str]:
    """The paths of the files that say how the department works, from the root of the project, in order."""
    if not os.path.isdir(root / "operations"):
        return
    people = {*people_files(root)}
    for path in _below(str(root), "operations", 1):
        if path not in people and not path.startswith("operations/people/"):
            yield path


def has_signers(root: Path) -> bool:
    """True when somebody's key is known in the project, to check signatures by."""
    try:
        content = read_file(root, SIGNERS) or b""
    except MachineRefuses:
        return False
    return any(line.strip() and not line.lstrip().startswith(b"#") for line in content.splitlines())


def _below(root: str, folder: str, depth: int) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(f"{root}/{folder}"), key=lambda entry: entry.name)
    except OSError:
        yield folder
        return
    for entry in entries:
        path = f"{folder}/{entry.name}"
        if is_definition(entry.name) or is_test(entry.name):
            yield path
        elif entry.name.startswith(".") or (depth and entry.name in _OWN_FOLDERS):
            continue
        elif entry.is_dir(follow_symlinks=not depth):
            yield from _below(root, path, depth + 1)
        elif not depth and entry.is_symlink() and not os.path.exists(entry.path):
            yield path


def is_definition(name: str) -> bool:
    """True for the name of a group's or a process's file; answers and tests beside it are not."""
    if name.startswith(".") or name.endswith((".answers.yaml", ".test.yaml")):
        return False
    return name.endswith((".yaml", ".yml"))


def is_own_folder(name: str) -> bool:
    """True for the name of a folder of a group in which its author keeps what are no definitions."""
    return name in _OWN_FOLDERS


def is_test(name: str) -> bool:
    """True for the name of a file of tests."""
    return name.endswith(".test.yaml") and not name.startswith(".")


def read_file(root: Path, path: str, limit: int = LONGEST_FILE) -> bytes | None:
    """A file of the project; None when there is none. A link that leads out of it, or to what is hidden, is refused.

    Of a longer one no more than `limit` bytes are read.
    """
    full = root / path
    try:
        _check_links(str(root), path)
        handle = os.open(full, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)  # a pipe nobody writes to must not hold us
        with os.fdopen(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise MachineRefuses(f"{path} can't be read: it is not a file", "put a file there, or remove it")
            return stream.read(limit)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise MachineRefuses(f"{path} can't be read: {error.strerror}", "check its permissions") from None


def _check_links(root: str, path: str) -> None:
    """`MachineRefuses` when a link on the way leads out of the project, or to what is hidden in it."""
    place = root
    for name in path.split("/"):
        place = f"{place}/{name}"
        if os.path.islink(place):
            break
    else:
        return
    inside, end = os.path.realpath(root) + os.sep, os.path.realpath(f"{root}/{path}")
    if not end.startswith(inside):
        raise MachineRefuses(f"{path} is a link that leads out of the project", "put the file itself there")
    if _is_hidden(end.removeprefix(inside)) and not _is_hidden(path):
        raise MachineRefuses(f"{path} is a link to what is hidden", "put the file itself there")


def _is_hidden(path: str) -> bool:
    return any(name.startswith(".") for name in path.split("/"))


def keep_out_of_git(home: Path) -> None:
    """A folder of runs inside of a project is none of its files: git is told so, if it does not know yet."""
    ignores = home / ".gitignore"
    if home.is_dir() and not ignores.exists():
        with suppress(OSError, MachineRefuses):
            write_private(ignores, "*\n")


def check_private(folder: Path) -> None:
    """Nothing when only this user can change what is in the folder, or a group that shares it and that they are in.

    Shared is what `runbook share` has made so: mode 2770. Nothing either when the folder is still to be made.
    """
    try:
        found, above = os.stat(folder), os.stat(folder.parent)
    except OSError:
        return
    shared = stat.S_IMODE(found.st_mode) == SHARED
    if shared and found.st_gid not in (os.getegid(), *os.getgroups()):
        group = group_name(found.st_gid)
        help = "ask to be added to the group, then log in anew; or name a folder of your own with --home"
        raise MachineRefuses(f"{folder} is shared with the group `{group}`, and you are not in it", help)
    if not shared and found.st_uid != os.geteuid():
        help = "name a folder of your own with --home; its owner lets in a group with `runbook share`"
        raise MachineRefuses(f"{folder} belongs to another user, who could change its runs", help)
    theirs = not shared and found.st_mode & 0o022
    for path, others in ((folder, theirs), (folder.parent, above.st_mode & 0o1002 == 0o002)):
        if others:
            way = "; `runbook share` lets in a group" if path is folder else ""
            help = f"take the right away: chmod go-w {path}{way}"
            raise MachineRefuses(f"{path} can be written by other users, who could change the runs in it", help)


def group_name(number: int) -> str:
    """The name of a system group, or its number when it has none."""
    import grp

    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def write_new_file(root: Path, path: str, text: str, force: bool) -> None:
    """Write a file of the project in one go; `Misuse` for one that is there already, unless it is to go (`force`)."""
    target = root / path
    if os.path.lexists(target) and not force:
        raise Misuse(f"{path} is there already", "add --force to write over it")
    _check_links(str(root), path)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        draft.write_text(text, "utf-8")
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise MachineRefuses(f"{path} can't be written: {error.strerror}", "check its permissions") from None


def write_private(path: Path, text: str) -> None:
    """Replace a file of ours in one go, readable by its owner alone, or by the group that shares its folder."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = open_file(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, READ)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    draft.replace(path)
