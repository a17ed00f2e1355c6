"""The hashes by which what has not changed is known again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def digest_of(content: bytes) -> str:
    """The hash of some content."""
    return hashlib.sha256(content).hexdigest()


def digest_of_all(parts: Iterable[str]) -> str:
    """The hash of several texts."""
    return digest_of("\n".join(parts).encode())
