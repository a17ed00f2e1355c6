"""Sees, spoils and records everything that SQLite does to its files: its own layer over the system, wrapped.

The two tables of functions through which SQLite reaches a disk are changed in place, from Python, so that the program
under test is the very one that is installed. What is seen is each creation, write, truncation, sync and removal.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_VFS_OPEN, _VFS_DELETE = 40, 48
_WRITE, _TRUNCATE, _SYNC = 24, 32, 40
_TABLE = 152
"""Where the functions stand in SQLite's tables, in bytes: its public interface, the same since version 3.7.17."""
_CREATE = 0x00000004
_P, _I, _L = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
_OPEN_AS = ctypes.CFUNCTYPE(_I, _P, _P, _P, _I, _P)
_DELETE_AS = ctypes.CFUNCTYPE(_I, _P, ctypes.c_char_p, _I)
_WRITE_AS = ctypes.CFUNCTYPE(_I, _P, _P, _I, _L)
_TRUNCATE_AS = ctypes.CFUNCTYPE(_I, _P, _L)
_SYNC_AS = ctypes.CFUNCTYPE(_I, _P, _I)

FULL, BAD_WRITE, BAD_SYNC, BAD_TRUNCATION = 13, 10 | 3 << 8, 10 | 4 << 8, 10 | 6 << 8
"""What SQLite calls a full disk, and three ways in which a disk fails."""


@dataclass(frozen=True, slots=True)
class Op:
    """One thing that SQLite does to a file, named by the last part of its path."""

    kind: str
    file: str
    at: int = 0
    data: bytes = b""


Heed = Callable[[Op, Callable[[bytes], int]], int | None]
"""Hears of an operation before it happens, with a way to do a part of a write; a number is returned in its place."""


def watch(heed: Heed) -> bool:
    """Have every operation of this process's SQLite heard of; False where its library can't be reached."""
    library = _library()
    if library is None:
        return False
    library.sqlite3_vfs_find.restype = _P
    library.sqlite3_vfs_find.argtypes = [ctypes.c_char_p]
    vfs = library.sqlite3_vfs_find(None)
    names: dict[int, str] = {}
    tables: dict[int, Any] = {}

    def told(op: Op, part: Callable[[bytes], int] = lambda data: 0) -> int | None:
        try:
            return heed(op, part)
        except BaseException:  # nothing may fall through SQLite
            import traceback

            traceback.print_exc()
            os._exit(71)

    open_file = _OPEN_AS(_at(vfs, _VFS_OPEN))
    delete_file = _DELETE_AS(_at(vfs, _VFS_DELETE))

    def opened(this: int, path: int, file: int, flags: int, out: int) -> int:
        name = os.path.basename(ctypes.string_at(path).decode()) if path else "(unnamed)"
        if path and flags & _CREATE and not os.path.exists(ctypes.string_at(path)):
            told(Op("create", name))
        code = open_file(this, path, file, flags, out)
        table = _at(file, 0) if code == 0 else None
        if table:
            names[file] = name
            if table not in tables:
                tables[table] = _wrapped(table, names, told)
            ctypes.c_void_p.from_address(file).value = ctypes.addressof(tables[table][0])
        return code

    def deleted(this: int, path: bytes, synced: int) -> int:
        code = told(Op("delete", os.path.basename(path.decode()), synced))
        return delete_file(this, path, synced) if code is None else code

    kept = [_OPEN_AS(opened), _DELETE_AS(deleted), open_file, delete_file]
    for place, function in ((_VFS_OPEN, kept[0]), (_VFS_DELETE, kept[1])):
        ctypes.c_void_p.from_address(vfs + place).value = ctypes.cast(function, _P).value
    _KEPT.extend(kept)
    return True


_KEPT: list[Any] = []
"""What SQLite calls must outlive every connection."""


def _wrapped(table: int, names: dict[int, str], told: Callable[..., int | None]) -> tuple[Any, ...]:
    """A copy of a file's table of functions in which writes, truncations and syncs are heard of first."""
    copy = ctypes.create_string_buffer(ctypes.string_at(table, _TABLE), _TABLE)
    write, truncate, sync = (
        _WRITE_AS(_at(table, _WRITE)),
        _TRUNCATE_AS(_at(table, _TRUNCATE)),
        _SYNC_AS(_at(table, _SYNC)),
    )

    def written(file: int, data: int, size: int, at: int) -> int:
        op = Op("write", names.get(file, ""), at, ctypes.string_at(data, size))
        code = told(op, lambda part: write(file, ctypes.cast(ctypes.c_char_p(part), _P), len(part), at))
        return write(file, data, size, at) if code is None else code

    def truncated(file: int, size: int) -> int:
        code = told(Op("truncate", names.get(file, ""), size))
        return truncate(file, size) if code is None else code

    def synced(file: int, flags: int) -> int:
        code = told(Op("sync", names.get(file, "")))
        return sync(file, flags) if code is None else code

    functions = (_WRITE_AS(written), _TRUNCATE_AS(truncated), _SYNC_AS(synced))
    for place, function in zip((_WRITE, _TRUNCATE, _SYNC), functions, strict=True):
        address = ctypes.cast(function, _P).value
        ctypes.c_void_p.from_address(ctypes.addressof(copy) + place).value = address
    return (copy, functions, write, truncate, sync)


def _at(address: int, place: int) -> Any:
    return ctypes.c_void_p.from_address(address + place).value


def _library() -> Any:
    """The SQLite that Python's own module uses, when it is a library of its own."""
    import _sqlite3
    import sqlite3

    for name in (getattr(_sqlite3, "__file__", None), ctypes.util.find_library("sqlite3")):
        if not name:
            continue
        try:
            library = ctypes.CDLL(name)
            library.sqlite3_libversion.restype = ctypes.c_char_p
            if library.sqlite3_libversion().decode() == sqlite3.sqlite_version:
                return library
        except (OSError, AttributeError):
            continue
    return None


def reachable() -> bool:
    """True where `watch` can see what SQLite does."""
    return _library() is not None
