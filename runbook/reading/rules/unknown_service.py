"""The process belongs to a service that nobody has described.

Why: its work would be counted nowhere, and no agreement would hold for it. It is looked at where at least one service
is described.

Example:

    service: bakcup

Instead: write the id as the file in `operations/services` is called, or describe the service there.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.diagnostics import suggestion
from runbook.reading.rule import Finding, Subject

CODE = "RB342"
NAME = "unknown-service"
DISPENSABLE = True


def check(subject: Subject) -> Iterator[Finding]:
    """Finds a process of a service that there is not."""
    service, known = subject.process.listing.service, subject.catalogued.services
    if service and known and service not in known:
        help = suggestion(service, known, f"describe it in `operations/services/{service}.yaml`")
        yield Finding(("service",), f"there is no service `{service}`", help)
