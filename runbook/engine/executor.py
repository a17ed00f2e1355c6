"""Carries a run out: claims what is ready, hands it to the supervisor, settles what has ended.

Rule 1: a program is handed over only after its start is in the journal.
Rule 2: nothing waits in memory. What waits for people or time is in the journal, and this may end meanwhile.
Rule 3: what a supervisor kept is thrown away only when nothing is under way any more.
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from runbook.engine.book import Book
from runbook.engine.capturing import with_evidence
from runbook.engine.detached import carry_out_alone, left_alone
from runbook.engine.identity import Actor
from runbook.engine.machine import has_room, network_file_system, no_room
from runbook.engine.making_ready import Unready, made_ready
from runbook.engine.recovery import Orphans, sweep
from runbook.engine.rivals import make_way
from runbook.engine.searching import forms_again
from runbook.engine.supervision import GRACE, Ended, Gone, Output, Supervisor
from runbook.engine.taking import with_taken
from runbook.errors import Conflict, MachineRefuses, Misuse, Refused, RunbookError
from runbook.instants import between
from runbook.journal.places import make_folder
from runbook.outcome import Finished, Json
from runbook.run.by_itself import goes_on_by_itself
from runbook.run.commands import Claim, Command, Settle
from runbook.run.events import Recorded
from runbook.run.going_on import is_held
from runbook.run.people import check_entitled
from runbook.run.progress import StepState
from runbook.run.state import RunState

PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "USER", "LOGNAME", "SHELL", "TMPDIR", "SSH_AUTH_SOCK")
"""The variables of the caller's environment that programs see."""

_GLANCE = 0.1
"""Seconds between two looks at what others have written."""
_RIVALS = 1.0
"""Seconds between two looks at whether those who are in the way have died."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told what happens: each recorded event, and output while it comes."""

    event: Callable[[Recorded], None] = lambda recorded: None
    output: Callable[[str, str, str], None] = lambda step, stream, text: None
    """(step, `stdout` or `stderr`, text)"""
    replies: Callable[[RunState], Sequence[Command]] = lambda state: ()
    """Answers at hand for what waits now (an answers file)."""
    refused: Callable[[Command, RunbookError], None] = lambda command, error: None
    """Such an answer was not accepted."""
    warned: Callable[[str], None] = lambda text: None
    """The machine is not as it should be, and the run goes on all the same."""


@dataclass(slots=True)
class _Given:
    """An attempt in the supervisor's hands."""

    step: str
    attempt: int
    secrets: Sequence[bytes] = ()
    """The forms of those that its program was given."""
    killed: bool = False


def of_the_caller() -> dict[str, str]:
    """What programs see of the caller's environment."""
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ}


@dataclass(slots=True)
class Executor:
    """One holder's work on one run, from taking it up to where only people, time or nothing is left."""

    book: Book
    run: str
    actor: Actor
    epoch: int
    home: Path
    root: Path
    slots: int
    listener: Listener = field(default_factory=Listener)
    stay: bool = False
    """True to stay while people are awaited, because they answer through this very program."""
    patience: float = float("inf")
    """The longest time, in seconds, to stay for a timer."""
    holds: Callable[[StepState], bool] | None = None
    """Whether a program that is ready may not start yet; None when every one may."""
    _given: dict[str, _Given] = field(default_factory=dict)
    _supervisor: Supervisor | None = None
    _orphans: Orphans = field(default_factory=Orphans)
    _stopping: bool = False
    _hindrance: MachineRefuses | None = None
    _unstarted: list[Command] = field(default_factory=list)
    _told: int = 0
    _rivals_at: float = 0.0
    _wake: tuple[int, int] = field(default_factory=os.pipe)
    _passed_on: Mapping[str, str] = field(default_factory=of_the_caller)

    def carry_on(self) -> RunState:
        """Work until the run has ended, or can't go on without people or time; the state it is left in."""
        state = self.book.state(self.run)
        self._told = state.seq
        self._orphans.take_on(state, state.running, self.home)
        for run in left_alone(self.book.store, self.home, state):
            carry_out_alone(self.home, self.root, run)
        if kind := network_file_system(self.home):
            self.listener.warned(f"{self.home} lies on a network file system ({kind}), whose locks can't be relied on")
        commands: list[Command] = []
        try:
            while True:
                commands += map(self._with_evidence, self._orphans.look(self.stay))
                unstarted, self._unstarted = self._unstarted, []
                state = self._advance([*commands, *unstarted])
                commands = []
                replies = [] if self._stopping else self.listener.replies(state)
                if replies:
                    self._reply(replies)
                elif self._finished(state):
                    break
                else:
                    commands = self._wait(state)
            if self._supervisor:
                self._supervisor.leave()
            sweep(self.home, self.run)
        finally:
            self._close()
        if self._hindrance and not state.ended:
            raise self._hindrance
        return state

    def stop(self) -> None:
        """Start nothing new; `carry_on` returns when what runs has ended. For signal handlers and other threads."""
        self._stopping = True
        self.wake()

    def wake(self) -> None:
        """Look at the run again now: somebody has answered."""
        with suppress(OSError):  # it has ended already
            os.write(self._wake[1], b".")

    # -- one turn -------------------------------------------------------------------------------

    def _advance(self, commands: list[Command]) -> RunState:
        """Record what ended and start what may start, in one transaction when the supervisor is there."""
        free = self.slots - len(self._given) - len(self._orphans)
        room = has_room(self.home)
        at_once = self._supervisor is not None and self.holds is None  # what is held shows only when it is ready
        if at_once and room and free > 0 and not self._stopping:
            commands = [*commands, self._claim(free)]
        self._tell(self.book.advance(self.run, commands, self.actor, self.epoch))
        state = self.book.known(self.run)
        if not self._stopping and self._startable(state):
            if not room:
                self._hindrance, self._stopping = no_room(self.home, self.run), True
            elif not at_once and free > 0:
                self._tell(self.book.advance(self.run, [self._claim(free)], self.actor, self.epoch))
        self._kill_unwanted(state)
        self._make_way(state)
        return state

    def _make_way(self, state: RunState) -> None:
        """Go on where only runs that have died are in the way; looked at now and then."""
        if state.awaits_locks and time.monotonic() >= self._rivals_at:
            self._rivals_at = time.monotonic() + _RIVALS
            if make_way(self.book, self.home, state, self.actor):
                self._tell(self.book.advance(self.run, [], self.actor, self.epoch))

    def _claim(self, free: int) -> Claim:
        return Claim(free, self._runner(), self._held(self.book.known(self.run)))

    def _held(self, state: RunState) -> frozenset[str]:
        """The programs that are ready and that a person has not let start yet."""
        if self.holds is None:
            return frozenset()
        return frozenset(path for path in state.ready if self.holds(state.steps[path]))

    def _startable(self, state: RunState) -> bool:
        return startable(state, self.actor, self._held(state))

    def _tell(self, events: list[Recorded]) -> None:
        """Hand over what was started, and tell what happened; also what others have recorded meanwhile."""
        newest = self.book.known(self.run).seq
        if newest - self._told != len(events):
            events = list(self.book.store.events(self.run, self._told))
        self._told = newest
        for recorded in events:
            event = recorded.event
            if event.type == "StepStarted" and "act" in event.data:
                self._hand_over(event.step or "", event.attempt or 0, event.data["act"])
            elif "detached" in event.data:
                carry_out_alone(self.home, self.root, event.data["detached"]["run"])
        for recorded in events:
            self.listener.event(recorded)

    def _reply(self, replies: Sequence[Command]) -> None:
        for command in replies:
            try:
                self._tell(self.book.advance(self.run, [command], self.actor, self.epoch))
            except (Refused, Misuse, Conflict) as error:
                self.listener.refused(command, error)

    def _finished(self, state: RunState) -> bool:
        if self._given or self._orphans or self._unstarted:
            return False
        if state.ended or self._stopping or state.paused:
            return True
        if state.awaits_locks:
            return self.patience < float("inf")  # those before it leave some time, and nobody knows when
        if self.stay or self._startable(state):
            return False
        ahead = [until for until, path, _ in state.timers if goes_on_by_itself(state.steps[path], until)]
        return not ahead or between(state.now, min(ahead)) > self.patience

    def _wait(self, state: RunState) -> list[Command]:
        """Wait for output, an end, a timer, or news from elsewhere; the commands that ends become."""
        watching = self.stay or state.waiting or state.in_doubt or state.locks
        timeout = 0.05 if self._orphans else _GLANCE if watching else 0.5
        due = state.due(state.now)
        if due is not None:
            timeout = min(timeout, max(0.0, between(state.now, due)) + 0.001)
        busy = self._given or self._orphans or self._stopping
        if state.ready and not busy and self._startable(state):
            timeout = 0.0
        sources: list[int] = [self._wake[0]]
        if self._supervisor:
            sources.append(self._supervisor.fileno())
        ready, _, _ = select.select(sources, [], [], timeout)
        if self._wake[0] in ready:
            os.read(self._wake[0], 4096)
        if not self._supervisor or self._supervisor.fileno() not in ready:
            return []
        return self._messages(self._supervisor)

    def _messages(self, supervisor: Supervisor) -> list[Command]:
        commands: list[Command] = []
        for message in supervisor.poll(0.0):
            match message:
                case Ended(attempt, finished):
                    given = self._given.pop(attempt)
                    settled = Settle(given.step, given.attempt, finished, attended=self.stay)
                    commands.append(self._with_evidence(settled, given.secrets))
                case Output(attempt, stream, text):
                    if attempt in self._given:
                        self.listener.output(self._given[attempt].step, stream, text)
                case Gone():
                    self._bereaved()
        return commands

    def _with_evidence(self, command: Command, secrets: Sequence[bytes] | None = None) -> Command:
        """What its step wants kept of a program is kept before its end is told."""
        if not isinstance(command, Settle):
            return command
        state = self.book.known(self.run)
        step = state.steps[command.step]

        def known() -> Sequence[bytes]:
            if secrets is not None:
                return secrets
            return forms_again(step.act, step.siblings.scope.process.secrets, self.book.kinds, self.root)

        settled = with_evidence(command, state, self.home, self.root, known)
        return with_taken(settled, state, self.home, self.root, known)

    def _bereaved(self) -> None:
        """The supervisor has died: what it had in hand is looked into as after a crash of our own."""
        self._supervisor = None
        given, self._given = self._given, {}
        self._orphans.take_on(self.book.known(self.run), [each.step for each in given.values()], self.home)

    # -- the supervisor -------------------------------------------------------------------------

    def _supervised(self) -> Supervisor:
        if self._supervisor is None:
            number = 0
            while (folder := supervisor_folder(self.home, self.run, self.epoch, number)).exists():
                number += 1
            make_folder(folder.parent)
            supervisor = Supervisor.start(folder)
            if not supervisor.identity:
                why = f"no program can be started: {supervisor.complaint}"
                raise MachineRefuses(why, "check free space and limits")
            self._supervisor = supervisor
        return self._supervisor

    def _runner(self) -> dict[str, Json]:
        """Who carries programs out, as the journal names it."""
        supervisor = self._supervised()
        return {**supervisor.identity, "folder": supervisor.folder.name}

    def _hand_over(self, path: str, attempt: int, act: Mapping[str, Json]) -> None:
        state = self.book.known(self.run)
        step = state.steps[path].step
        own = {"RUNBOOK_RUN": self.run, "RUNBOOK_STEP": path, "RUNBOOK_PROJECT": str(self.root)}
        process = state.steps[path].siblings.scope.process
        try:
            ready = made_ready(act, process.secrets, self.book.kinds, self.root)
        except Unready as error:
            self._unstarted.append(Settle(path, attempt, Finished(None, error=str(error)), attended=self.stay))
            self.wake()
            return
        name = attempt_name(self.run, path, attempt)
        self._given[name] = _Given(path, attempt, ready.masked)
        within = step.retry.within if step.retry else None
        self._supervised().submit(
            name,
            replace(ready.act, env={**self._passed_on, **ready.act.env, **own}),
            root=self.root,
            timeout=step.timeout if step.timeout is not None else within,
            grace=GRACE if step.flow.grace is None else step.flow.grace,
            masked=ready.masked,
        )

    def _kill_unwanted(self, state: RunState) -> None:
        """End the programs of steps that were stopped, in whichever way."""
        for warning in self._orphans.end(state):
            self.listener.warned(warning)
        for name, given in self._given.items() if self._supervisor else ():
            if not given.killed and state.steps[given.step].unwanted and self._supervisor:
                given.killed = True
                self._supervisor.kill(name)

    def _close(self) -> None:
        handles, self._wake = self._wake, (-1, -1)
        for handle in handles:
            os.close(handle)
        if self._supervisor:
            self._supervisor.close()


def supervisor_folder(home: Path, run: str, epoch: int, number: int) -> Path:
    """Where a holder's supervisor keeps what it knows."""
    return home / "supervisors" / f"{run}-{epoch}-{number}"


def attempt_name(run: str, path: str, attempt: int) -> str:
    """The name an attempt has with the supervisor, and in the environment of its programs."""
    return f"{run}:{path}:{attempt}"


def startable(state: RunState, actor: Actor, held: Collection[str] = ()) -> bool:
    """True when some program is ready, is not `held`, and this person may start it."""
    if state.paused:
        return False
    may = (path for path in state.ready if path not in held and not is_held(state, state.steps[path]))
    return any(not _objection(state, path, actor) for path in may)


def blocked(state: RunState, actor: Actor) -> list[tuple[str, str]]:
    """The steps that are ready for the machine but not for this person, each with the reason."""
    return [(path, why) for path in state.ready if (why := _objection(state, path, actor))]


def _objection(state: RunState, path: str, actor: Actor) -> str:
    step = state.steps[path]
    try:
        check_entitled(state, step.siblings.scope, step.step, state.organisation.person_of(actor.name))
    except Refused as error:
        return str(error)
    return ""
