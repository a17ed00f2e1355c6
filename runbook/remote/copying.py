"""Files to a host and from it, by SFTP: no shell ever reads their names.

Rule 1: a file here is one of the project; a link out of it is not followed, and nothing is written that decides what
is run.
Rule 2: a file is there whole or not at all: it is written beside its place, then moved there.
"""

from __future__ import annotations

import os
import posixpath
import secrets
import stat
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, BinaryIO

from runbook.kind import WorkFailed
from runbook.sizes import in_words
from runbook.work.files import changeable, inside

if TYPE_CHECKING:
    import asyncssh

MOST_BYTES = 1 << 30
"""The largest file that is copied."""
_CHUNK = 1 << 20

Say = Callable[[str, bytes], Awaitable[None]]


async def upload(
    connection: asyncssh.SSHClientConnection, files: Iterable[Mapping[str, str]], root: str, say: Say
) -> None:
    """Copy files of the project to the host, each with its permissions."""
    for each in files:
        with _opened(root, each["from"]) as source:
            found = os.fstat(source.fileno())
            _check_size(each["from"], found.st_size)
            target = each["to"] + posixpath.basename(each["from"]) if each["to"].endswith("/") else each["to"]
            async with connection.start_sftp_client() as sftp:
                await _send(sftp, source, target, stat.S_IMODE(found.st_mode) & 0o777)
        await say("stderr", f"{each['from']} copied to {target}: {in_words(found.st_size)}\n".encode())


def _opened(root: str, name: str) -> BinaryIO:
    """A file of the project, to be read; `WorkFailed` when it is none."""
    try:
        handle = os.open(inside(name, root), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise WorkFailed(f"`{name}` can't be read: {error.strerror}") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise WorkFailed(f"`{name}` is not a file")
    return os.fdopen(handle, "rb")


async def _send(sftp: asyncssh.SFTPClient, source: BinaryIO, target: str, mode: int) -> None:
    import asyncssh

    beside = f"{target}.{secrets.token_hex(6)}.part"
    attributes = asyncssh.SFTPAttrs(permissions=mode)
    try:
        async with sftp.open(beside, "xb", attributes) as made:
            left = MOST_BYTES
            while data := source.read(min(_CHUNK, left)):
                await made.write(data)
                left -= len(data)
        await sftp.chmod(beside, mode)
        await sftp.posix_rename(beside, target)
    except asyncssh.SFTPError as error:
        try:
            await sftp.remove(beside)
        except asyncssh.SFTPError:
            pass  # it was never made
        raise WorkFailed(f"`{target}` can't be written: {error.reason}") from None


async def download(
    connection: asyncssh.SSHClientConnection, files: Iterable[Mapping[str, str]], root: str, say: Say
) -> None:
    """Copy files of the host into the project."""
    import asyncssh

    for each in files:
        name = each["to"] + posixpath.basename(each["from"]) if each["to"].endswith("/") else each["to"]
        full = _made_room_for(name, root)
        beside = os.path.join(os.path.dirname(full), f".{os.path.basename(full)[:80]}.{secrets.token_hex(6)}.part")
        size = 0
        try:
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "wb") as made:
                async with connection.start_sftp_client() as sftp, sftp.open(each["from"], "rb") as source:
                    _check_size(each["from"], (await source.stat()).size or 0)
                    while data := await source.read(_CHUNK):
                        assert isinstance(data, bytes)  # it was opened for those
                        size += len(data)
                        _check_size(each["from"], size)
                        made.write(data)
                made.flush()
                os.fsync(handle)
            os.replace(beside, full)
        except asyncssh.SFTPError as error:
            raise WorkFailed(f"`{each['from']}` can't be read: {error.reason}") from None
        except OSError as error:
            raise WorkFailed(f"`{name}` can't be written: {error.strerror}") from None
        finally:
            if os.path.lexists(beside):
                os.unlink(beside)
        await say("stderr", f"{each['from']} copied to {name}: {in_words(size)}\n".encode())


def _made_room_for(name: str, root: str) -> str:
    """The full path of a file that may be written, whose folder is there now."""
    if posixpath.basename(name) in ("", ".", ".."):
        raise WorkFailed(f"`{name}` is not the name of a file")
    folder = os.path.dirname(changeable(name, root))
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise WorkFailed(f"the folder of `{name}` can't be made: {error.strerror}") from None
    return changeable(name, root)  # again: a link may have come in between


def _check_size(name: str, size: int) -> None:
    if size > MOST_BYTES:
        raise WorkFailed(f"`{name}` is larger than {in_words(MOST_BYTES)}, which is the most that is copied")
