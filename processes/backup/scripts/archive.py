"""Find a file in a backup archive, take it out beside the one in use, and put it in its place with a way back.

Nothing but plain files is taken out, and never by a path that leads out of the target folder. A file keeps its owner
and its rights; only root can give it to somebody else.

Usage: archive.py sample FOLDER ARCHIVE
       archive.py find ARCHIVE WORD
       archive.py extract ARCHIVE MEMBER TARGET
       archive.py put RESTORED PLACE ASIDE OWNER
       archive.py back PLACE ASIDE
"""

from __future__ import annotations

import contextlib
import datetime
import grp
import json
import lzma
import os
import pwd
import shutil
import sys
import tarfile
import tempfile
import zlib
from pathlib import Path
from typing import IO

from content import sha256

MARK = ".made-as-a-sample"
SAMPLE = {
    "offers/2026-10-north.csv": "customer,price\nAalborg,1200\nOslo,900\n",
    "offers/2026-11-north.csv": "customer,price\nAalborg,1250\nOslo,940\n",
    "plans/budget.csv": "team,amount\nsales,100000\n",
}
SPOILED = "offers/2026-11-north.csv"


def sample(folder: Path, archive: Path) -> dict:
    """A folder, its backup of last night, and one file that somebody has written over since."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        sys.exit(f"{folder} is there already and is not a sample")
    for name, text in SAMPLE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / MARK).touch()
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive, "w:gz") as tar:
        for name in SAMPLE:
            tar.add(folder / name, name)
    (folder / SPOILED).write_text("customer,price\n")
    return {"files": len(SAMPLE), "spoiled": SPOILED}


def plain(name: str) -> str:
    """The path of a member as people write it: without `./` or `/` at its beginning."""
    return os.path.normpath(name.lstrip("/"))


def find(archive: Path, word: str) -> dict:
    """The plain files whose name holds a word."""
    with tarfile.open(archive) as tar:
        found = [each for each in tar.getmembers() if each.isfile() and word.lower() in each.name.lower()]
    when = [datetime.datetime.fromtimestamp(each.mtime, datetime.timezone.utc) for each in found]
    names = [plain(each.name) for each in found]
    lines = [f"{name} ({each.size} bytes, {at:%Y-%m-%d %H:%M})" for name, each, at in zip(names, found, when)]
    return {"count": len(found), "names": names, "lines": lines[:50]}


def extract(archive: Path, member: str, target: Path) -> dict:
    """One file, written beside the others as TARGET, with the rights it had; what is there already stays."""
    if target.exists():
        sys.exit(f"{target} is there already")
    with tarfile.open(archive) as tar:
        found = next((each for each in reversed(tar.getmembers()) if plain(each.name) == plain(member)), None)
        if found is None:
            sys.exit(f"the archive has no file {member}")
        if not found.isfile():
            sys.exit(f"{member} is no plain file")
        owner = owner_of(found)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tar.extractfile(found) as source:
            write(source, target, owner if os.geteuid() == 0 else None, found.mode & 0o777, found.mtime)
    facts = {"owner": "{}:{}".format(*owner), "mode": f"{found.mode & 0o777:04o}"}
    return {"restored": str(target), "bytes": target.stat().st_size, "sha256": sha256(target), **facts}


def owner_of(member: tarfile.TarInfo) -> tuple[int, int]:
    """User and group of a member on this machine: by their names, and by their numbers when nobody is called so."""
    user, group = member.uid, member.gid
    with contextlib.suppress(KeyError):
        user = pwd.getpwnam(member.uname).pw_uid
    with contextlib.suppress(KeyError):
        group = grp.getgrnam(member.gname).gr_gid
    return user, group


def write(source: IO[bytes], target: Path, owner: tuple[int, int] | None, mode: int, changed: float) -> None:
    """A whole file or none, in one step; nobody else can read it before it has its owner and its mode."""
    number, draft = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
    try:
        with open(number, "wb") as file:
            shutil.copyfileobj(source, file)
            file.flush()
            os.fsync(number)
        if owner:
            os.chown(draft, *owner)
        os.chmod(draft, mode)
        os.utime(draft, (changed, changed))
        os.replace(draft, target)
    except BaseException:
        os.unlink(draft)
        raise


def copy(source: Path, target: Path, like: os.stat_result | None = None) -> None:
    """A copy with the owner and the rights of the source, or of another file."""
    with source.open("rb") as content:
        own = os.fstat(content.fileno())
        like = like or own
        write(content, target, (like.st_uid, like.st_gid), like.st_mode & 0o7777, own.st_mtime)


def put(restored: Path, place: Path, aside: Path, owner: str) -> dict:
    """The restored file in its place; the one that was there is kept aside, and its owner and rights stay.

    Where nothing was, OWNER (two numbers, as `extract` prints them) is its owner. When it can't be, nothing is done.
    """
    aside.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not place.exists() and not aside.exists():
        nothing(aside).touch()
    if not aside.exists() and not nothing(aside).exists():
        copy(place, aside)
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        copy(restored, place, place.stat())
    else:
        user, group = map(int, owner.split(":"))
        with restored.open("rb") as content:
            own = os.fstat(content.fileno())
            write(content, place, (user, group), own.st_mode & 0o777, own.st_mtime)
    return {"place": str(place), "sha256": sha256(place), "kept_aside": str(aside) if aside.exists() else ""}


def nothing(aside: Path) -> Path:
    """The note that nothing was in the place of the file, so nothing could be kept aside."""
    return aside.with_name(f"{aside.name}.was-not-there")


def back(place: Path, aside: Path) -> dict:
    """What was before: the file that was kept aside, or no file."""
    if nothing(aside).exists():
        place.unlink(missing_ok=True)
        return {"place": str(place), "sha256": ""}
    if not aside.exists():
        sys.exit(f"{aside} is not there: nothing was kept aside")
    copy(aside, place)
    aside.unlink()
    return {"place": str(place), "sha256": sha256(place)}


def main() -> None:
    """Print the answer as JSON."""
    verb, given = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    if {"sample": 2, "find": 2, "extract": 3, "put": 4, "back": 2}.get(verb) != len(given):
        sys.exit(__doc__.split("Usage: ")[1])
    paths = [Path(each) for each in given]
    try:
        if verb == "find":
            answer = find(paths[0], given[1])
        elif verb == "extract":
            answer = extract(paths[0], given[1], paths[2])
        elif verb == "put":
            answer = put(*paths[:3], given[3])
        else:
            answer = {"sample": sample, "back": back}[verb](*paths)
    except (OSError, EOFError, zlib.error, lzma.LZMAError, tarfile.TarError) as error:
        sys.exit(f"{verb} failed: {error}")
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
