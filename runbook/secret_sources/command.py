"""What a program prints, such as that of a password manager.

When to use: with `pass`, `op`, `vault`, `gopass`, `security` and the like, which ask their owner themselves.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runbook.secret_source import NoSecret, SecretSource
from runbook.secret_sources.file import LONGEST

PATIENCE = 60.0
"""Seconds the program may take."""


def fetch(options: Mapping[str, Any], root: Path) -> str:
    argv = options["argv"]
    try:
        ended = subprocess.run(
            argv, check=False, stdin=subprocess.DEVNULL, capture_output=True, cwd=root, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        raise NoSecret(f"`{argv[0]}` said nothing for {PATIENCE:g} s", "unlock the password manager first") from None
    except OSError as error:
        raise NoSecret(f"`{argv[0]}` can't be started: {error.strerror}", "check its name and PATH") from None
    if ended.returncode:
        raise NoSecret(f"`{argv[0]}` ended with exit code {ended.returncode}", "call it by hand to see why")
    if len(ended.stdout) > LONGEST:
        raise NoSecret(f"`{argv[0]}` printed more than {LONGEST // 1024} KiB", "have it print only the secret")
    try:
        return ended.stdout.decode().removesuffix("\n")
    except UnicodeDecodeError:
        raise NoSecret(f"`{argv[0]}` printed something that is not text", "have it print base64") from None


SOURCE = SecretSource(
    key="command",
    summary="what a program prints",
    properties={
        "argv": {
            "type": "array",
            "items": {"type": "string", "description": "One argument."},
            "minItems": 1,
            "description": "The program and its arguments; it runs in the project's folder.",
        }
    },
    required=("argv",),
    fetch=fetch,
    example="api_token: {from: command, argv: [pass, show, it/cmdb]}",
)
