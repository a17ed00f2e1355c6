"""What a run would do, as far as it can be known before: no run is made, and nothing is changed.

Rule 1: it never guesses. What hangs on a step that has not been done is said to be unknown, with the name of the step.
Rule 2: what is really carried out only looks, surely comes, and waits for nobody's yes; nobody gets round a role by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from runbook.clauses import Foreach
from runbook.definition import Process, Step
from runbook.durations import in_words
from runbook.errors import ExpressionError, Misuse, Refused
from runbook.graph import NO_OPTION, Links, onward, parts
from runbook.inputs import checked_inputs
from runbook.kind import Values
from runbook.outcome import Act, Done, Failed, Finished, Json, Taken, Waiting
from runbook.run.asked import Asked, asked_at
from runbook.run.events import Status
from runbook.run.knowing import PLACEHOLDER, Beginning, Knowledge, Sources, Where, used_under, uses_of
from runbook.run.moves import all_inside
from runbook.run.people import check_entitled
from runbook.run.plan import Plan
from runbook.run.progress import Scope
from runbook.run.results import conclude
from runbook.run.turns import too_few
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


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a step that was really carried out, because it only looks; or why it was not (`refused`)."""

    refused: str = ""
    failed: str = ""
    """Why it did not count as done."""
    outputs: Mapping[str, Json] = field(default_factory=dict)
    seconds: float = 0.0
    changes: tuple[str, ...] = ()
    """The steps before it that would have changed something, and were not carried out: it shows how things are now."""


Look = Callable[[str, Step, Act, Values], tuple[Finished, Mapping[str, Taken]]]
"""Carries out a step that only looks."""


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
        self.look = look
        self.changes: list[str] = []
        """The steps so far that would change something."""

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
        if self.look and self.looks(step, where):
            found = replace(found, seen=self.seen(where, inside, step, found))
        yield found
        if found.comes == "no":
            return
        if changes_something(self.plan, step, where):
            self.changes.append(path)
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

    # -- looking --------------------------------------------------------------------------------

    def looks(self, step: Step, where: Where) -> bool:
        """True for a step that only looks, or is a check."""
        is_check = any(step is each for each in where.scope.process.checks)
        return (step.read_only or is_check) and self.plan.kinds[step.kind].acts

    def seen(self, where: Where, inside: Where, step: Step, found: Foreseen) -> Seen | None:
        """What comes of a step that only looks; None when it is plain that it does not come."""
        assert self.look is not None
        if found.comes == "no" or found.problem or found.turns == NO_ITEM:
            return None
        if found.comes != "yes":
            return Seen(refused="it is not known whether it comes")
        if found.unknown:
            return Seen(refused=f"it needs what is not known before {listed(found.unknown)}")
        if where.gates:
            return Seen(refused=f"it comes only after a yes at {listed(where.gates)}")
        try:
            check_entitled(self.state, inside.scope, step, self.known.person, now=self.known.now)
            values = Names(self.state, inside.scope)
            act = self.plan.kinds[step.kind].perform(step.spec, values)
            assert isinstance(act, Act)
        except Refused as error:
            return Seen(refused=str(error))
        finished, taken = self.look(found.path, step, act, values)
        changes = tuple(self.changes)
        match conclude(step, finished, self.state, inside.scope, taken=taken):
            case Failed(reason):
                return Seen(failed=reason, seconds=finished.seconds, changes=changes)
            case Done(outputs):
                if not changes and step.flow.body is None:
                    self.known.learn(where.scope, step, outputs)
                return Seen(outputs=outputs, seconds=finished.seconds, changes=changes)


HAPPENS = {
    "on_failure": "`{}` fails",
    "on_cancel": "`{}` is cancelled",
    "before_retry": "another attempt at `{}` follows",
    "due": "`{}` is overdue",
    "review": "`{}` is approved in an emergency",
}
NO_ITEM = "for no item: it is over at once"
_DEEPEST = 3
"""How often a process is shown inside of itself."""


def _ends(use: str, around: tuple[str, ...], found: Foreseen) -> bool:
    """True when a process is to be looked into: one that runs itself only where it surely does, and not for long."""
    return use not in around or (found.comes == "yes" and around.count(use) < _DEEPEST)


def first_turn(known: Knowledge, where: Where, step: Step) -> tuple[Where, str, str]:
    """What the first turn of a step sees, how often the step comes, and what would go wrong for sure."""
    flow, scope, path = step.flow, where.scope, where.scope.prefix + step.id
    if flow.foreach is None and flow.repeat is None:
        return where, "", ""
    if flow.repeat:
        every = f"until `{flow.repeat.condition.source}`"
        if flow.repeat.first:
            every = f"as long as `{flow.repeat.condition.source}` holds"
        names: dict[str, Json] = {"turn": 1, "last": {}}
        return replace(where, scope=scope.inward(f"{path}.1/", names)), f"again and again {every}", ""
    assert flow.foreach is not None
    later = {**where.later, flow.foreach.name: path}
    unsure = replace(where, scope=scope.inward(f"{path}.1/", {"turn": 1}), later=later)
    items: Json = None
    if not known.hangs(where, used_under(where, step, "foreach")):
        try:
            items = Names(known.state, scope).value(flow.foreach.items)
        except (ExpressionError, Misuse) as error:
            return unsure, "", str(error)
        if not isinstance(items, list):
            return unsure, "", "`items` is not a list"
        if short := too_few(flow.foreach, items):
            return unsure, "", short
    if items:
        inward = scope.inward(f"{path}.1/", {"turn": 1, flow.foreach.name: items[0]})
        some = f"{len(items)} item{'s' if items[1:] else ''}"
        return replace(where, scope=inward), f"for {some}, the first of them `{items[0]}`{_paced(flow.foreach)}", ""
    turns = f"once for each item{_paced(flow.foreach)}" if items is None else NO_ITEM
    return unsure, turns, ""


def _paced(foreach: Foreach) -> str:
    """How its turns follow each other, and how many may fail: `; in batches of 2 with a pause of 1 s`."""
    pause = f" with a pause of {in_words(foreach.pause)}" if foreach.pause else ""
    words = [f"in batches of {foreach.batch}{pause}"] if foreach.batch else []
    if foreach.max_parallel not in (1, foreach.batch):
        words.append(f"{foreach.max_parallel} at a time")
    if foreach.max_failures:
        words.append(f"at most {foreach.max_failures} may fail")
    return "".join(f"; {each}" for each in words)


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


def changes_something(plan: Plan, step: Step, where: Where) -> bool:
    """True for a step after which things may be other than they are now."""
    if any(step is each for each in where.scope.process.checks):
        return False
    if plan.kinds[step.kind].acts:
        return not step.read_only
    return step.kind == "manual" or bool(step.use and step.spec.detached)


def left_out(links: Links, decision: str, chosen: Sequence[str]) -> set[str]:
    """The steps that a decision leaves out which takes these options."""
    ways = links.skips.get(decision, {})
    first, *others = [ways.get(option, ()) for option in chosen if option] or [ways.get(NO_OPTION, ())]
    return set(first).intersection(*others)


def listed(names: Sequence[str]) -> str:
    """Paths of steps in a sentence: ``a`, `b``."""
    return ", ".join(f"`{name}`" for name in names)


__all__ = ["PLACEHOLDER", "Foreseen", "Look", "Seen", "foresee"]
