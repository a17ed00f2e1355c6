"""The sources of secrets that come with runbook: one file each."""

from __future__ import annotations

from collections.abc import Mapping

from runbook.secret_source import SecretSource
from runbook.secret_sources import command, env, file, keyring


def builtin() -> Mapping[str, SecretSource]:
    """The sources that come with runbook by key, in the order of the reference page."""
    return {module.SOURCE.key: module.SOURCE for module in (env, file, command, keyring)}
