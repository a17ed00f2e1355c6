"""One way through a process, step by step, fed with samples and defaults: nothing is carried out, and no run is made.

Rule 1: what is not known is not made up. Where the way on hangs on it, one way is taken, and it is said that it was.
Rule 2: a way that leads back is gone once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from runbook.definition import OnFailure, Step
from runbook.errors import ExpressionError, Misuse
from runbook.graph import ON_FAILURE, Links, onward, parts
from runbook.outcome import Act, Done, End, Failed, Waiting
from runbook.run.asked import asked_at
from runbook.run.events import Status
from runbook.run.first_turn import NO_ITEM, first_turn
from runbook.run.foresight import inputs_of, left_out
from runbook.run.giving import given_by, learn
from runbook.run.knowing import Beginning, Knowledge, Sources, Where, expressions_in, used_under, uses_of
from runbook.run.progress import Scope
from runbook.run.values import Names
from runbook.run.way import Fork, Passed, Way

MOST_STEPS = 5_000
"""Steps of one way."""
_DEEPEST = 3
"""How often a process is entered inside of itself."""


@dataclass(frozen=True, slots=True)
class _Onto:
    """Where a step leads: back to another one, on without some, or to the failure of its list in the end."""

    back: str = ""
    leaves: Collection[str] = ()
    why: str = ""
    failed: str = ""


class _Failure(Exception):
    """The list of steps has failed."""


class _Ended(Exception):
    """The process ends early."""

    def __init__(self, failed: str) -> None:
        super().__init__(failed)
        self.failed = failed


class _Unfinished(Exception):
    """The way is not walked any further."""


class Walker:
    """Walks one way; `named` are ways that somebody named, by step, `script` those to take at the forks, in order."""

    def __init__(
        self,
        beginning: Beginning,
        named: Mapping[str, Sequence[str]],
        script: Sequence[str] = (),
        failures: bool = False,
    ) -> None:
        self.plan = beginning.plan
        self.known = Knowledge(beginning, begun=True)
        self.inputs = beginning.inputs
        self.named = named
        self.script = script
        self.failures = failures
        """True when steps whose failure is provided for may fail too."""
        self.steps: list[Passed] = []
        self.forks: list[Fork] = []
        self.reached: set[tuple[str, str]] = set()
        """What of `named` was come to."""
        self.gone: set[tuple[str, str]] = set()
        """The ways back that were gone already, by step and way."""

    def walk(self) -> Way:
        """The way from the beginning to the end."""
        scope = Scope("", self.plan.process, self.inputs, None)
        try:
            failed = self._process(scope, ())
        except _Unfinished as error:
            return Way(tuple(self.steps), tuple(self.forks), "unfinished", str(error))
        return Way(tuple(self.steps), tuple(self.forks), "failed" if failed else "succeeded", failed)

    # -- forks ----------------------------------------------------------------------------------

    def _fork(self, path: str, what: str, ways: Sequence[str], depends: Sources = (), usual: str = "") -> str:
        """The way that is taken; `usual` is the one by the samples."""
        ways = sorted(ways, key=lambda way: way != usual) if usual else ways
        wanted = ((key, way) for key in _keys(path) for way in self.named.get(key, ()))
        key, named = next((each for each in wanted if each[1] in ways), ("", ""))
        if named:
            self.reached.add((key, named))
            taken = named
        elif (place := sum(each.open for each in self.forks)) < len(self.script) and len(ways) > 1:
            taken = self.script[place]
        else:
            taken = ways[0]
        supposed = bool(usual) and taken == usual
        self.forks.append(Fork(path, what, tuple(ways), taken, depends, bool(named), supposed))
        return taken

    def _is_named(self, path: str, ways: Sequence[str]) -> bool:
        return any(way in ways for key in _keys(path) for way in self.named.get(key, ()))

    # -- a process ------------------------------------------------------------------------------

    def _process(self, scope: Scope, around: tuple[str, ...]) -> str:
        """Why the process fails, empty when it succeeds."""
        process = scope.process
        where = Where(scope, parts(process), uses_of(process), "yes", around=(*around, process.id))
        if failed := self._phase(where, ":checks"):
            return failed
        failed = self._phase(where, ":steps")
        if failed:
            later = {**where.later, "failure": scope.prefix.rstrip("/") or "run"}
            also = self._phase(replace(where, later=later), ":on_failure")
            failed += f"; then {also}" if also else ""
            failed += "; what was done is undone, the last first" if process.undone_on_failure else ""
        also = self._phase(where, ":finally")
        return failed or also

    def _phase(self, where: Where, part: str) -> str:
        """Why that list of a process fails, empty when it does not."""
        try:
            self._list(where, part)
        except _Failure as error:
            return str(error)
        except _Ended as error:
            return error.failed
        return ""

    # -- a list of steps ------------------------------------------------------------------------

    def _list(self, where: Where, part: str) -> None:
        steps = {step.id: step for step in where.lists[part]}
        links = self.plan.links[where.scope.process.id].get(part)
        if not steps or links is None:
            return
        order, out = list(links.order), dict[str, str]()
        place, failed = 0, ""
        while place < len(order):
            step = steps[order[place]]
            place += 1
            if step.id in out:
                self._skipped(where, step, out[step.id])
                continue
            onto = self._one(where, step, links)
            failed = failed or onto.failed
            if onto.back:
                place = order.index(onto.back)
                for id in onward((onto.back,), links.after):
                    out.pop(id, None)
                    self.known.forget(where.scope.prefix + id)
            out |= {id: onto.why for id in onto.leaves if not self.known.knows(where.scope.prefix + id)}
        if failed:
            raise _Failure(failed)

    def _one(self, where: Where, step: Step, links: Links) -> _Onto:
        """A step of a list, and where it leads."""
        path, number = where.scope.prefix + step.id, len(self.steps)
        self._bound()
        try:
            chosen = self._step(where, step)
        except _Failure as error:
            return self._failed(where, step, links, str(error), number)
        if not chosen:
            return _Onto()
        goals = {option.id: option.goto for option in step.spec.options}
        back = next((goals[each] for each in chosen.split(",") if goals[each] in links.back.get(step.id, ())), "")
        if back:
            self._goes_back(path, chosen, back)
            return _Onto(back=back)
        return _Onto(leaves=left_out(links, step.id, chosen.split(",")), why=f"`{path}` takes `{chosen}`")

    def _goes_back(self, path: str, way: str, goal: str) -> None:
        last = next(number for number in reversed(range(len(self.steps))) if self.steps[number].path == path)
        self.steps[last] = replace(self.steps[last], back=goal)
        if (path, way) in self.gone:
            raise _Unfinished(f"`{path}` leads back to `{goal}` once more, and a way back is gone once")
        self.gone.add((path, way))

    def _failed(self, where: Where, step: Step, links: Links, reason: str, number: int) -> _Onto:
        """What comes after a failure, by what the process says about it."""
        path = where.scope.prefix + step.id
        self.known.learn(where.scope, step, {}, status=Status.FAILED)
        own = [at for at in range(number, len(self.steps)) if self.steps[at].path == path]
        if own:
            self.steps[own[-1]] = replace(self.steps[own[-1]], happens="failed", why=reason, gives={}, hidden=())
        else:
            self._pass(where, step, "failed", why=reason)
        if "on_failure" in step.flow.do:
            try:
                self._list(replace(where, later={**where.later, "failure": path}), f"{step.id}:on_failure")
            except _Failure as error:
                raise _Failure(f"{reason}; then {error}") from None
        if goal := step.flow.goto:
            if goal in links.back.get(step.id, ()):
                self._goes_back(path, "failed", goal)
                return _Onto(back=goal)
            return _Onto(leaves=links.skips.get(step.id, {}).get(ON_FAILURE, ()), why=f"`{path}` failed")
        if step.on_failure is OnFailure.CONTINUE:
            return _Onto(failed=f"`{path}`: {reason}" if step.critical else "")
        if step.id in links.spare:
            return _Onto()
        undone = "; what was done inside of it is undone" if step.on_failure is OnFailure.UNDO else ""
        raise _Failure(f"`{path}`: {reason}{undone}")

    # -- one step -------------------------------------------------------------------------------

    def _step(self, where: Where, step: Step) -> str:
        """The step is passed; the options that it takes, when it decides. `_Failure` when it fails."""
        path = where.scope.prefix + step.id
        try:
            if step.when is not None and not self._comes(where, step, path):
                return ""
            inside, turns, problem = first_turn(self.known, where, step)
            if problem:
                raise ExpressionError(problem)
            if turns == NO_ITEM:
                self._pass(where, step, "done", turns=turns)
                self.known.learn(where.scope, step, {"items": [], "done": 0, "failed": 0})
                return ""
            unknown = self.known.hangs(inside, used_under(where, step, step.kind))
            chosen, outcome = self._decided(inside, step, path, unknown)
        except (ExpressionError, Misuse) as error:
            raise _Failure(str(error)) from None
        shown = outcome.shown if isinstance(outcome, Act) else ""
        if isinstance(outcome, Waiting):
            shown = str(outcome.prompt.get("text", ""))
        found, hidden = given_by(self.known, inside, step, path, chosen)
        self._pass(
            where, step, "done", shown=shown, unknown=unknown, turns=turns, chosen=chosen, gives=found,
            hidden=tuple(hidden),
        )  # fmt: skip
        self._may_fail(step, path)
        self._inside(inside, step, path)
        try:
            learn(self.known, where, step, path, found, hidden)
        except (ExpressionError, Misuse) as error:
            raise _Failure(f"an output of the process: {error}") from None
        if isinstance(outcome, End):
            raise _Ended(outcome.failed)
        return chosen

    def _comes(self, where: Where, step: Step, path: str) -> bool:
        assert step.when is not None
        hangs = self.known.hangs(where, used_under(where, step, "when"))
        if hangs:
            if self._fork(path, "comes", ("comes", "skipped"), hangs) == "skipped":
                self._skipped(where, step, f"it is taken that `{step.when.source}` does not hold")
                return False
            return True
        holds = Names(self.known.state, where.scope).holds(step.when)
        rests = self.known.rests(where, used_under(where, step, "when"))
        if rests or self._is_named(path, ("comes", "skipped")):
            usual = "comes" if holds else "skipped"
            holds = self._fork(path, "comes", ("comes", "skipped"), rests, usual) == "comes"
        if not holds:
            self._skipped(where, step, f"`{step.when.source}` does not hold")
        return holds

    def _decided(self, where: Where, step: Step, path: str, unknown: Sources) -> tuple[str, object]:
        """The options that a decision takes, and what the step's kind has to say where all is known."""
        outcome: object = None
        automatic = step.kind == "decision" and step.spec.automatic
        if not unknown and step.kind != "section" and not step.use:
            outcome = self.plan.kinds[step.kind].perform(step.spec, Names(self.known.state, where.scope))
            if isinstance(outcome, Failed):
                raise ExpressionError(outcome.reason)
            if automatic and isinstance(outcome, Done):
                outputs = outcome.outputs
                usual = ",".join(outputs["choices"] if "choices" in outputs else [outputs["choice"]])
                rests = self.known.rests(where, used_under(where, step, step.kind))
                if not rests and not self._is_named(path, self._options(step, path)):
                    return usual, None
                ways = list(dict.fromkeys([usual, *self._options(step, path)]))
                usual = usual if (path, usual) not in self.gone else ""
                ways = ways if usual or not ways[1:] else ways[1:]
                return self._fork(path, "option", ways, rests, usual), None
        if step.kind == "decision":
            return self._fork(path, "option", self._options(step, path), unknown if automatic else ()), outcome
        if step.kind == "approval" and self._fork(path, "approved", ("approve", "reject")) == "reject":
            raise ExpressionError("it was rejected")
        return "", outcome

    def _options(self, step: Step, path: str) -> Sequence[str]:
        """The options of a decision, without the ways back that were gone already; each alone, and all together."""
        ids = [option.id for option in step.spec.options]
        named = [way for key in _keys(path) for way in self.named.get(key, ())]
        combined = [each for each in named if "," in each and set(each.split(",")) <= set(ids)]
        ways = [*ids, *([",".join(ids), *combined] if step.spec.several else [])]
        fresh = [way for way in ways if (path, way) not in self.gone]
        sampled = step.sample.get("choices" if step.spec.several else "choice")
        first = ",".join(sampled) if isinstance(sampled, list) else str(sampled or "")
        return sorted(fresh or ways, key=lambda way: way != first)

    def _may_fail(self, step: Step, path: str) -> None:
        provided = bool(step.flow.goto or "on_failure" in step.flow.do or step.on_failure is OnFailure.UNDO)
        can = step.kind not in ("approval", "decision", "set", "end", "wait") and not step.steps and not step.use
        named = any("failed" in self.named.get(key, ()) for key in _keys(path))
        if not can or not (named or (provided and self.failures)):
            return
        if self._fork(path, "fails", ("done", "failed")) == "failed":
            raise _Failure("it is taken to fail")

    def _inside(self, where: Where, step: Step, path: str) -> None:
        """The steps inside of it: those of a section, or of the process that it uses."""
        if step.steps:
            self._list(where, step.id)
        if not step.use or step.spec.detached:
            return
        if where.around.count(step.use) >= _DEEPEST:
            raise _Unfinished(f"`{step.use}` is entered inside of itself, and is not walked any deeper")
        process = self.plan.processes[step.use]
        prefix = where.scope.prefix if step.flow.body else f"{path}/"
        try:
            inputs = inputs_of(self.known, where, step, process)
        except (ExpressionError, Misuse) as error:
            raise _Failure(str(error)) from None
        if self.known.rests(where, expressions_in(step.spec.inputs)):
            self.known.suppose(path)
        if failed := self._process(Scope(prefix, process, inputs, None), where.around):
            raise _Failure(failed)

    # -- the account ----------------------------------------------------------------------------

    def _skipped(self, where: Where, step: Step, why: str) -> None:
        self.known.learn(where.scope, step, {}, status=Status.SKIPPED)
        self._pass(where, step, "skipped", why=why)

    def _pass(self, where: Where, step: Step, happens: str, **about: Any) -> None:
        asked = asked_at(self.known, where.scope, step) if happens == "done" else ()
        path = where.scope.prefix + step.id
        self.steps.append(Passed(path, step, where.scope.process.id, happens, asked=asked, **about))

    def _bound(self) -> None:
        if len(self.steps) >= MOST_STEPS:
            raise _Unfinished(f"it has more than {MOST_STEPS} steps")


def _keys(path: str) -> tuple[str, ...]:
    """What a step may be called by whoever names its way: its path, or its id alone."""
    return tuple(dict.fromkeys((path, path.rpartition("/")[2])))
