"""The world of a case: a project on disk, a journal in memory with a clock of its own, and people who say things.

Rule 1: people act and look through the verbs that the command line calls; nothing is decided here.
Rule 2: whatever is expected is kept beside what was found, so that a wrong expectation can be tried too.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from runbook import app
from runbook.app.workspace import Workspace
from runbook.durations import duration
from runbook.engine.book import Book
from runbook.engine.identity import Actor
from runbook.errors import RunbookError
from runbook.instants import later
from runbook.journal.memory import Journal
from runbook.journal.store import WaitingRow
from runbook.kinds import builtin
from runbook.outcome import Finished
from runbook.run.commands import Answer, AssignRole, Claim, Jump, Note, Reopen, Revoke, Settle, Work
from runbook.run.events import Recorded
from runbook.run.offering import candidates
from runbook.run.plan import Plan
from runbook.run.queue import Wanted
from runbook.testing.story import BEGINNING, people_files, plan_from

from .cases import Case

STARTER = "ada"
ONLY = "a"
"""What the run of a case is called that has one."""


@cache
def _plan(people: str, *texts: tuple[str, str]) -> Plan:
    return plan_from(dict(texts), builtin(), json.loads(people))


@dataclass(frozen=True)
class Desk(Workspace):
    """The workspace of one person; all of them have the same book."""

    world: World | None = None

    @property
    def journal(self) -> Any:
        return self.world.journal

    @property
    def book(self) -> Any:
        return self.world.book

    def existing_journal(self) -> Any:
        return self.world.journal

    @property
    def home(self) -> Path:
        return self.world.folder / "runs"


class World:
    """All that happens in one case; a forgetful one knows before each act only what the journal holds."""

    def __init__(self, case: Case, folder: Path, forgetful: bool = False) -> None:
        self.case = case
        self.folder = folder
        self.forgetful = forgetful
        self.now = BEGINNING
        self.journal = Journal(lambda: self.now)
        self.book = Book(self.journal, builtin())
        self.checks: list[tuple[str, Any, Any]] = []
        """What was looked at: what it was, what was found, and what was expected."""
        self.runs: list[str] = []
        self.people = dict(case.people)
        self._settle_in()

    def _settle_in(self) -> None:
        (self.folder / "runs").mkdir(parents=True)
        (self.folder / "runbook.yaml").write_text("runbook: 1\ntitle: Resources\n")
        for id, text in self.case.texts.items():
            path = self.folder / f"processes/{id}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self._write_people()

    def _write_people(self) -> None:
        for path, content in people_files(self.people).items():
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_bytes(content)

    def desk(self, person: str) -> Desk:
        """Where somebody sits, by the name that the system has for them."""
        return Desk(self.folder, self.folder, None, Actor(person, "here"), lambda: self.now, self)

    def tell(self) -> World:
        """Let everything happen; the world as it is then."""
        for name, given in ({ONLY: {}} if self.case.runs is None else self.case.runs).items():
            self.begin(name, **given)
        for act in self.case.acts:
            self._act(dict(act))
        for word, wanted in self.case.expect.items():
            self.expect(f"in the end, {word}", *_EXPECTED[word](self, wanted))
        return self

    def expect(self, what: str, found: Any, wanted: Any) -> None:
        """Keep what was found beside what was expected."""
        self.checks.append((what, found, wanted))

    @property
    def shortfalls(self) -> list[str]:
        """What is not as expected, in words."""
        return [f"{what}: {found!r}, not {wanted!r}" for what, found, wanted in self.checks if found != wanted]

    @property
    def log(self) -> list[tuple[str, Recorded]]:
        """Everything that was recorded in any run."""
        return [(run, each) for run in self.runs for each in self.journal.events(run)]

    # -- runs -----------------------------------------------------------------------------------

    def begin(self, name: str, by: str = STARTER, process: str = "g/main", **more: Any) -> None:
        """A run begins."""
        texts = {process: self.case.texts[process], **self.case.texts}
        plan = _plan(json.dumps(self.people), *texts.items())
        roles = {
            role: people if isinstance(people, list) else [people] for role, people in more.pop("roles", {}).items()
        }
        inputs = {**{each.name: each.default for each in plan.process.inputs.values()}, **self.case.inputs,
                  **more.pop("inputs", {})}  # fmt: skip
        assert not more, more
        people = {"roles": roles} if roles else None
        self.book.begin(name, plan, inputs, str(self.folder), Actor(by, "here"), people=people)
        self.runs.append(name)
        self._carry_out()

    def _carry_out(self) -> None:
        """Time passes for every run, and what its programs do is done."""
        for run in self.runs:
            actor = Actor(self.journal.row(run).by, "here")
            self.book.advance(run, [], actor)
            while not self.book.state(run).ended:
                started = self.book.advance(run, [Claim(8)], actor)
                for step in [each.event.step for each in started if "act" in each.event.data]:
                    end = Finished(self.case.programs.get(step, 0), stdout="", stderr="")
                    attempt = self.book.state(run).steps[step].attempt
                    self.book.advance(run, [Settle(step, attempt, end)], actor)
                if not any("act" in each.event.data for each in started):
                    break

    def place(self, name: str) -> tuple[str, str]:
        """The run and the path of a step, written `run:path`, or its path alone where there is one run."""
        run, colon, path = name.partition(":")
        return (run, path) if colon else (ONLY, name)

    # -- acts -----------------------------------------------------------------------------------

    def _act(self, act: dict[str, Any]) -> None:
        if "at" in act:
            self.now = max(self.now, later(BEGINNING, duration(act.pop("at"))))
        if self.forgetful:
            self.book = Book(self.journal, builtin())
        self._carry_out()
        refused, by = act.pop("refused", None), act.pop("by", STARTER)
        verb = next(iter(act))
        value = act.pop(verb)
        what = f"{verb} {value} by {by}"
        try:
            _ACTS[verb](self, self.desk(by), value, **act)
        except RunbookError as error:
            if refused is None:
                raise AssertionError(f"`{what}` was refused: {error}") from error
            said = f"{error}"
            self.expect(f"{what} is refused", refused if refused in said else said, refused)
            return
        finally:
            self._carry_out()
        if refused is not None:
            self.expect(f"{what} is refused", "it was not", refused)


def _work(act: str) -> Callable[..., None]:
    def work(world: World, desk: Desk, name: str, to: str = "", reason: str = "", start: bool = False) -> None:
        run, path = world.place(name)
        app.work(desk, run, Work(path, act, to, reason, start))

    return work


def _claim_next(world: World, desk: Desk, wanted: str) -> None:
    run, path = app.first_of(desk)
    world.expect(f"what comes first for {desk.actor.name}", _name(world, run, path), wanted)
    app.work(desk, run, Work(path, "claim"))


def _answer(world: World, desk: Desk, name: str, outcome: str = "", choose: str = "", passed_on: str = "",
            **more: Any) -> None:  # fmt: skip
    run, path = world.place(name)
    said = outcome or ("choose" if choose else "done")
    app.answer(desk, run, Answer(path, said, choose=choose, stated_by=passed_on, **more))


def _say(make: Callable[..., Any]) -> Callable[..., None]:
    def say(world: World, desk: Desk, name: str, **words: Any) -> None:
        run, path = world.place(name)
        app.say(desk, run, make(path, **words))

    return say


def _note(world: World, desk: Desk, text: str, at_step: str = "") -> None:
    run, path = world.place(at_step) if at_step else (ONLY, "")
    app.say(desk, run, Note(text, path))


def _role(world: World, desk: Desk, role: str, to: Any, reason: str = "", run: str = ONLY) -> None:
    app.say(desk, run, AssignRole(role, to if isinstance(to, list) else [to], reason))


def _pile(world: World, desk: Desk, step: str, answered: list[str], refusals: Mapping[str, str] | None = None,
          process: str = "g/main", **answer: Any) -> None:  # fmt: skip
    rows = app.pile(desk, process, step)
    told = [app.answer_one(desk, row, Answer(row.step, "done", **answer)) for row in rows]
    world.expect(f"pile of {step}", [each.run for each in told if each.outcome == "answered"], answered)
    for run, why in (refusals or {}).items():
        said = next((each.why for each in told if each.run == run and each.outcome == "refused"), "it was not")
        world.expect(f"pile: {run} is refused", why if why in said else said, why)


def _change(world: World, desk: Desk, changed: Mapping[str, Any]) -> None:
    """The files about people change; runs hear of it with the next thing that is said to them."""
    world.people = {**world.people, **{id: {**world.people.get(id, {}), **more} for id, more in changed.items()}}
    world._write_people()


def _begin(
    world: World, desk: Desk, name: str, times: int = 0, done: bool = False, every: str = "", **more: Any
) -> None:
    """One more run, or so many of them: `name1`, `name2` ...; `done`: whoever gets the step does it at once."""
    for each in [name] if not times else [f"{name}{number}" for number in range(1, times + 1)]:
        world.begin(each, desk.actor.name, **more)
        if done:
            state = world.book.state(each)
            for path in list(state.waiting):
                if holder := state.steps[path].work.get("by"):
                    app.answer(world.desk(str(holder)), each, Answer(path, "done"))
            world._carry_out()
        if every:
            world.now = later(world.now, duration(every))


# -- what people see --------------------------------------------------------------------------------


def _inbox(world: World, desk: Desk, wanted: list[str], unasked: list[str] | None = None, everybody: bool = False,
           left: int = 0, **asked: Any) -> None:  # fmt: skip
    found = app.look_into(desk, Wanted(**asked), everybody)
    what = f"{'the inbox of all' if everybody else 'the inbox'} as {desk.actor.name} sees it"
    world.expect(what, _rows(world, found.rows), wanted)
    if unasked is not None or asked:
        world.expect(f"{what}, unasked", _rows(world, found.unasked), unasked or [])
        world.expect(f"{what}, left", found.left, left)


def _all(world: World, desk: Desk, wanted: list[str], **asked: Any) -> None:
    _inbox(world, desk, wanted, everybody=True, **asked)


def _me(world: World, desk: Desk, wanted: Mapping[str, Any]) -> None:
    me = app.me(desk)
    found: dict[str, Any] = {name: _rows(world, getattr(me, name)) for name in ("claimed", "delegated", "offered")}
    found["coming"] = [_name(world, run, step.path) for run, step in me.coming]
    found["acts_for"] = list(me.acts_for)
    found["mentions"] = [note["text"] for note in me.mentions]
    world.expect(f"what is theirs, as {desk.actor.name} sees it", {word: found[word] for word in wanted}, dict(wanted))


def _offered(world: World, desk: Desk, wanted: Mapping[str, list[str]]) -> None:
    """To whom steps are offered."""
    found = {}
    for name in wanted:
        run, path = world.place(name)
        state = world.book.state(run)
        found[name] = sorted(candidates(state, state.steps[path], world.now))
    world.expect("who may do it", found, {name: sorted(people) for name, people in wanted.items()})


def _hidden(world: World, desk: Desk, wanted: list[str], run: str = ONLY) -> None:
    state = world.book.state(run)
    world.expect(f"what is hidden from {desk.actor.name}", sorted(app.hidden_from_caller(desk, state)), sorted(wanted))


def _holds(world: World, desk: Desk, wanted: Mapping[str, str]) -> None:
    world.expect("who has it", *_holders(world, wanted))


def _rows(world: World, rows: list[WaitingRow]) -> list[str]:
    return [_name(world, row.run, row.step) for row in rows]


def _name(world: World, run: str, path: str) -> str:
    return path if world.runs == [ONLY] else f"{run}:{path}"


_ACTS: Mapping[str, Callable[..., None]] = {
    **{act: _work(act) for act in ("claim", "unclaim", "start", "delegate", "accept", "decline", "assign", "suspend",
                                   "continue")},
    "assist": _work("help"),
    "claim_next": _claim_next,
    "answer": _answer,
    "approve": lambda world, desk, name, **words: _answer(world, desk, name, "approve", **words),
    "reject": lambda world, desk, name, **words: _answer(world, desk, name, "reject", **words),
    "confirm": lambda world, desk, name, **words: _answer(world, desk, name, "confirm", **words),
    "skip": lambda world, desk, name, **words: _answer(world, desk, name, "skipped", **words),
    "back": _say(Reopen),
    "jump": _say(Jump),
    "revoke": _say(Revoke),
    "note": _note,
    "role": _role,
    "pile": _pile,
    "change": _change,
    "begin": _begin,
    "inbox": _inbox,
    "all": _all,
    "me": _me,
    "offered": _offered,
    "hidden": _hidden,
    "holds": _holds,
}  # fmt: skip
"""What may be done and looked at in a case, by its word; what stands right after the word comes first."""


# -- what may be expected in the end ----------------------------------------------------------------


def _holders(world: World, wanted: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    found = {}
    for name in wanted:
        run, path = world.place(name)
        work = world.book.state(run).steps[path].work
        found[name] = f"{work['state']} by {work['by']}" if work.get("by") else "nobody"
    return found, dict(wanted)


def _done(world: World, wanted: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    found = {}
    for name in wanted:
        run, path = world.place(name)
        step = world.book.state(run).steps[path]
        found[name] = f"{step.status.value} by {step.by}" if step.by else step.status.value
    return found, dict(wanted)


def _status(world: World, wanted: Any) -> tuple[dict[str, str], dict[str, str]]:
    each = wanted if isinstance(wanted, dict) else {ONLY: wanted}
    return {run: world.book.state(run).status for run in each}, dict(each)


def _given(world: World, wanted: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    counts = Counter(to for to, _ in _assignments(world))
    return dict(counts), dict(wanted)


def _in_turn(world: World, wanted: str) -> tuple[str, str]:
    found = " ".join(to for to, _ in _assignments(world))
    return found[: len(wanted)] if len(found) > len(wanted) and found.startswith(wanted) else found, wanted


def _assignments(world: World) -> Iterator[tuple[str, str]]:
    """To whom a rule gave steps, in order."""
    for _, recorded in sorted(world.log, key=lambda each: (each[1].at, world.runs.index(each[0]), each[1].seq)):
        if recorded.event.type == "WorkAssigned" and recorded.event.data.get("rule"):
            yield recorded.event.data["to"], recorded.event.data["rule"]


def _recorded(world: World, wanted: list[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    return [each for each in wanted if any(fits(recorded, each) for _, recorded in world.log)], wanted


def fits(recorded: Recorded, wanted: Mapping[str, Any]) -> bool:
    """True for an event that has all this: `type`, `step`, `by`, and what its data holds, by dotted names."""
    event = recorded.event
    for name, value in wanted.items():
        found: Any = {**event.data, "type": event.type, "step": event.step, "by": recorded.by}
        for part in name.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        if found != value:
            return False
    return True


_EXPECTED: Mapping[str, Callable[..., tuple[Any, Any]]] = {
    "status": _status, "done": _done, "holds": _holders, "given": _given, "in_turn": _in_turn, "recorded": _recorded,
}  # fmt: skip
"""What a case may expect in the end, by its word."""
