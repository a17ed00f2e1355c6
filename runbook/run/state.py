"""Where a run stands: the fold of its events, kept so that each event costs the same in a run of any size.

Rule 1: nothing here decides. Applying the same events to the same plan gives the same state, always.
Rule 2: what follows from an event without anybody's choice (a step is ready, a list of steps is over, its
rest is cancelled) is worked out here and in `lists.py`, and not recorded.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from runbook.errors import JournalDamaged
from runbook.organisation import NOBODY, Organisation
from runbook.run import adopting, lists
from runbook.run.events import (
    ENDS_ATTEMPT,
    ENDS_RUN,
    RUN_EVENTS,
    TRANSITIONS,
    WITH_FAILURES,
    WORK,
    Event,
    Recorded,
    Status,
    as_written,
)
from runbook.run.plan import Plan
from runbook.run.progress import NOTHING, Scope, StepList, StepState, Turns, Undoing, role_of
from runbook.run.taking_up import take_up, take_up_scope

if TYPE_CHECKING:
    from runbook.outcome import Json


def _none(definition: str) -> Plan:
    raise JournalDamaged(f"definition {definition[:12]} is missing", "restore the journal from a backup")


def _unknown(hash: str) -> Organisation:
    return NOBODY


class RunState:
    """A run as its events have made it. `apply` is the only way to change it."""

    def __init__(
        self,
        plan: Plan,
        plans: Callable[[str], Plan] = _none,
        organisations: Callable[[str], Organisation] = _unknown,
    ) -> None:
        self.plan = plan
        self._plans = plans
        """Gives the plan of a definition that the run adopts on its way."""
        self._organisations = organisations
        """Gives the organisation of which the run knows only the hash."""
        self._organisation: Organisation | None = NOBODY
        self.organisation_hash = ""
        """The hash of who there is, as the run knows it; empty while it knows of nobody."""
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
        self.failures: tuple[str, ...] = ()
        """The steps that failed in a run that succeeded all the same."""
        self.cancelled = ""
        """The reason it was cancelled for; empty when it was not."""
        self.paused: Mapping[str, Json] = {}
        """Who paused it, when and why: `{by, at, reason}`; empty while it goes on."""
        self.carried: Mapping[str, Json] = {}
        """What it carries over from an earlier run, by step: `{status, outputs, answers, by, played}`."""
        self.origin: Mapping[str, Json] = {}
        """Where it comes from: the run before (`rerun_of`, `from`), or the one that began it (`detached_from`)."""
        self.instructions = False
        """True when nothing of it is executed: people carry out what programs would, for good."""
        self.transcribed: Mapping[str, Json] = {}
        """The form it was transcribed from: `{name, sha256, by, at}`, the last two who did that and when."""
        self.handed_over: Mapping[str, Json] = {}
        """Who left it to whom, with what they should know, until somebody takes it up: `{by, at, to, text}`."""
        self.notes: tuple[Mapping[str, Json], ...] = ()
        """Notes about the run as a whole, each `{by, at, text}`, with `mentions` when it names people."""
        self.evidence: tuple[Mapping[str, Json], ...] = ()
        """Files kept with the run as a whole, as in `StepState`."""
        self.undoing: Undoing | None = None
        """The way back of the whole run, when somebody asked for it."""
        self.undo_asked: Mapping[str, Json] = {}
        """Who asked for the newest way back of the whole run, and how: `{by, at, reason, to, across}`."""
        self.seq = 0
        self.now = ""
        self.steps: dict[str, StepState] = {}
        self.scopes: dict[str, Scope] = {}
        self.ready: dict[str, None] = {}
        """Programs that may start now, oldest first."""
        self.running: dict[str, None] = {}
        """Programs that were started and have not ended."""
        self.waiting: dict[str, None] = {}
        self.listening: dict[str, dict[str, None]] = {}
        """Signal: the steps that wait for it, among others, in the order in which they began to."""
        self.in_doubt: dict[str, None] = {}
        self.timers: list[tuple[str, str, int]] = []
        """A heap of (due, path, attempt); entries may be out of date, see `due`."""
        self.signals: dict[str, int] = {}
        self.locks: dict[str, tuple[str, int, bool]] = {}
        """What only so many may be inside of, by where it is wanted: its key, the limit, and whether it was granted."""
        self.keys: dict[str, tuple[str, int]] = {}
        """The key and the limit of every lock that was ever wanted, by place."""
        self.played: dict[str, set[str]] = {}
        """Role name: the people who have acted in it, in whichever process of the run."""
        self.assigned: dict[str, tuple[str, ...]] = {}
        """Role name: those whose part it is in this run, and nobody else's."""
        self.worked: set[str] = set()
        """Who has done any of the work: whatever is no approval."""
        self.authors: tuple[str, ...] = ()
        """Who wrote the process, as far as its history tells."""
        self.approved: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = []
        """The approvals given: at which step, by whom, and who is left out of it."""
        self.fresh: deque[StepState] = deque()
        """Steps that became ready and that nobody has looked at yet."""
        self.closed: deque[StepList | Scope | Undoing] = deque()
        """Lists and processes that are over, and ways back, whose owner does not know yet."""
        self.turning: deque[StepState] = deque()
        """Steps of which another turn may begin, or that have had all of them."""
        self.locked_out: list[StepState] = []
        """Steps that were looked at and may not begin before others have left."""
        self.unmet: deque[StepState] = deque()
        """Joins that have too few needs left."""
        self.to_lock: deque[StepState | Scope] = deque()
        """What begins only when no other is inside."""
        self.to_undo: deque[Scope] = deque()
        """Processes that undo what they have done."""
        self.to_withdraw: deque[StepState] = deque()
        """Steps that wait in a list that was stopped, and whose waiting has not been ended yet."""

    # -- what others ask ------------------------------------------------------------------------

    @property
    def status(self) -> str:
        """The run's status, derived: running, waiting, blocked, paused, or how it ended."""
        if self.ended:
            return WITH_FAILURES if self.failures else ENDS_RUN[self.ended]
        if self.running:
            return "running"
        if self.paused:
            return "paused"
        if self.ready or any(step.status is Status.READY and not step.attempts for step in self.fresh):
            return "running"
        if self.in_doubt:
            return "blocked"
        return "waiting"

    def due(self, now: str) -> str | None:
        """The next instant at which time makes something happen; None when nothing is timed."""
        while self.timers:
            until, path, attempt = self.timers[0]
            if self._alive(self.steps[path], until, attempt):
                return until
            heapq.heappop(self.timers)
        return None

    def _alive(self, step: StepState, until: str, attempt: int) -> bool:
        if until in (step.overdue_at, step.expires_at):
            return True
        if step.attempt != attempt or step.until != until:
            return False
        paused = step.status is Status.READY and step.path not in self.ready
        return paused or step.status is Status.WAITING or (step.status is Status.RUNNING and step.turns is not None)

    @property
    def organisation(self) -> Organisation:
        """Who there is, as the run knows it."""
        if self._organisation is None:
            self._organisation = self.organisation_known_as(self.organisation_hash)
        return self._organisation

    def organisation_known_as(self, hash: str) -> Organisation:
        """The organisation with that hash."""
        return self._organisations(hash)

    def _know(self, hash: str) -> None:
        self.organisation_hash = hash
        self._organisation = None if hash else NOBODY

    def awaits_lock(self, at: str) -> bool:
        """True when what is there may not go on before others have left."""
        return at in self.locks and not self.locks[at][2]

    def is_carried(self, step: StepState) -> bool:
        """True for a step that an earlier run has done, as long as nobody went back to it."""
        return step.path in self.carried and not step.passes

    def definition_of(self, definition: str) -> Plan:
        """The plan of a definition that the run adopts."""
        return self._plans(definition)

    # -- the fold -------------------------------------------------------------------------------

    def apply(self, recorded: Recorded) -> None:
        """Take in one event; an event that is not possible here means a damaged journal."""
        self.seq = recorded.seq
        entered, recorded = recorded.at, as_written(recorded)
        self.now = recorded.at
        event = recorded.event
        if "authority" in event.data:
            self.played.setdefault(event.data["authority"], set()).add(recorded.by)
        if event.type in TRANSITIONS:
            self._apply_to_step(event, recorded)
        elif event.type in RUN_EVENTS:
            self._apply_to_run(event, recorded)
            if self.transcribed and event.type == "RunStarted":
                self.transcribed = {**self.transcribed, "at": entered}
        # an unknown type of a newer minor version is kept in the journal and changes nothing here

    def _apply_to_run(self, event: Event, recorded: Recorded) -> None:
        data = event.data
        match event.type:
            case "RunStarted":
                self._started_run(data, recorded)
            case "RunResumed":
                self.handed_over, self.paused = {}, {}
            case "RunPaused":
                self.paused = {**data, "by": recorded.by, "at": recorded.at}
            case "RunHandedOver":
                self.handed_over = {**data, "by": recorded.by, "at": recorded.at}
            case "NoteAdded":
                noted = self.steps.get(event.step or "") or self
                noted.notes = (*noted.notes, {**data, "by": recorded.by, "at": recorded.at})
            case "EvidenceAttached":
                kept = self.steps[event.step] if event.step else self
                about: dict[str, Json] = {"by": recorded.by, "at": recorded.at}
                if event.step:
                    about["pass"] = self.steps[event.step].passes
                kept.evidence = (*kept.evidence, {**data, **about})
            case "SignalReceived":
                self.signals[data["signal"]] = self.signals.get(data["signal"], 0) + 1
            case "CancelRequested":
                self.cancelled, self.paused = data["reason"], {}
                if self.undoing is None:
                    lists.withdraw(self, self.scopes[""], ended=True)
                elif self.undoing.current is not None:
                    self.undoing.left.clear()
                    lists.stop_withdrawn(self, self.undoing.current, ended=True)
            case "RunReopened":
                self._open_again()
                take_up_scope(self, self.scopes[""])
            case "DefinitionAdopted":
                self.definition = data["definition"]
                self._written_by(data)
                adopting.adopt(self, self._plans(self.definition))
            case "OrganisationAdopted":
                self._know(data["organisation"])
            case "RoleAssigned":
                self.assigned[data["role"]] = tuple(data["people"])
            case "UndoRequested":
                self._undo(event, recorded)
            case "UndoStopped":
                self._undo_stopped(event, recorded)
            case "LockAwaited":
                self.keys[data["at"]] = (data["key"], data["limit"])
                self.locks[data["at"]] = (*self.keys[data["at"]], False)
            case "LockTaken" | "LockLost":
                key, limit, _ = self.locks[data["at"]]
                self.locks[data["at"]] = (key, limit, event.type == "LockTaken")
                if event.type == "LockTaken":
                    self._let_in(data["at"])
                    self.fresh.extend(self.locked_out)
                    self.locked_out = []
            case "RunSucceeded" | "RunFailed" | "RunCancelled" | "RunUndone":
                self._end(event, recorded)
            case _:
                if event.step:
                    self._apply_beside(self.steps[event.step], event, recorded)

    def _started_run(self, data: Mapping[str, Json], recorded: Recorded) -> None:
        self.run, self.definition = data["run"], data["definition"]
        self.root, self.carried = data.get("root", ""), data.get("carried", {})
        self.origin = {name: data[name] for name in ("rerun_of", "from", "detached_from") if name in data}
        self.instructions = bool(data.get("instructions"))
        if "transcribed" in data:
            self.transcribed = {**data["transcribed"], "by": recorded.by}
        self.started_by, self.started_at = data.get("by", recorded.by), recorded.at
        self._know(data.get("organisation", ""))
        self._written_by(data)
        self.assigned.update({role: tuple(people) for role, people in data.get("roles", {}).items()})
        if roles := self.plan.process.roles:
            self.played[next(iter(roles))] = {self.started_by}
        lists.open_scope(self, "", self.plan.process, data["inputs"], None)

    def _written_by(self, data: Mapping[str, Json]) -> None:
        """Whoever wrote one of the definitions that the run went by is one of its authors."""
        self.authors = tuple(dict.fromkeys((*self.authors, *data.get("authors", ()))))

    def _end(self, event: Event, recorded: Recorded) -> None:
        self.ended, self.ended_at = event.type, recorded.at
        self.reason = event.data.get("reason", "")
        self.outputs = event.data.get("outputs", self.outputs)
        self.failures = tuple(event.data.get("failures", ()))
        self.undoing = None

    def _open_again(self) -> None:
        """A run that was over goes on; what was left to follow when it ended does not follow any more."""
        for left in (self.fresh, self.closed, self.turning, self.unmet, self.to_lock, self.to_undo, self.to_withdraw):
            left.clear()
        self.locks = {at: (key, limit, False) for at, (key, limit, _) in self.locks.items()}
        self.ended = self.ended_at = self.reason = self.cancelled = ""
        self.failures, self.paused = (), {}

    def _takes_on(self, step: StepState, event: Event) -> None:
        """Who claims a step for its role may be the one who plays it in the whole run; who helps has acted in it."""
        if event.type == "HelperJoined":
            self._plays(step, event.data["by"])
        elif "by" in step.work:
            self._bind(step, step.work["by"])

    def _apply_beside(self, step: StepState, event: Event, recorded: Recorded) -> None:
        """What concerns a step without changing its state."""
        data = event.data
        match event.type:
            case "StopRequested":
                step.stopping = data["reason"]
                if not step.act:
                    lists.stop_inside(self, step, ended=True)
            case "TurnStarted":
                step.until = ""
                lists.open_turn(self, step, data.get("item"))
            case "TurnsPaused":
                step.until = data["until"]
                if step.turns:
                    step.turns.paused = data["after"]
                heapq.heappush(self.timers, (step.until, step.path, step.attempt))
            case "ItemsAdded" if step.turns:
                step.turns.items.extend(data["items"])
                self.turning.append(step)
            case "EnoughDone" if step.turns:
                step.outputs = data.get("outputs", {})
                step.turns.complete = data.get("reason", "")
                if data.get("rest") == "cancelled":
                    lists.stop_inside(self, step, ended=True)
                lists.release(self, step)
                self.turning.append(step)
            case _ if event.type in WORK:
                step.work = data["work"]
                self._takes_on(step, event)
            case "StepOverdue":
                step.overdue, step.overdue_at = True, ""
                if "due" in step.step.flow.do:
                    names = {"failure": {"step": step.path, "reason": "it is overdue"}}
                    step.siblings.open += 1
                    lists.open_handling(self, step, "due", names).beside = True

    # -- a step ---------------------------------------------------------------------------------

    def _apply_to_step(self, event: Event, recorded: Recorded) -> None:
        before, after = TRANSITIONS[event.type]
        step = self.steps.get(event.step or "")
        if step is None or step.status not in before:
            state = f"`{step.status.value}`" if step else "unknown"
            raise JournalDamaged(
                f"event {recorded.seq} ({event.type}) is not possible: step `{event.step}` is {state}",
                "restore the journal from a backup",
            )
        self.leave(step)
        if event.type == "StepReopened":
            self._forget_lock(step)
            lists.reopen(self, step)
            return
        was, step.status = step.status, after
        step.under_way = event.type == "StepStarted" or (step.under_way and event.type not in ENDS_ATTEMPT)
        self._note(step, event, recorded, was)
        if after is Status.READY and (step.siblings.stopped or step.stopping):
            step.status = Status.CANCELLED  # it would start anew, and nothing new starts there
        self._enter(step)
        if event.type == "StepUndone":
            self._undone(step)
        elif step.status.is_final:
            step.until, step.overdue_at, step.ended_at = "", "", recorded.at
            step.handling = NOTHING
            self._forget_lock(step)
            under_way = step.siblings.scope.whole.current
            lists.over(self, step, leads_back="back" in event.data)
            if "ends" in event.data and step.siblings.scope.whole.current is under_way:
                self._ended_early(step)

    def _note(self, step: StepState, event: Event, recorded: Recorded, was: Status) -> None:
        """What the event says of the step."""
        data = event.data
        match event.type:
            case "StepStarted":
                self._started(step, event, recorded)
            case "StepWaiting":
                step.prompt, step.waits_for, step.since = data.get("prompt", {}), data["for"], recorded.at
                step.until = data.get("until", "")
                step.signals = tuple(data.get("signals", (data["signal"],) if "signal" in data else ()))
                step.reason = data.get("reason", "")
                if step.until:
                    heapq.heappush(self.timers, (step.until, step.path, step.attempt))
                if "awaits" in data:
                    step.performed = {"by": data["by"], "outputs": data["outputs"], "answers": {}}
            case "StepPerformed":
                said = data["reply"]
                step.performed = {
                    "by": said["by"], "for": said.get("for", ""), "reply": said,
                    "outputs": data["outputs"], "answers": data["answers"],
                }  # fmt: skip
            case "VerificationRefused":
                step.before, step.performed = step.performed["answers"], NOTHING
                step.reason = data["reply"]["reason"]
            case "ReplyRecorded":
                step.replies = (*step.replies, data["reply"])
                self._approves(step, data["reply"])
            case "AttemptFailed":
                step.failures += 1
                step.handling = NOTHING
                step.reason, step.until = data["reason"], data["retry_at"]
                heapq.heappush(self.timers, (step.until, step.path, step.attempt))
            case "AttemptNotRun" | "AttemptAbandoned":
                step.until = ""
                step.reason = data.get("reason", "")
            case "HandlingStarted":
                step.act, step.handling, step.reason = {}, data, data["failure"]["reason"]
                step.started_at = step.started_at or recorded.at
                if data["for"] == "undo":
                    step.undoing = Undoing(step, data["steps"])
                    lists.open_undo(self, step.undoing)
                else:
                    lists.open_handling(self, step, data["for"], {"failure": data["failure"]})
            case "StepSucceeded":
                step.outputs, step.answers = data.get("outputs", step.outputs), data.get("answers", NOTHING)
                if "expires" in data:
                    step.expires_at = data["expires"]
                    heapq.heappush(self.timers, (step.expires_at, step.path, step.attempt))
                if "review" in data:
                    step.siblings.open += 1
                    lists.open_handling(self, step, "review", NOTHING).beside = True
                step.reason, step.by_clock = data.get("reason", ""), bool(data.get("clock"))
                self._use_signal(step, data)
                if "ends" in data:
                    scope = step.siblings.scope.whole
                    scope.ends, scope.failed = data["ends"], data.get("failed", "")
            case "StepInDoubt":
                step.since = recorded.at
                step.result = data.get("known", {})
            case "StepFailed":
                step.reason, step.unhandled = data.get("reason", ""), bool(data.get("unhandled"))
            case "StepTakenUp":
                take_up(self, step, was)
            case _:
                step.reason = data.get("reason", "")
        step.result = data.get("result", step.result)
        if "due" in data:
            step.overdue_at = data["due"]
            heapq.heappush(self.timers, (step.overdue_at, step.path, step.attempt))
        if "confirmed" in data:
            self._confirms(step, data["confirmed"]["by"])
        if "reply" in data and event.type != "VerificationRefused":
            step.reply = data["reply"]
            step.by = step.reply["by"]
            if "authority" not in data or "deviation" in step.reply:
                self._plays(step, step.by)
            if event.type == "StepSucceeded":
                self._approves(step, step.reply)
        elif "carried_over" in data:
            step.by = data.get("by", "")
            for role, people in data.get("played", {}).items():
                self._played_before(role, people)

    def _use_signal(self, step: StepState, data: Mapping[str, Json]) -> None:
        """A signal counts once: what a step was ended by is gone."""
        used = data.get("signal") or (step.signals[0] if step.signals and step.waits_for == "signal" else "")
        if used and not data.get("reply"):
            step.signal = used
            self.signals[used] = self.signals.get(used, 0) - 1

    def _started(self, step: StepState, event: Event, recorded: Recorded) -> None:
        step.attempt = event.attempt or step.attempt + 1
        step.attempts += 1
        step.started_at, step.reason = recorded.at, ""
        step.first_started_at = step.first_started_at or recorded.at
        step.act = event.data.get("act", NOTHING)
        step.runner = event.data.get("runner", NOTHING)
        step.until = ""
        if step.act:
            step.by = recorded.by
            self._plays(step, recorded.by)
        elif step.step.flow.body:
            step.turns = Turns(list(event.data.get("items", ())))
            self.turning.append(step)
        elif step.step.flow.concurrency:
            step.prompt = event.data  # what it is opened with, once it may go on
            self.to_lock.append(step)
        else:
            self._open_inside(step, event.data)

    def _open_inside(self, step: StepState, data: Mapping[str, Json]) -> None:
        if step.step.kind == "section":
            step.inside.append(lists.open_list(self, step.siblings.scope, step.step.id, step.step.steps, step))
        elif step.step.use and "inputs" in data:
            process = self.plan.processes[step.step.use]
            step.inside.append(lists.open_scope(self, f"{step.path}/", process, data["inputs"], step))

    def _let_in(self, at: str) -> None:
        """What waited for others to leave goes on, unless it had been inside before."""
        if at.endswith(":"):
            scope = self.scopes[at[:-1]]
            if scope.phase == "":
                lists.next_phase(self, scope)
        elif not self.steps[at].opened:
            self._open_inside(self.steps[at], self.steps[at].prompt)

    def _forget_lock(self, step: StepState) -> None:
        if self.locks:
            self.locks.pop(step.path, None)
            self.locks.pop(f"{step.path}/:", None)

    def _ended_early(self, step: StepState) -> None:
        scope = step.siblings.scope.whole
        if scope.current is not None:
            lists.withdraw(self, scope, ended=True)

    def _plays(self, step: StepState, person: str) -> None:
        _, role = role_of(step.siblings.scope, step.step)
        self.played.setdefault(role, set()).add(person)
        if step.step.kind != "approval":
            self.worked.add(person)
        self._bind(step, person)

    def _played_before(self, role: str, people: Sequence[str]) -> None:
        """An earlier run was told the same of them; no approval is carried over, so that all of it is work."""
        self.played.setdefault(role, set()).update(people)
        self.worked.update(people)
        if any(role in each.roles and each.roles[role].binds == "first" for each in self.plan.processes.values()):
            self.assigned.setdefault(role, (people[0],))

    def _confirms(self, step: StepState, person: str) -> None:
        self.played.setdefault(step.step.verifier, set()).add(person)

    def _bind(self, step: StepState, person: str) -> None:
        around, role = role_of(step.siblings.scope, step.step)
        declared = around.process.roles.get(role)
        if declared is not None and declared.binds == "first":
            self.assigned.setdefault(role, (person,))

    def _approves(self, step: StepState, reply: Mapping[str, Json]) -> None:
        if step.step.kind == "approval" and reply["outcome"] == "approve":
            people = (reply["by"], *((reply["for"],) if "for" in reply else ()))
            self.approved.append((step.path, people, step.step.excludes))

    # -- the way back ---------------------------------------------------------------------------

    def _undo(self, event: Event, recorded: Recorded) -> None:
        if event.step:
            owner: StepState | Scope | None = self.steps[event.step]
        else:
            owner = self.scopes[event.data["prefix"]] if "prefix" in event.data else None
        undoing = Undoing(owner, event.data["steps"])
        if owner is None:
            self._open_again()
            self.undoing = undoing
            self.undo_asked = {**event.data, "by": recorded.by, "at": recorded.at}
        else:
            owner.undoing = undoing
            undoing.failed = event.data.get("refused", "")
        lists.open_undo(self, undoing)

    def _undone(self, step: StepState) -> None:
        undoing = self.undoing_of(step)
        if undoing:
            lists.open_undo(self, undoing)

    def undoing_of(self, step: StepState) -> Undoing | None:
        """The way back under way on which the step is undone."""
        own = self.steps[f"{step.path}.undo"].siblings
        ways = [self.undoing]
        around: StepState | None = step
        while around is not None:
            ways += (around.undoing, around.siblings.scope.whole.undoing)
            around = around.siblings.owner or around.siblings.scope.owner
        return next((each for each in ways if each and each.current is own), None)

    def _undo_stopped(self, event: Event, recorded: Recorded) -> None:
        if not event.step and "prefix" not in event.data:
            self._end(event, recorded)
            return
        owner = self.steps[event.step] if event.step else self.scopes[event.data["prefix"]]
        if owner.undoing:
            owner.undoing.failed = event.data["reason"]
            owner.undoing.left.clear()
            lists.open_undo(self, owner.undoing)

    # -- sets of steps by status ----------------------------------------------------------------

    def leave(self, step: StepState) -> None:
        """Take the step out of the sets it is in."""
        for paths in (self.ready, self.running, self.waiting, self.in_doubt):
            paths.pop(step.path, None)
        if step.status is Status.WAITING:
            for signal in step.signals:
                self.listening[signal].pop(step.path, None)

    def _enter(self, step: StepState) -> None:
        match step.status:
            case Status.READY if not step.until:
                self.make_ready(step)
            case Status.RUNNING if step.act:
                self.running[step.path] = None
            case Status.WAITING:
                self.waiting[step.path] = None
                for signal in step.signals:
                    self.listening.setdefault(signal, {})[step.path] = None
            case Status.IN_DOUBT:
                self.in_doubt[step.path] = None

    def make_ready(self, step: StepState) -> None:
        """The step may begin, as far as other steps are concerned."""
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
