"""The generations of a log: `shop.log` is in use, `shop.log.1` or `shop.log.1.gz` came before it, and so on."""

from __future__ import annotations

import fnmatch
import gzip
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

SUFFIX = re.compile(r"(?P<log>.+?)\.(?P<number>[1-9]\d{0,4})(?P<packed>\.gz)?")


def logs(folder: Path, pattern: str) -> list[Path]:
    """The logs in use: regular files of the folder that match the pattern."""
    return sorted(
        each
        for each in folder.iterdir()
        if fnmatch.fnmatchcase(each.name, pattern) and each.is_file() and not each.is_symlink()
        if not SUFFIX.fullmatch(each.name)
    )


def older(log: Path) -> dict[int, Path]:
    """The older generations of a log by number; 1 is the youngest."""
    found: dict[int, Path] = {}
    for each in log.parent.iterdir():
        match = SUFFIX.fullmatch(each.name)
        if match and match["log"] == log.name and each.is_file() and not each.is_symlink():
            number = int(match["number"])
            if number in found:
                raise SystemExit(f"{log}: generation {number} is there twice")
            found[number] = each
    return dict(sorted(found.items()))


def pieces(path: Path) -> Iterator[bytes]:
    """The content of one generation, unpacked."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        while piece := file.read(1 << 20):
            yield piece


def stream(log: Path) -> Iterator[bytes]:
    """Everything that was ever written to the log and is still kept, oldest first."""
    for path in reversed(older(log).values()):
        yield from pieces(path)
    if log.exists():
        yield from pieces(log)


def measure(log: Path, limit: int | None = None) -> dict[str, object]:
    """Lines, bytes and digest of the stream of a log, of its first `limit` bytes only when that is given."""
    digest, size, count = hashlib.sha256(), 0, 0
    for piece in stream(log):
        part = piece if limit is None else piece[: limit - size]
        digest.update(part)
        size, count = size + len(part), count + part.count(b"\n")
    return {"lines": count, "bytes": size, "sha256": digest.hexdigest()}
