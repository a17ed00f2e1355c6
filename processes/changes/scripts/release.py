"""Put releases of a small service beside each other, and switch between them in one move.

A service is a folder with `releases/NAME/` and the link `current`. A release holds `service.json` (name, version,
settings) and `SHA256SUMS`, which names every other file of it. Switching replaces the link in one move, so that
nobody ever sees half a release. What a look at a release finds wrong is a finding, not a failure of the program.

Usage: release.py COMMAND ARGUMENT ...; `release.py --help` lists the commands.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sys
import tarfile
import zlib
from pathlib import Path

MARK = ".made-as-a-sample"
COMMANDS = {
    "sample": ("service", "package", "fault"),
    "check": ("package", "checksum"),
    "unpack": ("service", "package", "name"),
    "switch": ("service", "name"),
    "smoke": ("service", "name"),
    "remove": ("service", "name"),
}


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fill(folder: Path, version: str, broken: bool) -> None:
    """One release of the sample service; a broken one lacks a setting that it needs."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = {"port": 8080} if broken else {"port": 8080, "database": "orders"}
    text = json.dumps({"name": "shop", "version": version, "settings": settings}, indent=1)
    (folder / "service.json").write_text(text)
    (folder / "SHA256SUMS").write_text(f"{digest(folder / 'service.json')}  service.json\n")


def switch(service: Path, name: str) -> dict:
    """The link `current` on another release, in one move; the release before is named."""
    if not (service / "releases" / name / "service.json").is_file():
        sys.exit(f"{service} has no release {name}")
    before = current(service)
    draft = service / ".current.new"
    draft.unlink(missing_ok=True)
    draft.symlink_to(Path("releases") / name)
    os.replace(draft, service / "current")
    return {"current": name, "before": before}


def current(service: Path) -> str:
    """The name of the release in use; empty for none."""
    return Path(os.readlink(service / "current")).name if (service / "current").is_symlink() else ""


def sample(service: str, package: str, fault: str) -> dict:
    """A service with release 1.0 in use, and a package with release 1.1; `broken` puts a fault into it."""
    folder, archive = Path(service), Path(package)
    if folder.exists() and not (folder / MARK).exists():
        sys.exit(f"{folder} is there already and is not a sample")
    shutil.rmtree(folder, ignore_errors=True)
    fill(folder / "releases" / "1.0", "1.0", broken=False)
    (folder / MARK).touch()
    switch(folder, "1.0")
    fill(folder / ".build", "1.1", broken=fault == "broken")
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive, "w:gz") as tar:
        for name in ("service.json", "SHA256SUMS"):
            tar.add(folder / ".build" / name, name)
    shutil.rmtree(folder / ".build")
    return {"current": "1.0", "package": package, "sha256": digest(archive)}


def check(package: str, checksum: str) -> dict:
    """The package as it was published, with the two files and nothing that leads out of its folder."""
    found = digest(Path(package))
    if checksum and found != checksum.lower():
        sys.exit(f"the package has the checksum {found}, and {checksum} was published")
    with tarfile.open(package) as tar:
        odd = [each.name for each in tar.getmembers() if not each.isfile() or "/" in each.name or each.name[0] == "."]
        names = sorted(tar.getnames())
    if odd or "service.json" not in names or "SHA256SUMS" not in names:
        sys.exit(f"the package holds {', '.join(names)}; service.json and SHA256SUMS are expected, no folders or links")
    return {"sha256": found, "files": len(names)}


def unpack(service: str, package: str, name: str) -> dict:
    """The package as a release beside the others, whole or not at all; the one in use is not touched."""
    folder = Path(service) / "releases" / name
    draft = folder.with_name(f".{name}.new")
    if name == current(Path(service)):
        sys.exit(f"release {name} is in use")
    check(package, "")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        with tarfile.open(package) as tar:
            for each in tar.getmembers():
                (draft / each.name).write_bytes(tar.extractfile(each).read())
        compare(draft)
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return {"release": name, "files": len(list(folder.iterdir()))}


def compare(folder: Path) -> None:
    """Every file of a release against its checksum; a file without one, and one that is not there, count as changed."""
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    wanted = {name.lstrip(" *"): checksum for checksum, _, name in (line.partition(" ") for line in lines)}
    found = {each.name: digest(each) for each in folder.iterdir() if each.name != "SHA256SUMS"}
    odd = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
    if odd:
        sys.exit(f"{', '.join(odd)}: not as in SHA256SUMS")


def smoke(service: str, name: str) -> dict:
    """What a look at the release in use finds: the right one, with all settings that it needs."""
    folder, faults, version = Path(service), [], ""
    if current(folder) != name:
        faults.append(f"{current(folder) or 'no release'} is in use")
    try:
        data = json.loads((folder / "current" / "service.json").read_text(encoding="utf-8"))
        version = str(data["version"])
        faults += [f"the setting {each} is missing" for each in ("port", "database") if each not in data["settings"]]
        if version != name:
            faults.append(f"it calls itself {version}")
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        faults.append(f"service.json can't be used ({type(error).__name__}: {error})")
    return {"healthy": not faults, "faults": faults, "version": version}


def remove(service: str, name: str) -> dict:
    """A release that is not in use, removed."""
    if name == current(Path(service)):
        sys.exit(f"release {name} is in use; switch to another one first")
    shutil.rmtree(Path(service) / "releases" / name, ignore_errors=True)
    return {"removed": name}


def main() -> None:
    """Print the answer of one command as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, arguments in COMMANDS.items():
        command = commands.add_parser(name)
        for argument in arguments:
            command.add_argument(argument)
    given = vars(parser.parse_args())
    if not all(part not in ("", ".", "..") and "/" not in part for part in [given.get("name", "any")]):
        sys.exit(f"{given['name']} is no name of a release")
    verbs = {"check": check, "unpack": unpack, "smoke": smoke, "remove": remove, "sample": sample}
    command = given.pop("command")
    try:
        found = switch(Path(given["service"]), given["name"]) if command == "switch" else verbs[command](**given)
    except (OSError, EOFError, ValueError, tarfile.TarError, zlib.error) as error:
        sys.exit(f"{command} failed: {(str(error) or type(error).__name__).splitlines()[0]}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
