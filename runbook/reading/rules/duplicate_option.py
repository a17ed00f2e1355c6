"""Two options of a decision have the same id.

Why: the id is what is chosen, recorded and compared; two options with one id can't be told apart.

Example:

    decision:
      options: [{id: go, title: Go on}, {id: go, title: Go on slowly}]

Instead: give each option an id of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.rule import Finding, Subject

CODE = "RB209"
NAME = "duplicate-option"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds every option whose id another one above it has."""
    for step in subject.decisions:
        seen: set[str] = set()
        for place, option in enumerate(step.spec.options):
            if option.id in seen:
                at = (*step.at, "decision", "options", place, "id")
                message = f"two options of `{step.id}` have the id `{option.id}`"
                yield Finding(at, message, "give one of them an id of its own")
            seen.add(option.id)
