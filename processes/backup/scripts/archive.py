"""Find a file in a backup archive, take it out beside the one in use, and put it in its place with a way back.

Nothing but plain files is taken out, and never by a path that leads out of the target folder.

Usage: archive.py sample FOLDER ARCHIVE
       archive.py find ARCHIVE WORD
       archive.py extract ARCHIVE MEMBER TARGET
       archive.py put RESTORED PLACE ASIDE
       archive.py back PLACE ASIDE
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import shutil
import sys
import tarfile
from pathlib import Path

MARK = ".made-as-a-sample"
SAMPLE = {
    "offers/2026-10-north.csv": "customer,price\nAalborg,1200\nOslo,900\n",
    "offers/2026-11-north.csv": "customer,price\nAalborg,1250\nOslo,940\n",
    "plans/budget.csv": "team,amount\nsales,100000\n",
}
SPOILED = "offers/2026-11-north.csv"


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


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


def find(archive: Path, word: str) -> dict:
    """The plain files whose name holds a word."""
    with tarfile.open(archive) as tar:
        found = [each for each in tar.getmembers() if each.isfile() and word.lower() in each.name.lower()]
    when = [datetime.datetime.fromtimestamp(each.mtime, datetime.timezone.utc) for each in found]
    lines = [f"{each.name} ({each.size} bytes, {at:%Y-%m-%d %H:%M})" for each, at in zip(found, when)]
    return {"count": len(found), "names": [each.name for each in found], "lines": lines[:50]}


def extract(archive: Path, member: str, target: Path) -> dict:
    """One file, written beside the others as TARGET; what is there already stays."""
    with tarfile.open(archive) as tar:
        try:
            found = tar.getmember(member)
        except KeyError:
            sys.exit(f"the archive has no file {member}")
        if not found.isfile():
            sys.exit(f"{member} is no plain file")
        target.parent.mkdir(parents=True, exist_ok=True)
        with tar.extractfile(found) as source, target.open("xb") as file:
            shutil.copyfileobj(source, file)
    os.utime(target, (found.mtime, found.mtime))
    return {"restored": str(target), "bytes": target.stat().st_size, "sha256": digest(target)}


def put(restored: Path, place: Path, aside: Path) -> dict:
    """The restored file in its place; the one that was there is kept aside."""
    aside.parent.mkdir(parents=True, exist_ok=True)
    kept = place.exists()
    if kept and not aside.exists():
        shutil.copy2(place, aside)
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.new")
    shutil.copy2(restored, draft)
    os.replace(draft, place)
    return {"place": str(place), "sha256": digest(place), "kept_aside": str(aside) if kept else ""}


def back(place: Path, aside: Path) -> dict:
    """The file that was kept aside, back in its place."""
    if not aside.exists():
        sys.exit(f"{aside} is not there: nothing was kept aside")
    os.replace(aside, place)
    return {"place": str(place), "sha256": digest(place)}


def main() -> None:
    """Print the answer as JSON."""
    verb, given = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    if {"sample": 2, "find": 2, "extract": 3, "put": 3, "back": 2}.get(verb) != len(given):
        sys.exit(__doc__.split("Usage: ")[1])
    paths = [Path(each) for each in given]
    try:
        if verb == "find":
            answer = find(paths[0], given[1])
        elif verb == "extract":
            answer = extract(paths[0], given[1], paths[2])
        else:
            answer = {"sample": sample, "put": put, "back": back}[verb](*paths)
    except (OSError, tarfile.TarError) as error:
        sys.exit(f"{verb} failed: {error}")
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
