"""Looks for secrets in the files that a program has left: one that holds a secret is not kept.

Rule 1: a file is kept as it is or not at all, so that its SHA-256 is that of what the program wrote. Nothing in it is
masked.
Rule 2: where the secrets can't be had any more, nobody can tell, and the file is not kept either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.clauses import Secret
from runbook.engine.making_ready import Unready, masked_of
from runbook.errors import Misuse
from runbook.outcome import Json

if TYPE_CHECKING:
    from runbook.engine.supervisor.mask import Mask
    from runbook.kind import Kinds


def without_secrets(parts: Iterable[bytes], forms: Iterable[bytes], name: str) -> Iterator[bytes]:
    """The parts of a file; `Misuse` as soon as a secret is found in one of its forms."""
    forms = list(forms)
    if not forms:
        yield from parts
        return
    from runbook.engine.supervisor.mask import Mask  # few files are searched, and it takes a moment

    mask = Mask(forms)
    for part in parts:
        mask.passed(part)
        _check(mask, name)
        yield part
    mask.rest()
    _check(mask, name)


def forms_again(act: Mapping[str, Json], secrets: Mapping[str, Secret], kinds: Kinds, root: Path) -> tuple[bytes, ...]:
    """The forms of the secrets that somebody who is gone gave to a program; `Misuse` when they are not to be had."""
    try:
        return masked_of(act, secrets, kinds, root)
    except Unready as error:
        help = "make the secret available, and do the step once more"
        raise Misuse(f"what it left can't be searched for secrets: {error}", help) from None


def _check(mask: Mask, name: str) -> None:
    if mask.found:
        raise Misuse(f"{name} holds a secret, and is not taken", "have the program leave it out")
