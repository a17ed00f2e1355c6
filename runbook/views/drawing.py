"""A procedure as nodes and arrows: what a picture of it shows, before it is drawn in any language."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from runbook.definition import HANDLERS, OnFailure, Process, Step
from runbook.kind import Kinds
from runbook.phrases import Phrase, said
from runbook.share import Doer, choices, doer
from runbook.views.figures import leads_to
from runbook.views.language import ENGLISH, Language


class Shape(enum.Enum):
    """How a step is drawn."""

    PERSON = Phrase("rounded: a person")
    MACHINE = Phrase("box: automatic")
    DECISION = Phrase("diamond: a decision")
    APPROVAL = Phrase("six sides: an approval")
    WAIT = Phrase("slanted: a wait")
    PROCESS = Phrase("double edge: another procedure")


@dataclass(frozen=True, slots=True)
class Node:
    """One step of the drawing; with `inside` it is a frame around others.

    `label` says all of it in one line; where number, title and note stand apart they are taken one by one.
    """

    name: str
    label: str
    shape: Shape = Shape.MACHINE
    inside: tuple[Node, ...] = ()
    step: str = ""
    """The id of the step that this is; empty for a frame that is none."""
    number: str = ""
    title: str = ""
    note: str = ""
    """What is said besides the title: how often it comes, and that it is undone."""


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow; dotted when the step at its end runs only under a condition."""

    start: str
    end: str
    label: str = ""
    dotted: bool = False


@dataclass(slots=True)
class Drawing:
    """Nodes and arrows, in the order of the text."""

    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)


def drawing(process: Process, kinds: Kinds, language: Language = ENGLISH) -> Drawing:
    """The drawing of a process: checks first, what always runs last."""
    made = Drawing()
    say = language.say
    names = {step.id: f"s{count}" for count, step in enumerate(process.every_step(), 1)}
    draw = _Draw(names, kinds, language)
    if process.checks:
        made.nodes.append(draw.frame("first", say("Checks"), process.checks))
    steps = draw.nodes(process.steps)
    framed = process.on_failure or process.on_cancel or process.undone_on_failure
    title = say("Steps")
    made.nodes.extend([Node("steps", title, inside=steps, title=title)] if framed else steps)
    for name, title, when, handlers in (
        ("failed", _about_to_fail(process), Phrase("after a failure"), process.on_failure),
        (
            "cancelled",
            Phrase("When it is cancelled") if process.on_cancel else "",
            Phrase("after a cancellation"),
            process.on_cancel,
        ),
    ):
        if title:
            made.nodes.append(draw.frame(name, say(title), handlers))
            made.edges.append(Edge("steps", name, say(when), dotted=True))
            made.edges.extend(draw.edges(handlers))
            made.edges.extend([Edge(name, "last")] if process.finally_ else [])
    if process.finally_:
        made.nodes.append(draw.frame("last", say("Always at the end"), process.finally_))
    if process.checks:
        made.edges.extend(
            Edge("first", names[step.id], dotted=step.when is not None) for step in process.steps if not step.needs
        )
    made.edges.extend(draw.edges(process.steps))
    if process.finally_:
        needed = {need for step in process.steps for need in step.needs}
        made.edges.extend(Edge(names[step.id], "last") for step in process.steps if step.id not in needed)
        made.edges.extend(draw.edges(process.finally_))
    return made


def _about_to_fail(process: Process) -> str:
    """What the frame, or the box, says that is come to on a failure; empty when nothing is done then."""
    if not process.on_failure:
        return Phrase("What was done is undone") if process.undone_on_failure else ""
    if process.undone_on_failure:
        return Phrase("When it is about to fail, before what was done is undone")
    return Phrase("When it is about to fail")


_HAPPENS = {
    "on_failure": Phrase("After a failure of {number}"),
    "on_cancel": Phrase("After a cancellation of {number}"),
    "before_retry": Phrase("Before another attempt at {number}"),
    "due": Phrase("When overdue: {number}"),
    "review": Phrase("After an emergency approval of {number}"),
}


@dataclass(frozen=True, slots=True)
class _Draw:
    """What every part of one drawing needs: the names of the steps, what their kinds say, and the language."""

    names: Mapping[str, str]
    kinds: Kinds
    language: Language

    def frame(self, name: str, title: str, steps: tuple[Step, ...]) -> Node:
        """A frame around steps that is no step itself."""
        return Node(name, title, inside=self.nodes(steps), title=title)

    def nodes(self, steps: tuple[Step, ...]) -> tuple[Node, ...]:
        """The steps of a list, each followed by what is done when something happens to it."""
        return tuple(node for step in steps for node in self._with_handlers(step))

    def _with_handlers(self, step: Step) -> Iterator[Node]:
        undone = self.language.say("undone if it fails") if step.on_failure is OnFailure.UNDO else ""
        note = ", ".join(each for each in (self._often(step), undone) if each)
        title = said(step.title, self.language.say)
        label = f"{step.number} · {title}" + (f", {note}" if note else "")
        shape, inside = _shape(step, self.kinds), self.nodes(step.steps)
        yield Node(self.names[step.id], label, shape, inside, step.id, step.number, title, note)
        for name, steps in step.flow.do.items():
            yield self.frame(self._frame(step, name), self.language.say(_HAPPENS[name], number=step.number), steps)

    def _often(self, step: Step) -> str:
        """How often a step comes, when not once: `for each, in batches of 2`."""
        foreach, say = step.flow.foreach, self.language.say
        if foreach is None:
            return say("again and again") if step.flow.repeat else ""
        if foreach.batch:
            return say("for each, in batches of {number}", number=foreach.batch)
        if foreach.max_parallel == 1:
            return say("for each")
        return say("for each, {number} at a time", number=foreach.max_parallel)

    def _frame(self, step: Step, name: str) -> str:
        return f"{self.names[step.id]}{HANDLERS[name]}"

    def edges(self, steps: tuple[Step, ...]) -> Iterator[Edge]:
        """The arrows between the steps of one list, and inside its sections."""
        names = self.names
        ways = {step.id: found for step in steps if (found := _ways(step, steps, self.kinds))}
        implied = _implied(steps)
        for step in steps:
            dotted = step.when is not None
            for need in step.needs:
                if need in names and need not in implied.get(step.id, ()) and need not in ways:
                    yield Edge(names[need], names[step.id], self._joined(step), dotted)
            for decision, targets in ways.items():
                if step.id in targets:
                    yield Edge(names[decision], names[step.id], targets[step.id], dotted)
            if step.flow.goto in names:
                yield Edge(names[step.id], names[step.flow.goto], self.language.say("if it fails"), dotted=True)
            yield from self.edges(step.steps)
            for name, inside in step.flow.do.items():
                yield Edge(names[step.id], self._frame(step, name), dotted=True)
                yield from self.edges(inside)

    def _joined(self, step: Step) -> str:
        """What an arrow says when not all of the steps before must be over."""
        if step.join is None or step.join >= len(step.needs):
            return ""
        if step.join == 1:
            return self.language.say("any")
        return self.language.say("{number} of {total}", number=step.join, total=len(step.needs))


def every(node: Node) -> Iterator[Node]:
    """The node and all that stand inside it."""
    yield node
    for each in node.inside:
        yield from every(each)


def _shape(step: Step, kinds: Kinds) -> Shape:
    who = doer(step, kinds)
    if who is Doer.PROCESS:
        return Shape.PROCESS
    if choices(step, kinds):
        return Shape.DECISION
    if step.kind == "approval":
        return Shape.APPROVAL
    if step.kind == "wait":
        return Shape.WAIT
    return Shape.PERSON if who is Doer.PERSON else Shape.MACHINE


def _ways(step: Step, among: tuple[Step, ...], kinds: Kinds) -> dict[str, str]:
    """Where a decision leads, and under which titles."""
    block = choices(step, kinds)
    titles: dict[str, list[str]] = {}
    if block:
        targets = leads_to(step, among, block)
        for way in block.choices:
            for target in targets[way.id]:
                titles.setdefault(target, []).append(way.title)
    return {target: " / ".join(each) for target, each in titles.items()}


def _implied(steps: tuple[Step, ...]) -> dict[str, set[str]]:
    """For each step the needs that its other needs bring along, so that no arrow is drawn for them."""
    if all(len(step.needs) < 2 for step in steps):
        return {}
    from graphlib import TopologicalSorter

    bits = {step.id: 1 << place for place, step in enumerate(steps)}
    by_id = {step.id: step for step in steps}
    before: dict[str, int] = {}
    implied: dict[str, set[str]] = {}
    for id in TopologicalSorter(
        {step.id: [need for need in step.needs if need in bits] for step in steps}
    ).static_order():
        step = by_id[id]
        needs = [need for need in step.needs if need in bits]
        surely = step.join is None or step.join >= len(step.needs)
        brought = 0
        for need in needs:
            brought |= before[need]
        implied[id] = {need for need in needs if surely and bits[need] & brought}
        before[id] = brought | sum(bits[need] for need in needs) if surely else 0
    return implied
