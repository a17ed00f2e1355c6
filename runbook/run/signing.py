"""Answers that are signed with a person's own key: what exactly is signed, where it has to be, and what is refused.

Rule 1: a signature counts for one answer at one attempt of one step of one run, by one person, to what they were shown.
Rule 2: whether a key is one of that person's is found out before; what is not `checked` is no signature here.
Rule 3: where an answer has to be signed, nothing that can't be signed ends what waits for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.errors import Refused
from runbook.run.digest import canonical, digest_of
from runbook.run.events import Status

if TYPE_CHECKING:
    from runbook.definition import Step
    from runbook.outcome import Json
    from runbook.run.commands import Answer
    from runbook.run.plan import Plan
    from runbook.run.progress import StepState
    from runbook.run.state import RunState


@dataclass(frozen=True, slots=True)
class Signature:
    """An SSH signature (`armored`) of a text; `by` and `fingerprint` once it was checked whose key made it."""

    armored: str
    text: str = ""
    by: str = ""
    fingerprint: str = ""

    @property
    def checked(self) -> bool:
        """True when it is known to be of the person `by`."""
        return bool(self.by and self.fingerprint and self.text)

    def to_json(self) -> dict[str, Json]:
        """As the journal keeps it, in the reply."""
        return {"by": self.by, "fingerprint": self.fingerprint, "text": self.text, "armored": self.armored}


def signed_at(step: StepState) -> bool:
    """True where an answer has to be signed: the step says so, or a process or a step around it."""
    around: StepState | None = step
    while around is not None:
        if around.step.signed or around.siblings.scope.process.signed:
            return True
        around = around.around
    return False


def text_to_sign(state: RunState, step: StepState, answer: Answer, person: str) -> str:
    """What the person signs with this answer at the step as it stands: JSON, the same for the same, byte by byte."""
    said: dict[str, Json] = {
        "run": state.run,
        "step": step.path,
        "attempt": step.attempt,
        "pass": step.passes,
        "definition": state.definition,
        "outcome": answer.outcome,
        "fields": dict(answer.fields),
        "choose": answer.choose,
        "reason": answer.reason.strip(),
        "emergency": answer.emergency,
        "deviation": answer.deviation.strip(),
        "by": person,
        "seen": digest_of(state, step),
    }
    return canonical(said)


def check_signed(state: RunState, step: StepState, answer: Answer, person: str) -> None:
    """Nothing when the answer is signed as it has to be; `Refused` says what is wrong, or missing."""
    signature = answer.signature
    if signature is None:
        if signed_at(step):
            raise Refused(
                f"an answer to `{step.path}` has to be signed",
                "sign it with your ssh key: --key FILE; in an answers file, give the `signature`",
            )
        return
    if not signature.checked:
        raise Refused(f"nobody has checked the signature of the answer to `{step.path}`", "sign it anew")
    if signature.by != person:
        raise Refused(f"the answer to `{step.path}` is {person}'s and signed by {signature.by}", "sign your own answer")
    wanted = text_to_sign(state, step, answer, person)
    if signature.text != wanted:
        raise _another(step.path, _read(signature.text), json.loads(wanted))


def check_unsigned(state: RunState, steps: Iterable[StepState], what: str) -> None:
    """Nothing when `what`, which ends these steps without an answer, passes over none that has to be signed.

    A program that runs asks for no answer, and may be ended.
    """
    for step in steps:
        runs = step.status is Status.RUNNING and step.act
        if not (step.status.is_final or runs) and (signed_at(step) or _holds_signed(state.plan, step.step, ())):
            message = f"{what} can't be signed, and what is answered at `{step.path}` has to be"
            raise Refused(message, "answer it, signed; or cancel the run")


def _holds_signed(plan: Plan, step: Step, around: tuple[str, ...]) -> bool:
    """True when a step inside has to be answered with a signature; `around` are the processes looked into already."""
    if step.signed or any(_holds_signed(plan, each, around) for each in step.steps):
        return True
    if step.flow.body is not None and _holds_signed(plan, step.flow.body, around):
        return True
    if not step.use or step.use in around or step.use not in plan.processes:
        return False
    process = plan.processes[step.use]
    inside = (*around, step.use)
    return process.signed or any(_holds_signed(plan, each, inside) for part in process.lists() for each in part)


def _read(text: str) -> Mapping[str, Json]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _another(path: str, signed: Mapping[str, Json], wanted: Mapping[str, Json]) -> Refused:
    """Why a signature of another text does not count for this answer."""
    differs = [name for name in wanted if signed.get(name) != wanted[name]]
    if differs in (["seen"], ["definition", "seen"], ["definition"]):
        message = f"what is shown at `{path}` has changed since the answer was signed"
        return Refused(message, "look at it again, then sign again")
    names = "`, `".join(differs) or "text"
    return Refused(f"the signature is of another answer than this one to `{path}`: `{names}` differs", "sign this one")


__all__ = ["Signature", "check_signed", "check_unsigned", "signed_at", "text_to_sign"]
