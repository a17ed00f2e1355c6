"""The definitions of a project as they were at a tag or on a branch, as git has kept them: read, never checked out.

Rule 1: nothing of the repository is run or written: no hook, no filter, no checkout; and what is read has its bounds.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from runbook.engine.changes import QUIET
from runbook.engine.files import LONGEST_FILE, SIGNERS, is_definition, is_own_folder, is_test
from runbook.errors import Misuse

_PATIENCE = 20.0
"""Seconds that git gets for an answer."""
_MOST = 20_000
"""Files that a version may have."""
_LARGEST = 64 * 1024 * 1024
"""Bytes that they may have together."""
_PLACES = ("refs/tags/", "refs/heads/", "refs/remotes/origin/")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files of a project at a commit, by path from its root, and those that can't be taken, each with why."""

    files: dict[str, bytes]
    unreadable: dict[str, str]
    signers: bool
    """Whether somebody's key was known in it."""


def commit_of(root: Path, name: str) -> str:
    """The commit that a tag or a branch stands for; `Misuse` when there is no such thing."""
    for place in _PLACES:
        call = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{place}{name}^{{commit}}"]
        found = _git(root, call, b"").strip().decode("ascii", "replace")
        if found.isalnum():
            return found
    help = "fetch it (`git fetch --tags`), or take it out of `docs.versions` in `runbook.yaml`"
    raise Misuse(f"git has no tag or branch `{name}`", help)


def current_commit(root: Path) -> str:
    """The commit that is checked out; empty outside of git, or before the first one."""
    try:
        return _git(root, ["rev-parse", "--verify", "--quiet", "HEAD"], b"").strip().decode("ascii", "replace")
    except Misuse:
        return ""


def snapshot(root: Path, name: str, commit: str) -> Snapshot:
    """The definitions of the project in `root` at a commit that `name` stands for."""
    places = ["runbook.yaml", "processes", "operations"]
    listed = _git(root, ["ls-tree", "-r", "-z", "--long", commit, "--", *places], b"")
    wanted: dict[str, str] = {}
    unreadable: dict[str, str] = {}
    signers, together = False, 0
    for line in filter(None, listed.decode("utf-8", "surrogateescape").split("\0")):
        about, _, path = line.partition("\t")
        mode, sort, blob, size = about.split()
        signers = signers or path == SIGNERS
        if sort != "blob" or not _is_definition(path):
            continue
        if mode == "120000":
            unreadable[path] = f"{path} can't be read: in `{name}` it is a link"
        elif int(size) >= LONGEST_FILE:
            unreadable[path] = f"{path} can't be read: in `{name}` it is larger than 1 MB"
        else:
            wanted[path] = blob
            together += int(size)
    if "runbook.yaml" not in wanted:
        raise Misuse(f"there is no project in `{name}`: no `runbook.yaml`", "take it out of `docs.versions`")
    if len(wanted) > _MOST or together > _LARGEST:
        raise Misuse(f"the definitions in `{name}` are too large to be read", "take it out of `docs.versions`")
    return Snapshot(_contents(root, wanted), unreadable, signers)


def _is_definition(path: str) -> bool:
    """True for a file that the project reads as it stands in its folder."""
    folder, _, rest = path.partition("/")
    *folders, last = rest.split("/")
    if folder == "operations":
        own = any(each.startswith(".") or is_own_folder(each) for each in folders)
        return is_definition(last) and not own
    if folder != "processes" or not rest:
        return path == "runbook.yaml"
    skipped = any(each.startswith(".") or (depth and is_own_folder(each)) for depth, each in enumerate(folders))
    return not skipped and (is_definition(last) or is_test(last))


def _contents(root: Path, wanted: dict[str, str]) -> dict[str, bytes]:
    """What stands in these blobs, by path."""
    asked = "".join(f"{blob}\n" for blob in wanted.values()).encode("ascii")
    said = _git(root, ["cat-file", "--batch"], asked)
    found, at = {}, 0
    for path in wanted:
        end = said.index(b"\n", at)
        head = said[at:end].split()
        if len(head) != 3:
            raise Misuse(f"git has lost the content of `{path}`", "see `git fsck`")
        size = int(head[2])
        found[path] = said[end + 1 : end + 1 + size]
        at = end + size + 2
    return found


def _git(root: Path, words: list[str], asked: bytes) -> bytes:
    """What git answers; nothing when it knows no answer."""
    call = ["git", "-C", str(root), "-c", "core.fsmonitor=false", *words]
    try:
        done = subprocess.run(
            call, input=asked, capture_output=True, timeout=_PATIENCE, check=False, env={**os.environ, **QUIET}
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        help = "install git, or take `docs.versions` out of `runbook.yaml`"
        raise Misuse(f"git can't be asked for versions: {error}", help) from None
    if done.returncode > 1 and words[0] != "rev-parse":
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise Misuse("git can't read a version" + (f": {said[-1]}" if said else ""), "see `git log`")
    return done.stdout if not done.returncode else b""
