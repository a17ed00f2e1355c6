"""One list of steps as a networkx graph: order, cycles, what a decision leaves out, the longest way.

The running engine needs only `Links`, plain tables made from the graph once and stored with the run;
so a later command can go on without importing networkx.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runbook.definition import Process, Step, walk

if TYPE_CHECKING:
    import networkx as nx

    from runbook.outcome import Json


@dataclass(frozen=True, slots=True)
class Links:
    """What follows what in one list of steps.

    `order` is topological; `after[id]` are the steps that need `id`; `required[id]` is how many of its
    needs must be over; `skips[decision][option]` are the steps that choosing the option leaves out.
    """

    order: tuple[str, ...]
    after: Mapping[str, tuple[str, ...]]
    required: Mapping[str, int]
    skips: Mapping[str, Mapping[str, tuple[str, ...]]]

    def to_json(self) -> Json:
        """As stored with a run."""
        after = {id: list(ids) for id, ids in self.after.items() if ids}
        return {"order": self.order, "after": after, "required": self.required, "skips": self.skips}

    @staticmethod
    def from_json(value: Json) -> Links:
        """Read back what `to_json` gave."""
        after = {id: tuple(value["after"].get(id, ())) for id in value["order"]}
        skips = {id: {way: tuple(ids) for way, ids in ways.items()} for id, ways in value["skips"].items()}
        return Links(tuple(value["order"]), after, value["required"], skips)


def network(steps: Sequence[Step]) -> nx.DiGraph[str]:
    """The steps as nodes (attribute `step`), an edge from each step to those that need it."""
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from((step.id, {"step": step}) for step in steps)
    graph.add_edges_from((need, step.id) for step in steps for need in step.needs if need in graph)
    return graph


def cycle(steps: Sequence[Step]) -> tuple[str, ...]:
    """The ids of one circle of needs, in order; empty when there is none."""
    if not _forward(steps):
        return ()
    import networkx as nx

    try:
        edges = nx.find_cycle(network(steps))
    except nx.NetworkXNoCycle:
        return ()
    return tuple(edge[0] for edge in edges)[::-1]


def _forward(steps: Sequence[Step]) -> bool:
    """True when some step needs itself or a later one: only then can there be a circle."""
    seen: set[str] = set()
    for step in steps:
        if not seen.issuperset(step.needs):
            return True
        seen.add(step.id)
    return False


def links(steps: Sequence[Step]) -> Links:
    """The tables of these steps; their needs must be without a circle."""
    after = followers(steps)
    return Links(
        order=order(steps),
        after=after,
        required={step.id: required(step) for step in steps},
        skips={step.id: skips(step, after) for step in steps if step.kind == "decision"},
    )


def order(steps: Sequence[Step]) -> tuple[str, ...]:
    """The ids so that each comes after what it needs, otherwise as in the text; no circle allowed."""
    if not _forward(steps):
        return tuple(step.id for step in steps)
    import networkx as nx

    places = {step.id: place for place, step in enumerate(steps)}
    return tuple(nx.lexicographical_topological_sort(network(steps), key=places.__getitem__))


def followers(steps: Sequence[Step]) -> dict[str, tuple[str, ...]]:
    """For each step the ids of those that need it."""
    after: dict[str, dict[str, None]] = {step.id: {} for step in steps}
    for step in steps:
        for need in step.needs:
            if need in after:
                after[need][step.id] = None
    return {id: tuple(ids) for id, ids in after.items()}


def required(step: Step) -> int:
    """How many of a step's needs must be over before it is ready."""
    return len(step.needs) if step.join is None else min(step.join, len(step.needs))


def skips(step: Step, after: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """For each option of a decision, the steps it leaves out; `after` as `followers` gives it.

    Kept is what lies on the way: from the option's `goto` on; or, without one, from every next step on
    that no other option leads to. What depends on the decision and is not kept is left out.
    """
    options = step.spec.options
    targets = {option.goto for option in options if option.goto in after}
    dependent = _onward(after[step.id], after)
    left_out = {}
    for option in options:
        heads = (option.goto,) if option.goto in after else (id for id in after[step.id] if id not in targets)
        kept = _onward(heads, after)
        left_out[option.id] = tuple(id for id in after if id in dependent and id not in kept)
    return left_out


def _onward(heads: Iterable[str], after: Mapping[str, tuple[str, ...]]) -> set[str]:
    """These steps and all that follow them."""
    found: set[str] = set()
    wanted = list(heads)
    while wanted:
        id = wanted.pop()
        if id not in found:
            found.add(id)
            wanted += after[id]
    return found


@dataclass(frozen=True, slots=True)
class Before:
    """Which steps of one list are surely over before which; kept as bits, so that it stays small for any list."""

    places: Mapping[str, int]
    sure: Mapping[str, int]

    def surely(self, earlier: str, later: str) -> bool:
        """True when `earlier` is over whenever `later` begins."""
        return bool(self.sure[later] >> self.places[earlier] & 1)


def before(steps: Sequence[Step]) -> Before:
    """What is surely over before each step, through every kind of join; needs must be without a circle."""
    by_id = {step.id: step for step in steps}
    places = {id: place for place, id in enumerate(by_id)}
    sure: dict[str, int] = {}
    for id in order(steps):
        step = by_id[id]
        masks = [sure[need] | 1 << places[need] for need in step.needs if need in sure]
        join = int.__or__ if required(step) == len(step.needs) else int.__and__
        sure[id] = functools.reduce(join, masks) if masks else 0
    return Before(places, sure)


def parts(process: Process) -> dict[str, tuple[Step, ...]]:
    """Every list of steps of a process: `:checks`, `:steps`, `:finally`, and each section by its id."""
    lists: dict[str, tuple[Step, ...]] = {
        ":checks": process.checks,
        ":steps": process.steps,
        ":finally": process.finally_,
    }
    for part in (process.checks, process.steps, process.finally_):
        lists.update({step.id: step.steps for step in walk(part) if step.kind == "section"})
    return lists


def longest_way(steps: Sequence[Step], weight: Mapping[str, float]) -> tuple[str, ...]:
    """The critical path: the ids of the chain with the greatest sum of weights."""
    import networkx as nx

    graph = network(steps)
    weighted: Any = nx.DiGraph()
    weighted.add_nodes_from(graph)
    weighted.add_edges_from((a, b, {"weight": weight.get(b, 1.0)}) for a, b in graph.edges)
    return tuple(nx.dag_longest_path(weighted))
