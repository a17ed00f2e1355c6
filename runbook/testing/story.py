"""A run told as a story: processes as YAML and what people and programs do go in, events and statuses come out.

Rule 1: nothing is carried out and nobody waits. Programs end as the story says, and time passes when it says so.
Rule 2: what is refused leaves no trace, as in a journal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from runbook.durations import duration
from runbook.engine.plans import plan_of, stored
from runbook.errors import Misuse, RunbookError
from runbook.inputs import checked_inputs
from runbook.instants import later
from runbook.journal.codec import canonical, content_hash
from runbook.kind import Kinds
from runbook.organisation import Organisation, organisation_of
from runbook.outcome import Finished, Json
from runbook.reading.layout import TEAMS, person_file, process_file
from runbook.reading.library import read_closure
from runbook.run.commands import (
    AddItems,
    Adopt,
    Answer,
    Attach,
    Begin,
    Cancel,
    Claim,
    Command,
    Complete,
    Doubt,
    HandOver,
    Jump,
    Note,
    NotRun,
    Pause,
    Reopen,
    Resume,
    Retry,
    Settle,
    Signal,
    StopStep,
    Tick,
    Undo,
)
from runbook.run.decide import decide
from runbook.run.events import Recorded
from runbook.run.locks import grantable
from runbook.run.plan import Plan
from runbook.run.progress import NOTHING
from runbook.run.state import RunState

BEGINNING = "2026-11-22T08:00:00.000Z"
"""When every story begins."""


def plan_from(texts: Mapping[str, str], kinds: Kinds, people: Mapping[str, Json] = NOTHING) -> Plan:
    """The plan of the first of these processes (YAML by id); `Misuse` names what is wrong in one of them.

    `people` are what the files of the people say, by id, and what the one of the `teams` does.
    """
    root = next(iter(texts))
    files = {process_file(id): text.encode() for id, text in texts.items()}
    files |= {"runbook.yaml": b"runbook: 1\ntitle: Stories\n"}
    files |= {f"processes/{id.partition('/')[0]}/group.yaml": b"title: Stories\nowner: tellers\n" for id in texts}
    known = people_files(people)
    files |= known
    library = read_closure(root, files.get, kinds, known)
    for problem in library.diagnostics:
        if library.broken:
            raise Misuse(f"{problem.place.file}:{problem.place.line}: {problem.message}", problem.help)
    return plan_of(root, library.project.processes, kinds)


def people_files(people: Mapping[str, Json]) -> dict[str, bytes]:
    """The files about these people, and about the `teams`, by path."""
    texts = {(TEAMS if id == "teams" else person_file(id)): json.dumps(data) for id, data in people.items()}
    return {path: text.encode() for path, text in texts.items()}


class Story:
    """One run of a plan, told from its beginning; `now` is its clock."""

    def __init__(self, plan: Plan, people: Mapping[str, Json] = NOTHING) -> None:
        self.plan = plan
        self.now = BEGINNING
        self.by = "ada"
        """Who acts when nobody is named; also who starts the run."""
        self.roles: dict[str, Sequence[str]] = {}
        """Who is named for which role when it starts."""
        self.about: dict[str, Json] = {}
        """What else is known of people then, such as the `authors`."""
        self.rivals: dict[str, int] = {}
        """How many other runs have a lock, by its key."""
        self.events: list[Recorded] = []
        """Everything that was recorded, in order."""
        self.plans: dict[str, Plan] = {}
        """Other versions of its process that the run may adopt, by the hash of their definition."""
        self.organisations: dict[str, Organisation] = {}
        """Who there is, and was, by the hash of it."""
        self.organisation = self.know(people) if people else ""
        """The hash of who there is."""
        self.state = self.replayed()

    def know(self, people: Mapping[str, Json]) -> str:
        """People as in `plan_from`; the hash by which a run knows them."""
        data = {"people": {id: each for id, each in people.items() if id != "teams"}}
        organisation = organisation_of({**data, **people.get("teams", {})})
        hash = content_hash(canonical(organisation.data))
        self.organisations[hash] = organisation
        return hash

    # -- what is told ---------------------------------------------------------------------------

    def ask(self, *commands: Command, by: str = "") -> list[Recorded]:
        """One turn of the decider; a refusal is raised and leaves nothing behind."""
        try:
            events = decide(self.state, [Tick(), *commands], by or self.by, self.now)
            lost = any(each.event.type == "LockLost" for each in events)
            while not lost and (lock := grantable(self.state, lambda key: self.rivals.get(key, 0))):
                events += decide(self.state, [lock], by or self.by, self.now)
        except RunbookError:
            self.state = self.replayed()
            raise
        self.events += events
        return events

    def start(self, **inputs: Json) -> Story:
        """The run begins."""
        values = checked_inputs(self.plan.process, inputs)
        roles = {"roles": {name: list(people) for name, people in self.roles.items()}} if self.roles else {}
        self.ask(Begin("story", values, "0" * 64, organisation=self.organisation, people={**roles, **self.about}))
        return self

    def claim(self, slots: int = 8, by: str = "") -> list[str]:
        """Programs are started; the steps they belong to."""
        events = self.ask(Claim(slots), by=by)
        return [each.event.step or "" for each in events if "act" in each.event.data]

    def ends(self, step: str, exit_code: int | None = 0, attended: bool = False, **finished: Any) -> list[Recorded]:
        """A program ends, with `stdout`, `stderr`, `signal` or `error` if they are given; is a person there?"""
        attempt = self.state.steps[step].attempt
        return self.ask(Settle(step, attempt, Finished(exit_code, **finished), attended=attended))

    def carry_out(self, failing: Iterable[str] = (), by: str = "") -> Story:
        """All programs that can start are started and end well, or with exit code 1, until there are none."""
        while self.claim(by=by) or self.state.running:
            for step in list(self.state.running):
                self.ends(step, int(step in failing))
        return self

    def breaks_off(self, step: str, **known: Json) -> list[Recorded]:
        """Everything dies while a program runs, and nobody knows how it ended."""
        return self.ask(Doubt(step, self.state.steps[step].attempt, known))

    def never_ran(self, step: str) -> list[Recorded]:
        """Everything dies, and it is proved that a program never ran."""
        return self.ask(NotRun(step, self.state.steps[step].attempt))

    def answer(self, step: str, outcome: str = "done", by: str = "", **words: Any) -> list[Recorded]:
        """A person replies: `fields`, `choose`, `reason` and `stated_by` as in `Answer`."""
        return self.ask(Answer(step, outcome, **words), by=by)

    def choose(self, step: str, option: str, by: str = "") -> list[Recorded]:
        """A person decides."""
        return self.answer(step, "choose", by, choose=option)

    def approve(self, step: str, by: str) -> list[Recorded]:
        """A person approves."""
        return self.answer(step, "approve", by)

    def signal(self, name: str) -> list[Recorded]:
        """A signal comes in."""
        return self.ask(Signal(name))

    def go_back(self, step: str, reason: str = "once more", by: str = "") -> list[Recorded]:
        """The operator goes back to a step that is over."""
        return self.ask(Reopen(step, reason), by=by)

    def jump(self, step: str, reason: str = "not needed", by: str = "") -> list[Recorded]:
        """The operator goes on with a step that has not begun."""
        return self.ask(Jump(step, reason), by=by)

    def note(self, text: str, step: str = "") -> list[Recorded]:
        """A note about the run, or about a step."""
        return self.ask(Note(text, step))

    def attach(self, step: str, name: str, by: str = "") -> list[Recorded]:
        """A file is kept as evidence of a step."""
        return self.ask(Attach(step, name, "0" * 64, 1), by=by)

    def hand_over(self, to: str = "", text: str = "") -> list[Recorded]:
        """The run is left to somebody else."""
        return self.ask(HandOver(to, text))

    def pause(self, reason: str = "lunch") -> list[Recorded]:
        """No program starts any more."""
        return self.ask(Pause(reason))

    def add_items(self, step: str, *items: Json) -> list[Recorded]:
        """A step is done for more items."""
        return self.ask(AddItems(step, items))

    def stop_step(self, step: str, reason: str = "it hangs", by: str = "") -> list[Recorded]:
        """One step is withdrawn, or ended."""
        return self.ask(StopStep(step, reason), by=by)

    def complete(self, step: str, reason: str = "enough") -> list[Recorded]:
        """A step has had enough turns."""
        return self.ask(Complete(step, reason))

    def undo(self, to: str = "", across: bool = False, reason: str = "it was wrong") -> list[Recorded]:
        """What a run that is over has done is undone."""
        return self.ask(Undo(reason, to, across))

    def retry(self, reason: str = "it will work now") -> list[Recorded]:
        """A run that failed goes on."""
        return self.ask(Retry(reason))

    def adopt(self, plan: Plan, reason: str = "it was mended") -> list[Recorded]:
        """The run goes on by another version of its process."""
        definition = content_hash(stored(plan))
        self.plans[definition] = plan
        return self.ask(Adopt(definition, reason))

    def cancel(self, reason: str = "no longer wanted") -> list[Recorded]:
        """The run is cancelled."""
        return self.ask(Cancel(reason))

    def resume(self) -> list[Recorded]:
        """Somebody takes the run up again."""
        return self.ask(Resume())

    def wait(self, time: str) -> list[Recorded]:
        """So much time passes (`10m`), and what is due happens."""
        self.now = later(self.now, duration(time))
        return self.ask()

    # -- how it stands --------------------------------------------------------------------------

    @property
    def status(self) -> str:
        """The status of the run."""
        return self.state.status

    @property
    def statuses(self) -> dict[str, str]:
        """The status of every step there is by now, by path."""
        return {path: step.status.value for path, step in self.state.steps.items()}

    @property
    def trace(self) -> list[str]:
        """What happened, in order, each as `StepStarted prepare`."""
        return [f"{each.event.type} {each.event.step or ''}".rstrip() for each in self.events]

    def replayed(self, upto: int | None = None) -> RunState:
        """The state that the events so far, or the first so many of them, lead to."""
        state = RunState(self.plan, self.plans.__getitem__, self.organisations.__getitem__)
        for recorded in self.events[:upto]:
            state.apply(recorded)
        return state
