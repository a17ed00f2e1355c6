"""What a run would do, as far as it can be known before: no run is made, and nothing is changed.

Rule 1: it never guesses. What hangs on a step that has not been done is said to be unknown, with the name of the step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from runbook.definition import Process, Step
from runbook.errors import ExpressionError, Misuse
from runbook.graph import NO_OPTION, Links, onward, parts
from runbook.inputs import checked_inputs
from runbook.outcome import Act, Done, Failed, Json, Waiting
from runbook.run.asked import Asked, asked_at
from runbook.run.events import Status
from runbook.run.first_turn import NO_ITEM, first_turn
from runbook.run.knowing import Beginning, Knowledge, Sources, Where, used_under, uses_of
from runbook.run.looking import Look, Looker, Seen
from runbook.run.moves import all_inside
from runbook.run.plan import Plan
from runbook.run.progress import Scope
from runbook.run.values import Names


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One step: whether it comes, what it would run or show, and what that can't be said for.

    `comes` is `yes`, `no` or `perhaps`; `shown` the command or the text with its values in place, empty when it is not
    known; `unknown` the steps (or `run`) it hangs on; `problem` what would go wrong for sure. Of a step with turns it
    is what the first one would run or show.
    """

    path: str
    step: Step
    comes: str
    shown: str = ""
    unknown: tuple[str, ...] = ()
    problem: str = ""
    decision: str = ""
    """The decision that may leave it out."""
    process: str = ""
    """The process that it is a step of."""
    because: str = ""
    """What has to happen before it comes, besides a decision: `copy` fails, or the process does."""
    turns: str = ""
    """How often it comes, when not once: `for 3 items, the first of them web-1`."""
    left_out: str = ""
    """Why it does not come."""
    chosen: str = ""
    """The option that a decision takes, as far as that is known."""
    depends: tuple[str, ...] = ()
    """The steps on which it hangs whether it comes at all, or which option it takes."""
    asked: tuple[Asked, ...] = ()
    """Who would be asked."""
    seen: Seen | None = None
    """What came of it when it was really carried out, in a dry run that looks."""


def foresee(beginning: Beginning, look: Look | None = None) -> Iterator[Foreseen]:
    """Every step of the plan, those of processes that it uses below their step, as the text has them.

    With `look`, steps that surely come and only look are really carried out, and what they give is known then.
    """
    foresight = _Foresight(beginning, look)
    scope = Scope("", beginning.plan.process, beginning.inputs, None)
    yield from foresight.process(scope, "yes", ())


class _Foresight:
    """One way through a plan, all its branches at once."""

    def __init__(self, beginning: Beginning, look: Look | None) -> None:
        self.plan = beginning.plan
        self.known = Knowledge(beginning)
        self.state = self.known.state
        self.looker = Looker(self.known, look)

    def process(
        self, scope: Scope, comes: str, around: tuple[str, ...], gates: tuple[str, ...] = ()
    ) -> Iterator[Foreseen]:
        process = scope.process
        where = Where(scope, parts(process), uses_of(process), comes, around=(*around, process.id), gates=gates)
        name = f"`{scope.prefix.rstrip('/')}`" if scope.prefix else "the process"
        for part in (":checks", ":steps"):
            yield from self.steps(where, part)
        yield from self.besides(where, ":on_failure", f"{name} fails", scope.prefix.rstrip("/") or "run")
        yield from self.besides(where, ":on_cancel", f"{name} is cancelled", scope.prefix.rstrip("/") or "run")
        yield from self.steps(where, ":finally")

    def besides(self, where: Where, part: str, because: str, source: str) -> Iterator[Foreseen]:
        """Steps that come only when something has happened; what they are told of it is not known before."""
        comes = "no" if where.comes == "no" else "perhaps"
        later = {**where.later, "failure": source}
        yield from self.steps(replace(where, comes=comes, because=because, later=later), part)

    def steps(self, where: Where, part: str) -> Iterator[Foreseen]:
        process, steps = where.scope.process, where.lists[part]
        perhaps = _chosen(self.plan, process, part, steps)
        links = self.plan.links[process.id].get(part)
        gated: dict[str, tuple[str, ...]] = {}
        out: dict[str, str] = {}
        for step in steps:
            decision = perhaps.get(step.id, "")
            if step.id in out:
                self.known.learn(where.scope, step, {}, status=Status.SKIPPED)
                yield Foreseen(where.scope.prefix + step.id, step, "no", process=process.id, left_out=out[step.id])
                continue
            here = replace(where, gates=(*where.gates, *gated.get(step.id, ())))
            for found in self.step(here, step, "perhaps" if decision else where.comes, decision):
                yield found
                if found.step is step and found.chosen and links:
                    for id in left_out(links, step.id, found.chosen.split(",")):
                        out[id] = f"`{found.path}` takes `{found.chosen}`"
                    perhaps = {id: each for id, each in perhaps.items() if each != step.id}
            if links and (gates := [each.id for each in all_inside(self.plan, [step]) if each.kind == "approval"]):
                for id in onward(links.after.get(step.id, ()), links.after):
                    gated[id] = (*gated.get(id, ()), *gates)

    def step(self, where: Where, step: Step, comes: str, decision: str) -> Iterator[Foreseen]:
        path = where.scope.prefix + step.id
        inside, turns, problem = first_turn(self.known, where, step)
        found = Foreseen(path, step, comes, problem=problem) if problem else self.foreseen(where, inside, step, comes)
        found = replace(
            found, decision=decision, process=where.scope.process.id, because=where.because,
            turns="" if problem else turns, asked=asked_at(self.known, inside.scope, step),
        )  # fmt: skip
        if not found.problem and turns != NO_ITEM:
            found = replace(found, seen=self.looker.see(where, inside, step, path, found.comes, found.unknown))
        yield found
        if found.comes == "no":
            return
        self.looker.passes(step, where, path)
        inside = replace(inside, comes="perhaps" if turns == NO_ITEM else found.comes)
        if step.steps:
            yield from self.steps(inside, step.id)
        if step.use and not step.spec.detached and _ends(step.use, where.around, found):
            process = self.plan.processes[step.use]
            prefix = inside.scope.prefix if step.flow.body else f"{path}/"
            used = Scope(prefix, process, self.inputs(inside, step, process, found), None)
            yield from self.process(used, inside.comes, where.around, where.gates)
        for name in step.flow.do:
            yield from self.besides(where, f"{step.id}:{name}", HAPPENS[name].format(path), path)

    def foreseen(self, where: Where, inside: Where, step: Step, comes: str) -> Foreseen:
        """One step; its condition is asked outside of its turns, its command is that of the first one."""
        path, own = where.scope.prefix + step.id, used_under(where, step, step.kind)
        hangs: Sources = ()
        try:
            if step.when is not None:
                hangs = self.known.hangs(where, used_under(where, step, "when"))
                if hangs:
                    comes = "perhaps" if comes == "yes" else comes
                elif not Names(self.state, where.scope).holds(step.when):
                    self.known.learn(where.scope, step, {}, status=Status.SKIPPED)
                    why = f"`{step.when.source}` does not hold"
                    return Foreseen(path, step, "no", left_out=why)
            unknown = self.known.hangs(inside, own)
            shown, outputs = said_of(self.known, inside, step, unknown)
        except (ExpressionError, Misuse) as error:
            return Foreseen(path, step, comes, problem=str(error))
        every = tuple(dict.fromkeys((*hangs, *unknown)))
        chosen = self.given(where, step, outputs) if comes == "yes" and step.flow.body is None else ""
        depends = hangs or (unknown if step.kind == "decision" and step.spec.automatic else ())
        return Foreseen(path, step, comes, shown, every, chosen=chosen, depends=depends)

    def given(self, where: Where, step: Step, outputs: Mapping[str, Json] | None) -> str:
        """What the step surely gives is known from now on; the option that it takes, if it decides."""
        if step.kind == "set":
            self.known.learn(where.scope, step, *self.known.worked_out(where, step.spec.values))
        elif outputs is not None and step.kind == "decision":
            self.known.learn(where.scope, step, outputs)
            return ",".join(outputs["choices"]) if "choices" in outputs else str(outputs["choice"])
        return ""

    def inputs(self, where: Where, step: Step, process: Process, found: Foreseen) -> Mapping[str, Json]:
        """The inputs of a process that is used; those that are not known yet are left out."""
        if found.problem:
            return {}
        try:
            return inputs_of(self.known, where, step, process)
        except (ExpressionError, Misuse):
            return {}


HAPPENS = {
    "on_failure": "`{}` fails",
    "on_cancel": "`{}` is cancelled",
    "before_retry": "another attempt at `{}` follows",
    "due": "`{}` is overdue",
    "review": "`{}` is approved in an emergency",
}
_DEEPEST = 3
"""How often a process is shown inside of itself."""


def _ends(use: str, around: tuple[str, ...], found: Foreseen) -> bool:
    """True when a process is to be looked into: one that runs itself only where it surely does, and not for long."""
    return use not in around or (found.comes == "yes" and around.count(use) < _DEEPEST)


def _chosen(plan: Plan, process: Process, part: str, steps: Sequence[Step]) -> dict[str, str]:
    """The steps of a list that come only with some answer to a decision, each with that decision."""
    links = plan.links[process.id].get(part)
    decisions = {step.id: step.spec.automatic for step in steps if step.kind == "decision"}
    return {
        id: decision
        for decision, ways in (links.skips.items() if links else ())
        for way, ids in ways.items()
        if decision in decisions and (way != NO_OPTION or decisions[decision])
        for id in ids
    }


def said_of(known: Knowledge, where: Where, step: Step, unknown: Sources) -> tuple[str, Mapping[str, Json] | None]:
    """What a step would run or show, empty when that is not known; and what it gives, when it gives it at once."""
    if unknown or step.kind == "section":
        return "", None
    match known.state.plan.kinds[step.kind].perform(step.spec, Names(known.state, where.scope)):
        case Act() as act:
            return act.shown, None
        case Waiting() as waiting:
            return str(waiting.prompt.get("text", "")), None
        case Failed(reason):
            raise ExpressionError(reason)
        case Done(outputs):
            return "", outputs
    return "", None


def inputs_of(known: Knowledge, where: Where, step: Step, process: Process) -> Mapping[str, Json]:
    """The inputs of a process that is used; those that are not known are left out."""
    given, hidden = known.worked_out(where, step.spec.inputs)
    if hidden:
        defaults = {name: each.default for name, each in process.inputs.items() if not each.required}
        return {name: value for name, value in {**defaults, **given}.items() if name not in hidden}
    return checked_inputs(process, given)


def left_out(links: Links, decision: str, chosen: Sequence[str]) -> set[str]:
    """The steps that a decision leaves out which takes these options."""
    ways = links.skips.get(decision, {})
    first, *others = [ways.get(option, ()) for option in chosen if option] or [ways.get(NO_OPTION, ())]
    return set(first).intersection(*others)


__all__ = ["Foreseen", "foresee", "inputs_of", "left_out"]
