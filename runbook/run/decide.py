"""The decider: what a command makes of a run. Pure: no clock, no disk, no shell.

Rule 1: what goes in is (state, command, who, when); what comes out is events, in order, each already applied to
the state. When they can't be recorded, the state is thrown away and folded anew.
Rule 2: every engine, every door and every test goes through `decide`. There is no other way to change a run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from runbook.errors import Conflict, ExpressionError, Misuse, Refused
from runbook.inputs import checked_inputs
from runbook.instants import later
from runbook.outcome import Act, Done, Enter, Failed, Json, Outcome, Waiting, WaitsFor
from runbook.run.answering import answer, move, remark, run_ended
from runbook.run.commands import (
    Answer,
    Attach,
    Begin,
    Cancel,
    Claim,
    Command,
    Doubt,
    HandOver,
    Jump,
    Note,
    NotRun,
    Reopen,
    Resume,
    Settle,
    Signal,
    Tick,
)
from runbook.run.events import Event, Recorded, Status
from runbook.run.people import check_entitled
from runbook.run.progress import Scope, StepList, StepState
from runbook.run.results import conclude, result_of
from runbook.run.retries import next_attempt
from runbook.run.state import RunState, goes_on
from runbook.run.values import Names


def decide(state: RunState, commands: Sequence[Command], by: str, now: str, where: str = "") -> list[Recorded]:
    """The events that these commands lead to, applied to `state`; `Refused` or `Conflict` when one can't be."""
    turn = _Turn(state, by, now, where)
    turn.go_on()
    for command in commands:
        turn.carry_out(command)
        turn.go_on()
    return turn.events


class _Turn:
    """One call of `decide`: who asks, when, and the events so far."""

    def __init__(self, state: RunState, by: str, now: str, where: str) -> None:
        self.state = state
        self.by = by
        self.now = now
        self.where = where
        self.events: list[Recorded] = []

    def emit(self, type: str, step: StepState | None = None, **data: Json) -> None:
        event = Event(type, step.path if step else None, step.attempt if step else None, data)
        if type == "StepStarted" and step:
            event = Event(type, step.path, step.attempt + 1, data)
        elif step and (step.status in (Status.PENDING, Status.READY) or step.status.is_final):
            event = Event(type, step.path, None, data)  # no attempt is under way that this could end
        recorded = Recorded(self.state.seq + 1, self.now, self.by, event, self.where)
        self.state.apply(recorded)
        self.events.append(recorded)

    # -- commands -------------------------------------------------------------------------------

    def carry_out(self, command: Command) -> None:
        state = self.state
        if state.ended and not isinstance(command, (Tick, Claim, Answer)):
            raise run_ended(state)
        if bool(state.run) == isinstance(command, Begin) and not isinstance(command, (Tick, Claim)):
            raise Conflict("the run has begun already" if state.run else "the run has never begun", "start a new run")
        match command:
            case Begin():
                self.emit("RunStarted", run=command.run, process=state.plan.root, definition=command.definition,
                          inputs=dict(command.inputs), root=command.root)  # fmt: skip
            case Resume():
                self.emit("RunResumed")
            case Tick():
                self._tick()
            case Claim():
                self._claim(command)
            case Settle():
                self._settle(command)
            case NotRun():
                self.emit("AttemptNotRun", self._attempt(command.step, command.attempt), reason="it never ran")
            case Doubt():
                self._doubt(command)
            case Answer():
                answer(self, command)
            case Reopen() | Jump():
                move(self, command)
            case Note() | Attach() | HandOver():
                remark(self, command)
            case Signal():
                self.emit("SignalReceived", signal=command.name)
                self._deliver(command.name)
            case Cancel():
                if not command.reason:
                    raise Refused("cancelling needs a reason", "say why")
                if not state.cancelled:
                    self.emit("CancelRequested", reason=command.reason)

    def _attempt(self, path: str, attempt: int) -> StepState:
        step = self.state.steps.get(path)
        if step is None or step.attempt != attempt or step.status is not Status.RUNNING:
            raise Conflict(f"attempt {attempt} of `{path}` is not under way", "it has been settled already")
        return step

    def _tick(self) -> None:
        state = self.state
        while (due := state.due(self.now)) is not None and due <= self.now and not state.ended:
            step = state.steps[state.timers[0][1]]
            if step.status is Status.READY:
                state.make_claimable(step)
            elif step.waits_for == WaitsFor.TIME.value:
                self.emit("StepSucceeded", step)
            else:
                self.emit("StepFailed", step, reason="nobody decided before the deadline")
            self.go_on()

    def _claim(self, command: Claim) -> None:
        state = self.state
        slots = command.slots
        for path in list(islice(state.ready, slots * 2 + len(command.held))):
            if slots <= 0:
                return
            if path in command.held:
                continue
            if path not in state.ready:  # a step before it in this turn has failed, and stopped the rest
                continue
            step = state.steps[path]
            scope = step.siblings.scope
            try:
                check_entitled(state, scope, step.step, self.by)
                outcome = state.plan.kinds[step.step.kind].perform(step.step.spec, Names(state, scope))
            except Refused:
                state.to_the_end(step)
                continue
            except ExpressionError as error:
                outcome = Failed(str(error))
            match outcome:
                case Act():
                    self.emit("StepStarted", step, act=_act(outcome), runner=dict(command.runner))
                    slots -= 1
                case Failed(reason):
                    self.emit("StepFailed", step, reason=reason)
                    self.go_on()

    def _settle(self, command: Settle) -> None:
        step = self._attempt(command.step, command.attempt)
        finished = command.finished
        result = result_of(finished)
        if command.adopted:
            result["adopted"] = True
        if self.state.cancelled and step.siblings.stopped and (finished.signal or finished.error):
            self.emit("StepCancelled", step, reason=f"the run was cancelled: {self.state.cancelled}", result=result)
            return
        match conclude(step.step, finished, self.state, step.siblings.scope):
            case Done(outputs):
                self.emit("StepSucceeded", step, outputs=dict(outputs), result=result)
            case Failed(reason):
                self._fail(step, reason, result, command)

    def _fail(self, step: StepState, reason: str, result: Mapping[str, Json], settled: Settle) -> None:
        failures = step.failures + 1
        retry_at = next_attempt(step, self.state.run, settled.finished.exit_code, self.now)
        if retry_at:
            self.emit("AttemptFailed", step, reason=reason, result=result, retry_at=retry_at)
            return
        if failures > 1:
            reason = f"{reason} (after {failures} attempts)"
        if settled.attended and not (goes_on(step) or step.siblings.stopped or self.state.cancelled):
            about = {"for": WaitsFor.DECISION.value, "title": step.step.title, "kind": step.step.kind}
            self.emit("StepWaiting", step, **about, reason=reason, result=result)
            return
        self.emit("StepFailed", step, reason=reason, result=result)

    def _doubt(self, command: Doubt) -> None:
        step = self._attempt(command.step, command.attempt)
        if step.step.repeatable:
            self.emit("AttemptAbandoned", step, reason="it may be repeated unasked", known=dict(command.known))
        else:
            about = {"title": step.step.title, "kind": step.step.kind}
            self.emit("StepInDoubt", step, **about, known=dict(command.known))

    def _deliver(self, signal: str) -> None:
        for path in list(self.state.waiting):
            step = self.state.steps[path]
            if step.signal == signal and self.state.signals.get(signal):
                self.emit("StepSucceeded", step)
                self.go_on()

    # -- what follows ---------------------------------------------------------------------------

    def go_on(self) -> None:
        """Whatever follows without anybody's choice: conditions, waits, values, nested steps, ends."""
        state = self.state
        while not state.ended and (state.to_withdraw or state.fresh or state.closed):
            if state.to_withdraw:
                step = state.to_withdraw.popleft()
                if step.status is Status.WAITING and step.siblings.stopped:  # the list may have begun anew
                    self.emit("StepCancelled", step, reason="the steps around it were stopped")
            elif state.fresh:
                step = state.fresh.popleft()
                if step.status is Status.READY and not step.attempts:
                    self._examine(step)
            else:
                closed = state.closed.popleft()
                if state.is_current(closed):
                    self._finish(closed)

    def _examine(self, step: StepState) -> None:
        """A step is ready: skip it, keep it for the machine, or let it wait, choose, or open its own steps."""
        state, scope = self.state, step.siblings.scope
        names = Names(state, scope)
        try:
            if step.step.when is not None and not names.holds(step.step.when):
                self.emit("StepSkipped", step, reason=f"its condition `{step.step.when.source}` does not hold")
                return
            if state.plan.acts(step.step):
                state.make_claimable(step)
                return
            outcome = state.plan.kinds[step.step.kind].perform(step.step.spec, names)
            if isinstance(outcome, Enter) and outcome.process:
                inputs = checked_inputs(state.plan.processes[outcome.process], outcome.inputs)
                outcome = Enter(outcome.process, inputs)
        except (ExpressionError, Misuse) as error:
            outcome = Failed(str(error))
        self._begin(step, outcome)

    def _begin(self, step: StepState, outcome: Outcome) -> None:
        match outcome:
            case Failed(reason):
                self.emit("StepFailed", step, reason=reason)
            case Enter(process, inputs):
                self.emit("StepStarted", step, **({"inputs": dict(inputs)} if process else {}))
            case Done(outputs):
                self.emit("StepStarted", step)
                self.emit("StepSucceeded", step, outputs=dict(outputs))
                self.leave_out(step)
            case Waiting():
                self.emit("StepStarted", step)
                self._wait(step, outcome)

    def _wait(self, step: StepState, waiting: Waiting) -> None:
        data: dict[str, Any] = {"for": waiting.waits_for.value, "title": step.step.title, "kind": step.step.kind}
        if step.step.role:
            data["role"] = step.step.role
        if waiting.prompt:
            data["prompt"] = dict(waiting.prompt)
        if waiting.until or waiting.seconds is not None:
            data["until"] = waiting.until or later(self.now, waiting.seconds or 0.0)
        if waiting.signal:
            data["signal"] = waiting.signal
        self.emit("StepWaiting", step, **data)
        if waiting.signal and self.state.signals.get(waiting.signal):
            self.emit("StepSucceeded", step)

    def leave_out(self, step: StepState) -> None:
        """After a decision: the steps that its choice leaves out are skipped."""
        choice = step.outputs.get("choice")
        for id in step.siblings.links.skips.get(step.step.id, {}).get(str(choice), ()):
            other = step.siblings.steps[id]
            if other.status in (Status.PENDING, Status.READY) and not other.attempts:
                self.emit("StepSkipped", other, reason=f"`{step.path}` chose `{choice}`")

    def _finish(self, closed: StepList | Scope) -> None:
        """A section's list, or a process, is over: tell its owner, or end the run."""
        owner = closed.owner
        outputs: dict[str, Json] = {}
        failed = closed.failed
        if isinstance(closed, Scope) and not failed and not closed.withdrawn:
            try:
                outputs = Names(self.state, closed).value(closed.process.outputs)
            except ExpressionError as error:
                failed = f"an output of the process: {error}"
        if owner is None:
            self._end_run(failed, outputs)
        elif closed.withdrawn:
            self.emit("StepCancelled", owner, reason="the steps around it were stopped")
        elif failed:
            self.emit("StepFailed", owner, reason=failed)
        else:
            self.emit("StepSucceeded", owner, outputs=outputs)

    def _end_run(self, failed: str, outputs: Mapping[str, Json]) -> None:
        if self.state.cancelled:
            self.emit("RunCancelled", reason=self.state.cancelled)
        elif failed:
            self.emit("RunFailed", reason=failed)
        else:
            self.emit("RunSucceeded", outputs=dict(outputs))


def _act(act: Act) -> dict[str, Json]:
    """An act as the journal keeps it, without what is empty."""
    kept: dict[str, Json] = {"argv": list(act.argv), "env": dict(act.env), "cwd": act.cwd, "stdin": act.stdin}
    kept["shown"] = act.shown
    return {name: value for name, value in kept.items() if value not in ("", ".", {})}
