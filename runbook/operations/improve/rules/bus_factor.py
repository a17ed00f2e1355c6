"""One person takes part in nearly every run.

What it looks at: the share of the runs with people in which the same person acted.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.operations.improve.evidence import Evidence, at_least
from runbook.operations.improve.rule import Limit, Limits
from runbook.operations.improve.suggestion import Change, Put, Suggestion
from runbook.operations.performance import concentration
from runbook.operations.subject import Subject

NAME = "bus-factor"
SUGGESTS = "Pair; the patch gives the steps to whoever has not done them for longest (`allocate: least-recent`)."
LIMITS = {
    "runs": Limit(10, "How many runs there are at least."),
    "share": Limit(80, "The share of them that the same person takes part in, at the least.", percent=True),
}


def suggest(evidence: Evidence, limits: Limits) -> Iterator[Suggestion]:
    """The processes that hang on one person."""
    for subject in evidence.subjects.values():
        with_people = [each for each in subject.over if each.people]
        found = concentration(with_people)
        if found is None or len(with_people) < limits["runs"]:
            continue
        person, share = found
        times = round(share * len(with_people))
        if at_least(times, len(with_people)) > limits["share"]:
            yield Suggestion(
                NAME,
                f"let others do it with {person}, and then without",
                (f"{person} acted in {times} of {len(with_people)} runs with people",),
                f"it goes on when {person} is away",
                subject.process,
                person,
                "concentration",
                share,
                change=_shared(subject, person),
            )


def _shared(subject: Subject, person: str) -> Change | None:
    done = [path for path, gone in subject.steps().items() if any(each.by == person for _, each in gone)]
    steps = [step for path in done if (step := subject.step(path))]
    puts = tuple(
        Put((*step.at, "performer"), "{allocate: least-recent}")
        for step in steps
        if step.role and step.performer is None and step.kind == "manual"
    )
    return Change(subject.file, puts) if puts else None
