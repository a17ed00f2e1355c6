"""A `goto` of a decision leads back, to itself, or to a step that does not follow it.

Why: a decision leaves out steps that come after it; it repeats nothing. What has been done stays done, so that the
record of a run reads from top to bottom.

Example:

    steps:
      - {id: restart, title: Restart the node, shell: ./restart}
      - id: healthy
        title: Decide whether it is healthy
        decision:
          options: [{id: "yes"}, {id: "no", goto: restart}]

Instead: repeat a machine's step with `retry` or `verify`; for a step of people, lead forwards to a step that
says what to do, or start the process again. The step that a `goto` names must have the decision before it
through its `needs`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.definition import Step
from runbook.graph import Before
from runbook.reading.rule import Finding, Subject

CODE = "RB208"
NAME = "goto-backwards"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds ways out of a decision that do not lead forwards."""
    for step in subject.decisions:
        home = subject.home.get(step.id, "")
        if home not in subject.orders:
            continue
        for place, option in enumerate(step.spec.options):
            if option.goto in subject.steps:
                found = _wrong(subject, step, option.goto, home, subject.orders[home])
                if found:
                    yield Finding((*step.at, "decision", "options", place, "goto"), *found)


def _wrong(subject: Subject, step: Step, goto: str, home: str, order: Before) -> tuple[str, str] | None:
    if subject.home.get(goto) != home:
        message = f"`{goto}` is a step of {subject.listed(subject.home[goto])}, not of the list the decision stands in"
        return message, "lead to a step of the same list, or to the section"
    if goto == step.id:
        return f"`{goto}` leads to the decision itself", "lead to a step further down"
    if order.places[goto] < order.places[step.id] or order.surely(goto, step.id):
        message = f"`goto: {goto}` leads back, and a decision only leads forwards"
        return message, "repeat the step with `retry` or `verify`, or lead to a step further down"
    if not _follows(subject, goto, step.id, home):
        message = f"`{goto}` does not follow the decision, so choosing it would change nothing"
        return message, f"add `{step.id}` to the `needs` of `{goto}`"
    return None


def _follows(subject: Subject, later: str, earlier: str, home: str) -> bool:
    """True when some way of needs leads from `later` up to `earlier`."""
    inside = {step.id: step for step in subject.lists[home]}
    wanted, seen = [later], set()
    while wanted:
        id = wanted.pop()
        if id == earlier:
            return True
        if id in inside and id not in seen:
            seen.add(id)
            wanted += inside[id].needs
    return False
