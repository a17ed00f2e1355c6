"""The keyring of the desktop or of the system.

When to use: at a person's own computer. It needs `keyring` (the extra `keyring`), which speaks to the Secret Service,
KWallet, the keychain of macOS and others.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runbook.secret_source import NoSecret, SecretSource


def fetch(options: Mapping[str, Any], root: Path) -> str:
    try:
        import keyring  # an extra: needed only by those who keep secrets there
        from keyring.errors import KeyringError
    except ImportError:
        help = "pip install 'runbook-toolkit[keyring]'"
        raise NoSecret("secrets `from: keyring` need the package keyring", help) from None
    service, user = options["service"], options["user"]
    try:
        value = keyring.get_password(service, user)
    except KeyringError as error:
        raise NoSecret(f"the keyring can't be read: {type(error).__name__}", "unlock it, or choose one") from None
    if value is None:
        help = f"store it: keyring set {service} {user}"
        raise NoSecret(f"the keyring has nothing for `{user}` at `{service}`", help)
    return str(value)


SOURCE = SecretSource(
    key="keyring",
    summary="the keyring of the desktop or of the system",
    properties={
        "service": {"type": "string", "minLength": 1, "description": "What it is for, as the keyring has it."},
        "user": {"type": "string", "minLength": 1, "description": "Whose it is, as the keyring has it."},
    },
    required=("service", "user"),
    fetch=fetch,
    example="api_token: {from: keyring, service: cmdb, user: runbook}",
)
