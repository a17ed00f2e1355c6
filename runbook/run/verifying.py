"""Steps of two people: one does it and says so, a second one looks at what was recorded and confirms it.

Rule 1: nobody confirms their own work, nor has somebody else speak for them.
Rule 2: what is confirmed is exactly what was recorded: it can't change in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runbook.errors import Refused
from runbook.outcome import WaitsFor
from runbook.run.commands import Answer
from runbook.run.handling import fail, succeed
from runbook.run.people import check_verifier
from runbook.run.progress import StepState
from runbook.run.visibility import said_of

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.turn import Turn


def performed(
    turn: Turn,
    step: StepState,
    outputs: Mapping[str, Json],
    answers: Mapping[str, Json],
    reply: Mapping[str, Json],
    **more: Json,
) -> None:
    """The step is done; or done so far that its verifier is awaited. `more` is what else is to be recorded."""
    done = {"outputs": dict(outputs), "answers": dict(answers), "reply": dict(reply), **more}
    if not step.step.verifier:
        succeed(turn, step, **done)
        return
    turn.emit("StepPerformed", step, **done, awaits={"verifier": step.step.verifier})


def carried_out(turn: Turn, step: StepState, by: str, outputs: Mapping[str, Json], **more: Json) -> None:
    """A program has ended well, or somebody (`by`) says that it has: the step is done, or its verifier is awaited."""
    done = {"outputs": dict(outputs), **more}
    if not step.step.verifier:
        succeed(turn, step, **done)
        return
    about = {"for": WaitsFor.PERSON.value, "title": step.step.title, "kind": step.step.kind}
    about |= said_of(step)
    turn.emit("StepWaiting", step, **about, awaits={"verifier": step.step.verifier}, by=by, **done)


def verify(turn: Turn, step: StepState, command: Answer, person: str, reply: dict[str, Json]) -> None:
    """The second person confirms what was recorded, or sends it back."""
    if command.outcome not in ("confirm", "send-back"):
        raise Refused(
            f"`{step.path}` was done by {step.performed['by']}, and waits for a second person to confirm it",
            "confirm it, or send it back",
        )
    whom = check_verifier(turn.state, step, person, turn.by, turn.now)
    if whom:
        reply["for"] = whom
    if command.outcome == "send-back":
        if not command.reason:
            raise Refused("sending a step back needs a reason", "say what is not right")
        if step.act:
            fail(turn, step, f"not confirmed by {person}: {command.reason}", refused=reply)
        else:
            turn.emit("VerificationRefused", step, reply=reply, awaits={"verifier": ""})
        return
    done = step.performed
    said = {name: done[name] for name in ("reply",) if done.get(name)}
    succeed(turn, step, outputs=done["outputs"], answers=done["answers"], **said, confirmed=reply)
