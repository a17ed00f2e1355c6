"""Answers that are signed with a person's own key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.replies import caught_up, tidy
from runbook.app.workspace import Workspace

if TYPE_CHECKING:
    from runbook.run.commands import Answer
    from runbook.run.state import RunState


def has_to_be_signed(workspace: Workspace, run: str, step: str) -> bool:
    """True where an answer to a step that was reached has to be signed."""
    from runbook.run.signing import signed_at

    found = workspace.book.state(run).steps.get(step)
    return found is not None and signed_at(found)


def bound(workspace: Workspace, run: str, reply: Answer) -> tuple[Answer, RunState | None]:
    """The reply with the hash of what is shown at its step now, and the run as it stands, where it is bound to that."""
    from runbook.run.digest import digest_of, is_bound

    caught_up(workspace, run)
    state = workspace.book.state(run)
    step = state.steps.get(reply.step)
    if reply.seen or step is None or not is_bound(step):
        return reply, None
    return replace(reply, seen=digest_of(state, step)), state


def signed(workspace: Workspace, run: str, reply: Answer, key: Path | None = None) -> Answer:
    """The reply, signed where it has to be, or where a key is named; as it is when it carries a signature already."""
    reply = tidy(reply)
    caught_up(workspace, run)
    if reply.signature or not (key or has_to_be_signed(workspace, run, reply.step)):
        return reply
    from runbook.engine.signing import signed as sign

    return sign(workspace.book.state(run), reply, workspace.book.person(run, workspace.actor), key)


def to_sign(workspace: Workspace, run: str, reply: Answer) -> str:
    """What has to be signed for the reply, as the run stands now."""
    from runbook.engine.signing import to_sign as text_of

    caught_up(workspace, run)
    return text_of(workspace.book.state(run), tidy(reply), workspace.book.person(run, workspace.actor))


def usual_key() -> Path | None:
    """The key that is taken when none is named; None for the agent's."""
    from runbook.engine.signatures import usual_key as usual

    return usual()
