"""Steps need each other in a circle.

Why: each of them would wait for the next, and none of them could ever begin.

Example:

    steps:
      - {id: stop, title: Stop the service, needs: [copy], shell: ./stop}
      - {id: copy, title: Copy the files, needs: [stop], shell: ./copy}

Instead: take out the need that does not hold; here `copy` follows `stop`, and `stop` has `needs: []`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.graph import cycle
from runbook.reading.rule import Finding, Subject

CODE = "RB205"
NAME = "circle"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds one circle of needs in each list of steps."""
    for name, members in subject.lists.items():
        if name in subject.orders or not members:
            continue
        round = cycle(members)
        if len(round) < 2:
            continue
        first = min((step for step in members if step.id in round), key=members.index)
        start = round.index(first.id)
        way = (*round[start:], *round[:start], first.id)
        words = " needs ".join(f"`{id}`" for id in way)
        at = (*first.at, "needs") if "needs" in subject.given(first) else first.at
        yield Finding(at, f"these steps wait for each other: {words}", "take one of these needs out")
