"""What people say to a run, and what waits for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace
from runbook.errors import MachineRefuses, Misuse, Refused

if TYPE_CHECKING:
    from runbook.journal.store import WaitingRow
    from runbook.outcome import Json
    from runbook.run.commands import Answer, Attach, Command
    from runbook.run.events import Recorded
    from runbook.run.state import RunState


def inbox(workspace: Workspace) -> Iterator[WaitingRow]:
    """Every step that waits for people, oldest first."""
    journal = workspace.existing_journal()
    rows = journal.waiting() if journal else iter(())
    return (row for row in rows if row.about.get("for", "person") in ("person", "decision") or "known" in row.about)


def answer(workspace: Workspace, run: str, reply: Answer) -> list[Recorded]:
    """A person's reply to a step; who carries the run out, if anybody, sees it at once."""
    caught_up(workspace, run)
    return workspace.book.advance(run, [tidy(reply)], workspace.actor)


def tidy(reply: Answer) -> Answer:
    """The reply without the white space around its texts: a blank reason is none, and a blank name nobody's."""
    if reply.stated_by and not reply.stated_by.strip():
        raise Misuse("the name of the person is blank", "name the person, or leave `--by` out")
    return replace(reply, reason=reply.reason.strip(), stated_by=reply.stated_by.strip())


def keep_evidence(workspace: Workspace, run: str, step: str, file: Path) -> Attach:
    """Keep a copy of a file as evidence of a step, or with the run as a whole; the command that has it recorded."""
    from runbook.engine.evidence import keep

    if step and step not in workspace.book.state(run).steps:
        raise Misuse(f"run {run} has not reached a step `{step}`", f"see `runbook status {run}`")
    try:
        return keep(workspace.home, step, file)
    except OSError as error:
        raise MachineRefuses(f"{file} can't be kept: {error.strerror}", "check free space and permissions") from None


def say(workspace: Workspace, run: str, *commands: Command) -> list[Recorded]:
    """What a person says to a run: a move, a note, evidence, a hand-over; who carries it out sees it at once."""
    caught_up(workspace, run)
    return workspace.book.advance(run, commands, workspace.actor)


def caught_up(workspace: Workspace, run: str, epoch: int | None = None) -> list[Recorded]:
    """What time has brought about meanwhile, recorded for good: a missed deadline may even have ended the run."""
    return workspace.book.advance(run, [], workspace.actor, epoch)


def signal(workspace: Workspace, run: str, name: str) -> list[Recorded]:
    """A named signal for the steps that wait for it, now or later; `Misuse` when none ever will."""
    from runbook.diagnostics import suggestion
    from runbook.run.commands import Signal

    processes = workspace.book.state(run).plan.processes.values()
    steps = [step for process in processes for step in process.every_step()]
    waits = [step.spec.signal for step in steps if step.kind == "wait"]
    waits += [option.signal for step in steps if step.kind == "decision" for option in step.spec.options]
    known = sorted({signal for signal in waits if signal})
    if name not in known:
        listed = f"its signals are {', '.join(f'`{each}`' for each in known)}" if known else "it waits for none"
        raise Misuse(f"no step of run {run} waits for a signal `{name}`", suggestion(name, known, listed))
    caught_up(workspace, run)
    return workspace.book.advance(run, [Signal(name)], workspace.actor)


def kept(state: RunState, name: str) -> str:
    """What becomes of a signal that nobody waited for when it came, in words."""
    if not any(_keeps(process.data, name) for process in state.plan.processes.values()):
        return f"Nobody waits for `{name}` now, and it is not kept: send it again when the step waits."
    return f"Nobody waits for `{name}` now; it is kept until a step does."


def _keeps(value: Json, name: str) -> bool:
    """True when some step in the text would still use a signal that came before it waited."""
    if isinstance(value, dict):
        wanted = value.get("signal") == name and value.get("kept", True)
        return bool(wanted) or any(_keeps(each, name) for each in value.values())
    return isinstance(value, list) and any(_keeps(each, name) for each in value)


def cancel(workspace: Workspace, run: str, reason: str) -> list[Recorded]:
    """Ask for the end of a run; who carries it out ends its programs and runs `finally`.

    Nothing when it was cancelled before; `Refused` when it ended otherwise.
    """
    from runbook.run.commands import Cancel

    caught_up(workspace, run)
    if workspace.book.known(run).ended:
        status = workspace.book.known(run).status
        if status == "cancelled":
            return []
        raise Refused(f"run {run} has ended ({status})", "nothing was changed")
    commands: Sequence[Command] = [Cancel(reason.strip())]
    return workspace.book.advance(run, commands, workspace.actor)
