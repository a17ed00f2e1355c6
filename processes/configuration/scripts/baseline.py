"""Keep a baseline of a configuration folder: take it, compare with it, and go back to it.

A baseline is a folder with `manifest.json` (path, kind, mode and SHA-256 of every file), the SHA-256 of the manifest
beside it, and a copy of every file under `files/`.

Usage: baseline.py take|compare FOLDER BASELINE
       baseline.py restore FOLDER BASELINE ASIDE
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

Entry = dict[str, object]


def scan(folder: Path) -> dict[str, Entry]:
    """Every file and link below the folder, by its path inside it."""
    found: dict[str, Entry] = {}
    for place, folders, names in os.walk(folder):
        links = [each for each in folders if os.path.islink(os.path.join(place, each))]
        for name in sorted([*names, *links]):
            path = Path(place, name)
            found[str(path.relative_to(folder))] = entry(path)
    return found


def entry(path: Path) -> Entry:
    """What identifies one file: where a link points to, or mode and content."""
    if path.is_symlink():
        return {"kind": "link", "target": os.readlink(path)}
    if not path.is_file():
        return {"kind": "other"}
    mode = f"{path.stat().st_mode & 0o7777:04o}"
    return {"kind": "file", "mode": mode, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def put(source: Path, target: Path) -> None:
    """Copy a file or a link over whatever stands there, in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    partial.unlink(missing_ok=True)
    shutil.copy2(source, partial, follow_symlinks=False)
    os.replace(partial, target)


def take(folder: Path, baseline: Path) -> None:
    """Replace the baseline by the folder as it is now; the old one stays until the new one is complete."""
    partial, old = baseline.with_name(baseline.name + ".partial"), baseline.with_name(baseline.name + ".before")
    shutil.rmtree(partial, ignore_errors=True)
    found = scan(folder)
    (partial / "files").mkdir(parents=True)
    for name, each in found.items():
        if each["kind"] != "other":
            put(folder / name, partial / "files" / name)
    text = json.dumps(found, indent=1, sort_keys=True)
    (partial / "manifest.json").write_text(text)
    (partial / "manifest.sha256").write_text(hashlib.sha256(text.encode()).hexdigest())
    shutil.rmtree(old, ignore_errors=True)
    if baseline.exists():
        baseline.rename(old)
    partial.rename(baseline)
    print(json.dumps({"files": len(found), "sha256": hashlib.sha256(text.encode()).hexdigest()}))


def manifest(baseline: Path) -> dict[str, Entry]:
    """The manifest, after the proof that nobody changed it or the copies."""
    try:
        text = (baseline / "manifest.json").read_text()
        wanted = (baseline / "manifest.sha256").read_text().strip()
    except FileNotFoundError as error:
        sys.exit(f"{baseline} is not a baseline: {error.filename} is missing")
    if hashlib.sha256(text.encode()).hexdigest() != wanted:
        sys.exit(f"the manifest of {baseline} was changed: take the baseline from a trusted copy")
    wanted_files: dict[str, Entry] = json.loads(text)
    kept = scan(baseline / "files")
    if kept != {name: each for name, each in wanted_files.items() if each["kind"] != "other"}:
        sys.exit(f"the copies of {baseline} were changed: take the baseline from a trusted copy")
    return wanted_files


def differences(folder: Path, baseline: Path) -> dict[str, list[str]]:
    """What was added, removed and changed since the baseline."""
    was, now = manifest(baseline), scan(folder)
    return {
        "added": sorted(now.keys() - was.keys()),
        "removed": sorted(was.keys() - now.keys()),
        "changed": sorted(name for name in was.keys() & now.keys() if was[name] != now[name]),
    }


def compare(folder: Path, baseline: Path) -> None:
    """Print the differences as JSON."""
    found = differences(folder, baseline)
    names = [f"{name} ({what})" for what, names in found.items() for name in names]
    print(json.dumps({**found, "count": len(names), "names": names}))


def restore(folder: Path, baseline: Path, aside: Path) -> None:
    """Bring the folder back to the baseline; what was added or changed is kept aside, nothing is deleted."""
    found = differences(folder, baseline)
    for name in (*found["added"], *found["changed"]):
        (aside / name).parent.mkdir(parents=True, exist_ok=True)
        if name in found["added"]:
            shutil.move(folder / name, aside / name)
        else:
            put(folder / name, aside / name)
    for name in (*found["removed"], *found["changed"]):
        put(baseline / "files" / name, folder / name)
    print(json.dumps({"restored": len(found["removed"]) + len(found["changed"]), "moved_aside": len(found["added"])}))


if __name__ == "__main__":
    what, paths = sys.argv[1], [Path(each) for each in sys.argv[2:]]
    if what == "restore":
        restore(paths[0], paths[1], paths[2])
    else:
        {"take": take, "compare": compare}[what](paths[0], paths[1])
