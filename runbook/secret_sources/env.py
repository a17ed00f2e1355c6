"""A variable of the environment that runbook was called with.

When to use: in CI, where secrets are given to jobs that way, and at a terminal that a password manager has set up.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runbook.secret_source import NoSecret, SecretSource


def fetch(options: Mapping[str, Any], root: Path) -> str:
    name = options["name"]
    value = os.environ.get(name)
    if value is None:
        raise NoSecret(f"the environment variable {name} is not set", f"set {name} before you call runbook")
    return value


SOURCE = SecretSource(
    key="env",
    summary="a variable of the environment",
    properties={
        "name": {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$", "description": "The variable's name."}
    },
    required=("name",),
    fetch=fetch,
    example="api_token: {from: env, name: CMDB_TOKEN}",
)
