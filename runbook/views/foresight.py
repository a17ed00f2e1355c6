"""What a run would do, as text for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from runbook.blocks import Block, Choices, Paragraph
from runbook.definition import Project
from runbook.run.foresight import Foreseen
from runbook.run.knowing import PLACEHOLDER
from runbook.run.looking import Seen, listed
from runbook.run.plan import Plan
from runbook.views.cautions import cautions
from runbook.views.lines import wrapped
from runbook.views.markdown_terminal import boxed
from runbook.views.outline_step import block_lines, code_lines
from runbook.views.step import Place, place_of
from runbook.views.style import Style
from runbook.views.trying import asked_as_json, depends, evidence_as_json, needs, shortened
from runbook.views.visible import visible

_SIGNS = {"yes": "·", "perhaps": "?", "no": "-"}


def as_json(found: Iterable[Foreseen]) -> list[dict[str, Any]]:
    """Each step: `{id, title, kind, comes, shown, unknown, problem, decision, because, turns, left_out, chosen}`, who
    is `asked`, the `evidence` that it needs, and, where it was really carried out or could not be, what was `seen`.
    """
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
            "left_out": each.left_out,
            "chosen": each.chosen,
            "depends": list(each.depends),
            "asked": asked_as_json(each.asked),
            "evidence": evidence_as_json(each.step),
            **({"seen": _seen_as_json(each.seen)} if each.seen else {}),
        }
        for each in found
    ]


def _seen_as_json(seen: Seen) -> dict[str, Any]:
    if seen.refused:
        return {"state": "not run", "reason": seen.refused}
    state = {"state": "failed", "reason": seen.failed} if seen.failed else {"state": "done", "outputs": seen.outputs}
    return {**state, "seconds": round(seen.seconds, 3), "not_carried_out": list(seen.changes)}


def as_text(found: Iterable[Foreseen], plan: Plan, style: Style, width: int, looks: bool = False) -> Iterator[str]:
    """Each step with its sign, its title and what it would run or show; at the end, what could not be known.

    `looks`: steps that only look are really carried out.
    """
    does = "Steps that only look are carried out now; nothing else is" if looks else "Nothing is carried out"
    yield from wrapped(f"{does}, and no run is made. This is what a run would do.", width)
    yield from wrapped(f"`{PLACEHOLDER}` stands for the id that it would get.", width)
    project = Project("", processes=plan.processes)
    places = {id: place_of(process, project, plan.kinds) for id, process in plan.processes.items()}
    perhaps = hidden = broken = looked = 0
    open: dict[str, str] = {}
    for each in found:
        deep = each.path.count("/")
        margin = "  " * (deep + 1)
        yield ""
        inner = margin + "      "
        head = f"{'  ' * deep}{_SIGNS[each.comes]} {each.step.number:>4}  "
        yield from wrapped(f"{visible(each.step.title)} [{each.path}]", width, head, inner)
        if each.comes == "no":
            yield from wrapped(f"left out: {visible(each.left_out or each.because)}", width, inner)
            continue
        perhaps += each.comes == "perhaps"
        hidden += bool(each.unknown)
        broken += bool(each.problem)
        looked += each.seen is not None and not each.seen.refused
        if each.depends:
            open[each.path] = depends(each.step, each.path, each.depends)
        yield from (
            f"{inner}{line}".rstrip() for line in _inside(each, places[each.process], style, width - len(inner))
        )
    yield ""
    if looks:
        yield from wrapped(f"Steps that were carried out because they only look: {looked}.", width)
    yield from wrapped(_summary(perhaps, hidden, broken), width)
    for sentence in open.values():
        yield from wrapped(sentence, width, "- ", "  ")


def _inside(each: Foreseen, place: Place, style: Style, width: int) -> Iterator[str]:
    step = each.step
    if each.because:
        yield f"only when {each.because}"
    if each.turns:
        yield from wrapped(visible(each.turns), width)
    if each.chosen:
        yield f"takes `{visible(each.chosen)}`"
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
        yield from needs(each.asked, step, width)
        yield from _seen(each.seen, width)
        return
    for number, block in enumerate(place.kinds[step.kind].describe(step.spec)):
        if each.shown and not number:
            block = _filled(block, each.shown)
        yield from block_lines(block, step, place, style, width)
    if each.unknown and not step.steps:
        yield f"not all is known before {listed(each.unknown)} {'is' if len(each.unknown) == 1 else 'are'} over"
    yield from needs(each.asked, step, width)
    yield from _seen(each.seen, width)


def _seen(seen: Seen | None, width: int) -> Iterator[str]:
    """What came of a step that was really carried out."""
    if seen is None:
        return
    if seen.refused:
        yield from wrapped(f"not carried out: {visible(seen.refused)}", width)
        return
    if seen.failed:
        yield from wrapped(f"! carried out now, and it failed: {visible(seen.failed)}", width)
    else:
        yield f"carried out now in {seen.seconds:.1f} s"
        for name, value in seen.outputs.items():
            yield from wrapped(visible(f"{name} = {shortened(value)}"), width, "  ", "    ")
    if seen.changes:
        last = f" and {len(seen.changes) - 3} more" if seen.changes[3:] else ""
        yield from wrapped(f"as things are now: {listed(seen.changes[:3])}{last} would come before it", width)


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
