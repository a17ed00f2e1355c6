"""The password of a machine in `~/.netrc`, where ftp, curl and git look for it too."""

from __future__ import annotations

import netrc
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runbook.secret_source import NoSecret, SecretSource


def fetch(options: Mapping[str, Any], root: Path) -> str:
    """Called when a program is handed over; what it gives is passed on and forgotten."""
    file, machine = os.path.expanduser(options.get("file", "~/.netrc")), options["machine"]
    try:
        found = netrc.netrc(os.path.join(root, file)).authenticators(machine)
    except (OSError, netrc.NetrcParseError) as error:
        raise NoSecret(f"{file} can't be read: {type(error).__name__}", "see `man netrc`") from None
    if found is None:
        raise NoSecret(f"{file} has no machine `{machine}`", f"add a line: machine {machine} login ... password ...")
    return found[2]


SOURCE = SecretSource(
    key="netrc",
    summary="a password of `~/.netrc`",
    properties={
        "machine": {"type": "string", "minLength": 1, "description": "The machine, as the file has it."},
        "file": {"type": "string", "minLength": 1, "description": "The file; `~/.netrc` when left out."},
    },
    required=("machine",),
    fetch=fetch,
    example="password: {from: netrc, machine: db1.example.org}",
)
