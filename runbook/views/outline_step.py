"""One step in the terminal: who does it, what to look out for, what to do; on request everything there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from runbook.blocks import Block, Choices, Code, Fact, Form, Link, Paragraph
from runbook.definition import OnFailure, Step
from runbook.durations import in_words
from runbook.form import expected as accepted
from runbook.views.cautions import cautions
from runbook.views.evidence import piece
from runbook.views.figures import leads_to
from runbook.views.flow import handlers, sentences
from runbook.views.lines import wrapped
from runbook.views.markdown import Markdown, bullets, listed, plain
from runbook.views.markdown_terminal import boxed, lines
from runbook.views.results import expected, failure, given, retried
from runbook.views.step import Place
from runbook.views.style import Style
from runbook.views.visible import visible


def step_lines(step: Step, place: Place, style: Style, width: int, everything: bool = False) -> Iterator[str]:
    """A step and those inside it; with `everything` also why it is there and what counts as success."""
    head = f"{step.number:>3}  "
    yield from (style.bold(line) for line in wrapped(visible(step.title), width, head, " " * len(head)))
    margin = " " * len(head)
    for line in _body(step, place, style, width - len(head), everything):
        yield (margin + line).rstrip()
    for inside in (step.steps, *step.flow.do.values()):
        for inner in inside:
            yield ""
            yield from (f"  {line}".rstrip() for line in step_lines(inner, place, style, width - 2, everything))


def _body(step: Step, place: Place, style: Style, width: int, everything: bool) -> Iterator[str]:
    yield from wrapped(", ".join(_about(step, place)), width)
    if step.when:
        yield from wrapped(f"only when {visible(step.when.source)}", width)
    refer = partial(_numbers, place)
    for sentence in sentences(step, refer):
        yield from lines(str(sentence), width, style.colour)
    for word, text in cautions(step, place.process):
        yield from boxed(word, text, width, style.colour)
    if everything and step.why:
        yield from _labelled("Why", step.why, style, width)
    for block in place.kinds[step.kind].describe(step.spec):
        yield from block_lines(block, step, place, style, width)
    for each in step.evidence:
        yield from wrapped(piece(each), width, "Evidence: ", "  ")
    if step.by_hand:
        yield from _labelled("By hand", step.by_hand, style, width)
    if everything:
        for label, text in _results(step, place):
            yield from _labelled(label, text, style, width)
    for sentence in handlers(step, place.lists[step.id], refer):
        yield from lines(str(sentence), width, style.colour)
    if step.undo:
        yield "To undo it:"
        for block in place.kinds[step.undo.kind].describe(step.undo.spec):
            yield from (f"  {line}" for line in block_lines(block, step, place, style, width - 2))


def _numbers(place: Place, ids: Sequence[str], last: str) -> Markdown:
    """Steps by their numbers: `steps 3, 4 and 5`."""
    numbers = [plain(place.steps[id].number if id in place.steps else id) for id in ids]
    return Markdown(f"step{'s' if numbers[1:] else ''} {listed(numbers, last)}")


def _about(step: Step, place: Place) -> Iterator[str]:
    """The step's id, what sort it is, who does it, how long it may take, what it waits for."""
    yield f"[{step.id}] {place.kinds[step.kind].summary}"
    if step.role:
        yield f"by the {step.role}"
    if step.timeout is not None:
        yield f"at most {in_words(step.timeout)}"
    if step.needs == place.before[step.id]:
        return
    if not step.needs:
        yield "waits for no other step"
    else:
        numbers = ", ".join(place.steps[id].number if id in place.steps else id for id in step.needs)
        some = f"any {step.join} of " if step.join is not None and step.join < len(step.needs) else ""
        yield f"after {some}{numbers}"


def _results(step: Step, place: Place) -> Iterator[tuple[str, str]]:
    """What must come out of it, what it hands on, and what its failure means."""
    if step.expect:
        yield "Expected", str(_one_or_list(list(expected(step.expect))))
    if step.outputs:
        yield "Gives", ", ".join(given(name, each) for name, each in step.outputs.items())
    if step.retry and step.retry.within is None:
        yield "Repeated", retried(step.retry)
    if step in place.process.checks and not step.critical:
        yield "On failure", "The run only warns."
    elif words := failure(step, step.id in place.spare):
        yield "On failure", words
    elif step.on_failure is None or (step.on_failure is OnFailure.STOP and "on_failure" not in step.flow.do):
        yield "On failure", "The run stops; what has not begun is not begun."
    if step.read_only or step.idempotent:
        yield "After a crash", "It only looks, so it is repeated." if step.read_only else "It may be repeated."


def _one_or_list(items: list[Markdown]) -> Markdown:
    return items[0] if len(items) == 1 else bullets(items)


def _labelled(label: str, text: str, style: Style, width: int) -> Iterator[str]:
    """A label and its text: on one line where both fit, else the text below it."""
    found = lines(text, width - 2, style.colour)
    if len(found) == 1 and len(label) + 2 + len(found[0]) <= width:
        yield f"{label}: {found[0]}"
    else:
        yield f"{label}:"
        yield from (f"  {line}" for line in found)


def block_lines(block: Block, step: Step, place: Place, style: Style, width: int) -> Iterator[str]:
    """One block of what a step does."""
    match block:
        case Paragraph(text):
            yield from lines(text, width, style.colour)
        case Code(text, _):
            yield from code_lines(text, style)
        case Form(fields):
            for field in fields:
                optional = "" if field.required else ", may be empty"
                usual = f" [{field.default}]" if field.default is not None else ""
                words = f"{field.name}: {field.title} ({accepted(field)}{optional}){usual}"
                yield from wrapped(visible(words), width, "_ ", "  ")
        case Choices(question, several=several):
            yield from lines(question, width, style.colour)
            if several:
                yield "One or several of these:"
            yield from _ways(block, step, place, width)
        case Fact(name, text):
            yield from wrapped(visible(f"{name}: {text}"), width, "", "  ")
        case Link(process, text):
            known = place.project.processes.get(process)
            title = text or (known.title if known else "")
            yield from wrapped(visible(f"runs {process}" + (f": {title}" if title else "")), width, "", "  ")


def code_lines(text: str, style: Style) -> Iterator[str]:
    """Something to run, as it stands; only its first line has a sign before it."""
    for number, line in enumerate(visible(text).rstrip().splitlines()):
        yield f"{'  ' if number else '$ '}{style.paint(line, '36') if line else ''}".rstrip()


def _ways(block: Choices, step: Step, place: Place, width: int) -> Iterator[str]:
    targets = leads_to(step, place.lists[step.id], block)
    automatic = any(way.when for way in block.choices)
    for number, way in enumerate(block.choices, 1):
        also = f" {way.also}" if way.also else " otherwise" if automatic else ""
        when = f" when {way.when}" if way.when else also
        words = f"{way.title} [{way.id}]{when}: {_goes(targets[way.id], place)}"
        yield from wrapped(visible(words), width, f"{number}) ", "   ")


def _goes(targets: Sequence[Any], place: Place) -> str:
    numbers = [place.steps[id].number for id in targets if id in place.steps]
    if not numbers:
        return "nothing more to do"
    return f"go to step{'s' if numbers[1:] else ''} {', '.join(numbers)}"
