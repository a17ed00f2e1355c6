"""Signed answers on their way to the decider: made for who answers, and checked whoever hands them in.

`person` is who says it; an answer may be stated by somebody else.

Rule 1: whatever a door has put into a signature about who made it is thrown away, and found out anew.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.engine.signatures import checked, known_signers, sign, usual_key
from runbook.errors import Refused
from runbook.instants import instant
from runbook.run.commands import Answer, Revoke
from runbook.run.signing import Signature, text_to_sign

if TYPE_CHECKING:
    from runbook.run.commands import Command
    from runbook.run.state import RunState


def signed(state: RunState, answer: Answer, person: str, key: Path | None) -> Answer:
    """The person's answer with a signature by that key, or by the usual one; `Refused` when it was not reached."""
    text = to_sign(state, answer, person)
    return replace(answer, signature=sign(text, key or usual_key(), known_signers(state.root)))


def to_sign(state: RunState, answer: Answer, person: str) -> str:
    """What the signature of the answer has to be of, as the run stands now."""
    step = state.steps.get(answer.step)
    if step is None:
        raise Refused(f"step `{answer.step}` has not been reached yet", f"see `runbook status {state.run}`")
    return text_to_sign(state, step, answer, answer.stated_by or person)


def checked_commands(state: RunState, commands: Sequence[Command], person: str) -> list[Command]:
    """The commands with their signatures checked; `Refused` for one that is not of who answers."""
    now = instant(datetime.datetime.now(datetime.UTC))
    return [_with_signature_checked(state, command, person, now) for command in commands]


def _with_signature_checked(state: RunState, command: Command, person: str, now: str) -> Command:
    if isinstance(command, Answer) and command.signature:
        return _checked(state, command, person, now)
    if isinstance(command, Revoke) and command.signature:
        return replace(command, signature=_checked(state, command.as_answer(), person, now).signature)
    return command


def _checked(state: RunState, answer: Answer, person: str, now: str) -> Answer:
    found = answer.signature or Signature("")
    if answer.step not in state.steps:
        return answer
    text = found.text or to_sign(state, answer, person)
    by = answer.stated_by or person
    return replace(answer, signature=checked(Signature(found.armored, text), by, known_signers(state.root), now))


__all__ = ["checked_commands", "signed", "to_sign"]
