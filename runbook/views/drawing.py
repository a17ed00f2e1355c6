"""A procedure as nodes and arrows: what a picture of it shows, before it is drawn in any language."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from runbook.definition import HANDLERS, OnFailure, Process, Step
from runbook.graph import network
from runbook.kind import Kinds
from runbook.phrases import Phrase, Say, english, said
from runbook.share import Doer, choices, doer
from runbook.views.figures import leads_to


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
    """One step of the drawing; with `inside` it is a frame around others."""

    name: str
    label: str
    shape: Shape = Shape.MACHINE
    inside: tuple[Node, ...] = ()


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


def drawing(process: Process, kinds: Kinds, say: Say = english) -> Drawing:
    """The drawing of a process: checks first, what always runs last."""
    made = Drawing()
    names = {step.id: f"s{count}" for count, step in enumerate(process.every_step(), 1)}
    if process.checks:
        made.nodes.append(Node("first", say("Checks"), inside=_nodes(process.checks, names, kinds, say)))
    steps = _nodes(process.steps, names, kinds, say)
    framed = process.on_failure or process.on_cancel or process.undone_on_failure
    made.nodes.extend([Node("steps", say("Steps"), inside=steps)] if framed else steps)
    for name, title, when, handlers in (
        ("failed", _about_to_fail(process, say), say("after a failure"), process.on_failure),
        (
            "cancelled",
            say("When it is cancelled") if process.on_cancel else "",
            say("after a cancellation"),
            process.on_cancel,
        ),
    ):
        if title:
            made.nodes.append(Node(name, title, inside=_nodes(handlers, names, kinds, say)))
            made.edges.append(Edge("steps", name, when, dotted=True))
            made.edges.extend(_edges(handlers, names, kinds, say))
            made.edges.extend([Edge(name, "last")] if process.finally_ else [])
    if process.finally_:
        made.nodes.append(Node("last", say("Always at the end"), inside=_nodes(process.finally_, names, kinds, say)))
    if process.checks:
        made.edges.extend(
            Edge("first", names[step.id], dotted=step.when is not None) for step in process.steps if not step.needs
        )
    made.edges.extend(_edges(process.steps, names, kinds, say))
    if process.finally_:
        needed = {need for step in process.steps for need in step.needs}
        made.edges.extend(Edge(names[step.id], "last") for step in process.steps if step.id not in needed)
        made.edges.extend(_edges(process.finally_, names, kinds, say))
    return made


def _about_to_fail(process: Process, say: Say) -> str:
    """What the frame, or the box, says that is come to on a failure; empty when nothing is done then."""
    if not process.on_failure:
        return say("What was done is undone") if process.undone_on_failure else ""
    if process.undone_on_failure:
        return say("When it is about to fail, before what was done is undone")
    return say("When it is about to fail")


def _nodes(steps: tuple[Step, ...], names: Mapping[str, str], kinds: Kinds, say: Say) -> tuple[Node, ...]:
    return tuple(node for step in steps for node in _with_handlers(step, names, kinds, say))


def _with_handlers(step: Step, names: Mapping[str, str], kinds: Kinds, say: Say) -> Iterator[Node]:
    """A step, and a frame around what is done for each thing that can happen to it."""
    label = ", ".join((f"{step.number} · {said(step.title, say)}", *_often(step, say)))
    yield Node(names[step.id], label, _shape(step, kinds), _nodes(step.steps, names, kinds, say))
    for name, steps in step.flow.do.items():
        title = say(_HAPPENS[name], number=step.number)
        yield Node(_frame(step, name, names), title, inside=_nodes(steps, names, kinds, say))


def _often(step: Step, say: Say) -> Iterator[str]:
    """How often a step comes, when not once, and that it is undone: `for each`, `in batches of 2`."""
    foreach = step.flow.foreach
    if foreach is not None:
        yield say("for each")
        if foreach.batch:
            yield say("in batches of {number}", number=foreach.batch)
        elif foreach.max_parallel != 1:
            yield say("{number} at a time", number=foreach.max_parallel)
    elif step.flow.repeat:
        yield say("again and again")
    if step.on_failure is OnFailure.UNDO:
        yield say("undone if it fails")


def _frame(step: Step, name: str, names: Mapping[str, str]) -> str:
    return f"{names[step.id]}{HANDLERS[name]}"


_HAPPENS = {
    "on_failure": Phrase("After a failure of {number}"),
    "on_cancel": Phrase("After a cancellation of {number}"),
    "before_retry": Phrase("Before another attempt at {number}"),
    "due": Phrase("When overdue: {number}"),
    "review": Phrase("After an approval in an emergency at {number}"),
}


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


def _edges(steps: tuple[Step, ...], names: Mapping[str, str], kinds: Kinds, say: Say) -> Iterator[Edge]:
    """The arrows between the steps of one list, and inside its sections."""
    ways = {step.id: found for step in steps if (found := _ways(step, steps, kinds))}
    implied = _implied(steps)
    for step in steps:
        dotted = step.when is not None
        for need in step.needs:
            if need in names and need not in implied.get(step.id, ()) and need not in ways:
                yield Edge(names[need], names[step.id], _joined(step, say), dotted)
        for decision, targets in ways.items():
            if step.id in targets:
                yield Edge(names[decision], names[step.id], targets[step.id], dotted)
        if step.flow.goto in names:
            yield Edge(names[step.id], names[step.flow.goto], say("if it fails"), dotted=True)
        yield from _edges(step.steps, names, kinds, say)
        for name, inside in step.flow.do.items():
            yield Edge(names[step.id], _frame(step, name, names), dotted=True)
            yield from _edges(inside, names, kinds, say)


def _joined(step: Step, say: Say) -> str:
    """What an arrow says when not all of the steps before must be over."""
    if step.join is None or step.join >= len(step.needs):
        return ""
    return say("any") if step.join == 1 else say("{some} of {all}", some=step.join, all=len(step.needs))


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
    import networkx as nx

    bits = {step.id: 1 << place for place, step in enumerate(steps)}
    by_id = {step.id: step for step in steps}
    before: dict[str, int] = {}
    implied: dict[str, set[str]] = {}
    for id in nx.topological_sort(network(steps)):
        step = by_id[id]
        needs = [need for need in step.needs if need in bits]
        surely = step.join is None or step.join >= len(step.needs)
        brought = 0
        for need in needs:
            brought |= before[need]
        implied[id] = {need for need in needs if surely and bits[need] & brought}
        before[id] = brought | sum(bits[need] for need in needs) if surely else 0
    return implied
