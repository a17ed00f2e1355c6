"""Steps of two people: who may not confirm what was recorded, and what can't change meanwhile."""

from __future__ import annotations

from typing import Any

from tests.governance.case import HOME, RUN, Call, Case, answered, mine

TEXT = "roles: {{operator: {{}}, second: {}}}\nsteps:\n- {{id: work, verifier: second, manual: Do it}}\n"
CONFIRM = ("confirm", RUN, "work")
NOBODY = "{}"


def _confirm(says: str, *before: Call, role: str = NOBODY, **more: Any) -> Case:
    """Somebody confirms what they may not."""
    more = {"answer": {"confirm": True}, "command": CONFIRM, "typed": (), **more}
    return Case("verifier", says, "work", text=TEXT.format(role), people="team", before=before, **more)


DID = ({"step": "work", "answer": "done"},)
CY_DID = ({"step": "work", "answer": "done", "by": "cy"},)
CY = ("cy", *answered("work", "done"))
CASES = {
    "whoever did it, confirming it": _confirm(
        "bo did `work`, and nobody confirms their own work", mine(*answered("work", "done")),
        told={"work": "done"}, paper=DID,
    ),
    "whoever did it, passing on that somebody else confirms": _confirm(
        "bo did `work`, and nobody confirms their own work", mine(*answered("work", "done")), typed=None,
        told={"work": "done"}, paper=None, answer={"confirm": True, "by": "ana"}, command=(*CONFIRM, "--by", "ana"),
    ),
    "somebody who is spoken for": _confirm(
        "ana has to confirm `work` themselves", CY, typed=None, paper=None, answer={"confirm": True, "by": "ana"},
        command=(*CONFIRM, "--by", "ana"),
    ),
    "somebody without the role of the verifier": _confirm(
        "bo may not act as `second`", CY, role="{role: it-manager}", paper=CY_DID
    ),
    "whoever helped, confirming it": _confirm(
        "bo did `work`, and nobody confirms their own work", ("ana", "claim", RUN, "work"),
        mine("assist", RUN, "work"), ("ana", *answered("work", "done")), paper=None,
    ),
    "a substitute for whoever did it": _confirm(
        "eli did `work`, and nobody confirms their own work", ("eli", *answered("work", "done")),
        role="{role: signer}", paper=({"step": "work", "answer": "done", "by": "eli"},),
    ),
    "another answer instead of a confirmation": _confirm(
        "waits for a second person to confirm it", CY, answer="done", command=answered("work", "done"),
        typed=(("confirm, n send back", "done"),), shows="type one of the keys or words", paper=CY_DID,
    ),
    "a skip instead of a confirmation": _confirm(
        "waits for a second person to confirm it", CY, answer={"outcome": "skipped", "reason": "In a hurry"},
        command=answered("work", "skipped", "--reason", "In a hurry"), typed=(("confirm, n send back", "skip"),),
        shows="type one of the keys or words", paper=CY_DID,
    ),
    "a step sent back without a reason": _confirm(
        "sending a step back needs a reason", CY, answer={"confirm": False}, command=(*CONFIRM, "--send-back"),
        typed=(("confirm, n send back", "n"), ("What is not right", "")), shows="a reason is needed", paper=CY_DID,
    ),
    "a confirmation of something else than was shown": _confirm(
        "has changed since bo saw it", CY, answer=None, typed=None, command=(*CONFIRM, "--seen", "0" * 64)
    ),
    "evidence joined after it was done": _confirm(
        "was done, and waits to be confirmed as it stands", CY, answer=None, typed=None,
        command=("attach", RUN, "work", f"{HOME}/note.txt"), files={"note.txt": b"a note"},
    ),
    "a claim of what waits to be confirmed": _confirm(
        "can't be taken on", CY, answer=None, typed=None, command=("claim", RUN, "work")
    ),
    "a confirmation before it was done": _confirm(
        "can't be answered with `confirm`", typed=(("enter", "confirm"),), shows="type one of the keys or words",
        on_paper="can't be answered with `confirm`",
    ),
}  # fmt: skip
