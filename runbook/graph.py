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
    needs must be over; `skips[step][way]` are the steps that a way on from it leaves out: an option of a decision,
    `NO_OPTION`, or the `goto` of a failure (`ON_FAILURE`).
    """

    order: tuple[str, ...]
    after: Mapping[str, tuple[str, ...]]
    required: Mapping[str, int]
    skips: Mapping[str, Mapping[str, tuple[str, ...]]]
    back: Mapping[str, tuple[str, ...]]
    """For each step the targets of its `goto`s that lie before it."""
    spare: frozenset[str]
    """Steps that lead to joins of some of their needs and to nothing else: their failure is the join's matter."""
    rest: Mapping[str, tuple[str, ...]]
    """For each join that withdraws what it does not wait for: those steps."""
    closes: Mapping[str, tuple[str, ...]]
    """For each step, those that can't be begun any more once it has begun."""

    def to_json(self) -> Json:
        """As stored with a run; what is empty is left out."""
        after = {id: list(ids) for id, ids in self.after.items() if ids}
        kept: dict[str, Json] = {
            "order": self.order, "after": after, "required": self.required, "skips": self.skips,
            "back": self.back, "spare": sorted(self.spare), "rest": self.rest, "closes": self.closes,
        }  # fmt: skip
        return {name: value for name, value in kept.items() if value or name == "order"}

    @staticmethod
    def from_json(value: Json) -> Links:
        """Read back what `to_json` gave."""
        after = {id: tuple(value.get("after", {}).get(id, ())) for id in value["order"]}
        skips = {id: {way: tuple(ids) for way, ids in ways.items()} for id, ways in value.get("skips", {}).items()}
        several = ({id: tuple(ids) for id, ids in value.get(name, {}).items()} for name in ("back", "rest", "closes"))
        back, rest, closes = several
        spare = frozenset(value.get("spare", ()))
        return Links(tuple(value["order"]), after, value.get("required", {}), skips, back, spare, rest, closes)


NO_OPTION = ":none"
"""The way on when no option of a decision is taken."""

ON_FAILURE = ":failed"
"""The way on when a step has failed."""


def single(id: str) -> Links:
    """The tables of a list with that one step."""
    return Links((id,), {id: ()}, {id: 0}, {}, {}, frozenset(), {}, {})


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
    by_id = {step.id: step for step in steps}
    in_order = order(steps)
    closes: dict[str, list[str]] = {}
    for step in steps:
        for id in step.flow.before:
            closes.setdefault(id, []).append(step.id)
    return Links(
        order=in_order,
        after=after,
        required={step.id: required(step) for step in steps},
        skips={step.id: ways for step in steps if (ways := skips(step, after))},
        back={step.id: targets for step in steps if (targets := _leads_back(step, after))},
        spare=_spare(by_id, in_order, after),
        rest={step.id: _rest(step, by_id, in_order, after) for step in steps if step.flow.rest_cancelled},
        closes={id: tuple(ids) for id, ids in closes.items()},
    )


def gotos(step: Step) -> tuple[str, ...]:
    """Where the ways on from a step lead, when they do not simply go on: its own `goto`, or those of its options."""
    if step.kind == "decision":
        return tuple(dict.fromkeys(option.goto for option in step.spec.options if option.goto))
    return (step.flow.goto,) if step.flow.goto else ()


def _leads_back(step: Step, after: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(id for id in gotos(step) if id in after and step.id in onward((id,), after))


def _spare(by_id: Mapping[str, Step], in_order: Sequence[str], after: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    if not any(step.join is not None for step in by_id.values()):
        return frozenset()
    spare: set[str] = set()
    for id in reversed(in_order):
        joined = (partial(by_id[follower]) or follower in spare for follower in after[id])
        if after[id] and by_id[id].on_failure is None and all(joined):
            spare.add(id)
    return frozenset(spare)


def partial(step: Step) -> bool:
    """True when a step does not wait for all that it needs."""
    return step.join is not None and step.join < len(step.needs)


def _rest(
    join: Step, by_id: Mapping[str, Step], in_order: Sequence[str], after: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """What leads to the join and to nothing else."""
    found = {need for need in join.needs if need in by_id}
    for id in reversed(in_order):
        if after[id] and found.issuperset(after[id]):
            found.add(id)
    return tuple(id for id in in_order if id in found)


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
    """For each way on from a step, the steps it leaves out; `after` as `followers` gives it.

    Kept is what lies on the way: from the `goto` of an option, or of a failure, on; or, without one, from every next
    step on that no other option leads to. What depends on the step and is not kept is left out.
    """
    if step.kind != "decision" and not step.flow.goto:
        return {}
    dependent = onward(after[step.id], after)

    def left_out(heads: Iterable[str]) -> tuple[str, ...]:
        kept = onward(heads, after)
        return tuple(id for id in after if id in dependent and id not in kept)

    ways = {ON_FAILURE: left_out((step.flow.goto,))} if step.flow.goto in after else {}
    if step.kind != "decision":
        return ways
    targets = set(gotos(step))
    for option in step.spec.options:
        heads = (option.goto,) if option.goto in after else (id for id in after[step.id] if id not in targets)
        ways[option.id] = left_out(heads)
    if step.spec.several:
        ways[NO_OPTION] = left_out(())
    return ways


def onward(heads: Iterable[str], after: Mapping[str, tuple[str, ...]]) -> set[str]:
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
    """Every list of steps of a process: `:checks`, `:steps` and so on, each section by its id.

    What is done when something happens to a step is a list too, such as `deploy:on_failure`.
    """
    lists = dict(zip(PHASES, process.lists(), strict=True))
    for part in process.lists():
        for step in walk(part):
            if step.kind == "section":
                lists[step.id] = step.steps
            for name, steps in step.flow.do.items():
                lists[f"{step.id}:{name}"] = steps
    return lists


PHASES = (":checks", ":steps", ":on_failure", ":on_cancel", ":finally")
"""The lists of steps that a run of a process goes through, in order."""


def longest_way(steps: Sequence[Step], weight: Mapping[str, float]) -> tuple[str, ...]:
    """The critical path: the ids of the chain with the greatest sum of weights."""
    import networkx as nx

    graph = network(steps)
    weighted: Any = nx.DiGraph()
    weighted.add_nodes_from(graph)
    weighted.add_edges_from((a, b, {"weight": weight.get(b, 1.0)}) for a, b in graph.edges)
    return tuple(nx.dag_longest_path(weighted))
