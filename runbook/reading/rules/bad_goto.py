"""A `goto` leads where a run can't go on: out of its list, to itself, aside, or back over steps that may be under way.

Why: forwards, a `goto` skips what lies between; what it leads to has to follow the step. Backwards, the step it leads
to is done anew with all that depends on it; what runs beside the way back could be under way just then, and a join
that waits for it would see it twice.

Example:

    steps:
      - {id: restart, title: Restart the node, shell: ./restart}
      - {id: warm-up, title: Warm up the caches, needs: [restart], shell: ./warm-up}
      - id: healthy
        title: Decide whether it is healthy
        needs: [restart]
        decision:
          options: [{id: "yes"}, {id: "no", goto: restart}]
      - {id: open, title: Open the gate, needs: [healthy, warm-up], shell: ./open}

Instead: let the step that may be under way lie before the `goto`, through its `needs`, or after it. The step that a
`goto` leads forwards to must have this step before it through its `needs`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runbook.definition import Step
from runbook.graph import followers, onward
from runbook.reading.rule import Finding, Subject
from runbook.source import Path

CODE = "RB208"
NAME = "bad-goto"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds ways on that lead nowhere, and ways back that others may be in."""
    for name, members in subject.lists.items():
        if name not in subject.orders or not any(list(_ways(step)) for step in members):
            continue
        after = followers(members)
        for step in members:
            for at, goto in _ways(step):
                found = _wrong(subject, step, goto, name, after) if goto in subject.steps else None
                if found:
                    yield Finding(at, *found)


def _ways(step: Step) -> Iterator[tuple[Path, str]]:
    if step.kind == "decision":
        for place, option in enumerate(step.spec.options):
            if option.goto:
                yield (*step.at, "decision", "options", place, "goto"), option.goto
    if step.flow.goto:
        yield (*step.at, "on_failure", "goto"), step.flow.goto


def _wrong(
    subject: Subject, step: Step, goto: str, home: str, after: Mapping[str, tuple[str, ...]]
) -> tuple[str, str] | None:
    if goto not in after:
        message = f"`{goto}` is a step of {subject.listed(subject.home[goto])}, not of the list the `goto` stands in"
        return message, "lead to a step of the same list, or to the section"
    if goto == step.id:
        message = f"`{goto}` leads to the step itself"
        if step.flow.goto:
            return message, "repeat it with `retry`"
        if not step.needs:
            return message, "put the step that is to be done anew before it, and lead there"
        return message, "repeat it by leading to a step before it"
    dependent, behind = onward((goto,), after), onward((step.id,), after)
    if step.id not in dependent:
        if goto in behind:
            return None
        message = f"`{goto}` does not follow `{step.id}`, so leading to it would change nothing"
        return message, f"add `{step.id}` to the `needs` of `{goto}`"
    for other in sorted(dependent - behind, key=subject.orders[home].places.__getitem__):
        if step.id not in onward((other,), after):
            message = f"`goto: {goto}` leads back while `{other}`, which depends on it too, may be under way"
            return message, f"let `{step.id}` need `{other}`, or the other way round"
    return None
