"""What of a process its tests have tried: its steps, and the ways on from them.

A way is an option of a decision, a condition that holds or does not, what follows a failure, a step undone, an
approval given or refused, a deadline that passes, another attempt, a second person who confirms or sends back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from runbook.definition import Process, Step
from runbook.run.events import Recorded
from runbook.run.progress import StepState
from runbook.run.state import RunState

Key = tuple[str, str, str]
"""A step or a way: what it is, the id of the step, and which of several."""
Hit = tuple[str, Key]
"""The same with the id of its process."""

_WORDS: Mapping[str, str] = {
    "step": "step `{0}` was never reached",
    "when": "the condition of `{0}` was never {1}",
    "option": "option `{1}` of `{0}` was never taken",
    "approval": "`{0}` was never {1}",
    "failure": "what follows a failure of `{0}` was never tried",
    "retry": "another attempt at `{0}` was never made",
    "cancel": "what follows when `{0}` is cancelled was never tried",
    "deadline": "the deadline of `{0}` has never passed",
    "undo": "the undo of `{0}` was never tried",
    "verifier": "what `{0}` recorded was never {1}",
}


@dataclass(frozen=True, slots=True)
class Covered:
    """How much of one process was tried; `steps` and `ways` are (tried, all), `missing` in words."""

    process: str
    steps: tuple[int, int]
    ways: tuple[int, int]
    missing: tuple[str, ...]

    @property
    def percent(self) -> float:
        """The part of steps and ways that was tried."""
        return percent((self,))


def percent(several: Iterable[Covered]) -> float:
    """The part of all steps and ways of these processes that was tried."""
    counts = [part for each in several for part in (each.steps, each.ways)]
    every = sum(part[1] for part in counts)
    return round(100 * sum(part[0] for part in counts) / every, 1) if every else 100.0


def covered(every: Iterable[Key], process: str, hits: Iterable[Hit]) -> Covered:
    """How much of a process, with all of its steps and ways, these have tried."""
    tried, every = {key for id, key in hits if id == process}, tuple(every)
    steps = [key for key in every if key[0] == "step"]
    others = [key for key in every if key[0] != "step"]
    reached = {key[1] for key in steps if key in tried}
    missing = [key for key in every if key not in tried and (key[0] == "step" or key[1] in reached)]
    return Covered(
        process,
        (len(reached), len(steps)),
        (sum(key in tried for key in others), len(others)),
        tuple(_WORDS[what].format(step, which) for what, step, which in missing),
    )


def ways(process: Process) -> Iterator[Key]:
    """Every step of a process, and every way on from it."""
    for step in process.every_step():
        yield "step", step.id, ""
        yield from _of(step)


def _of(step: Step) -> Iterator[Key]:
    flow, spec = step.flow, step.spec
    if step.when is not None:
        yield from (("when", step.id, holds) for holds in ("true", "false"))
    if step.kind == "decision":
        yield from (("option", step.id, option.id) for option in spec.options)
    if step.kind == "approval":
        yield from (("approval", step.id, said) for said in ("approved", "rejected"))
        if spec.emergency:
            yield "approval", step.id, "approved in an emergency"
        if spec.send_back_to:
            yield "approval", step.id, "sent back"
    if flow.due or (step.kind == "approval" and (spec.deadline or spec.escalate_after)):
        yield "deadline", step.id, ""
    if step.on_failure is not None or flow.goto or not step.critical or "on_failure" in flow.do:
        yield "failure", step.id, ""
    if "before_retry" in flow.do or (step.retry and step.retry.attempts > 1 and step.kind != "verify"):
        yield "retry", step.id, ""
    if "on_cancel" in flow.do:
        yield "cancel", step.id, ""
    if step.undo:
        yield "undo", step.id, ""
    if step.verifier:
        yield from (("verifier", step.id, said) for said in ("confirmed", "sent back"))


def hits_of(state: RunState, events: Iterable[Recorded]) -> set[Hit]:
    """What a run has tried, in whichever of its processes."""
    found: set[Hit] = set()
    for recorded in events:
        step = state.steps.get(recorded.event.step or "")
        if step is not None:
            process = step.siblings.scope.process.id
            found.update((process, (what, step.step.id, which)) for what, which in _tried(step, recorded))
    return found


def _tried(step: StepState, recorded: Recorded) -> Iterator[tuple[str, str]]:
    data, approval = recorded.event.data, step.step.kind == "approval"
    if step.path.endswith(".undo"):
        return
    match recorded.event.type:
        case "StepStarted":
            yield "step", ""
            if step.step.when is not None:
                yield "when", "true"
        case "StepSkipped" if str(data.get("reason", "")).startswith("its condition"):
            yield "when", "false"
        case "StepSucceeded":
            if step.step.kind == "decision":
                outputs = data.get("outputs", {})
                yield from (("option", each) for each in outputs.get("choices", [outputs.get("choice", "")]))
            if approval:
                urgent = data.get("reply", {}).get("emergency")
                yield "approval", "approved in an emergency" if urgent else "approved"
            if "confirmed" in data:
                yield "verifier", "confirmed"
        case "StepFailed":
            yield "failure", ""
            if approval:
                yield ("approval", "rejected") if data.get("reply") else ("deadline", "")
            if "refused" in data:
                yield "verifier", "sent back"
        case "HandlingStarted":
            what = {"on_failure": "failure", "undo": "failure", "before_retry": "retry", "on_cancel": "cancel"}
            if word := what.get(str(data.get("for"))):
                yield word, ""
            if approval:
                yield ("approval", "rejected") if data.get("reply") else ("deadline", "")
        case "AttemptFailed":
            yield "retry", ""
        case "StepOverdue":
            yield "deadline", ""
        case "StepUndone":
            yield "undo", ""
        case "VerificationRefused":
            yield "verifier", "sent back"
        case "ReplyRecorded" if data.get("reply", {}).get("outcome") == "send-back":
            yield "approval", "sent back"
