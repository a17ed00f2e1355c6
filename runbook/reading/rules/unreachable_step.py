"""A step is left out whichever way a decision goes.

Why: a decision without a `goto` in one of its options goes on with every next step that no other option leads
to. When every option has a `goto`, a next step that none of them leads to is never done.

Example:

    steps:
      - id: which
        title: Choose
        decision:
          options: [{id: fast, goto: quick}, {id: slow, goto: careful}]
      - {id: quick, title: The quick way, needs: [which], shell: ./quick}
      - {id: careful, title: The careful way, needs: [which], shell: ./careful}
      - {id: tell, title: Tell the users, needs: [which], manual: Write to them.}

Instead: let an option lead to the step, or let it follow a step that can be reached: `needs: [quick, careful]`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.graph import followers, skips
from runbook.reading.rule import Finding, Subject

CODE = "RB206"
NAME = "unreachable-step"
DISPENSABLE = True


def check(subject: Subject) -> Iterator[Finding]:
    """Finds steps that every option of a decision leaves out."""
    for name, members in subject.lists.items() if subject.decisions else ():
        decisions = [step for step in members if step.kind == "decision"]
        if name not in subject.orders or not decisions:
            continue
        after = followers(members)
        for decision in decisions:
            ways = skips(decision, after).values()
            always: set[str] = set.intersection(*map(set, ways)) if ways else set()
            for step in members if always else ():
                if step.id in always:
                    yield Finding(
                        (*step.at, "id"),
                        f"no option of `{decision.id}` leads to `{step.id}`",
                        "let an option lead to it, or let it need a step that can be reached",
                    )
                    break
