"""A `join` asks for more steps than there are in `needs`, or joins what is only one way; a `count` for more items.

Why: `join: 3` after two steps could never be met, nor could `count: 3` of a `foreach` with two items; `join: any`
after a single step says something that is not so.

Example:

    - {id: go-on, title: Go on, needs: [left, right], join: 3, manual: Go on.}

Instead: give a number up to that of the `needs`, `any` for one, or leave it out for all.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.definition import Step
from runbook.reading.rule import Finding, Subject

CODE = "RB207"
NAME = "impossible-join"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds joins and counts that can't be met, and joins of less than two steps."""
    for step in subject.every:
        yield from _counted(subject, step)
        if step.join is None:
            continue
        count = len(step.needs)
        if count < 2:
            message = f"`join` has nothing to join: `{step.id}` needs {'one step' if count else 'no step'}"
            yield Finding((*step.at, "join"), message, "leave `join` out, or name the steps it joins in `needs`")
        elif step.join > count:
            message = f"`join: {step.join}` can't be met: `{step.id}` needs only {count} steps"
            yield Finding((*step.at, "join"), message, f"write a number from 1 to {count}, `any` or `all`")


def _counted(subject: Subject, step: Step) -> Iterator[Finding]:
    foreach = subject.given(step).get("foreach")
    if not isinstance(foreach, dict) or "count" not in foreach or not isinstance(foreach["items"], list):
        return
    items, count = len(foreach["items"]), foreach["count"]
    if count > items:
        has = f"only {items} item{'s' if items > 1 else ''}" if items else "no item"
        message = f"`count: {count}` can't be met: `{step.id}` has {has}"
        help = f"write a number up to {items}, or leave it out for all" if items else "leave it out"
        yield Finding((*step.at, "foreach", "count"), message, help)
