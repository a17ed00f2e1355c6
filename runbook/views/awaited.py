"""What a run waits for, each with the command that goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runbook.run.state import RunState


def awaited(state: RunState, holder: str = "") -> Iterator[tuple[str, str]]:
    """What the run waits for, and the command that goes on, if a person can do anything about it.

    `holder` carries the run out elsewhere, so that nobody can go on with it here.
    """
    run = state.run
    for path in state.in_doubt:
        yield f"`{path}` is in doubt", reply(run, path, {})
    for path in state.waiting:
        step = state.steps[path]
        about = {"for": step.waits_for, "kind": step.step.kind, "prompt": step.prompt}
        if step.undecided:
            yield f"`{path}` has failed", reply(run, path, about)
        elif step.waits_for == "time":
            yield f"`{path}` waits until {step.until}", ""
        elif step.waits_for == "signal":
            yield f"`{path}` waits for a signal", f"runbook signal {run} {step.signals[0]}"
        elif step.step.kind == "approval":
            so_far = f" ({len(step.replies)} of {step.prompt['quorum']} so far)" if step.replies else ""
            yield f"`{path}` waits for approval{so_far}", reply(run, path, about)
        elif step.prompt.get("options"):
            yield f"`{path}` waits for a choice", reply(run, path, about)
        else:
            yield f"`{path}` waits for a person", reply(run, path, about)
    yield (f"Carried out by {holder}", "") if holder else ("Go on with", f"runbook resume {run}")


def reply(run: str, step: str, about: Mapping[str, Any]) -> str:
    """The command by which a person answers a step; `about` is what its waiting says of it, nothing of a doubt."""
    prompt = about.get("prompt", {})
    if "for" not in about:
        return f"runbook answer {run} {step} done|redo|skipped|failed --reason '...'"
    if about["for"] == "decision":
        return f"runbook answer {run} {step} redo|done|skipped|failed --reason '...'"
    if about.get("kind") == "approval":
        return f"runbook approve {run} {step}"
    if options := prompt.get("options"):
        return f"runbook answer {run} {step} --choose {'|'.join(str(each['id']) for each in options)}"
    return f"runbook answer {run} {step} done" + "".join(f" -f {name}=..." for name in prompt.get("fields", ()))
