"""What a run waits for, each with the command that goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from runbook.run.events import Status
from runbook.views.lines import minute

if TYPE_CHECKING:
    from runbook.run.progress import StepState
    from runbook.run.state import RunState


Rivals = Callable[[str], Sequence[str]]
"""Tells which other runs have a key, or stand before this one."""


def nobody(key: str) -> Sequence[str]:
    """For whoever can't know which runs there are."""
    return ()


def awaited(
    state: RunState, holder: str = "", rivals: Rivals = nobody, now: str = "", hidden: Collection[str] = ()
) -> Iterator[tuple[str, str]]:
    """What the run waits for, and the command that goes on, if a person can do anything about it.

    `holder` carries the run out elsewhere, so that nobody can go on with it here. What `now` is over, or overdue,
    is said to be so, even while nobody has carried it on. Of the steps in `hidden` it is only said that they wait.
    """
    run = state.run
    for path in state.in_doubt:
        if path in hidden:
            yield f"`{path}` is in doubt", ""
            continue
        yield f"`{path}` is in doubt", reply(run, path, {})
    for path in state.waiting:
        step = state.steps[path]
        if path in hidden:
            yield f"`{path}` waits for others", ""
            continue
        about: dict[str, Any] = {"for": step.waits_for, "kind": step.step.kind, "prompt": step.prompt}
        if step.performed:
            about["awaits"] = {"verifier": step.step.verifier}
        yield from _step(state, step, reply(run, path, about), now)
    for at, (key, _, taken) in state.locks.items():
        if not taken:
            place = at.removesuffix("/:").removesuffix(":")
            others = ", ".join(rivals(key))
            yield (
                f"{f'`{place}`' if place else 'The run'} waits for `{key}`" + (f", held by {others}" if others else ""),
                "",
            )
    for step in state.steps.values():
        if step.turns is not None and step.until and step.status is Status.RUNNING:
            yield f"the next turn of `{step.path}` begins at {minute(step.until)}", ""
    yield (f"Carried out by {holder}", "") if holder else ("Go on with", f"runbook resume {run}")


def way_on(state: RunState) -> Iterator[tuple[str, str]]:
    """The command that goes on with a run that is over: with its way back, where that stopped early."""
    if state.ended != "UndoStopped":
        return
    to = f" --to {state.undo_asked['to']}" if state.undo_asked.get("to") else ""
    across = " --across-irreversible" if state.undo_asked.get("across") else ""
    yield "Go on with the way back", f"runbook undo {state.run}{to}{across} --reason TEXT"


def _step(state: RunState, step: StepState, answer: str, now: str) -> Iterator[tuple[str, str]]:
    """What one step waits for; besides a person it may be a signal or the clock, whichever comes first."""
    path = step.path
    due = step.step.flow.due
    decides = step.step.kind == "decision"
    said = in_time(step.overdue_at, "" if decides else step.until, step.overdue, due.role if due else "", now)
    late = f" ({said})" if said else ""
    if step.undecided:
        yield f"`{path}` has failed", answer
    elif step.until and step.until <= now:
        yield f"the time for `{path}` was over at {minute(step.until)}", ""
    elif step.waits_for == "time":
        yield f"`{path}` waits until {minute(step.until)}", ""
    elif step.waits_for == "signal":
        until = f" until {minute(step.until)}" if step.until else ""
        for signal in step.signals:
            yield f"`{path}` waits for a signal{until}", f"runbook signal {state.run} {signal}"
    elif step.performed:
        yield (
            f"`{path}` was done by {step.performed['by']} and waits for a second person as {step.step.verifier}",
            answer,
        )
    elif step.step.kind == "approval":
        so_far = f" ({len(step.replies)} of {step.prompt['quorum']} so far)" if step.replies else ""
        yield f"`{path}` waits for approval{so_far}{late}", answer
    elif step.prompt.get("options"):
        what = "choices" if step.prompt.get("several") else "a choice"
        other = f" ({otherwise(step)})" if otherwise(step) else ""
        yield f"`{path}` waits for {what}{other}{late}", answer
    else:
        held = f" ({step.work['state']} by {step.work['by']})" if step.work.get("by") else ""
        yield f"`{path}` waits for a person{held}{late}", answer


def in_time(due: str, until: str, overdue: bool, also: str, now: str) -> str:
    """Until when a step should be done (`due`), and has to be (`until`), and who may do it as well once it is late."""
    late = f"overdue, so the {also} may do it as well" if also else "overdue"
    words = [
        late if overdue or (due and due <= now) else f"due {minute(due)}" if due else "",
        ("the time is over" if until <= now else f"until {minute(until)}") if until else "",
    ]
    return ", ".join(each for each in words if each)


def otherwise(step: StepState) -> str:
    """What chooses instead of a person, whichever comes first; empty when nothing does."""
    if step.step.kind != "decision" or step.undecided:
        return ""
    signals = f"the signal `{'` or `'.join(step.signals)}` does" if step.signals else ""
    clock = f"the clock does at {minute(step.until)}" if step.until else ""
    return ", or ".join(each for each in (signals, clock) if each)


def reply(run: str, step: str, about: Mapping[str, Any]) -> str:
    """The command by which a person answers a step; `about` is what its waiting says of it, nothing of a doubt."""
    prompt = about.get("prompt", {})
    if "for" not in about:
        return f"runbook answer {run} {step} done|redo|skipped|failed --reason '...'"
    if about["for"] == "decision":
        return f"runbook answer {run} {step} redo|done|skipped|failed --reason '...'"
    if about.get("awaits", {}).get("verifier"):
        return f"runbook confirm {run} {step}"
    if about.get("kind") == "approval":
        return f"runbook approve {run} {step}"
    if options := prompt.get("options"):
        between = "," if prompt.get("several") else "|"
        return f"runbook answer {run} {step} --choose {between.join(str(each['id']) for each in options)}"
    value = "@FILE" if "command" in prompt else "..."
    return f"runbook answer {run} {step} done" + "".join(f" -f {name}={value}" for name in prompt.get("fields", ()))
