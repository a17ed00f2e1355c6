"""The decider: what a command makes of a run. Pure: no clock, no disk, no shell.

Rule 1: what goes in is (state, command, who, when); what comes out is events, in order, each already applied to
the state. When they can't be recorded, the state is thrown away and folded anew.
Rule 2: every engine, every door and every test goes through `decide`. There is no other way to change a run.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from runbook.errors import Conflict, ExpressionError, Refused
from runbook.instants import between
from runbook.organisation import NOBODY
from runbook.outcome import Act, Done, Failed, Json
from runbook.run import going_on
from runbook.run.answering import answer, complete, move, remark, run_ended, stop_step
from runbook.run.approving import check_may_go_on, expire, lapsed, renewed, revoke
from runbook.run.assigning import assign_role, check_named
from runbook.run.commands import (
    AddItems,
    Adopt,
    AdoptOrganisation,
    Answer,
    AssignRole,
    Attach,
    Begin,
    Cancel,
    Claim,
    Command,
    Complete,
    Doubt,
    HandOver,
    Jump,
    LoseLock,
    Note,
    NotRun,
    Pause,
    Reopen,
    Resume,
    Retry,
    Revoke,
    Settle,
    Signal,
    StopStep,
    TakeLock,
    Tick,
    Undo,
    Work,
)
from runbook.run.events import OPENS_ATTEMPT, Event, Recorded, Status
from runbook.run.evidence import lacking, take_in
from runbook.run.handling import cancelled, fail
from runbook.run.migration import adopt
from runbook.run.people import check_entitled
from runbook.run.progress import StepState
from runbook.run.results import conclude, result_of
from runbook.run.retrying import retry
from runbook.run.settling import attempt_failed
from runbook.run.signalling import receive
from runbook.run.state import RunState
from runbook.run.turns import add_items
from runbook.run.undoing import undo
from runbook.run.unwritten import check_written
from runbook.run.values import Names
from runbook.run.verifying import carried_out
from runbook.run.visibility import said_of
from runbook.run.working import work
from runbook.sealed import seals

_CLOCK = 2.0
"""Seconds that the clock may go back without being noted."""
_AFTER_THE_END = (Tick, Claim, Answer, Undo, Retry, Note, Attach)


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
        self._user = by
        self.by = state.organisation.person_of(by)
        self.now = now
        self.where = where
        self.events: list[Recorded] = []

    def emit(self, type: str, step: StepState | None = None, /, **data: Json) -> None:
        attempt = None  # as long as none is under way that this could end
        if step and type == "StepStarted":
            attempt = step.attempt + 1
        elif step and step.under_way:
            attempt = step.attempt
        if step and step.overdue_at and type in OPENS_ATTEMPT:  # every one says it: the journal keeps the last
            data.setdefault("due", step.overdue_at)
        event = Event(type, step.path if step else None, attempt, data)
        recorded = Recorded(self.state.seq + 1, self.now, self.by, event, self.where)
        self.state.apply(recorded)
        self.events.append(recorded)

    def go_on(self) -> None:
        """Whatever follows without anybody's choice."""
        going_on.go_on(self)

    # -- commands -------------------------------------------------------------------------------

    def carry_out(self, command: Command) -> None:
        state = self.state
        if state.ended and not isinstance(command, _AFTER_THE_END):
            raise run_ended(state)
        if bool(state.run) == isinstance(command, Begin) and not isinstance(command, (Tick, Claim)):
            raise Conflict("the run has begun already" if state.run else "the run has never begun", "start a new run")
        match command:
            case Begin():
                check_written(state.plan.processes[state.plan.root])
                data: dict[str, Json] = {"carried": dict(command.carried)} if command.carried else {}
                organisation = state.organisation_known_as(command.organisation) if command.organisation else NOBODY
                if command.organisation:
                    data["organisation"] = command.organisation
                    self.by = organisation.person_of(self._user)
                starter = command.about.get("by", self.by)  # of a form of paper, which somebody else transcribes
                check_named(state, organisation, starter, command.people.get("roles", {}))
                self.emit("RunStarted", run=command.run, process=state.plan.root, definition=command.definition,
                          inputs=dict(command.inputs), root=command.root, **data, **command.people,
                          **command.about)  # fmt: skip
            case Resume():
                if state.paused:
                    check_may_go_on(self)
                again = renewed(state)
                self.emit("RunResumed", **({"renewed": again} if again else {}))
            case Pause(reason):
                if not state.paused:
                    self.emit("RunPaused", reason=reason.strip())
            case Tick():
                self._tick()
            case Claim():
                self._claim(command)
            case Settle():
                self._settle(command)
            case NotRun():
                self._not_run(self._attempt(command.step, command.attempt))
            case Doubt():
                self._doubt(command)
            case Answer():
                answer(self, command)
            case Revoke():
                revoke(self, command)
            case Work():
                work(self, command)
            case Reopen() | Jump():
                move(self, command)
            case Note() | Attach() | HandOver():
                remark(self, command)
            case Signal():
                for step, sender in receive(self, command):
                    going_on.wake(self, step, command.name, sender)
                    self.go_on()
            case AddItems():
                add_items(self, command)
            case StopStep():
                stop_step(self, command)
            case Complete():
                complete(self, command)
            case TakeLock(at):
                self.emit("LockTaken", at=at)
            case LoseLock(at, reason):
                self.emit("LockLost", at=at, reason=reason)
            case AdoptOrganisation(organisation):
                self.emit("OrganisationAdopted", organisation=organisation)
                self.by = state.organisation.person_of(self._user)
            case AssignRole():
                assign_role(self, command)
            case Adopt():
                adopt(self, command)
            case Undo():
                undo(self, command)
            case Retry():
                retry(self, command)
            case Cancel():
                if not command.reason:
                    raise Refused("cancelling needs a reason", "say why")
                if not state.cancelled:
                    self.emit("CancelRequested", reason=command.reason)

    def _attempt(self, path: str, attempt: int) -> StepState:
        step = self.state.steps.get(path)
        under_way = step is not None and step.attempt == attempt and step.status is Status.RUNNING and step.act
        if step is None or not under_way:
            raise Conflict(f"attempt {attempt} of `{path}` is not under way", "it has been settled already")
        return step

    def _tick(self) -> None:
        state = self.state
        if state.now and between(self.now, state.now) > _CLOCK and not state.ended:
            self.emit("ClockJumped", before=state.now)
        while not state.ended and (due := state.due(self.now)) is not None and due <= self.now:
            if (gate := state.expiring) is not None and gate.expires_at == due:
                expire(self, gate)
                self.go_on()
                continue
            step = state.steps[state.timers[0][1]]
            if step.overdue_at == due:
                self.emit("StepOverdue", step, until=step.until)
            elif step.status is Status.READY:
                state.make_claimable(step)
            elif step.turns is not None:
                step.until = ""
                state.turning.append(step)
            else:
                going_on.wake(self, step, "")
            self.go_on()

    def _claim(self, command: Claim) -> None:
        state = self.state
        slots, runner = 0 if state.paused or state.instructions else command.slots, dict(command.runner)
        for path in list(islice(state.ready, slots * 2 + len(command.held))):
            if slots <= 0:
                return
            if path in command.held:
                continue
            if path not in state.ready:  # a step before it in this turn has failed, and stopped the rest
                continue
            step = state.steps[path]
            scope = step.siblings.scope
            if lapsed(self, step):
                self.go_on()
                continue
            if going_on.is_held(state, step):
                state.to_the_end(step)
                continue
            try:
                whom = check_entitled(state, scope, step.step, self.by, now=self.now)
                outcome = state.plan.kinds[step.step.kind].perform(step.step.spec, Names(state, scope))
            except Refused:
                state.to_the_end(step)
                continue
            except ExpressionError as error:
                outcome = Failed(str(error))
            match outcome:
                case Act():
                    about = {**going_on.due_of(self, step), **({"for": whom} if whom else {})}
                    going_on.start(self, step, act=_act(outcome), runner=runner, **about)
                    slots -= 1
                case Failed(reason):
                    fail(self, step, reason)
                    self.go_on()

    def _settle(self, command: Settle) -> None:
        step = self._attempt(command.step, command.attempt)
        finished = command.finished
        result = result_of(finished)
        if command.adopted:
            result["adopted"] = True
        outcome = conclude(step.step, finished, self.state, step.siblings.scope, taken=command.taken)
        if isinstance(outcome, Done) or not (step.step.retry and step.step.retry.within):
            take_in(self, step, command)  # a look that does not hold yet proves nothing, and there may be many
        match outcome:
            case Done() if (why := lacking(step, command)) and not step.unwanted:
                attempt_failed(self, step, why, finished.exit_code, attended=command.attended, result=result)
            case Done(outputs):
                carried_out(self, step, step.by, outputs, result=result)
            case Failed() if step.unwanted:  # it was told to end, and programs say in many ways that they were
                cancelled(self, step, result=result)
            case Failed(reason):
                code = finished.exit_code
                attempt_failed(self, step, reason, code, attended=command.attended, result=result)

    def _not_run(self, step: StepState) -> None:
        if step.unwanted:
            cancelled(self, step)
        else:
            self.emit("AttemptNotRun", step, reason="it never ran")

    def _doubt(self, command: Doubt) -> None:
        step = self._attempt(command.step, command.attempt)
        if step.step.repeatable and step.unwanted:
            cancelled(self, step, known=dict(command.known))
        elif step.step.repeatable:
            self.emit("AttemptAbandoned", step, reason="it may be repeated unasked", known=dict(command.known))
        else:
            about = {"title": step.step.title, "kind": step.step.kind}
            self.emit("StepInDoubt", step, **about, **said_of(step), known=dict(command.known))


def _act(act: Act) -> dict[str, Json]:
    """An act as the journal keeps it, without what is empty."""
    kept: dict[str, Json] = {"argv": list(act.argv), "env": dict(act.env), "cwd": act.cwd, "stdin": act.stdin}
    kept.update(shown=act.shown, work=act.work, request=act.request)
    kept["sealed"] = [
        {"at": list(at), "parts": list(parts)}
        for name in ("env", "stdin", "request")
        for at, parts in seals(kept[name], (name,))
    ]
    return {name: value for name, value in kept.items() if value not in ("", ".", {}, [], None)}


__all__ = ["decide"]
