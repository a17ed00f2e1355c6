"""Carries out one test: the real decider, an empty journal, a clock of its own, and programs that end as the test says.

Rule 1: nothing is executed and nobody waits. What happens next is the earliest of the end of a program, an answer, an
act of the test, and a timer that brings the run forward; deadlines pass with the time that these take.
Rule 2: what is refused, missing or never asked for is noticed, with its place in the test.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from runbook.durations import duration
from runbook.errors import RunbookError
from runbook.instants import later
from runbook.journal.codec import canonical, content_hash
from runbook.organisation import NOBODY, Organisation
from runbook.outcome import Finished
from runbook.run.answers import written_at
from runbook.run.by_itself import goes_on_by_itself
from runbook.run.commands import Attach, Settle
from runbook.run.events import Recorded
from runbook.run.plan import Plan
from runbook.run.progress import StepState
from runbook.run.signing import Signature, text_to_sign
from runbook.run.values import Names
from runbook.source import Path
from runbook.testing.acts import ACTS
from runbook.testing.capturing import captured, taken
from runbook.testing.case import Case, Said
from runbook.testing.files import given_file
from runbook.testing.programs import Canned, example_outputs, made_up, printed, sample_of
from runbook.testing.script import Script
from runbook.testing.story import Story

_MOST = 5_000
"""Things that may happen in one test; more of them mean that it does not end."""
_SLOTS = 8


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something that is not as the test has it: where it says so, and what happened instead, line by line."""

    at: Path
    text: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _AtWork:
    """A program at work: when it ends, how, and what else it leaves."""

    ends: str
    finished: Finished
    canned: Canned


class Trial(Story):
    """One test under way."""

    def __init__(self, plan: Plan, case: Case, organisation: Organisation = NOBODY, sketching: bool = False) -> None:
        super().__init__(plan)
        self.case = case
        self.by = case.by
        self.now = self.began = case.start
        self.noticed: list[Noticed] = []
        self.made_up: dict[str, None] = {}
        """The programs of which nobody says how they end."""
        self.sketching = sketching
        """True for whoever wants to know what a test has to say: ends are made up without a word."""
        self.script = Script(case.answers)
        self.at_work: dict[str, _AtWork] = {}
        self.begun: Counter[str] = Counter()
        """How often a program was started, by the name under which the test knows it."""
        self._acts = [(place, dict(act)) for place, act in enumerate(case.acts)]
        self.roles = dict(case.roles)
        self.about = {"authors": list(case.authors)} if case.authors else {}
        if organisation.data:
            self.organisation = content_hash(canonical(organisation.data))
            self.organisations[self.organisation] = organisation
        self._known = organisation
        self.state = self.replayed()

    def tell(self) -> Trial:
        """Let everything happen; the test as it stands then."""
        try:
            self.by = self.user_of(self.by)
            self.start(**self.case.inputs)
        except RunbookError as error:
            self.notice((*self.case.at, "inputs"), f"the run does not start: {error}")
            return self
        for _ in range(_MOST):
            if not self._at_once() and not self._next():
                self._look_over()
                return self
        self.notice(self.case.at, f"the run never ends: {_MOST} things have happened")
        return self

    def notice(self, at: Path, text: str, *more: str) -> None:
        """Something is not as the test has it."""
        self.noticed.append(Noticed(at, text, more))

    def user_of(self, person: str) -> str:
        """The name that a person acts under."""
        known = self._known.people.get(person)
        return known.users[0] if known else person

    # -- what happens ---------------------------------------------------------------------------

    def _at_once(self) -> bool:
        """What happens before any time passes; False when nothing does."""
        if not self.state.ended or self.state.undoing:
            self.ask()
        started = self.claim(_SLOTS) if self.state.ready and not self.state.paused else []
        for path in started:
            self._start(path)
        unwanted = [path for path in self.at_work if self.state.steps[path].unwanted]
        for path in unwanted:
            self._end(path, Finished(None, signal=15))
        return bool(started or unwanted)

    def _next(self) -> bool:
        """The next thing that happens; False when nothing does any more."""
        things = [*self._things()]
        timers = self._timers()
        if timers is not None:
            until = later(self.began, self.case.lasts)
            reached = max([until, *(at for at, _ in things), *self._own_timers()])
            if timers <= reached:
                things.append((timers, self.ask))
        if things:
            at, happens = min(things, key=lambda each: each[0])
            self.now = max(self.now, at)
            happens()
            return True
        if self._acts:
            self._act(*self._acts.pop(0))
            return True
        return False

    def _things(self) -> Iterator[tuple[str, Callable[[], object]]]:
        for path, program in self.at_work.items():
            yield program.ends, partial(self._end, path)
        for at, step, said in self.script.due(self.state):
            yield at, partial(self._answer, step, said)
        if self._acts and "at" in self._acts[0][1]:
            at = later(self.began, duration(self._acts[0][1]["at"]))
            yield at, lambda: self._act(*self._acts.pop(0))

    def _timers(self) -> str | None:
        return None if self.state.ended else self.state.due(self.now)

    def _own_timers(self) -> Iterator[str]:
        """The instants at which the run goes on although nobody does anything."""
        for until, path, _ in self.state.timers:
            if goes_on_by_itself(self.state.steps[path], until):
                yield until

    def _act(self, place: int, act: Mapping[str, Any]) -> None:
        at: Path = (*self.case.at, "acts", place)
        verb = next(word for word in act if word in ACTS)
        try:
            ACTS[verb](self, act)
        except RunbookError as error:
            if not act.get("refused") or act["refused"] not in str(error):
                self.notice((*at, verb), f"`{verb}` was refused: {error}")
        else:
            if act.get("refused"):
                self.notice((*at, "refused"), f"`{verb}` was not refused, and should have been: {act['refused']}")

    # -- programs -------------------------------------------------------------------------------

    def named(self, path: str) -> str:
        """The name under which the test knows a program: its path, that without turns, or nothing."""
        names = (path, written_at(self.state.steps[path]))
        return next((name for name in names if name in self.case.programs), "")

    def _start(self, path: str) -> None:
        step = self.state.steps[path].step
        canned, finished = self._canned(path)
        takes = canned.takes
        if step.timeout is not None and takes > step.timeout:
            takes, finished = step.timeout, Finished(None, signal=15, error=f"timed out after {step.timeout:g} s")
        self.at_work[path] = _AtWork(later(self.now, takes), replace(finished, seconds=takes), canned)

    def _canned(self, path: str) -> tuple[Canned, Finished]:
        step = self.state.steps[path].step
        name = self.named(path)
        if not name:
            canned = sample_of(step)
            if canned is None:
                self.made_up[path] = None
                canned = Canned(made_up(step), outputs=example_outputs(step))
            return canned, canned.finished
        several = self.case.programs[name]
        canned = several[min(self.begun[name], len(several) - 1)]
        self.begun[name] += 1
        at = self.case.own_programs.get(name, ("shared", "programs", name))
        if canned.todo:
            self.notice(at, f"how the program of `{path}` ends is still to be written: {canned.todo}")
        filed = {each for each, output in step.outputs.items() if output.source == "file"}
        if canned.outputs is None or (canned.outputs and canned.outputs.keys() <= filed):
            return canned, canned.finished
        finished = printed(step, canned.outputs)
        if finished is None:
            missing = ", ".join(f"`{each}`" for each in step.outputs if each not in canned.outputs)
            why = f"{missing} is missing" if missing else "they are cut out of text; write `stdout`"
            self.notice((*at, "outputs"), f"what `{path}` writes can't be told from these outputs: {why}")
            return canned, canned.finished
        return canned, replace(finished, stderr=canned.finished.stderr or finished.stderr)

    def _end(self, path: str, finished: Finished | None = None) -> list[Recorded]:
        program = self.at_work.pop(path)
        step, ended = self.state.steps[path], finished or program.finished
        evidence, missed = captured(step, ended, program.canned)
        files = taken(step, ended, program.canned, Names(self.state, step.siblings.scope))
        attended = self.script.next_of(step) is not None
        kept: dict[str, Any] = {"evidence": evidence, "uncaptured": missed, "taken": files}
        return self.ask(Settle(path, step.attempt, ended, attended=attended, **kept))

    # -- people ---------------------------------------------------------------------------------

    def _answer(self, step: StepState, said: Said) -> None:
        """A person answers, with the evidence they attach first."""
        self.script.take(step, said)
        speaker = self.user_of(said.passed_on_by or said.by) if said.passed_on_by or said.by else self.by
        reply = replace(said.answer, step=step.path, fields=self._filled_in(step, said))
        if said.passed_on_by:
            reply = replace(reply, stated_by=said.by or self.case.by)
        if said.signed:
            person = self.state.organisation.person_of(speaker)
            text = text_to_sign(self.state, step, reply, person)
            reply = replace(reply, signature=Signature("of the test", text, person, "of the test"))
        try:
            for piece, file in said.evidence.items():
                self.ask(Attach(step.path, file.name, file.sha256, file.size, file.type, piece), by=speaker)
            self.ask(reply, by=speaker)
        except RunbookError as error:
            if not said.refused or said.refused not in str(error):
                more = (f"it was to be refused because {said.refused}",) if said.refused else ()
                self.notice(said.at, f"the answer to `{step.path}` was refused: {error}", *more)
        else:
            if said.refused:
                wrong = f"the answer to `{step.path}` was taken, and should have been refused: {said.refused}"
                self.notice(said.at, wrong)

    def _filled_in(self, step: StepState, said: Said) -> dict[str, Any]:
        files = {each.name for each in getattr(step.step.spec, "fields", ()) if each.type == "file"}
        return {
            name: given_file(value).kept() if name in files and isinstance(value, str) and value else value
            for name, value in said.answer.fields.items()
        }

    # -- what was never asked for ---------------------------------------------------------------

    def _look_over(self) -> None:
        if self.sketching:
            return
        for path in self.made_up:
            self.notice((*self.case.at, "programs"), f"the test does not say how the program of `{path}` ends")
        for path, said in self.script.unused():
            self.notice(said.at, f"`{path}` never asked for this answer")
        for name, at in self.case.own_programs.items():
            if not self.begun[name]:
                self.notice(at, f"the program of `{name}` was never started")
