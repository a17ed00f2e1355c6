"""An archive as bytes: a ZIP file in one form only, so that the same members give the same bytes and a change shows.

Rule 1: nothing is compressed. No member is larger than the archive, so there are no bombs; `gzip` packs the whole.
Rule 2: every byte outside of the members follows from their names, sizes and check sums, and is compared.
Rule 3: an archive comes from anywhere. Nothing of it is written to the disk, and its names are never used as paths.
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from runbook.errors import RunbookError

LARGEST = 2**32 - 1
"""Bytes an archive may have at most: what a ZIP file can count."""
MOST = 10_000
"""Members an archive may have at most."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,99})?")
_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_ENTRY = struct.Struct("<4sHHHHHHLLLHHHHHLL")
_END = struct.Struct("<4sHHHHLLH")
_VERSION, _UNIX, _FIRST_DAY = 20, 3 << 8, 0x21
_PRIVATE = 0o100600 << 16
_LONGEST_ENTRY = 256
"""Bytes that a member takes in the directory, at most."""
_CHUNK = 1 << 20


class Spoiled(RunbookError):
    """The bytes are not those of an archive that `runbook export` wrote; `member` is where, as far as that is known."""

    def __init__(self, message: str, member: str = "") -> None:
        super().__init__(message, "ask for the archive again")
        self.member = member


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its name, its check sum, its size, and where it begins."""

    name: str
    crc: int
    size: int
    offset: int

    @property
    def header(self) -> bytes:
        """What stands before its content."""
        name = self.name.encode("ascii")
        sizes = (self.crc, self.size, self.size, len(name), 0)
        return _LOCAL.pack(b"PK\3\4", _VERSION, 0, 0, 0, _FIRST_DAY, *sizes) + name

    @property
    def entry(self) -> bytes:
        """Its line in the directory at the end."""
        name = self.name.encode("ascii")
        sizes = (self.crc, self.size, self.size, len(name), 0, 0, 0, 0)
        made = (_UNIX | _VERSION, _VERSION, 0, 0, 0, _FIRST_DAY)
        return _ENTRY.pack(b"PK\1\2", *made, *sizes, _PRIVATE, self.offset) + name

    @property
    def end(self) -> int:
        """Where what follows it begins."""
        return self.offset + _LOCAL.size + len(self.name) + self.size


def pack(stream: BinaryIO, contents: Iterable[tuple[str, Iterable[bytes]]]) -> int:
    """Write an archive of these members, in this order; how many bytes it has.

    `stream` is a new file that can be gone back in. `Spoiled` for what no archive can hold.
    """
    members: dict[str, Member] = {}
    at = 0
    for name, content in contents:
        if not _NAME.fullmatch(name) or name in members or len(members) == MOST:
            raise Spoiled(f"`{name}` can't be a member of an archive, which has at most {MOST}", name)
        crc = size = 0
        stream.seek(at + _LOCAL.size + len(name))
        for part in content:
            crc, size = zlib.crc32(part, crc), size + len(part)
            if at + size > LARGEST - MOST * _LONGEST_ENTRY:
                raise Spoiled("an archive has at most 4 GiB", name)
            stream.write(part)
        member = Member(name, crc, size, at)
        stream.seek(at)
        stream.write(member.header)
        members[name] = member
        at = member.end
    stream.seek(at)
    stream.write(_directory(members.values(), at))
    return stream.tell()


def _directory(members: Iterable[Member], at: int) -> bytes:
    entries = [member.entry for member in members]
    size = sum(map(len, entries))
    return b"".join(entries) + _END.pack(b"PK\5\6", 0, 0, len(entries), len(entries), size, at, 0)


class Packed:
    """An archive that is read; `Spoiled` when it is in any other form than `pack` gives it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.members = self._read_directory()
        """What is in it, by name, in the order in which it is."""
        for member in self.members.values():
            stream.seek(member.offset)
            if stream.read(len(member.header)) != member.header:
                raise Spoiled(f"the header of `{member.name}` is not one that an export writes", member.name)

    def _read_directory(self) -> dict[str, Member]:
        size = self._stream.seek(0, os.SEEK_END)
        if not _END.size <= size <= LARGEST:
            raise Spoiled("it is not an archive: too short, or larger than 4 GiB")
        self._stream.seek(size - _END.size)
        signature, _, _, count, _, length, start, _ = _END.unpack(self._stream.read(_END.size))
        known = signature == b"PK\5\6" and count <= MOST and length <= MOST * _LONGEST_ENTRY
        if not known or start + length + _END.size != size:
            raise Spoiled("it is not an archive, or its end is missing or was changed", "directory")
        self._stream.seek(start)
        kept = self._stream.read(length + _END.size)
        members = _entries(kept[:length], count)
        if max((member.end for member in members.values()), default=0) != start:
            raise Spoiled("something stands between its members and their directory", "directory")
        if _directory(members.values(), start) != kept:
            raise Spoiled("its directory is not one that an export writes", "directory")
        return members

    def parts(self, name: str) -> Iterator[bytes]:
        """The content of a member, part by part."""
        member = self.members[name]
        at, left, crc = member.offset + len(member.header), member.size, 0
        while left:
            self._stream.seek(at)
            part = self._stream.read(min(left, _CHUNK))
            if not part:
                raise Spoiled(f"`{name}` ends early", name)
            yield part
            at, left, crc = at + len(part), left - len(part), zlib.crc32(part, crc)
        if crc != member.crc:
            raise Spoiled(f"`{name}` has not the check sum that its header says", name)

    def text(self, name: str, most: int) -> bytes:
        """The whole content of a member that has at most so many bytes."""
        if self.members[name].size > most:
            raise Spoiled(f"`{name}` has more than {most // 2**20} MiB", name)
        return b"".join(self.parts(name))


def _entries(kept: bytes, count: int) -> dict[str, Member]:
    members: dict[str, Member] = {}
    at = due = 0
    for number in range(1, count + 1):
        if len(kept) < at + _ENTRY.size:
            raise Spoiled("its directory ends early", "directory")
        fields = _ENTRY.unpack_from(kept, at)
        crc, size, length, offset = fields[7], fields[8], fields[10], fields[16]
        at += _ENTRY.size + length
        name = kept[at - length : at].decode("ascii", "replace")
        if not _NAME.fullmatch(name) or name in members or offset != due:
            raise Spoiled(f"the entry of its member {number} is not one that an export writes", "directory")
        members[name] = Member(name, crc, size, offset)
        due = members[name].end
    return members
