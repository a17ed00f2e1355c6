"""The signatures of a run's answers, as a check meets them: the one place where they are looked at.

Rule 1: no signature passes for a checked one. What can't be checked is told of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from runbook.engine import signatures
from runbook.engine.files import SIGNERS
from runbook.errors import MachineRefuses, RunbookError
from runbook.journal.laws import Finding
from runbook.run.events import Recorded

if TYPE_CHECKING:
    from runbook.kind import Kinds
    from runbook.run.state import RunState

_NUMBERED = re.compile(r"event (\d+): ")


def signed(events: Sequence[Recorded]) -> Iterator[Recorded]:
    """The events with an answer that somebody signed."""
    for each in events:
        said = (each.event.data.get(name) for name in ("reply", "refused", "confirmed", "taken_back"))
        if any(isinstance(reply, dict) and reply.get("signature") for reply in said):
            yield each


def unfolded(definition: str, text: Callable[[str], str], kinds: Kinds) -> RunState | None:
    """The run as it is before its first event, where its definition wants signatures; None where it does not.

    `text` gives a stored text by its hash.
    """
    from runbook.engine.plans import loaded
    from runbook.organisation import organisation_of
    from runbook.run.state import RunState

    body = text(definition)
    if '"signed":true' not in body:
        return None
    from json import loads

    return RunState(
        loaded(body, kinds),
        lambda other: loaded(text(other), kinds),
        lambda hash: organisation_of(loads(text(hash))),
    )


def signature_findings(
    run: str, events: Sequence[Recorded], allowed_signers: bytes | None, state: RunState | None = None
) -> Iterator[Finding]:
    """What is wrong with the signatures in a run, by the keys in `allowed_signers`; None where there are none.

    With `state`, as `unfolded` gives it, it is checked as well what was shown, and that none is missing.
    """
    if allowed_signers is None:
        for each in signed(events):
            by = each.event.data.get("reply", {}).get("by", each.by)
            what = f"the signature of {by} at event {each.seq} was not checked: there is no {SIGNERS}"
            yield Finding("signatures", what, run, each.seq)
        return
    if state is None and not any(True for _ in signed(events)):
        return
    keys = allowed_signers.decode("utf-8", "replace")
    try:
        for problem in signatures.signature_findings(events, keys, state):
            number = _NUMBERED.match(problem)
            yield Finding("signatures", problem, run, int(number[1]) if number else 0)
    except MachineRefuses:
        raise
    except (RunbookError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        yield Finding("signatures", f"the signatures can't be checked: {error}", run)
