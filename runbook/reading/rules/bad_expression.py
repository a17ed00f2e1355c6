"""An expression can't be read: in a `when`, or in `that` of an `expect`.

Why: expressions are a small language of their own: names, numbers, text in quotes, `and`, `or`, `not`, comparisons,
`in`, arithmetic, `x if y else z`, `is defined`, filters. Whatever else is written there is refused before it runs.

Example:

    when: inputs.environment = production

Instead: `when: inputs.environment == 'production'`. There are no `{{ }}` around a bare expression.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.notes import Sort
from runbook.reading.rule import Finding, Subject

CODE = "RB222"
NAME = "bad-expression"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds bare expressions that could not be read."""
    for flaw in subject.flaws:
        if flaw.sort is Sort.CONDITION:
            yield Finding(flaw.at, str(flaw.error), flaw.error.help, offset=flaw.error.column)
