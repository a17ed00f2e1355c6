"""The signatures of a run's answers, as a check meets them: the one place where they are looked at.

Rule 1: no signature passes for a checked one. What can't be checked is told of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runbook.journal.laws import Finding
from runbook.run.events import Recorded

SIGNERS = "operations/allowed_signers"
"""The file of a project that says whose keys sign for whom."""


def signed(events: Sequence[Recorded]) -> Iterator[Recorded]:
    """The events with an answer that somebody signed."""
    for each in events:
        reply = each.event.data.get("reply")
        if isinstance(reply, dict) and reply.get("signature"):
            yield each


def signature_findings(run: str, events: Sequence[Recorded], allowed_signers: bytes | None) -> Iterator[Finding]:
    """What is wrong with the signatures in a run, by the keys in `allowed_signers`; None where there are none."""
    for each in signed(events):
        by = each.event.data["reply"].get("by", each.by)
        yield Finding("signatures", f"the signature of {by} at event {each.seq} was not checked", run, each.seq)
