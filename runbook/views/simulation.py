"""The ways through a process that a simulation has walked, as text for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runbook.definition import Step
from runbook.run.branches import Branch, Simulated, choices_of
from runbook.run.looking import listed
from runbook.run.plan import Plan
from runbook.run.way import Fork, Passed, Way
from runbook.views.lines import wrapped
from runbook.views.outline_step import code_lines
from runbook.views.style import Style
from runbook.views.trying import asked_as_json, depends, evidence_as_json, needs, shortened
from runbook.views.visible import visible

_MOST_NAMED = 4
_SIGNS = {"done": "·", "skipped": "-", "failed": "!"}


def as_json(found: Simulated) -> dict[str, Any]:
    """`{ways, more, unused}`; each way `{choices, alike, assumed, steps, ends, why, unknown}`."""
    return {
        "ways": [_way_as_json(each) for each in found.branches],
        "more": found.more,
        "unused": list(found.unused),
    }


def _way_as_json(branch: Branch) -> dict[str, Any]:
    way = branch.way
    return {
        "choices": choices_of(way),
        "alike": [dict(each) for each in branch.alike],
        "assumed": [
            {"step": each.path, "what": each.what, "taken": each.taken, "ways": list(each.ways),
             "depends": list(each.depends), "supposed": each.supposed}
            for each in way.forks if each.open
        ],
        "steps": [_step_as_json(each) for each in way.steps],
        "ends": way.ends,
        "why": way.why,
    }  # fmt: skip


def _step_as_json(each: Passed) -> dict[str, Any]:
    return {
        "id": each.path,
        "title": each.step.title,
        "kind": each.step.kind,
        "happens": each.happens,
        "why": each.why,
        "shown": each.shown,
        "turns": each.turns,
        "chosen": each.chosen,
        "back": each.back,
        "outputs": {name: value for name, (value, _) in each.gives.items()},
        "from": {name: source for name, (_, source) in each.gives.items() if source},
        "hidden": list(each.hidden),
        "unknown": list(each.unknown),
        "asked": asked_as_json(each.asked),
        "evidence": evidence_as_json(each.step),
    }


def as_text(found: Simulated, plan: Plan, style: Style, width: int) -> Iterator[str]:
    """Each way with its steps and its end, and what could not be known."""
    text = "Nothing is carried out, and no run is made. Steps give their samples and usual values."
    yield from wrapped(text, width)
    acts = {each.key for each in plan.kinds if each.acts}
    several = len(found.branches) > 1 or found.more
    for number, branch in enumerate(found.branches, 1):
        if several:
            yield ""
            yield from wrapped(f"Way {number}: {_choices(branch.way)}", width, "", "  ")
            for other in branch.alike:
                words = ", ".join(f"{step} = {way}" for step, way in other.items())
                yield from wrapped(f"the same steps with {words}", width, "  ", "    ")
        for each in branch.way.steps:
            yield ""
            deep = each.path.count("/")
            inner = "  " * deep + "        "
            head = f"{'  ' * deep}{_SIGNS[each.happens]} {each.step.number:>4}  "
            yield from wrapped(f"{visible(each.step.title)} [{each.path}]", width, head, inner)
            lines = _inside(each, each.step.kind in acts, style, width - len(inner))
            yield from (f"{inner}{line}".rstrip() for line in lines)
        yield ""
        yield from wrapped(_end(branch.way), width)
        yield from _unknown(branch.way, several, width)
    yield from _rest(found, width)


def _inside(each: Passed, acts: bool, style: Style, width: int) -> Iterator[str]:
    if each.happens != "done":
        yield from wrapped(f"{each.happens}: {visible(each.why)}", width)
        if each.happens == "skipped":
            return
    if each.turns:
        yield from wrapped(visible(each.turns), width)
    if each.shown and acts:
        yield from code_lines(each.shown, style)
    elif each.shown:
        yield from wrapped(visible(each.shown), width)
    elif each.unknown and each.step.kind not in ("decision", "set"):
        yield from wrapped(f"what it {'runs' if acts else 'says'} is not known before {listed(each.unknown)}", width)
    yield from needs(each.asked, each.step, width)
    if each.chosen:
        yield f"takes `{visible(each.chosen)}`"
    for name, (value, source) in each.gives.items():
        if each.step.kind not in ("decision", "approval"):
            yield from wrapped(visible(f"{name} = {shortened(value)} ({source})"), width, "", "  ")
    if each.hidden:
        yield from wrapped(f"not known: {', '.join(each.hidden)}", width, "", "  ")
    if each.back:
        yield f"goes back to `{each.back}`"


def _choices(way: Way) -> str:
    chosen = choices_of(way)
    return ", ".join(f"{step} = {taken}" for step, taken in chosen.items()) if chosen else "nothing to choose"


def _end(way: Way) -> str:
    if way.ends == "unfinished":
        return f"It is walked no further: {visible(way.why)}."
    return f"The run ends: {way.ends}" + (f", because {visible(way.why)}." if way.why else ".")


def _unknown(way: Way, several: bool, width: int) -> Iterator[str]:
    """What was assumed, and what could not be filled in."""
    forks = [each for each in way.forks if each.open and not (several and not each.depends)]
    hidden: dict[str, dict[str, None]] = {}
    for each in way.steps:
        for source in each.unknown if each.happens == "done" and each.step.kind != "decision" else ():
            hidden.setdefault(source, {})[each.path] = None
    steps = {each.path: each.step for each in way.steps}
    if not forks and not hidden:
        yield "Everything that decides could be known." if not several else ""
        return
    yield "What could not be known:"
    for fork in forks:
        yield from wrapped(visible(_assumed(fork, steps[fork.path])), width, "- ", "  ")
    for source, users in hidden.items():
        some = list(users)[:_MOST_NAMED]
        more = f" and {len(users) - len(some)} more" if users.keys() - set(some) else ""
        verb = "uses" if len(users) == 1 else "use"
        text = f"`{source}` gives what {listed(some)}{more} {verb}; give it a `sample`"
        yield from wrapped(visible(text), width, "- ", "  ")


def _assumed(fork: Fork, step: Step) -> str:
    taken = f"with what it gives here it is `{fork.taken}`" if fork.supposed else f"`{fork.taken}` was taken"
    others = " or ".join(f"`--choose {fork.path}={each}`" for each in fork.ways if each != fork.taken)
    if fork.depends:
        return f"{_question(fork, step)}; {taken} (otherwise: {others})"
    who = {"option": "a person or an event decides", "approved": "somebody says yes or no", "fails": "it may fail"}
    return f"at `{fork.path}` {who[fork.what]}: {taken} (otherwise: {others})"


def _question(fork: Fork, step: Step) -> str:
    if fork.what == "comes":
        of = f"the output{'s' if fork.depends[1:] else ''} of {listed(fork.depends)}"
        return f"whether `{fork.path}` comes depends on {of}"
    return depends(step, fork.path, fork.depends)


def _rest(found: Simulated, width: int) -> Iterator[str]:
    if found.more:
        text = f"There are more ways: these are the first {len(found.branches)}. Narrow them down with `--choose`."
        yield from wrapped(text, width)
    for each in found.unused:
        yield from wrapped(f"`{visible(each)}` made no difference: no way came to it.", width)
