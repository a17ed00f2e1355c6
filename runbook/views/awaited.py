"""What a run waits for, each with the command that goes on."""

from __future__ import annotations

from collections.abc import Iterator

from runbook.run.state import RunState
from runbook.views import machine


def awaited(state: RunState, holder: str = "") -> Iterator[tuple[str, str]]:
    """What the run waits for, and the command that goes on, if a person can do anything about it.

    `holder` carries the run out elsewhere, so that nobody can go on with it here.
    """
    run = state.run
    for path in state.in_doubt:
        yield f"`{path}` is in doubt", f"runbook answer {run} {path} done|redo|skipped|failed --reason '...'"
    for path in state.waiting:
        step = state.steps[path]
        if step.undecided:
            yield f"`{path}` has failed", f"runbook answer {run} {path} redo|done|skipped|failed --reason '...'"
        elif step.waits_for == "time":
            yield f"`{path}` waits until {step.until}", ""
        elif step.waits_for == "signal":
            yield f"`{path}` waits for a signal", f"runbook signal {run} {step.signal}"
        elif step.step.kind == "approval":
            so_far = f" ({len(step.replies)} of {step.prompt['quorum']} so far)" if step.replies else ""
            yield f"`{path}` waits for approval{so_far}", f"runbook approve {run} {path}"
        elif step.prompt.get("options"):
            ids = "|".join(str(option["id"]) for option in step.prompt["options"])
            yield f"`{path}` waits for a choice", f"runbook answer {run} {path} --choose {ids}"
        else:
            form = "".join(
                f" -f {name}=..." for name, each in machine.fields(step).items() if each.get("required", True)
            )
            yield f"`{path}` waits for a person", f"runbook answer {run} {path} done{form}"
    yield (f"Carried out by {holder}", "") if holder else ("Go on with", f"runbook resume {run}")
