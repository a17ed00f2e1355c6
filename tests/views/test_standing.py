"""How far a run has come, in one line: as much as there is room for, and a number for the rest."""

from __future__ import annotations

import pytest

from runbook.instants import later
from runbook.kinds import builtin
from runbook.testing import Story, plan_from
from runbook.views.standing import standing

STEPS = "".join(f"  - {{id: program-{name}, needs: [], command: ['true']}}\n" for name in "abcd")
TEXT = f"runbook: 1\ntitle: Side by side\nsteps:\n{STEPS}  - {{id: look, needs: [], manual: Look}}\n"


FIRST = "[----------] 0 of 5 steps over"
A, B, C, D = (f"> program-{name} 0 s" for name in "abcd")


@pytest.mark.parametrize(
    ("width", "parts"),
    [
        (140, [FIRST, A, B, C, D, "1 waiting"]),
        (90, [FIRST, A, B, "2 more", "1 waiting"]),
        (60, [FIRST, "4 more", "1 waiting"]),
    ],
)
def test_what_there_is_no_room_for_is_counted(width: int, parts: list[str]) -> None:
    story = Story(plan_from({"g/p": TEXT}, builtin())).start()
    story.claim(4)

    assert standing(story.state, later(story.now, 0), width) == " | ".join(parts)
