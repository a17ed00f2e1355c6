"""What a run would do, as text for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Any

from runbook.blocks import Code, Paragraph
from runbook.kind import Kinds
from runbook.run.foresight import PLACEHOLDER, Foreseen
from runbook.views.markdown_terminal import lines
from runbook.views.style import Style
from runbook.views.visible import visible

_SIGNS = {"yes": "·", "perhaps": "?", "no": "-"}


def as_json(found: Iterable[Foreseen]) -> list[dict[str, Any]]:
    """Each step: `{id, title, kind, comes, shown, unknown, problem, decision}`."""
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
        }
        for each in found
    ]


def as_text(found: Iterable[Foreseen], kinds: Kinds, style: Style, width: int) -> Iterator[str]:
    """Each step with its sign, its title and what it would run or show; at the end, what could not be known."""
    yield from wrap("Nothing is carried out, and no run is made. This is what a run would do.", width)
    yield from wrap(f"`{PLACEHOLDER}` stands for the id that it would get.", width)
    perhaps = hidden = broken = 0
    for each in found:
        deep = each.path.count("/")
        margin = "  " * (deep + 1)
        yield ""
        title = f"{_SIGNS[each.comes]} {each.step.number:>4}  {visible(each.step.title)}  [{each.path}]"
        yield from wrap(title, width, initial_indent="  " * deep, subsequent_indent=margin + "     ")
        inner = margin + "      "
        if each.comes == "no":
            yield f"{inner}left out: `{visible(each.step.when.source)}` does not hold" if each.step.when else inner
            continue
        perhaps += each.comes == "perhaps"
        hidden += bool(each.unknown)
        broken += bool(each.problem)
        yield from (f"{inner}{line}".rstrip() for line in _inside(each, kinds, style, width - len(inner)))
    yield ""
    yield from wrap(_summary(perhaps, hidden, broken), width)


def _inside(each: Foreseen, kinds: Kinds, style: Style, width: int) -> Iterator[str]:
    step = each.step
    if each.decision:
        yield f"only when `{each.decision}` chooses it"
    if step.when and each.comes == "perhaps":
        yield f"only when {visible(step.when.source)}"
    if step.irreversible:
        yield "CAUTION: This can't be undone."
    if each.problem:
        yield f"! would fail: {visible(each.problem)}"
        return
    acts = kinds[step.kind].acts
    if each.shown:
        yield from _command(each.shown) if acts else lines(each.shown, width, style.colour)
        return
    for block in kinds[step.kind].describe(step.spec):
        if isinstance(block, Code):
            yield from _command(block.text)
        elif isinstance(block, Paragraph):
            yield from lines(block.text, width, style.colour)
    if each.unknown and not step.steps:
        listed = ", ".join(f"`{name}`" for name in each.unknown)
        yield f"not all is known before {listed} {'is' if len(each.unknown) == 1 else 'are'} over"


def _command(text: str) -> Iterator[str]:
    for number, line in enumerate(visible(text).rstrip().splitlines()):
        yield f"{'$' if not number else ' '} {line}"


def _summary(perhaps: int, hidden: int, broken: int) -> str:
    parts = [
        f"{perhaps} steps come only if a condition holds that is not known yet" if perhaps else "",
        f"{hidden} steps use values that are not known yet" if hidden else "",
        f"{broken} steps would fail" if broken else "",
    ]
    known = "; ".join(part for part in parts if part)
    return f"What could not be known: {known}." if known else "Everything could be known before."
