"""Keep a baseline of a configuration folder: take it, compare with it, and go back to it.

A baseline is a folder with `manifest.json` (path, kind, mode and owner of every file and folder, SHA-256 of every
file), the SHA-256 of the manifest beside it, and a copy of every file under `files/`. With a SHA256 only the state
that `compare` printed it for is taken. Only root can give a file to another owner; for others a restore that would
have to do so is refused.

Usage: baseline.py take FOLDER BASELINE [SHA256]
       baseline.py compare FOLDER BASELINE
       baseline.py restore FOLDER BASELINE ASIDE
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

Entry = dict[str, str]


def scan(folder: Path) -> dict[str, Entry]:
    """The folder, and every folder, file and link below it, by its path inside it; one that can't be read ends it."""
    found: dict[str, Entry] = {}
    folder = folder.resolve()
    if not folder.exists():
        return found
    for place, folders, names in os.walk(folder, onerror=give_up):
        links = [each for each in folders if os.path.islink(os.path.join(place, each))]
        for path in (Path(place), *(Path(place, name) for name in sorted([*names, *links]))):
            found[str(path.relative_to(folder))] = entry(path)
    return found


def give_up(error: OSError) -> None:
    """What can't be read must not look as if it were not there."""
    raise error


def entry(path: Path) -> Entry:
    """What identifies one file: where a link points to, or mode, owner and content."""
    if path.is_symlink():
        return {"kind": "link", "target": os.readlink(path)}
    status = path.stat()
    known = {"mode": f"{status.st_mode & 0o7777:04o}", "owner": f"{status.st_uid}:{status.st_gid}"}
    if path.is_dir():
        return {"kind": "folder", **known}
    if not path.is_file():
        return {"kind": "other"}
    return {"kind": "file", **known, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def seal(found: dict[str, Entry]) -> tuple[str, str]:
    """The text of a manifest, and its SHA-256."""
    text = json.dumps(found, indent=1, sort_keys=True)
    return text, hashlib.sha256(text.encode()).hexdigest()


def parts(name: str) -> tuple[str, ...]:
    """What sorts a folder before everything inside it."""
    return Path(name).parts


def may_own(each: Entry) -> bool:
    """True when who runs this can give a file to this owner."""
    user, group = map(int, each.get("owner", f"{os.geteuid()}:{os.getegid()}").split(":"))
    return os.geteuid() == 0 or (user == os.geteuid() and group in {os.getegid(), *os.getgroups()})


def put(source: Path, target: Path, each: Entry) -> None:
    """Copy a file or a link over whatever stands there, in one step; the owner comes along where that is possible."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    partial.unlink(missing_ok=True)
    if each["kind"] == "link":
        partial.symlink_to(os.readlink(source))
    else:
        private = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with source.open("rb") as content, open(private, "wb") as copy:
            shutil.copyfileobj(content, copy)
        own(partial, each)
        shutil.copystat(source, partial)
    os.replace(partial, target)


def own(path: Path, each: Entry) -> None:
    """Give a file or a folder to its owner, where that is possible."""
    if may_own(each):
        os.chown(path, *map(int, each["owner"].split(":")))


def make(path: Path, each: Entry, least: int = 0) -> None:
    """A folder with its owner and its mode, and at least these rights."""
    path.mkdir(parents=True, exist_ok=True)
    own(path, each)
    path.chmod(int(each["mode"], 8) | least)


def take(folder: Path, baseline: Path, approved: str = "") -> None:
    """Replace the baseline by the folder as it is now; the old one stays until the new one is complete."""
    partial, old = baseline.with_name(baseline.name + ".partial"), baseline.with_name(baseline.name + ".before")
    shutil.rmtree(partial, ignore_errors=True)
    found = scan(folder)
    if not found:
        sys.exit(f"{folder} is not there")
    text, sha256 = seal(found)
    if approved not in ("", sha256):
        sys.exit(f"{folder} has changed since its state was approved: compare again")
    for name, each in found.items():
        if each["kind"] == "folder":
            make(partial / "files" / name, each, least=0o700)
        elif each["kind"] != "other":
            put(folder / name, partial / "files" / name, each)
    if copies(scan(partial / "files")) != copies(found):
        sys.exit(f"{folder} changed while it was copied: take the baseline again")
    (partial / "manifest.json").write_text(text)
    (partial / "manifest.sha256").write_text(sha256)
    shutil.rmtree(old, ignore_errors=True)
    if baseline.exists():
        baseline.rename(old)
    partial.rename(baseline)
    print(json.dumps({"files": sum(each["kind"] != "folder" for each in found.values()), "sha256": sha256}))


def copies(found: dict[str, Entry]) -> dict[str, Entry]:
    """What the copies of a baseline must be: every file and link; their owners stand in the manifest alone."""
    return {
        name: {key: value for key, value in each.items() if key != "owner"}
        for name, each in found.items()
        if each["kind"] in ("file", "link")
    }


def manifest(baseline: Path) -> dict[str, Entry]:
    """The manifest, after the proof that nobody changed it or the copies."""
    try:
        text = (baseline / "manifest.json").read_text()
        wanted = (baseline / "manifest.sha256").read_text().strip()
    except FileNotFoundError as error:
        sys.exit(f"{baseline} is not a baseline: {error.filename} is missing")
    if hashlib.sha256(text.encode()).hexdigest() != wanted:
        sys.exit(f"the manifest of {baseline} was changed: take the baseline from a trusted copy")
    was: dict[str, Entry] = json.loads(text)
    if "." not in was:
        sys.exit(f"{baseline} holds no owners and folders: take the baseline again")
    if copies(scan(baseline / "files")) != copies(was):
        sys.exit(f"the copies of {baseline} were changed: take the baseline from a trusted copy")
    return was


def differences(was: dict[str, Entry], now: dict[str, Entry]) -> dict[str, list[str]]:
    """What was added, removed and changed since the baseline."""
    return {
        "added": sorted(now.keys() - was.keys()),
        "removed": sorted(was.keys() - now.keys()),
        "changed": sorted(name for name in was.keys() & now.keys() if was[name] != now[name]),
    }


def compare(folder: Path, baseline: Path) -> None:
    """Print the differences as JSON, and the SHA-256 of the state that was compared."""
    now = scan(folder)
    found = differences(manifest(baseline), now)
    names = [f"{name} ({what})" for what, names in found.items() for name in names]
    print(json.dumps({**found, "count": len(names), "names": names, "sha256": seal(now)[1]}))


def restore(folder: Path, baseline: Path, aside: Path) -> None:
    """Bring the folder back to the baseline; what was added or changed is kept aside, nothing is deleted."""
    was, now = manifest(baseline), scan(folder)
    found = differences(was, now)
    back = sorted((*found["removed"], *found["changed"]), key=parts)
    for name in back:
        if was[name]["kind"] == "other":
            sys.exit(f"{folder / name} was neither a file nor a folder, and no copy of it was kept")
        if not may_own(was[name]):
            sys.exit(f"{folder / name} belongs to {was[name]['owner']}: only root can restore it")
    aside.mkdir(mode=0o700, parents=True, exist_ok=True)
    other_kind = [name for name in found["changed"] if was[name]["kind"] != now[name]["kind"]]
    away = sorted((*found["added"], *other_kind), key=parts)
    for name in {*away, *found["changed"]}:
        if now[name]["kind"] == "other":
            (aside / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).rename(aside / name)
        elif now[name]["kind"] != "folder":
            put(folder / name, aside / name, now[name])
            if name in away:
                (folder / name).unlink()
    for name in reversed(away):
        if now[name]["kind"] == "folder":
            (aside / name).mkdir(parents=True, exist_ok=True)
            (folder / name).rmdir()
    folders = [name for name in back if was[name]["kind"] == "folder"]
    for name in folders:
        make(folder / name, was[name], least=0o700)
    for name in (each for each in back if each not in folders):
        put(baseline / "files" / name, folder / name, was[name])
    for name in reversed(folders):
        make(folder / name, was[name])
    print(json.dumps({"restored": len(back), "moved_aside": len(found["added"])}))


def main() -> None:
    """Do what is asked, and say in one line what can't be done."""
    verb, given = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    if len(given) not in {"take": (2, 3), "compare": (2,), "restore": (3,)}.get(verb, ()):
        sys.exit(__doc__.split("Usage: ")[1])
    folder, baseline = Path(given[0]), Path(given[1])
    try:
        if verb == "take":
            take(folder, baseline, *given[2:])
        elif verb == "compare":
            compare(folder, baseline)
        else:
            restore(folder, baseline, Path(given[2]))
    except OSError as error:
        sys.exit(f"{verb} failed: {error}")


if __name__ == "__main__":
    main()
