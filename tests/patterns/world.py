"""The world around the decider: programs that take their time, people who act at theirs, and engines that die.

Rule 1: nothing waits. What happens next is the earliest of a timer, the end of a program, and an act of the case.
Rule 2: a run knows nothing of this world but what its engine tells it, through `Story` as any other test does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import inf
from typing import Any

from runbook.durations import duration
from runbook.errors import RunbookError
from runbook.instants import between, later
from runbook.kinds import builtin
from runbook.run.commands import Begin, Claim, Command, LoseLock
from runbook.run.events import Recorded
from runbook.run.locks import rows
from runbook.run.plan import Plan
from runbook.testing import Story, plan_from
from runbook.testing.story import BEGINNING

from .cases import Case

_GRACE = 10.0
"""Seconds that a program gets to end by itself when its step does not say."""
_SLOTS = 8
_MOST = 2_000
"""Things that may happen in one case; more of them mean that it does not end."""


@cache
def plan_of(*texts: tuple[str, str]) -> Plan:
    """The plan of the first process; made once for all cases that share it."""
    return plan_from(dict(texts), builtin())


@dataclass
class Program:
    """A program at work: when it ends and how; `ignores` when a request to end does not impress it."""

    ends: float
    finished: Mapping[str, Any]
    ignores: bool = False
    asked: str = ""
    """Why it was asked to end."""


class Run(Story):
    """A run of the case; a forgetful one knows before each turn only what its journal holds."""

    def __init__(self, world: World, name: str, plan: Plan) -> None:
        super().__init__(plan)
        self.world = world
        self.name = name
        self.programs: dict[str, Program] = {}
        self.begun: Counter[str] = Counter()
        """How often the program of each step was started."""
        self.back_at = 0.0
        """When its engine is there again."""
        self.dead = False
        """True while its programs died with its engine."""

    @property
    def here(self) -> bool:
        """True when there is an engine that looks after it."""
        return bool(self.state.run) and self.back_at <= self.world.time

    def ask(self, *commands: Command, by: str = "") -> list[Recorded]:
        if self.world.forgetful:
            self.state = self.replayed()
        self.now = later(BEGINNING, self.world.time)
        self.rivals = self.world.held(self)
        events = super().ask(*commands, by=by)
        self.world.log.extend((self, each) for each in events)
        return events

    def due(self) -> float:
        """When time makes something happen in it; now when it was away then."""
        instant = self.state.due(self.now)
        return inf if instant is None or self.state.ended else max(between(BEGINNING, instant), self.world.time)


class World:
    """All that happens in one case, from its beginning until nothing more can."""

    def __init__(self, case: Case, forgetful: bool = False) -> None:
        self.case = case
        self.forgetful = forgetful
        self.time = 0.0
        self.log: list[tuple[Run, Recorded]] = []
        """Everything that was recorded in any run, in order."""
        self.runs: dict[str, Run] = {}
        self._seen = 0
        self._acts = [{**act, "at": duration(act["at"])} for act in case.acts]
        self._held = {act["let"] for act in case.acts if "let" in act}
        """Steps whose programs the operator has not let begin yet."""
        for name, given in (case.runs or {"": {}}).items():
            run = self.runs[name] = Run(self, name, self._plan_of(given.get("process", "g/main")))
            run.start(**case.inputs)

    def tell(self) -> World:
        """Let everything happen; the world as it is then."""
        for _ in range(_MOST):
            self._settle_down()
            happens = min(self._next(), key=lambda each: each[0], default=None)
            if happens is None or happens[0] == inf:
                return self
            self.time = max(self.time, happens[0])
            happens[1]()
        raise AssertionError("this never ends")

    def held(self, asking: Run) -> dict[str, int]:
        """How often the other runs that are looked after hold each lock."""
        others = (run for run in self.runs.values() if run is not asking and run.here)
        return Counter(key for run in others for key, granted in rows(run.state).values() if granted)

    # -- what happens ---------------------------------------------------------------------------

    def _next(self) -> Iterator[tuple[float, Callable[[], object]]]:
        for run in self.runs.values():
            if run.back_at > self.time:
                yield run.back_at, lambda run=run: self._come_back(run)
                continue
            yield run.due(), run.ask
            for step, program in run.programs.items():
                yield program.ends, lambda run=run, step=step: self._end(run, step)
        if self._acts:
            yield self._acts[0]["at"], self._act

    def _settle_down(self) -> None:
        """Start what can start, ask to end what has to, and let in who waits for others, until nothing changes."""
        before = (-1, -1)
        while before != (len(self.log), len(self.runs)):
            before = (len(self.log), len(self.runs))
            for run in [each for each in self.runs.values() if each.here]:
                if not run.state.ended:
                    run.ask()
                    self._start(run)
                self._ask_to_end(run)
            while self._seen < len(self.log):
                self._seen += 1
                self._detach(self.log[self._seen - 1][1])

    def _plan_of(self, process: str) -> Plan:
        return plan_of((process, self.case.texts[process]), *self.case.texts.items())

    def _detach(self, recorded: Recorded) -> None:
        """A process that nobody waits for becomes a run of its own, named by its process and a number."""
        if child := recorded.event.data.get("detached"):
            own = child["process"].removeprefix("g/")
            name = f"{own}-{1 + sum(each.startswith(own) for each in self.runs)}"
            run = self.runs[name] = Run(self, name, self._plan_of(child["process"]))
            run.ask(Begin(child["run"], child["inputs"], "0" * 64))

    def _start(self, run: Run) -> None:
        events = run.ask(Claim(_SLOTS, held=self._held))
        for step in [each.event.step or "" for each in events if "act" in each.event.data]:
            run.programs[step] = self._program(run, step)

    def _program(self, run: Run, step: str) -> Program:
        run.begun[step] += 1
        given = _named(self.case.programs, run.name, step)
        if isinstance(given, list):
            given = given[min(run.begun[step], len(given)) - 1]
        given = {"takes": given} if not isinstance(given, dict) else dict(given)
        takes, ignores = duration(given.pop("takes", 0)), given.pop("ignores", False)
        finished = {"exit_code": given.pop("exits", 0), "stdout": given.pop("prints", ""), **given}
        timeout = run.state.steps[step].step.timeout
        if timeout is not None and takes > timeout:
            error = {"exit_code": None, "signal": 15, "error": f"timed out after {timeout:g} s"}
            return Program(self.time + timeout + (self._grace(run, step) if ignores else 0.0), error)
        return Program(self.time + takes, finished, ignores)

    def _grace(self, run: Run, step: str) -> float:
        grace = run.state.steps[step].step.flow.grace
        return _GRACE if grace is None else grace

    def _ask_to_end(self, run: Run) -> None:
        for step, program in run.programs.items():
            if run.state.steps[step].unwanted and not program.asked:
                program.asked = "it is not wanted any more"
                program.ends = min(program.ends, self.time + (self._grace(run, step) if program.ignores else 0.0))
                program.finished = {"exit_code": None, "signal": 9 if program.ignores else 15}

    def _end(self, run: Run, step: str) -> None:
        run.ends(step, **run.programs.pop(step).finished)

    def _come_back(self, run: Run) -> None:
        """The engine is there again: it knows what the journal holds, and finds what became of the programs."""
        run.back_at = 0.0
        run.state = run.replayed()
        for at, (key, granted) in rows(run.state).items():
            if granted and self.held(run).get(key):
                run.ask(LoseLock(at, "its engine died there"))
        if run.dead:
            for step in list(run.programs):
                run.breaks_off(step)
            run.programs.clear()
        run.dead = False
        run.resume()

    # -- acts -----------------------------------------------------------------------------------

    def _act(self) -> None:
        act = dict(self._acts.pop(0))
        act.pop("at")
        refused, run = act.pop("refused", None), self.runs[act.pop("run", "")]
        verb = next(iter(act))
        try:
            _ACTS[verb](self, run, act.pop(verb), **act)
        except RunbookError as error:
            if not refused or refused not in str(error):
                raise AssertionError(f"`{verb}` was refused, but not because `{refused}`: {error}") from error
            return
        assert not refused, f"`{verb}` was not refused, and should have been: {refused}"

    def _away(self, run: Run, time: str) -> None:
        run.back_at = self.time + duration(time)

    def _power_cut(self, run: Run, time: str) -> None:
        self._away(run, time)
        run.dead = True

    def _cancel_all(self, run: Run, process: str, reason: str) -> None:
        for each in self.runs.values():
            if each.plan.root == process and not each.state.ended:
                each.cancel(reason)


def _answer(world: World, run: Run, step: str, outcome: str = "", by: str = "", **words: Any) -> None:
    run.answer(step, outcome or ("choose" if "choose" in words else "done"), by, **words)


_ACTS: Mapping[str, Callable[..., object]] = {
    "answer": _answer,
    "signal": lambda _, run, name: run.signal(name),
    "stop": lambda _, run, step, **words: run.stop_step(step, **words),
    "complete": lambda _, run, step: run.complete(step),
    "let": lambda world, _, step: world._held.discard(step),
    "add": lambda _, run, step, items: run.add_items(step, *items),
    "back": lambda _, run, step, **words: run.go_back(step, **words),
    "jump": lambda _, run, step, **words: run.jump(step, **words),
    "cancel": lambda _, run, reason: run.cancel(reason),
    "cancel_all": World._cancel_all,
    "undo": lambda _, run, to, **words: run.undo(to, **words),
    "retry": lambda _, run, reason: run.retry(reason),
    "hand_over": lambda _, run, to, **words: run.hand_over(to, **words),
    "away": World._away,
    "power_cut": World._power_cut,
}
"""What may be done in a case, by its word; what stands right after the word comes first."""


def _named(programs: Mapping[str, Any], run: str, step: str) -> Any:
    """What the case says of the program of a step: by its path in its run, its path, that without turns, or its id."""
    names = (f"{run}:{step}", step, bare(step), bare(step).rpartition("/")[2])
    return next((programs[name] for name in names if name in programs), 0)


def bare(path: str) -> str:
    """The path of a step without the numbers of turns."""
    return "/".join(part.split(".")[0] + (".undo" if part.endswith(".undo") else "") for part in path.split("/"))
