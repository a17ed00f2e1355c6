"""A process runs itself, directly or by way of others.

Why: every run of it would start another one inside, without end.

Example:

    # processes/storage/clean-up.yaml
    steps:
      - {id: again, title: Clean up what is left, process: storage/clean-up}

A step with `when`, or one that a decision may leave out, can end it: there the process may run itself, as deep as
`max_depth` lets it.

Instead: give the step a `when` that becomes false. Or repeat a look with `verify`, an attempt with `retry`, a piece of
work with `repeat`, and put what several processes share into a process of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.definition import Step
from runbook.graph import followers, skips
from runbook.reading.rule import Finding, Subject

CODE = "RB217"
NAME = "process-recursion"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds steps from which a way of uses leads back to the process."""
    for step in subject.every:
        if step.use and step.use in subject.others and not _may_be_left_out(subject, step):
            way = _way_back(subject, step.use)
            if way:
                short = isinstance(subject.given(step)["process"], str)
                at = (*step.at, "process") if short else (*step.at, "process", "use")
                shown = " runs ".join(f"`{id}`" for id in (subject.process.id, *way))
                yield Finding(
                    at,
                    f"the process runs itself: {shown}",
                    "give the step a `when` that ends it, or take one of these uses out",
                )


def _may_be_left_out(subject: Subject, step: Step) -> bool:
    """True when a condition, or a decision, can keep the step from being done, or one around it."""
    id = step.id
    while id:
        if subject.steps[id].when is not None or _chosen(subject, id):
            return True
        id = subject.around(subject.home[id])
    return False


def _chosen(subject: Subject, id: str) -> bool:
    members = subject.lists[subject.home[id]]
    after = followers(members)
    ways = (skips(each, after).values() for each in members if each.kind == "decision")
    return any(id in left_out for options in ways for left_out in options)


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
