"""Keep what a running system shows and a restart would wipe out: processes, sockets, sessions, mounts, load.

Everything is read from /proc and from the tools that are there; nothing on the system is changed. Each finding is a
file, and `manifest.sha256` holds their checksums, so that nobody can change one of them unnoticed.

Usage: collect_evidence.py collect FOLDER
       collect_evidence.py check FOLDER
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

PROGRAMS = {
    "processes.txt": ["ps", "-eo", "pid,ppid,user,lstart,args"],
    "sockets.txt": ["ss", "-tunap"],
    "sessions.txt": ["who", "-a"],
    "logins.txt": ["last", "-n", "50"],
    "disks.txt": ["df", "-P"],
}
FILES = {
    "mounts.txt": "/proc/mounts",
    "modules.txt": "/proc/modules",
    "tcp.txt": "/proc/net/tcp",
    "tcp6.txt": "/proc/net/tcp6",
    "udp.txt": "/proc/net/udp",
    "udp6.txt": "/proc/net/udp6",
    "load.txt": "/proc/loadavg",
    "uptime.txt": "/proc/uptime",
}
MANIFEST = "manifest.sha256"


def programs_now() -> str:
    """Every program with its file and its start, from /proc; a file that was removed is marked by the system."""
    lines = []
    for entry in sorted((each for each in os.listdir("/proc") if each.isdigit()), key=int):
        try:
            file = os.readlink(f"/proc/{entry}/exe")
        except OSError:
            file = "-"
        try:
            words = Path(f"/proc/{entry}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        lines.append(f"{entry} {file} {words.strip()}")
    return "\n".join(lines) + "\n"


def ran(command: list[str]) -> str | None:
    """What a program prints; None when it is not there, or does not end."""
    if shutil.which(command[0]) is None:
        return None
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False, errors="replace")
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 else None


def text_of(path: str) -> str | None:
    """What a file holds; None when it can't be read."""
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return None


def collect(folder: Path) -> dict:
    """Every finding as a file, and the checksums of all of them; what could not be had is named."""
    if folder.exists():
        sys.exit(f"{folder} is there already; evidence is never written over")
    folder.mkdir(parents=True, mode=0o700)
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    found = {
        "about.txt": f"{platform.node()}\n{platform.platform()}\n{now}\n",
        "programs.txt": programs_now(),
        **{name: ran(command) for name, command in PROGRAMS.items()},
        **{name: text_of(path) for name, path in FILES.items()},
    }
    missing = sorted(name for name, text in found.items() if text is None)
    lines = []
    for name, text in sorted(found.items()):
        if text is not None:
            (folder / name).write_text(text, encoding="utf-8")
            lines.append(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}")
    (folder / MANIFEST).write_text("\n".join(lines) + "\n")
    seal = hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    deleted = found["programs.txt"].count(" (deleted)")
    return {
        "host": platform.node(),
        "folder": str(folder),
        "files": len(lines),
        "missing": missing,
        "seal": seal,
        "deleted_programs": deleted,
    }


def check(folder: Path) -> dict:
    """Whether every file is as it was kept."""
    if not (folder / MANIFEST).is_file():
        sys.exit(f"{folder} holds no {MANIFEST}")
    changed = []
    for line in (folder / MANIFEST).read_text().splitlines():
        wanted, _, name = line.partition("  ")
        path = folder / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
            changed.append(name)
    return {"changed": changed, "seal": hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()}


def main() -> None:
    """Print the answer as JSON."""
    if len(sys.argv) != 3 or sys.argv[1] not in ("collect", "check"):
        sys.exit("usage: collect_evidence.py collect|check FOLDER")
    print(json.dumps({"collect": collect, "check": check}[sys.argv[1]](Path(sys.argv[2]))))


if __name__ == "__main__":
    main()
