"""The three moves of a log rotation: rename the logs in use, compress the renamed ones, remove the oldest.

`rename` leaves an empty log with the same owner and mode. `compress` refuses a file that somebody has open for writing,
and removes one only after its compressed copy was read back equal. `excess` counts what `prune` would remove.

Usage: rotate_logs.py rename|compress FOLDER PATTERN
       rotate_logs.py excess|prune FOLDER PATTERN KEEP
"""

from __future__ import annotations

import contextlib
import glob
import gzip
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
import zlib
from pathlib import Path

import generations


def fresh(log: Path) -> Path:
    """An empty file beside the log, with its owner and its rights, to be the next log."""
    number, name = tempfile.mkstemp(prefix=f".{log.name}.", dir=log.parent)
    os.close(number)
    draft = Path(name)
    try:
        like(log, draft)
        os.utime(draft)
    except OSError:
        draft.unlink()
        raise
    return draft


def like(path: Path, other: Path) -> None:
    """Give another file the owner, the rights and the times of this one."""
    status = path.stat()
    os.chown(other, status.st_uid, status.st_gid)
    shutil.copystat(path, other)


def rename(log: Path, draft: Path) -> None:
    """Move every generation up by one and the log to generation 1; the draft is the log then."""
    there = generations.older(log)
    free = next(number for number in range(1, len(there) + 2) if number not in there)
    for number in range(free - 1, 0, -1):
        old = there[number]
        packed = ".gz" if old.suffix == ".gz" else ""
        old.rename(log.with_name(f"{log.name}.{number + 1}{packed}"))
    log.rename(log.with_name(f"{log.name}.1"))
    with contextlib.suppress(FileExistsError):  # its writer was faster
        os.link(draft, log)
    draft.unlink()


def rename_all(logs: list[Path]) -> int:
    """Rename every log that is not empty; when one of the new logs can't be made, nothing is renamed."""
    drafts: dict[Path, Path] = {}
    try:
        for log in logs:
            if log.stat().st_size:
                drafts[log] = fresh(log)
    except OSError as error:
        for draft in drafts.values():
            draft.unlink()
        sys.exit(f"no log was renamed, because the next one can't be made like it: {error}")
    for log, draft in drafts.items():
        rename(log, draft)
    return len(drafts)


def writers(paths: list[Path]) -> list[str]:
    """Who has one of these files open for writing, as far as who runs this may see it."""
    wanted = {(status.st_dev, status.st_ino): path for path in paths for status in [path.stat()]}
    found = []
    for process in filter(str.isdecimal, os.listdir("/proc")):
        opened: list[str] = []
        with contextlib.suppress(OSError):
            opened = os.listdir(f"/proc/{process}/fd")
        for number in opened:
            with contextlib.suppress(OSError):
                status = os.stat(f"/proc/{process}/fd/{number}")
                path = wanted.get((status.st_dev, status.st_ino))
                if path and for_writing(Path(f"/proc/{process}/fdinfo/{number}")):
                    found.append(f"{path} is open for writing in process {process}")
    return found


def for_writing(info: Path) -> bool:
    """True when the facts about an open file say that it can be written to."""
    flags = re.search(r"^flags:\s*([0-7]+)", info.read_text(), re.M)
    return flags is not None and bool(int(flags[1], 8) & (os.O_WRONLY | os.O_RDWR))


def digest(path: Path) -> str:
    """The SHA-256 of a generation's content, unpacked."""
    sum_ = hashlib.sha256()
    for piece in generations.pieces(path):
        sum_.update(piece)
    return sum_.hexdigest()


def plain(log: Path) -> list[Path]:
    """The older generations that are not compressed; one whose compressed copy was finished before is removed."""
    for path in log.parent.glob(f"{glob.escape(log.name)}.[0-9]*"):
        packed = path.with_name(path.name + ".gz")
        if generations.SUFFIX.fullmatch(path.name) and packed.is_file() and digest(packed) == digest(path):
            path.unlink()
    return [path for path in generations.older(log).values() if path.suffix != ".gz"]


def compress(path: Path) -> None:
    """Replace a plain older generation by a compressed one that was read back."""
    before = path.stat()
    partial = path.with_name(path.name + ".partial.gz")
    partial.unlink(missing_ok=True)
    number = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with path.open("rb") as source, open(number, "wb") as file:
        with gzip.GzipFile(path.name, "wb", fileobj=file, mtime=before.st_mtime) as target:
            shutil.copyfileobj(source, target)
        file.flush()
        os.fsync(number)
    like(path, partial)
    equal, after = digest(partial) == digest(path), path.stat()
    if not equal or (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        partial.unlink()
        sys.exit(f"{path}: the compressed copy is not equal, the plain file was kept")
    partial.rename(path.with_name(path.name + ".gz"))
    path.unlink()


def compress_all(logs: list[Path]) -> int:
    """Compress every plain generation, unless one of them is still written to."""
    paths = [path for log in logs for path in plain(log)]
    if found := writers(paths):
        sys.exit("; ".join(found) + ": make the writer open its log again")
    for path in paths:
        compress(path)
    return len(paths)


def excess(log: Path, keep: int) -> list[Path]:
    """The generations beyond those to keep."""
    return [path for number, path in generations.older(log).items() if number > keep]


def prune(log: Path, keep: int) -> int:
    """Remove the generations beyond those to keep."""
    found = excess(log, keep)
    for path in found:
        path.unlink()
    return len(found)


def main() -> None:
    """Make the move on every log and print how many files it concerned, as JSON."""
    move, logs = sys.argv[1], generations.logs(Path(sys.argv[2]), sys.argv[3])
    if move in ("rename", "compress"):
        print(json.dumps({"files": rename_all(logs) if move == "rename" else compress_all(logs)}))
        return
    keep = int(sys.argv[4])
    files = [str(path) for log in logs for path in excess(log, keep)]
    removed = sum(prune(log, keep) for log in logs) if move == "prune" else 0
    print(json.dumps({"files": len(files), "names": files, "removed": removed}))


if __name__ == "__main__":
    try:
        main()
    except (OSError, EOFError, zlib.error) as error:
        sys.exit(f"{sys.argv[1]} failed: {error}")
