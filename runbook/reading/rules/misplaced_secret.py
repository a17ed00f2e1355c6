"""A secret stands where others could see it, or is worked with.

Why: arguments of a program can be seen by everybody on the machine; what people are shown, what a run keeps and what
decides its way can be seen by everybody who may look at the run. And a value that is made out of a secret gives some of
it away.

Example:

    command: [curl, -H, "Authorization: Bearer {{ secrets.token }}", "{{ inputs.url }}"]

Instead: pass it where only the program gets it: in `env` or `stdin`, in the headers and the body of `http`. A script
reads the variable that `env` names (`printf '%s' "$TOKEN" | login --password-stdin`), and makes no argument of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.notes import Sort
from runbook.reading.rule import Finding, Subject

CODE = "RB280"
NAME = "misplaced-secret"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds secrets that could be seen."""
    for flaw in subject.flaws:
        if flaw.sort is Sort.SECRET:
            yield Finding(flaw.at, str(flaw.error), flaw.error.help)
