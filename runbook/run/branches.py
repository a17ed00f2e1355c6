"""All ways through a process, each once, as far as there are not too many; or the one that somebody names.

Rule 1: what is left out because there is too much of it is said to be left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from runbook.definition import Step
from runbook.diagnostics import suggestion
from runbook.errors import Misuse
from runbook.run.knowing import Beginning
from runbook.run.plan import Plan
from runbook.run.simulation import Walker
from runbook.run.way import Way

MOST_WAYS = 100
"""Different ways that are shown."""
_MOST_WALKS = 1_000
_MOST_STEPS = 50_000
_MOST_ALIKE = 8
"""How many other choices with the same steps are told of one way."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One way, and the other choices that lead over the same steps."""

    way: Way
    alike: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Simulated:
    """What a simulation has walked."""

    branches: tuple[Branch, ...]
    more: bool = False
    """True when there are ways that were not walked."""
    unused: tuple[str, ...] = ()
    """The named ways, as `STEP=WAY`, that no walk came to."""


def simulate(
    beginning: Beginning, named: Mapping[str, Sequence[str]], every: bool = False, most: int = MOST_WAYS
) -> Simulated:
    """The way with these choices; `every`: all ways that there are with them. `Misuse` for what is no choice."""
    check_named(beginning.plan, named)
    found: dict[object, Branch] = {}
    reached: set[tuple[str, str]] = set()
    stack: list[tuple[str, ...]] = [()]
    walks = passed = 0
    while stack and len(found) < most and walks < _MOST_WALKS and passed < _MOST_STEPS:
        script = stack.pop()
        walker = Walker(beginning, named, script, failures=every)
        way = walker.walk()
        reached |= walker.reached
        walks, passed = walks + 1, passed + len(way.steps)
        seen = (tuple((each.path, each.happens, each.back) for each in way.steps), way.ends)
        if seen not in found:
            found[seen] = Branch(way)
        elif len(found[seen].alike) < _MOST_ALIKE:
            found[seen] = replace(found[seen], alike=(*found[seen].alike, choices_of(way)))
        if not every:
            stack.clear()
            break
        forks = [each for each in way.forks if each.open]
        taken = tuple(each.taken for each in forks)
        for place in range(len(script), len(forks)):
            others = [each for each in forks[place].ways if each != taken[place]]
            stack += [(*taken[:place], other) for other in reversed(others)]
    given = [(key, way) for key, ways in named.items() for way in ways]
    unused = tuple(f"{key}={way}" for key, way in given if (key, way) not in reached)
    return Simulated(tuple(found.values()), bool(stack), unused)


def choices_of(way: Way) -> dict[str, str]:
    """The ways that were taken where there was more than one, by step; of several at one step the last."""
    return {each.path: each.taken for each in way.forks if len(each.ways) > 1 or each.named}


def check_named(plan: Plan, named: Mapping[str, Sequence[str]]) -> None:
    """Nothing when every step that is named is there and has the ways that are named; `Misuse` otherwise."""
    paths = list(plan.every_path())
    for key, ways in named.items():
        plain = "/".join(part.partition(".")[0] for part in key.split("/"))
        steps = [step for path, step in paths if plain in (path, step.id)]
        if not steps:
            known = [path for path, step in paths if len(ways_of(step)) > 1]
            raise Misuse(
                f"`{key}` is not a step of {plan.root}", suggestion(key, known, "name a step as the dry run shows it")
            )
        for way in ways:
            possible = [each for step in steps for each in ways_of(step)]
            several = any(step.kind == "decision" and step.spec.several for step in steps)
            if way not in possible and not (several and set(way.split(",")) <= set(possible)):
                listed = ", ".join(f"`{each}`" for each in dict.fromkeys(possible))
                raise Misuse(f"`{way}` is no way on from `{key}`", suggestion(way, possible, f"its ways are {listed}"))


def ways_of(step: Step) -> tuple[str, ...]:
    """Everything that a simulation can take to happen at a step."""
    comes = ("comes", "skipped") if step.when is not None else ()
    if step.kind == "decision":
        return (*(option.id for option in step.spec.options), *comes)
    if step.kind == "approval":
        return ("approve", "reject", *comes)
    if step.kind in ("set", "end", "wait", "section", "process"):
        return comes or ("done",)
    return ("done", "failed", *comes)
