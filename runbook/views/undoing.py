"""The way back, before anything is undone: which steps, in which order, how, and what stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runbook.definition import Project
from runbook.errors import ExpressionError
from runbook.outcome import Act, Waiting
from runbook.run.progress import StepState
from runbook.run.state import RunState
from runbook.run.undoing import WayBack, way_back
from runbook.run.values import Names
from runbook.views.lines import wrapped
from runbook.views.markdown_terminal import lines
from runbook.views.outline_step import block_lines, code_lines
from runbook.views.step import place_of
from runbook.views.style import Style
from runbook.views.visible import visible


def beside(state: RunState, step: StepState, style: Style, width: int) -> Iterator[str]:
    """How to undo this step, and what was done before it, the last first; nothing is undone by looking."""
    way = way_back(state)
    over = sorted((state.steps[path] for path in (*way.steps, *way.irreversible)), key=lambda each: -each.over_at)
    known = [each for each in (step, *over) if each.step.undo or each.step.irreversible]
    if not known:
        yield "No step so far says how it is undone."
    for each in known:
        here = "this step" if each is step else "done"
        yield from _head(f"{visible(each.step.title)} ({each.path}, {here}):", style, width)
        if each.step.irreversible:
            yield "  It can't be undone."
        else:
            yield from _how(state, each, style, width)


def preview(state: RunState, way: WayBack, style: Style, width: int, across: bool = True) -> Iterator[str]:
    """What undoing a run would do, the last step first, and what it leaves as it is; not `across`: what it needs."""
    if not way.steps:
        yield f"Run {state.run} has nothing to undo."
    for number, path in enumerate(way.steps, 1):
        step = state.steps[path]
        role = f", for {step.step.role}" if step.step.role else ""
        yield from _head(f"{number}. Undo: {visible(step.step.title)} ({path}{role})", style, width)
        yield from _how(state, step, style, width)
    for paths, why in ((way.irreversible, "it can't be undone"), (way.without, "the procedure says no way back")):
        if paths:
            yield from wrapped(f"Left as it is, because {why}: {', '.join(paths)}", width, "", "  ")
    if way.steps and way.irreversible and not across:
        needed = f"name a later step than `{way.irreversible[0]}` with --to, or add --across-irreversible"
        yield from wrapped(f"To undo this, {needed}.", width, "", "  ")


def as_json(state: RunState, way: WayBack) -> dict[str, Any]:
    """The preview for programs."""
    steps = [
        {"step": path, "title": state.steps[path].step.title, **_said(state, state.steps[path])} for path in way.steps
    ]
    left = {"irreversible": list(way.irreversible), "without": list(way.without)}
    return {"run": state.run, "steps": steps, **left}


def _said(state: RunState, step: StepState) -> dict[str, str]:
    """What would be done: the command, the text for a person, or why neither can be said."""
    undo = step.step.undo
    assert undo is not None
    try:
        outcome = state.plan.kinds[undo.kind].perform(undo.spec, Names(state, step.siblings.scope))
    except ExpressionError as error:
        return {"kind": undo.kind, "unknown": str(error)}
    if isinstance(outcome, Act):
        return {"kind": undo.kind, "command": outcome.shown}
    text = outcome.prompt.get("text", "") if isinstance(outcome, Waiting) else ""
    return {"kind": undo.kind, "text": str(text)}


def _head(text: str, style: Style, width: int) -> Iterator[str]:
    yield from (style.bold(line) for line in wrapped(text, width, "", "    "))


def _how(state: RunState, step: StepState, style: Style, width: int) -> Iterator[str]:
    undo, scope = step.step.undo, step.siblings.scope
    if undo is None:
        return
    said = _said(state, step)
    if "unknown" in said:  # it was not done yet, so that not all values are there: as it is written
        place = place_of(scope.process, Project("", processes=state.plan.processes), state.plan.kinds)
        blocks = state.plan.kinds[undo.kind].describe(undo.spec)
        found = [line for block in blocks for line in block_lines(block, step.step, place, style, width - 2)]
    elif "command" in said:
        found = list(code_lines(said["command"], style))
    else:
        found = list(lines(said["text"], width - 2, style.colour))
    yield from (f"  {line}" for line in found)
