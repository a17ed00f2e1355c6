"""Where a run stands: the fold of its events, kept so that each event costs the same in a run of any size.

Rule 1: nothing here decides. Applying the same events to the same plan gives the same state, always.
Rule 2: what follows from an event without anybody's choice (a step is ready, a list of steps is over, its
rest is cancelled) is worked out here and not recorded.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING

from runbook.definition import OnFailure, Process, Step
from runbook.errors import JournalDamaged
from runbook.graph import parts
from runbook.run.events import RUN_EVENTS, TRANSITIONS, Event, Recorded, Status
from runbook.run.plan import Plan
from runbook.run.progress import Scope, StepList, StepState, role_of

if TYPE_CHECKING:
    from runbook.outcome import Json


_NEXT_PHASE = {"": ":checks", ":checks": ":steps", ":steps": ":finally", ":finally": ":over"}


class RunState:
    """A run as its events have made it. `apply` is the only way to change it."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.run = ""
        self.definition = ""
        self.root = ""
        self.started_by = ""
        self.started_at = ""
        self.ended_at = ""
        self.ended = ""
        """The type of the event that ended the run; empty while it is open."""
        self.reason = ""
        self.outputs: Mapping[str, Json] = {}
        self.cancelled = ""
        """The reason it was cancelled for; empty when it was not."""
        self.handed_over: Mapping[str, Json] = {}
        """Who left it to whom, with what they should know, until somebody takes it up: `{by, at, to, text}`."""
        self.notes: tuple[Mapping[str, Json], ...] = ()
        """Notes about the run as a whole, each `{by, at, text}`."""
        self.seq = 0
        self.now = ""
        self.steps: dict[str, StepState] = {}
        self.scopes: dict[str, Scope] = {}
        self.ready: dict[str, None] = {}
        """Programs that may start now, oldest first."""
        self.running: dict[str, None] = {}
        """Programs that were started and have not ended."""
        self.waiting: dict[str, None] = {}
        self.in_doubt: dict[str, None] = {}
        self.timers: list[tuple[str, str, int]] = []
        """A heap of (due, path, attempt); entries may be out of date, see `due`."""
        self.signals: dict[str, int] = {}
        self.played: dict[str, set[str]] = {}
        """Role name: the people who have acted in it, in whichever process of the run."""
        self.fresh: deque[StepState] = deque()
        """Steps that became ready and that nobody has looked at yet."""
        self.closed: deque[StepList | Scope] = deque()
        """Section lists and processes that are over and whose owner does not know yet."""
        self.to_withdraw: deque[StepState] = deque()
        """Steps that wait in a list that was stopped, and whose waiting has not been ended yet."""

    # -- what others ask ------------------------------------------------------------------------

    @property
    def status(self) -> str:
        """The run's status, derived: running, waiting, blocked, succeeded, failed or cancelled."""
        if self.ended:
            return {"RunSucceeded": "succeeded", "RunFailed": "failed", "RunCancelled": "cancelled"}[self.ended]
        if self.running or self.ready or any(step.status is Status.READY and not step.attempts for step in self.fresh):
            return "running"
        if self.in_doubt:
            return "blocked"
        return "waiting"

    def due(self, now: str) -> str | None:
        """The next instant at which time makes something happen; None when nothing is timed."""
        while self.timers:
            until, path, attempt = self.timers[0]
            step = self.steps[path]
            alive = step.attempt == attempt and step.until == until
            if alive and (step.status is Status.WAITING or (step.status is Status.READY and path not in self.ready)):
                return until
            heapq.heappop(self.timers)
        return None

    # -- the fold -------------------------------------------------------------------------------

    def apply(self, recorded: Recorded) -> None:
        """Take in one event; an event that is not possible here means a damaged journal."""
        self.seq = recorded.seq
        self.now = recorded.at
        event = recorded.event
        if event.type in TRANSITIONS:
            self._apply_to_step(event, recorded)
        elif event.type in RUN_EVENTS:
            self._apply_to_run(event, recorded)
        # an unknown type of a newer minor version is kept in the journal and changes nothing here

    def _apply_to_run(self, event: Event, recorded: Recorded) -> None:
        match event.type:
            case "RunStarted":
                self.run, self.definition = event.data["run"], event.data["definition"]
                self.root = event.data.get("root", "")
                self.started_by, self.started_at = recorded.by, recorded.at
                if roles := self.plan.process.roles:
                    self.played[next(iter(roles))] = {self.started_by}
                self._open_scope("", self.plan.process, event.data["inputs"], None)
            case "RunResumed":
                self.handed_over = {}
            case "RunHandedOver":
                self.handed_over = {**event.data, "by": recorded.by, "at": recorded.at}
            case "NoteAdded":
                noted = self.steps.get(event.step or "") or self
                noted.notes = (*noted.notes, {**event.data, "by": recorded.by, "at": recorded.at})
            case "EvidenceAttached":
                step = self.steps[event.step or ""]
                step.evidence = (*step.evidence, {**event.data, "by": recorded.by, "at": recorded.at})
            case "SignalReceived":
                name = event.data["signal"]
                self.signals[name] = self.signals.get(name, 0) + 1
            case "CancelRequested":
                self.cancelled = event.data["reason"]
                self._withdraw(self.scopes[""])
            case "RunSucceeded" | "RunFailed" | "RunCancelled":
                self.ended, self.ended_at = event.type, recorded.at
                self.reason = event.data.get("reason", "")
                self.outputs = event.data.get("outputs", {})

    def _apply_to_step(self, event: Event, recorded: Recorded) -> None:
        before, after = TRANSITIONS[event.type]
        step = self.steps.get(event.step or "")
        if step is None or step.status not in before:
            state = f"`{step.status.value}`" if step else "unknown"
            raise JournalDamaged(
                f"event {recorded.seq} ({event.type}) is not possible: step `{event.step}` is {state}",
                "restore the journal from a backup",
            )
        self._leave(step)
        if event.type == "StepReopened":
            self._reopen(step)
            return
        step.status = after
        data = event.data
        match event.type:
            case "StepStarted":
                self._started(step, event, recorded)
            case "StepWaiting":
                step.prompt, step.waits_for, step.since = data.get("prompt", {}), data["for"], recorded.at
                step.until, step.signal = data.get("until", ""), data.get("signal", "")
                step.reason = data.get("reason", "")
                if step.until:
                    heapq.heappush(self.timers, (step.until, step.path, step.attempt))
            case "ReplyRecorded":
                step.replies.append(data["reply"])
            case "AttemptFailed":
                step.failures += 1
                step.reason, step.until = data["reason"], data["retry_at"]
                heapq.heappush(self.timers, (step.until, step.path, step.attempt))
            case "AttemptNotRun" | "AttemptAbandoned":
                step.until = ""
                step.reason = data.get("reason", "")
            case "StepSucceeded":
                step.outputs, step.answers = data.get("outputs", {}), data.get("answers", {})
                step.reason = data.get("reason", "")
                if step.signal:
                    self.signals[step.signal] -= 1
            case "StepInDoubt":
                step.since = recorded.at
                step.result = data.get("known", {})
            case _:
                step.reason = data.get("reason", "")
        step.result = data.get("result", step.result)
        if "reply" in data:
            step.reply = data["reply"]
            step.by = step.reply["by"]
            self._plays(step, step.by)
        if after is Status.READY and step.siblings.stopped:
            step.status = Status.CANCELLED  # it would start anew, and nothing new starts there
        self._enter(step)
        if step.status.is_final:
            step.until, step.ended_at = "", recorded.at
            self._over(step)

    def _started(self, step: StepState, event: Event, recorded: Recorded) -> None:
        step.attempt = event.attempt or step.attempt + 1
        step.attempts += 1
        step.started_at = recorded.at
        step.first_started_at = step.first_started_at or recorded.at
        step.act = event.data.get("act", {})
        step.runner = event.data.get("runner", {})
        step.until = ""
        if step.act:
            step.by = recorded.by
            self._plays(step, recorded.by)
        elif step.step.kind == "section":
            scope = step.siblings.scope
            self._open_list(scope, step.step.id, step.step.steps, step)
        elif step.step.use:
            self._open_scope(f"{step.path}/", self.plan.processes[step.step.use], event.data["inputs"], step)

    def _plays(self, step: StepState, person: str) -> None:
        _, role = role_of(step.siblings.scope, step.step)
        self.played.setdefault(role, set()).add(person)

    # -- sets of steps by status ----------------------------------------------------------------

    def _leave(self, step: StepState) -> None:
        for paths in (self.ready, self.running, self.waiting, self.in_doubt):
            paths.pop(step.path, None)

    def _enter(self, step: StepState) -> None:
        match step.status:
            case Status.READY if not step.until:
                self._make_ready(step)
            case Status.RUNNING if step.act:
                self.running[step.path] = None
            case Status.WAITING:
                self.waiting[step.path] = None
            case Status.IN_DOUBT:
                self.in_doubt[step.path] = None

    def _make_ready(self, step: StepState) -> None:
        step.status = Status.READY
        if step.attempts:
            self.ready[step.path] = None
        else:
            self.fresh.append(step)

    def make_claimable(self, step: StepState) -> None:
        """The step's condition holds, or its pause is over: a program that may start now."""
        step.until = ""
        self.ready[step.path] = None

    def to_the_end(self, step: StepState) -> None:
        """Let other programs be looked at before this one, which may not start now."""
        self.ready.pop(step.path)
        self.ready[step.path] = None

    # -- lists of steps -------------------------------------------------------------------------

    def _open_scope(self, prefix: str, process: Process, inputs: Mapping[str, Json], owner: StepState | None) -> None:
        scope = Scope(prefix, process, inputs, owner)
        self.scopes[prefix] = scope
        self._next_phase(scope)

    def _next_phase(self, scope: Scope) -> None:
        """Open the next list of the process that has steps, or close the process."""
        finished = scope.current
        if finished is not None:
            scope.failed = scope.failed or finished.failed
        nothing_begun = finished is not None and not any(step.attempt for step in finished.steps.values())
        checks_failed = scope.phase == ":checks" and bool(scope.failed or scope.withdrawn)
        without_finally = checks_failed or (scope.phase == ":steps" and nothing_begun)
        scope.phase = ":over" if without_finally else _NEXT_PHASE[scope.phase]
        scope.current = None
        if scope.phase == ":over":
            self.closed.append(scope)
            return
        steps = parts(scope.process)[scope.phase] if scope.phase != ":steps" else scope.process.steps
        if not steps:
            self._next_phase(scope)
            return
        scope.current = self._open_list(scope, scope.phase, steps, None)

    def _open_list(self, scope: Scope, part: str, steps: tuple[Step, ...], owner: StepState | None) -> StepList:
        links = self.plan.links[scope.process.id][part]
        opened = StepList(scope, owner, links)
        for step in steps:
            path = scope.prefix + step.id
            state = self.steps.get(path) or StepState(path, step, opened)
            state.siblings = opened
            opened.steps[step.id] = state
            self.steps[path] = state
        for id in links.order:
            if opened.missing[id] <= 0:
                self._make_ready(opened.steps[id])
        return opened

    def _over(self, step: StepState) -> None:
        siblings = step.siblings
        siblings.open -= 1
        if step.status is Status.FAILED:
            siblings.failed = siblings.failed or _failure(step)
            if not goes_on(step):
                self._stop(siblings)
        if satisfies(step) and not siblings.stopped:
            self._release(siblings, step.step.id)
        if siblings.open == 0:
            self._close(siblings)

    def _reopen(self, step: StepState) -> None:
        """The step has not begun again, and what needs it waits for it again; its attempts go on being counted."""
        siblings = step.siblings
        if step.status.is_final:
            siblings.open += 1
            if satisfies(step):
                for follower in siblings.links.after[step.step.id]:
                    siblings.missing[follower] += 1
        step.before = step.answers or step.before
        step.begin()
        if siblings.failed:
            siblings.failed = next((why for each in siblings.steps.values() if (why := _failure(each))), "")
        owner = siblings.owner or siblings.scope.owner
        if siblings.missing[step.step.id] <= 0 and (owner is None or owner.status is Status.RUNNING):
            self._make_ready(step)

    def is_current(self, closed: StepList | Scope) -> bool:
        """False for a list or process that was over before its owner ended otherwise, or was reopened."""
        owner = closed.owner
        if owner is None:
            return True
        again = closed.open > 0 if isinstance(closed, StepList) else self.scopes[closed.prefix] is not closed
        return owner.status is Status.RUNNING and not again

    def _release(self, siblings: StepList, id: str) -> None:
        for follower in siblings.links.after[id]:
            siblings.missing[follower] -= 1
            state = siblings.steps[follower]
            if siblings.missing[follower] == 0 and state.status is Status.PENDING:
                self._make_ready(state)

    def _close(self, siblings: StepList) -> None:
        if siblings.owner is None:
            self._next_phase(siblings.scope)
        else:
            self.closed.append(siblings)

    def _stop(self, siblings: StepList) -> None:
        """Nothing new starts in the list; what has not begun is cancelled, what runs ends by itself."""
        if siblings.stopped:
            return
        siblings.stopped = True
        for step in siblings.steps.values():
            if step.status in (Status.PENDING, Status.READY):
                self._leave(step)
                step.status, step.until = Status.CANCELLED, ""
                step.ended_at = self.now
                siblings.open -= 1
            elif step.status is Status.WAITING:
                self.to_withdraw.append(step)
            elif step.status is Status.RUNNING and not step.act:
                self._stop_inside(step)

    def _stop_inside(self, step: StepState) -> None:
        if step.step.use:
            self._withdraw(self.scopes[f"{step.path}/"])
            return
        for inner in step.step.steps[:1]:
            self._stop_withdrawn(self.steps[step.siblings.scope.prefix + inner.id].siblings)

    def _withdraw(self, scope: Scope) -> None:
        scope.withdrawn = True
        if scope.current is not None and scope.phase != ":finally":
            self._stop_withdrawn(scope.current)

    def _stop_withdrawn(self, siblings: StepList) -> None:
        already = siblings.stopped or siblings.open == 0
        siblings.withdrawn = True
        self._stop(siblings)
        if not already and siblings.open == 0:
            self._close(siblings)


def goes_on(step: StepState) -> bool:
    """True when the steps after it are done even if it fails; all the checks of a process are."""
    return step.step.on_failure is OnFailure.CONTINUE or step.siblings.scope.phase == ":checks"


def satisfies(step: StepState) -> bool:
    """True when what needs the step may begin."""
    return step.status in (Status.SUCCEEDED, Status.SKIPPED) or (step.status is Status.FAILED and goes_on(step))


def _failure(step: StepState) -> str:
    """What the step makes its process fail for; empty when it does not."""
    failed = step.status is Status.FAILED and step.step.critical
    return f"step `{step.path}` failed: {step.reason}" if failed else ""
