"""Two steps of a process have the same id.

Why: answers, expressions and the history of runs hang on the id. Ids count for the whole process: sections,
`checks` and `finally` included.

Example:

    steps:
      - {id: look, title: Look at the disk, shell: df}
      - {id: look, title: Look at the memory, shell: free}

Instead: give each step an id that says what is different about it, such as `look-at-memory`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.rule import Finding, Subject

CODE = "RB201"
NAME = "duplicate-step"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds every step whose id stands further up already."""
    if len(subject.every) == len(subject.steps):
        return
    for step in subject.every:
        first = subject.steps[step.id]
        if first is not step:
            yield Finding(
                (*step.at, "id"),
                f"two steps have the id `{step.id}`: step {first.number} and step {step.number}",
                "give one of them an id of its own",
            )
