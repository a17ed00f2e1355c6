"""From an act as the journal has it to a program that can be started: its secrets in their places, a kind's work named.

Rule 1: secrets are looked up here, after the start is in the journal and before the program is handed over, each time
anew. They go to the supervisor through a pipe. What has to be masked is remembered while the program runs, in memory.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.outcome import Act, Json

if TYPE_CHECKING:
    from runbook.clauses import Secret
    from runbook.kind import Kinds


class Unready(Exception):
    """The program of an attempt can't be started, because something that it needs is not to be had."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A program as the supervisor is handed it, and what has to be masked in its output."""

    act: Act
    masked: tuple[bytes, ...] = ()


def made_ready(act: Mapping[str, Json], secrets: Mapping[str, Secret], kinds: Kinds, root: Path) -> Ready:
    """The program that the act asks for; `Unready` when a secret, or a kind's work, is not to be had."""
    masked: tuple[bytes, ...] = ()
    if sealed := act.get("sealed"):
        from runbook.engine.masks import forms
        from runbook.sealed import unsealed

        known = _known(sealed, secrets, kinds, root)
        act, masked = unsealed(act, sealed, known), forms(known.values())
    argv, stdin = tuple(act.get("argv", ())), act.get("stdin", "")
    if key := act.get("work"):
        from runbook.worker import command_of

        work = kinds[key].work if key in kinds.by_key else None
        if work is None:
            raise Unready(f"nothing here can do the work of `{key}`")
        argv, stdin = command_of(work), json.dumps(act["request"])
    return Ready(Act(argv, act.get("env", {}), act.get("cwd", "."), stdin), masked)


def masked_of(act: Mapping[str, Json], secrets: Mapping[str, Secret], kinds: Kinds, root: Path) -> tuple[bytes, ...]:
    """What has to be masked of the secrets that the act asks for; `Unready` when one is not to be had."""
    if not (sealed := act.get("sealed")):
        return ()
    from runbook.engine.masks import forms

    return forms(_known(sealed, secrets, kinds, root).values())


def _known(sealed: Json, secrets: Mapping[str, Secret], kinds: Kinds, root: Path) -> dict[str, str]:
    wanted = {part["secret"] for each in sealed for part in each["parts"] if not isinstance(part, str)}
    return {name: fetched(secrets[name], kinds, root) for name in sorted(wanted)}


def fetched(secret: Secret, kinds: Kinds, root: Path) -> str:
    """The secret as it is now; `Unready` when it is not to be had, or too short to be kept from view."""
    from runbook.engine.masks import visible
    from runbook.engine.supervisor.mask import SHORTEST
    from runbook.secret_source import NoSecret

    source = kinds.secret_sources.get(secret.source)
    if source is None:
        raise Unready(f"secret `{secret.name}`: there is no source `{secret.source}`")
    try:
        value = source.fetch(secret.options, root)
    except NoSecret as error:
        help = f" ({error.help})" if error.help else ""
        raise Unready(f"secret `{secret.name}`: {error}{help}") from None
    if visible(value) < SHORTEST:
        raise Unready(f"secret `{secret.name}` has fewer than {SHORTEST} characters, and could not be masked in output")
    if "\0" in value:
        raise Unready(f"secret `{secret.name}` holds a zero byte, which no program can be given")
    return value
