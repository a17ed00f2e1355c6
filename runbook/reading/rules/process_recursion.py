"""A process runs itself, directly or by way of others.

Why: every run of it would start another one inside, without end.

Example:

    # processes/storage/clean-up.yaml
    steps:
      - {id: again, title: Clean up what is left, process: storage/clean-up}

Instead: repeat a look with `verify`, an attempt with `retry`, or put the shared steps into a process of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.rule import Finding, Subject

CODE = "RB217"
NAME = "process-recursion"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds steps from which a way of uses leads back to the process."""
    for step in subject.every:
        if step.use and step.use in subject.others:
            way = _way_back(subject, step.use)
            if way:
                short = isinstance(subject.given(step)["process"], str)
                at = (*step.at, "process") if short else (*step.at, "process", "use")
                shown = " runs ".join(f"`{id}`" for id in (subject.process.id, *way))
                yield Finding(at, f"the process runs itself: {shown}", "take one of these uses out")


def _way_back(subject: Subject, use: str) -> tuple[str, ...]:
    """The shortest way of uses from a child back to the process; empty when there is none."""
    own = subject.process.id
    ways: list[tuple[str, ...]] = [(use,)]
    seen = {use}
    for way in ways:
        if way[-1] == own:
            return way
        for next in subject.others[way[-1]].uses if way[-1] in subject.others else ():
            if next not in seen:
                seen.add(next)
                ways.append((*way, next))
    return ()
