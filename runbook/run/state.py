"""Where a run stands: the fold of its events, kept so that each event costs the same in a run of any size.

Rule 1: nothing here decides. Applying the same events to the same plan gives the same state, always.
Rule 2: what follows from an event without anybody's choice (a step is ready, a list of steps is over, its
rest is cancelled) is worked out here, in `lists.py` and in `reopening.py`, and not recorded.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from runbook.errors import JournalDamaged
from runbook.organisation import NOBODY, Organisation
from runbook.run.events import (
    ENDS_RUN,
    RUN_EVENTS,
    TRANSITIONS,
    WITH_FAILURES,
    Recorded,
    Status,
    as_written,
)
from runbook.run.fold_run import apply_to_run
from runbook.run.fold_step import apply_to_step
from runbook.run.gates import can_expire
from runbook.run.plan import Plan
from runbook.run.progress import Scope, StepList, StepState, Undoing

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
        """What it carries over from an earlier run, by step: `{status, outputs, answers, by, played, worked}`."""
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
        self.signals: dict[str, list[str]] = {}
        """Signal: who sent each of those that no step has taken yet, oldest first."""
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
        self.counted: dict[tuple[str, str, str], int] = {}
        """How many may decide, by step, role and day: worked out when it is asked, for the run as it stands."""
        self.given: dict[str, None] = {}
        """The approvals given that count only for a time."""
        self.lapsed: dict[str, None] = {}
        """The approvals that no longer count and that nobody could be asked for again, oldest first."""
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
        gate, timed = self.expiring, self._timed()
        return min(filter(None, (timed, gate.expires_at if gate else None)), default=None)

    @property
    def expiring(self) -> StepState | None:
        """The approval whose yes is the next one to count no longer, unless what needs it begins before."""
        gates = (gate for path in self.given if can_expire(gate := self.steps[path]))
        return min(gates, key=lambda gate: gate.expires_at, default=None)

    def _timed(self) -> str | None:
        while self.timers:
            until, path, attempt = self.timers[0]
            if self._alive(self.steps[path], until, attempt):
                return until
            heapq.heappop(self.timers)
        return None

    def _alive(self, step: StepState, until: str, attempt: int) -> bool:
        if until == step.overdue_at:
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

    def know(self, hash: str) -> None:
        """From now on this is who there is."""
        self.organisation_hash = hash
        self._organisation = None if hash else NOBODY

    @property
    def awaits_locks(self) -> bool:
        """True when some part of it may not go on before others have left."""
        return any(not granted for _, _, granted in self.locks.values())

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
        self.counted.clear()
        entered, recorded = recorded.at, as_written(recorded)
        self.now = recorded.at
        event = recorded.event
        if "authority" in event.data:
            self.played.setdefault(event.data["authority"], set()).add(recorded.by)
        if event.type in TRANSITIONS:
            apply_to_step(self, event, recorded)
        elif event.type in RUN_EVENTS:
            apply_to_run(self, event, recorded)
            if self.transcribed and event.type == "RunStarted":
                self.transcribed = {**self.transcribed, "at": entered}
        # an unknown type of a newer minor version is kept in the journal and changes nothing here

    def undoing_of(self, step: StepState) -> Undoing | None:
        """The way back under way on which the step is undone."""
        own = self.steps[f"{step.path}.undo"].siblings
        ways = [self.undoing]
        around: StepState | None = step
        while around is not None:
            ways += (around.undoing, around.siblings.scope.whole.undoing)
            around = around.siblings.owner or around.siblings.scope.owner
        return next((each for each in ways if each and each.current is own), None)

    # -- sets of steps by status ----------------------------------------------------------------

    def leave(self, step: StepState) -> None:
        """Take the step out of the sets it is in."""
        for paths in (self.ready, self.running, self.waiting, self.in_doubt):
            paths.pop(step.path, None)
        if step.status is Status.WAITING:
            for signal in step.signals:
                self.listening[signal].pop(step.path, None)

    def enter(self, step: StepState) -> None:
        """Put the step into the sets it belongs to."""
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
