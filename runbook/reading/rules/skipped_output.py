"""A value is taken from a step that may be skipped.

Why: a step whose condition does not hold has no outputs. Whoever needs one then fails in the middle of the run.

Example:

    - {id: count, title: Count, when: inputs.all, shell: wc -l, outputs: {lines: stdout}}
    - {id: tell, title: Tell, manual: 'There are {{ steps.count.outputs.lines }}.'}

Instead: give both steps the same condition, or say what it is otherwise:
`{{ steps.count.outputs.lines | default(0) }}`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runbook.diagnostics import Severity
from runbook.expressions import names
from runbook.reading.rule import Finding, Subject

CODE = "RB250"
NAME = "skipped-output"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Finding]:
    """Finds outputs of conditional steps that are looked up where the condition need not hold."""
    conditional = {id for id, step in subject.steps.items() if step.when}
    for lookup in subject.lookups if conditional else ():
        if lookup.optional or len(lookup.path) < 3 or lookup.path[0] != "steps" or lookup.path[1] not in conditional:
            continue
        id, use = lookup.path[1], lookup.use
        if lookup.path[2] not in ("outputs", "answers") or use.step == id or "if" in use.expression.source.split():
            continue
        if use.expression.tree[0] in ("and", "or") or id in _guarded(subject, use.step):
            continue
        message = f"`{lookup.dotted}` is missing when `{id}` is skipped"
        yield lookup.found(message, "give both steps the same `when`, or write `| default(...)` behind it")


def _guarded(subject: Subject, user: str | None) -> set[str]:
    """The steps that were surely done when this one is, as far as its conditions and those around it tell."""
    proven: set[str] = set()
    while user is not None:
        step = subject.steps[user]
        if step.when:
            proven.update(path[1] for path, _ in names(step.when.tree) if path[0] == "steps" and len(path) > 1)
            held = list(_conjuncts(step.when.tree))
            proven.update(
                id
                for id, each in subject.steps.items()
                if each.when and all(part in held for part in _conjuncts(each.when.tree))
            )
        user = subject.around(subject.home[user]) or None
    return proven


def _conjuncts(tree: Any) -> Iterator[Any]:
    if tree[0] == "and":
        yield from _conjuncts(tree[1])
        yield from _conjuncts(tree[2])
    else:
        yield tree
