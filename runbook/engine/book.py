"""The book of runs: `advance`, the one writer, and the state of each run as the journal has it.

Rule 1: in one transaction it folds what is new, asks the decider, and appends all that was decided.
Rule 2: when anything goes wrong the state in memory is thrown away; the journal is the only memory.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from runbook.collecting import without_collecting
from runbook.engine.identity import Actor
from runbook.engine.look import stored_definition, stored_organisation, understood
from runbook.engine.register import Known, Register
from runbook.errors import Misuse
from runbook.journal.store import Store, Transaction
from runbook.kind import Kinds
from runbook.run.events import Recorded
from runbook.run.plan import Plan
from runbook.run.state import RunState

if TYPE_CHECKING:
    from runbook.organisation import Organisation
    from runbook.outcome import Json
    from runbook.run.commands import AdoptOrganisation, Command


class _Right(Exception):  # no error: it ends a transaction that was only to be tried
    """The commands are right, and nothing of them is to be recorded."""


class Book:
    """The runs of one journal, for one program; safe for several threads."""

    def __init__(self, store: Store, kinds: Kinds) -> None:
        self.store = store
        self.kinds = kinds
        self._lock = threading.RLock()
        self._states: dict[str, RunState] = {}
        self._plans: dict[str, Plan] = {}
        self._organisations: dict[str, Organisation] = {}
        self._register = Register()

    def begin(
        self,
        run: str,
        plan: Plan,
        inputs: Mapping[str, Json],
        root: str,
        actor: Actor,
        carried: Mapping[str, Json] | None = None,
        about: Mapping[str, Json] | None = None,
        people: Mapping[str, Json] | None = None,
    ) -> None:
        """Make a run of the plan and begin it, in one go; `carried`, `about` and `people` as in `Begin`."""
        from runbook.engine.plans import stored
        from runbook.journal.codec import content_hash
        from runbook.run.commands import Begin
        from runbook.run.decide import decide

        body = stored(plan)
        definition = content_hash(body)
        state = RunState(plan, self.plan, self.organisation)
        who = self._register.of(root)
        if who.hash:
            self._organisations[who.hash] = who.organisation
        starter = who.organisation.person_of(actor.name)

        def first(transaction: Transaction) -> None:
            if who.hash:
                transaction.define(who.hash, who.text)
            command = Begin(run, inputs, definition, root, carried or {}, about or {}, who.hash, people or {})
            self._record(state, transaction, decide(state, [command], *_who(actor, transaction)), {}, actor)

        with self._lock:
            self.store.create(run, plan.root, definition, body, starter, first)
            self._plans[definition], self._states[run] = plan, state

    def who(self, root: str) -> Known:
        """Who there is in the project in that folder; nobody where there is none."""
        return self._register.of(root)

    def plan(self, definition: str) -> Plan:
        """The plan of a stored definition."""
        if definition not in self._plans:
            self._plans[definition] = self._load(definition)
        return self._plans[definition]

    def organisation(self, hash: str) -> Organisation:
        """The organisation that a run has stored."""
        if hash not in self._organisations:
            self._organisations[hash] = stored_organisation(self.store, hash)
        return self._organisations[hash]

    def _load(self, definition: str) -> Plan:
        from runbook.engine.plans import loaded

        body = stored_definition(self.store, definition)
        with without_collecting():
            return loaded(body, self.kinds)

    def state(self, run: str) -> RunState:
        """The run as it stands now; treat it as read-only."""
        with self._lock:
            state = self._fold(run)
            try:
                with understood(run), without_collecting():
                    for recorded in self.store.events(run, state.seq):
                        state.apply(recorded)
            except BaseException:  # an interrupt too: what was taken in by half is no state to go on with
                self._states.pop(run, None)
                raise
            self._states[run] = state
            return state

    @contextmanager
    def steady(self, run: str) -> Iterator[RunState]:
        """The run as it stands now, and no thread takes it further while the block runs: for more than one look."""
        with self._lock:
            yield self.state(run)

    def known(self, run: str) -> RunState:
        """The run as `advance` left it, without asking the journal again; treat it as read-only."""
        return self._states.get(run) or self.state(run)

    def forget(self, run: str) -> None:
        """Keep nothing of the run in memory; who asks for it again folds it anew."""
        with self._lock:
            self._states.pop(run, None)

    def _fold(self, run: str) -> RunState:
        """The run as far as it is known here; of one that is not, its beginning, which nobody else sees yet."""
        if run in self._states:
            return self._states[run]
        row = self.store.row(run)
        if row is None:
            raise Misuse(f"there is no run `{run}`", "see `runbook runs`")
        with understood(run):
            return RunState(self.plan(row.definition), self.plan, self.organisation)

    def advance(
        self,
        run: str,
        commands: Sequence[Command],
        actor: Actor,
        epoch: int | None = None,
        define: tuple[str, str] | None = None,
        only_check: bool = False,
    ) -> list[Recorded]:
        """What these commands lead to, durable when this returns; what time has made due comes first.

        `define`: another definition and its text, to be stored in the same transaction. `only_check`: as `check` does.
        """
        from runbook.run.commands import Tick
        from runbook.run.decide import decide
        from runbook.run.locks import rows

        with self._lock:
            commands = self._checked(run, commands, actor)
            state = self._fold(run)
            try:
                with self.store.write(run, epoch) as transaction:
                    with understood(run):
                        for recorded in transaction.events(state.seq):
                            state.apply(recorded)
                    self._check_pull(run, commands, actor, transaction.now)
                    locks = rows(state)
                    known = self._newly_known(state, transaction, commands)
                    loaded = [_with_load(command, state, transaction, actor) for command in commands]
                    events = decide(state, [Tick(), *known, *loaded], *_who(actor, transaction))
                    if only_check:
                        raise _Right
                    if define:
                        transaction.define(*define)
                    self._record(state, transaction, events, locks, actor)
            except BaseException:
                self._states.pop(run, None)
                raise
            self._states[run] = state
            return events

    def check(self, run: str, commands: Sequence[Command], actor: Actor) -> None:
        """Nothing when these commands would be taken now, and what they are refused for otherwise; none is recorded."""
        with suppress(_Right):
            self.advance(run, commands, actor, only_check=True)

    def _checked(self, run: str, commands: Sequence[Command], actor: Actor) -> Sequence[Command]:
        """The commands with their signatures checked, by the keys that the run's own project knows."""
        if not any(getattr(command, "signature", None) for command in commands):
            return commands
        from runbook.engine.signing import checked_commands

        return checked_commands(self.state(run), commands, self.person(run, actor))

    def _check_pull(self, run: str, commands: Sequence[Command], actor: Actor, now: str) -> None:
        """Nothing when nobody takes on what is not their turn; where no team is strict, that is not looked into."""
        from runbook.run.commands import Answer, Work

        if not any(isinstance(command, Answer | Work) for command in commands):
            return
        if any(team.strict_pull for team in self.people(run).teams.values()):
            from runbook.engine.pulling import check_pull

            check_pull(self, run, commands, actor, now)

    def person(self, run: str, actor: Actor) -> str:
        """The person who acts in a run, by who there is now: what the next thing they say makes the run know."""
        return self.people(run).person_of(actor.name)

    def people(self, run: str) -> Organisation:
        """Who there is now, as the next thing that is said makes the run know."""
        state = self.state(run)
        if not state.ended:
            known = self._register.of(state.root, known=state.organisation_hash)
            if known.hash != state.organisation_hash:
                return known.organisation
        return state.organisation

    def _newly_known(
        self, state: RunState, transaction: Transaction, commands: Sequence[Command]
    ) -> list[AdoptOrganisation]:
        """Who there is, when that has changed since the run was told, and somebody says something now."""
        from runbook.run.commands import BY_ITSELF, AdoptOrganisation

        if state.ended or all(isinstance(command, BY_ITSELF) for command in commands):
            return []
        who = self._register.of(state.root, known=state.organisation_hash)
        if who.hash == state.organisation_hash:
            return []
        self._organisations[who.hash] = who.organisation
        transaction.define(who.hash, who.text)
        return [AdoptOrganisation(who.hash)]

    def adopt(self, run: str, plan: Plan, reason: str, actor: Actor, authors: Sequence[str] = ()) -> list[Recorded]:
        """The run goes on by another version of its process, which is stored with it; `authors` wrote that one."""
        from runbook.engine.plans import stored
        from runbook.journal.codec import content_hash
        from runbook.run.commands import Adopt

        body = stored(plan)
        definition = content_hash(body)
        with self._lock:
            self._plans[definition] = plan
            try:
                return self.advance(run, [Adopt(definition, reason, tuple(authors))], actor, define=(definition, body))
            except BaseException:
                self._states.pop(run, None)
                raise

    def _record(
        self,
        state: RunState,
        transaction: Transaction,
        events: list[Recorded],
        locks: Mapping[str, tuple[str, int, bool]],
        actor: Actor,
    ) -> None:
        """Append what was decided, with the locks it could take, and the runs that it made beside."""
        from runbook.run.decide import decide
        from runbook.run.locks import grantable, rows

        if any(recorded.event.type == "StepWaiting" for recorded in events):
            from runbook.engine.allocating import allocated

            events += allocated(state, transaction, events, *_who(actor, transaction))
        lost = any(recorded.event.type == "LockLost" for recorded in events)  # that one is for somebody else now
        while not lost and (lock := grantable(state, lambda key: len(transaction.holders(key)))):
            events += decide(state, [lock], *_who(actor, transaction))
        if events:
            transaction.append(events, state.status)
        if (now := rows(state)) != locks:
            transaction.set_locks(now)
        for recorded in events:
            if "detached" in recorded.event.data:
                self._detach(state, transaction, recorded.event.data["detached"], actor)

    def _detach(self, parent: RunState, transaction: Transaction, made: Mapping[str, Json], actor: Actor) -> None:
        """Begin the run that a step of another one leaves to itself."""
        from runbook.engine.plans import plan_of, stored
        from runbook.journal.codec import content_hash
        from runbook.run.commands import Begin
        from runbook.run.decide import decide

        plan = plan_of(made["process"], parent.plan.processes, self.kinds)
        body = stored(plan)
        definition, state = content_hash(body), RunState(plan, self.plan, self.organisation)
        known = parent.organisation_hash
        about: dict[str, Json] = {"detached_from": parent.run}
        if parent.instructions:
            about["instructions"] = True
        people = _people_of(parent, plan)
        command = Begin(made["run"], made["inputs"], definition, parent.root, {}, about, known, people)
        starter = parent.organisation.person_of(actor.name)
        child = transaction.beside(made["run"], plan.root, definition, body, starter)
        self._record(state, child, decide(state, [command], *_who(actor, transaction)), {}, actor)


def _people_of(parent: RunState, plan: Plan) -> dict[str, Json]:
    """Who plays what from the beginning in a run that another one leaves to itself, and who wrote its process."""
    first = {name for each in plan.processes.values() for name, role in each.roles.items() if role.binds == "start"}
    roles = {name: list(people) for name, people in parent.assigned.items() if name in first}
    wrote = {"authors": list(parent.authors)} if parent.authors else {}
    return {**({"roles": roles} if roles else {}), **wrote}


def _who(actor: Actor, transaction: Transaction) -> tuple[str, str, str]:
    """By whom, when and from where something is decided."""
    return actor.name, transaction.now, actor.where


def _with_load(command: Command, state: RunState, transaction: Transaction, actor: Actor) -> Command:
    """The command with how much whoever takes a step on has claimed already."""
    from runbook.run.commands import Work

    if not isinstance(command, Work) or not state.organisation_hash:
        return command
    person = command.to or state.organisation.person_of(actor.name)
    return replace(command, load=transaction.loads().get(person, 0))
