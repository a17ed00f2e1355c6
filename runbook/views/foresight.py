"""What a run would do, as text for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from runbook.blocks import Block, Choices, Paragraph
from runbook.definition import Project
from runbook.run.foresight import PLACEHOLDER, Foreseen
from runbook.run.plan import Plan
from runbook.views.cautions import cautions
from runbook.views.lines import wrapped
from runbook.views.markdown_terminal import boxed
from runbook.views.outline_step import block_lines, code_lines
from runbook.views.step import Place, place_of
from runbook.views.style import Style
from runbook.views.visible import visible

_SIGNS = {"yes": "·", "perhaps": "?", "no": "-"}


def as_json(found: Iterable[Foreseen]) -> list[dict[str, Any]]:
    """Each step: `{id, title, kind, comes, shown, unknown, problem, decision, because, turns}`."""
    return [
        {
            "id": each.path,
            "title": each.step.title,
            "kind": each.step.kind,
            "comes": each.comes,
            "shown": each.shown,
            "unknown": list(each.unknown),
            "problem": each.problem,
            "decision": each.decision,
            "because": each.because,
            "turns": each.turns,
        }
        for each in found
    ]


def as_text(found: Iterable[Foreseen], plan: Plan, style: Style, width: int) -> Iterator[str]:
    """Each step with its sign, its title and what it would run or show; at the end, what could not be known."""
    yield from wrapped("Nothing is carried out, and no run is made. This is what a run would do.", width)
    yield from wrapped(f"`{PLACEHOLDER}` stands for the id that it would get.", width)
    project = Project("", processes=plan.processes)
    places = {id: place_of(process, project, plan.kinds) for id, process in plan.processes.items()}
    perhaps = hidden = broken = 0
    for each in found:
        deep = each.path.count("/")
        margin = "  " * (deep + 1)
        yield ""
        inner = margin + "      "
        head = f"{'  ' * deep}{_SIGNS[each.comes]} {each.step.number:>4}  "
        yield from wrapped(f"{visible(each.step.title)} [{each.path}]", width, head, inner)
        if each.comes == "no":
            yield f"{inner}left out: `{visible(each.step.when.source)}` does not hold" if each.step.when else inner
            continue
        perhaps += each.comes == "perhaps"
        hidden += bool(each.unknown)
        broken += bool(each.problem)
        yield from (
            f"{inner}{line}".rstrip() for line in _inside(each, places[each.process], style, width - len(inner))
        )
    yield ""
    yield from wrapped(_summary(perhaps, hidden, broken), width)


def _inside(each: Foreseen, place: Place, style: Style, width: int) -> Iterator[str]:
    step = each.step
    if each.because:
        yield f"only when {each.because}"
    if each.turns:
        yield from wrapped(visible(each.turns), width)
    if each.decision:
        yield f"only when `{each.decision}` chooses it"
    if step.when and each.comes == "perhaps":
        yield f"only when {visible(step.when.source)}"
    for word, text in cautions(step, place.process):
        yield from boxed(word, text, width, style.colour)
    if each.problem:
        yield f"! would fail: {visible(each.problem)}"
        return
    if each.shown and place.kinds[step.kind].acts:
        yield from code_lines(each.shown, style)
        return
    for number, block in enumerate(place.kinds[step.kind].describe(step.spec)):
        if each.shown and not number:
            block = _filled(block, each.shown)
        yield from block_lines(block, step, place, style, width)
    if each.unknown and not step.steps:
        listed = ", ".join(f"`{name}`" for name in each.unknown)
        yield f"not all is known before {listed} {'is' if len(each.unknown) == 1 else 'are'} over"


def _filled(block: Block, text: str) -> Block:
    """The block of what is asked, with the text as the person would see it."""
    return replace(block, question=text) if isinstance(block, Choices) else Paragraph(text)


def _summary(perhaps: int, hidden: int, broken: int) -> str:
    parts = (
        ("come only if a condition holds, or a way is chosen, that is not known yet", perhaps),
        ("use values that are not known yet", hidden),
        ("would fail", broken),
    )
    known = "; ".join(f"steps that {what}: {count}" for what, count in parts if count)
    return f"What could not be known: {known}." if known else "Everything could be known before."
