"""A strict process does not say who may deviate from it, or one that is not strict does.

Why: in `strict` mode whoever skips a step, goes back or takes a value out of its limits has to play the role
`authority`. Without one nobody could; in a guided process a reason is enough, and the role has no effect.

Example:

    mode: strict
    roles: {operator: {}, lead: {people: [maria]}}

Instead: name the role, such as `authority: lead` beside this `mode`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.rule import Finding, Subject

CODE = "RB274"
NAME = "no-authority"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds `strict` without `authority`, and `authority` without `strict`."""
    process = subject.process
    if process.mode == "strict" and not process.authority:
        yield Finding(("mode",), "nobody may deviate from a strict process without `authority`", "name a role under it")
    if process.authority and process.mode != "strict":
        message = "`authority` has no effect in a process that is not strict"
        yield Finding(("authority",), message, "write `mode: strict`, or leave it out", key=True)
