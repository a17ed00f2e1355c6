"""A `verify` pauses longer between two looks than it looks at all.

Why: it looks once and gives up, as if `within` were not there.

Example:

    verify: {shell: ./check, every: 5m, within: 1m}

Instead: look more often, or for longer: `every: 5s`, `within: 10m`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.diagnostics import Severity
from runbook.reading.rule import Finding, Subject

CODE = "RB247"
NAME = "single-look"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Finding]:
    """Finds an `every` that is longer than its `within`."""
    for step in subject.every:
        within = getattr(step.spec, "within", None)
        if not within or step.spec.every <= within:
            continue
        given = subject.given(step)[step.kind]
        if "every" in given:
            message = f"`every` ({given['every']}) is longer than `within` ({given['within']}), so it looks once"
            yield Finding((*step.at, step.kind, "every"), message, "look more often, or for longer")
