"""Seeks secrets in every file below a folder: in its bytes, without its line breaks, unpacked, and as tables.

It knows nothing of how they are masked: what it seeks it works out by itself.
"""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import os
import shlex
import sqlite3
import urllib.parse
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

HEAD = 8
"""Bytes by which a needle is sought; what is shorter is sought only as it is."""
PIECE = 16
"""Bytes of every piece of a secret that counts as found by itself."""


@dataclass(slots=True)
class Found:
    """What was searched, and where secrets were found: the file, and what it was of which secret."""

    files: int = 0
    texts: int = 0
    size: int = 0
    places: list[str] = field(default_factory=list)


class Needles:
    """Everything that must not be found of some secrets."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self.short: dict[bytes, str] = {}
        self.long: dict[bytes, dict[bytes, str]] = {}
        for number, secret in enumerate(secrets):
            for what, needle in _needles(secret):
                name = f"{what} of secret {number}"
                if len(needle) >= HEAD:
                    self.long.setdefault(needle[:HEAD], {})[needle] = name
                elif what == "plain":
                    self.short[needle] = name

    def __len__(self) -> int:
        return len(self.short) + sum(map(len, self.long.values()))

    def within(self, text: bytes) -> Iterator[str]:
        """What of them is in the text."""
        for needle, name in self.short.items():
            if needle in text:
                yield name
        heads, seen = self.long, set()
        for at in range(len(text) - HEAD + 1):
            head = text[at : at + HEAD]
            if head in heads:
                for needle, name in heads[head].items():
                    if name not in seen and text.startswith(needle, at):
                        seen.add(name)
                        yield name


def sought(folder: Path, needles: Needles) -> Found:
    """Search every file below a folder, and the names of all files."""
    found, known = Found(), set[bytes]()
    for path in sorted(folder.rglob("*")):
        where = str(path.relative_to(folder))
        texts = [("name", os.fsencode(where))]
        if path.is_file() and not path.is_symlink():
            found.files += 1
            data = path.read_bytes()
            texts += [(kind, text) for kind, text in _texts(path, data)]
        for kind, text in texts:
            found.texts += 1
            found.size += len(text)
            digest = hashlib.sha256(text).digest()
            if digest in known:  # a copy of what was searched already
                continue
            known.add(digest)
            found.places += [f"{where} ({kind}): {name}" for name in needles.within(text)]
    return found


def _texts(path: Path, data: bytes) -> Iterator[tuple[str, bytes]]:
    """A file in every way in which somebody may read it."""
    yield "bytes", data
    if len(joined := data.translate(None, b"\r\n")) != len(data):
        yield "bytes without line breaks", joined
    if data.startswith(b"SQLite format 3"):
        database = sqlite3.connect(path)  # with its log of writes beside it
        try:
            yield "tables", "\n".join(database.iterdump()).encode("utf-8", "surrogatepass")
        finally:
            database.close()
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield f"in it {name}", archive.read(name)


def _needles(secret: str) -> Iterator[tuple[str, bytes]]:
    raw = secret.encode()
    yield "plain", raw
    yield "without line breaks", raw.translate(None, b"\r\n")
    for at in range(0, len(raw) - PIECE + 1, PIECE):
        yield "a piece", raw[at : at + PIECE]
    texts = {
        "url": [urllib.parse.quote(raw, safe) for safe in ("", "/", "!~*'()")] + [urllib.parse.quote_plus(raw)],
        "json": [json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]],
        "hex": [raw.hex(), raw.hex().upper(), raw.hex(" ")],
        "python": [repr(secret)[1:-1], ascii(secret)[1:-1], repr(raw)[2:-1]],
        "html": [html.escape(secret), html.escape(secret, quote=False)],
        "shell": [shlex.quote(secret)],
    }
    texts["json"] += [json.dumps(text, ensure_ascii=only)[1:-1] for text in texts["json"] for only in (True, False)]
    for what, several in texts.items():
        yield from ((what, text.encode()) for text in several)
        yield from ((what, text.lower().encode()) for text in several if what == "url" and "%" in text)
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for shift in range(3):
            sides = [encode(bytes([byte]) * shift + raw + bytes([byte]) * 6) for byte in (0, 255)]
            ends = [side[(shift * 4 + 2) // 3 :].rstrip(b"=") for side in sides]
            alike = takewhile(lambda pair: pair[0] == pair[1], zip(*ends, strict=True))
            yield "base64", bytes(byte for byte, _ in alike)  # what hangs on the secret alone


__all__ = ["Found", "Needles", "sought"]
