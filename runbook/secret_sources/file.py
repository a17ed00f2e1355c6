"""A file that only its owner can read.

When to use: on a server, where a secret is laid down once, and for what a container or a service manager mounts.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runbook.secret_source import NoSecret, SecretSource

LONGEST = 64 * 1024
"""Bytes of a secret."""


def fetch(options: Mapping[str, Any], root: Path) -> str:
    path = os.path.join(root, os.path.expanduser(options["path"]))
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as stream:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                raise NoSecret(f"{path} is not a file", "put the secret into a file")
            if found.st_mode & 0o077:
                raise NoSecret(f"{path} can be read or written by others", f"chmod 600 {path}")
            data = stream.read(LONGEST + 1)
    except OSError as error:
        raise NoSecret(f"{path} can't be read: {error.strerror}", "check the path and its permissions") from None
    if len(data) > LONGEST:
        raise NoSecret(f"{path} is longer than {LONGEST // 1024} KiB", "keep only the secret in it")
    try:
        return data.decode().removesuffix("\n")
    except UnicodeDecodeError:
        raise NoSecret(f"{path} is not text", "keep it in base64, and decode it where it is used") from None


SOURCE = SecretSource(
    key="file",
    summary="a file that only its owner can read",
    properties={
        "path": {
            "type": "string",
            "minLength": 1,
            "description": "The file: from the project's folder, `/` or `~`. Nobody else may read it.",
        }
    },
    required=("path",),
    fetch=fetch,
    example="db_password: {from: file, path: /etc/backup/db-password}",
)
