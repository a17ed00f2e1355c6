"""The contract of a source of secrets: where `from:` of a secret may point to.

Rule 1: `fetch` is called when a program is handed over, and at no other time: not to check, plan, show or try.
Rule 2: what it gives is passed on and forgotten. It stands in no message, and no message tells its length.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runbook.outcome import Json


class NoSecret(Exception):
    """A secret is not to be had: why, without a word of what it is, and one thing to do."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = help


@dataclass(frozen=True, slots=True)
class SecretSource:
    """One source: `fetch(options, root)` gives the secret, or raises `NoSecret`; `root` is the project's folder.

    `properties` is the JSON Schema of each option beside `from`, `required` names those that must be there.
    """

    key: str
    summary: str
    properties: Mapping[str, Json]
    required: tuple[str, ...]
    fetch: Callable[[Mapping[str, Json], Path], str]
    example: str = ""
    """YAML of one secret, for the reference page; validated by a test."""
