"""What a person is shown at a step, before the question: the task, its warnings, its form, and who may answer."""

from __future__ import annotations

from collections.abc import Iterator

from runbook.blocks import Field
from runbook.form import expected
from runbook.run.progress import StepState
from runbook.run.state import RunState
from runbook.views.style import Style
from runbook.views.visible import visible


def prompt(state: RunState, step: StepState, style: Style) -> Iterator[str]:
    """What a person is shown at a step, before the question."""
    done = sum(1 for each in state.steps.values() if each.status.is_final)
    yield ""
    yield style.bold(f"--- {visible(step.step.title)} ({step.path}; {done} of {len(state.steps)} steps over)")
    for word in ("warning", "caution", "note"):
        text = getattr(step.step, word)
        if text:
            yield from _boxed(word.upper(), text, style)
    for hazard in step.siblings.scope.process.hazards:
        if hazard.get("step") == step.step.id:
            yield from _boxed("HAZARD", hazard["text"], style)
    if step.prompt.get("text"):
        yield visible(step.prompt["text"]).rstrip()
    if step.step.kind == "approval":
        yield _wanted(step)
    for number, option in enumerate(step.prompt.get("options", ()), 1):
        yield f"  {number}) {visible(option['title'])} [{option['id']}]"


def _wanted(step: StepState) -> str:
    """Whose approval is wanted, and who has given it."""
    quorum = step.prompt.get("quorum", 1)
    people = ", ".join(visible(str(reply["by"])) for reply in step.replies)
    wanted = f"{quorum} different people as" if quorum > 1 else "somebody as"
    return f"Wanted: the yes of {wanted} `{step.prompt['role']}`" + (f"; so far: {people}" if people else "")


def _boxed(word: str, text: str, style: Style) -> Iterator[str]:
    lines = visible(text).rstrip().splitlines()
    yield style.paint(f"! {word}: {lines[0] if lines else ''}", "33;1")
    for line in lines[1:]:
        yield style.paint(f"!   {line}", "33;1")


def doubt(step: StepState, style: Style) -> Iterator[str]:
    """What is known of a step in doubt, before the question."""
    yield ""
    yield style.bold(f"--- {visible(step.step.title)} ({step.path}) is in doubt")
    yield f"It was started at {step.started_at} and nobody knows how it ended:"
    for line in visible(str(step.act.get("shown", ""))).splitlines():
        yield f"    {line}"
    for line in visible(str(step.result.get("output", ""))).splitlines()[-8:]:
        yield f"    | {line}"


def field_label(field: Field) -> str:
    """A form field as its question: `Inlet pressure (a number from 1 to 6 bar) [2]: `."""
    optional = "" if field.required else ", may be empty"
    default = f" [{visible(field.default)}]" if field.default is not None else ""
    return f"{visible(field.title)} ({expected(field)}{optional}){default}: "
