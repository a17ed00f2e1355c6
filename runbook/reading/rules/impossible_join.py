"""A `join` asks for more steps than there are in `needs`, or joins what is only one way.

Why: `join: 3` after two steps could never be met; `join: any` after a single step says something that is not so.

Example:

    - {id: go-on, title: Go on, needs: [left, right], join: 3, manual: Go on.}

Instead: give a number up to that of the `needs`, `any` for one, or leave it out for all.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.rule import Finding, Subject

CODE = "RB207"
NAME = "impossible-join"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds joins that can't be met and joins of less than two steps."""
    for step in subject.every:
        if step.join is None:
            continue
        count = len(step.needs)
        if count < 2:
            message = f"`join` has nothing to join: `{step.id}` needs {'one step' if count else 'no step'}"
            yield Finding((*step.at, "join"), message, "leave `join` out, or name the steps it joins in `needs`")
        elif step.join > count:
            message = f"`join: {step.join}` can't be met: `{step.id}` needs only {count} steps"
            yield Finding((*step.at, "join"), message, f"write a number from 1 to {count}, `any` or `all`")
