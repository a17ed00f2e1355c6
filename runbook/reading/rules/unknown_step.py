"""A step is named that does not exist: in `needs`, `cancels`, `before`, a `goto`, beside a hazard, or in an expression.

Why: the order of the steps hangs on these names, so a misspelt one would leave a step out or in the wrong place.

Example:

    steps:
      - {id: stop-service, title: Stop it, shell: systemctl stop web}
      - {id: copy, title: Copy the files, needs: [stop-servce], shell: cp -r a b}

Instead: write the id of a step of the same process: `needs: [stop-service]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.definition import Step
from runbook.diagnostics import suggestion
from runbook.reading.rule import Finding, Subject
from runbook.source import Path

CODE = "RB202"
NAME = "unknown-step"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds every name of a step that no step has."""
    known = subject.steps
    for step in subject.every:
        for place, need in enumerate(step.needs):
            if need not in known:
                yield _unknown(subject, need, (*step.at, "needs", place))
        for field, ids in (("cancels", step.flow.cancels), ("before", step.flow.before)):
            for place, id in enumerate(ids):
                if id not in known:
                    yield _unknown(subject, id, (*step.at, field, place))
        if step.performer is not None:
            yield from _of_performer(subject, step)
        if step.flow.goto and step.flow.goto not in known:
            yield _unknown(subject, step.flow.goto, (*step.at, "on_failure", "goto"))
    for step in subject.decisions:
        for place, option in enumerate(step.spec.options):
            if option.goto is not None and option.goto not in known:
                yield _unknown(subject, option.goto, (*step.at, "decision", "options", place, "goto"))
    for place, hazard in enumerate(subject.process.hazards):
        if hazard.get("step", "") not in known and "step" in hazard:
            yield _unknown(subject, hazard["step"], ("hazards", place, "step"))
    for lookup in subject.lookups:
        if lookup.path[0] == "steps" and len(lookup.path) > 1 and lookup.path[1] not in known:
            found = _unknown(subject, lookup.path[1], lookup.use.at)
            yield lookup.found(found.message, found.help)


def _of_performer(subject: Subject, step: Step) -> Iterator[Finding]:
    given = subject.given(step)["performer"]
    for field in ("same_as", "not_same_as"):
        named = given.get(field, ())
        for place, id in enumerate([named] if isinstance(named, str) else named):
            if id not in subject.steps:
                at = (*step.at, "performer", field)
                yield _unknown(subject, id, at if isinstance(named, str) else (*at, place))


def _unknown(subject: Subject, id: str, at: Path) -> Finding:
    return Finding(at, f"there is no step `{id}`", suggestion(id, subject.steps, "name a step of this process"))
