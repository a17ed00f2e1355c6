"""The practice is none of the 34 of ITIL 4.

Why: the practice is how processes of one sort are found, counted and compared, in the words that others use as well.

Example:

    practice: change-management

Instead: write the name of the practice, in small letters with hyphens: `practice: change-enablement`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.diagnostics import Severity, suggestion
from runbook.practices import PRACTICES
from runbook.reading.rule import Finding, Subject

CODE = "RB340"
NAME = "unknown-practice"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Finding]:
    """Finds a practice that ITIL 4 does not have."""
    practice = subject.process.practice
    if practice and practice not in PRACTICES:
        help = suggestion(practice, PRACTICES, "see the list of them in the reference of the catalogue")
        yield Finding(("practice",), f"`{practice}` is no practice of ITIL 4", help)
