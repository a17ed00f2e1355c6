"""The three moves of a log rotation: rename the logs in use, compress the renamed ones, remove the oldest.

`rename` leaves an empty log with the same mode. `compress` removes a file only after its compressed copy was read
back equal. `excess` counts what `prune` would remove.

Usage: rotate_logs.py rename|compress FOLDER PATTERN
       rotate_logs.py excess|prune FOLDER PATTERN KEEP
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

import generations


def rename(log: Path) -> int:
    """Move every generation up by one and the log to generation 1; an empty log stays."""
    if log.stat().st_size == 0:
        return 0
    there = generations.older(log)
    free = next(number for number in range(1, len(there) + 2) if number not in there)
    for number in range(free - 1, 0, -1):
        old = there[number]
        packed = ".gz" if old.suffix == ".gz" else ""
        old.rename(log.with_name(f"{log.name}.{number + 1}{packed}"))
    mode = log.stat().st_mode & 0o777
    log.rename(log.with_name(f"{log.name}.1"))
    log.touch()
    log.chmod(mode)
    return 1


def digest(path: Path) -> str:
    """The SHA-256 of a generation's content, unpacked."""
    sum_ = hashlib.sha256()
    for piece in generations.pieces(path):
        sum_.update(piece)
    return sum_.hexdigest()


def compress(log: Path) -> int:
    """Replace plain older generations by compressed ones that were read back."""
    done = 0
    for path in generations.older(log).values():
        if path.suffix == ".gz":
            continue
        packed = path.with_name(path.name + ".gz")
        partial = path.with_name(path.name + ".partial.gz")
        with path.open("rb") as source, gzip.open(partial, "wb") as target:
            shutil.copyfileobj(source, target)
        shutil.copystat(path, partial)
        if digest(partial) != digest(path):
            partial.unlink()
            sys.exit(f"{path}: the compressed copy is not equal, the plain file was kept")
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        partial.rename(packed)
        path.unlink()
        done += 1
    return done


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
        act = rename if move == "rename" else compress
        print(json.dumps({"files": sum(act(log) for log in logs)}))
        return
    keep = int(sys.argv[4])
    files = [str(path) for log in logs for path in excess(log, keep)]
    removed = sum(prune(log, keep) for log in logs) if move == "prune" else 0
    print(json.dumps({"files": len(files), "names": files, "removed": removed}))


if __name__ == "__main__":
    main()
