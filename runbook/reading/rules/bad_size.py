"""A file may be so large that none is ever kept, or so small that there is none.

Why: what is kept is bounded, so that nobody fills the disk by mistake. A larger limit would promise what is refused.

Example:

    evidence:
      dump: {max_size: 4000MB}

Instead: write at most `256MiB`; keep what is larger elsewhere, and its checksum as evidence.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.errors import ExpressionError
from runbook.reading.rule import Finding, Subject, fields_of
from runbook.sizes import size
from runbook.source import Path

CODE = "RB272"
NAME = "bad-size"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds sizes that no kept file can have."""
    for at, _, given in fields_of(subject):
        yield from _size(given.get("max_size"), at)
    for step in subject.every:
        for id, given in subject.given(step).get("evidence", {}).items():
            yield from _size((given or {}).get("max_size"), (*step.at, "evidence", id))


def _size(given: str | None, at: Path) -> Iterator[Finding]:
    try:
        if given is not None:
            size(given)
    except ExpressionError as error:
        yield Finding((*at, "max_size"), str(error), error.help)
