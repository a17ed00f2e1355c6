"""One step as Markdown: who, when, what to look out for, what to do, what must come out of it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from runbook.blocks import Block, Choices, Code, Fact, Form, Link, Paragraph
from runbook.definition import Process, Project, Step
from runbook.durations import in_words
from runbook.kind import Kinds
from runbook.share import Doer, doer
from runbook.views.cautions import HAZARD, cautions
from runbook.views.evidence import piece
from runbook.views.figures import just_before, leads_to, siblings, spare
from runbook.views.flow import handlers, sentences
from runbook.views.markdown import (
    Markdown,
    alert,
    anchor,
    bullets,
    code,
    fence,
    labelled,
    link,
    listed,
    plain,
    table,
)
from runbook.views.prose import prose
from runbook.views.results import expected, failure, given, retried
from runbook.views.values import field_takes

_BY_PEOPLE = {"manual": "by hand", "ask": "answers", "decision": "decides", "approval": "approves"}


@dataclass(frozen=True, slots=True)
class Place:
    """What the text of a step refers to: the process around it, the project, the kinds of steps."""

    process: Process
    project: Project
    kinds: Kinds
    steps: Mapping[str, Step]
    lists: Mapping[str, tuple[Step, ...]]
    before: Mapping[str, tuple[str, ...]]
    spare: frozenset[str] = frozenset()

    def number(self, id: str, word: str = "step") -> Markdown:
        """A link to a step of the same process: `step 3`."""
        return self._link(id, f"{word} ")

    def numbers(self, ids: Sequence[str], last: str = "and") -> Markdown:
        """Links to several steps in one phrase: `steps 1, 2 and 3`."""
        if len(ids) < 2:
            return listed([self.number(id) for id in ids])
        return Markdown(f"steps {listed([self._link(id) for id in ids], last)}")

    def titled(self, ids: Sequence[str]) -> Markdown:
        """Links to the steps something leads to, the only one with its title."""
        return self._link(ids[0], "step ", title=True) if len(ids) == 1 else self.numbers(ids)

    def _link(self, id: str, before: str = "", title: bool = False) -> Markdown:
        if id not in self.steps:
            return code(id)
        step = self.steps[id]
        name = f", {plain(step.title)}" if title else ""
        return link(Markdown(f"{before}{step.number}{name}"), f"#{anchor('step', id)}")


@dataclass(frozen=True, slots=True)
class StepText:
    """A step ready for the template: its anchor, its heading, and the parts below, empty ones left out."""

    anchor: str
    marks: Markdown
    heading: Markdown
    parts: tuple[Markdown, ...]


def place_of(process: Process, project: Project, kinds: Kinds) -> Place:
    """The place that all steps of one process share."""
    steps = {step.id: step for step in process.every_step()}
    return Place(process, project, kinds, steps, siblings(process), just_before(process), spare(process))


def page_of(process: str) -> str:
    """The path of a process's page below the root of the pages."""
    group, _, name = process.rpartition("/")
    return posixpath.join(group, "index.process.md" if name == "index" else f"{name}.md")


def step_texts(steps: tuple[Step, ...], place: Place, level: int = 3) -> Iterator[StepText]:
    """These steps, those inside of one, or about what happens to it, right after it and one level deeper."""
    for step in steps:
        heading = Markdown(f"{step.number}. {plain(step.title)}")
        parts = tuple(part for part in _parts(step, place) if part)
        yield StepText(anchor("step", step.id), Markdown("#" * min(level, 6)), heading, parts)
        for inside in (step.steps, *step.flow.do.values()):
            yield from step_texts(inside, place, level + 1)


_VALUE = re.compile(r"(`+)(?:.|\n)*?\1|\{\{.*?\}\}", re.DOTALL)
"""Code as it stands, or a value that is filled in when the process runs."""


def _text(text: str) -> Markdown:
    return prose(_VALUE.sub(lambda found: found[0] if found[1] else f"`{found[0]}`", text), heading=5)


def _fact_text(text: str) -> Markdown:
    """The text of a fact: its values as code, everything else as it stands."""
    pieces = re.split(r"(\{\{.*?\}\})", text, flags=re.DOTALL)
    return Markdown("".join(str(code(piece) if place % 2 else plain(piece)) for place, piece in enumerate(pieces)))


def _parts(step: Step, place: Place) -> Iterator[Markdown]:
    yield Markdown(" · ".join(str(word) for word in _facts(step, place)))
    if step.when:
        yield Markdown(f"**Only when** {code(step.when.source)}")
    yield Markdown(" ".join(str(each) for each in sentences(step, place.numbers)))
    for word, text in cautions(step, place.process):
        hazard = word == HAZARD
        yield alert("WARNING" if hazard else word, labelled("Hazard", _text(text)) if hazard else _text(text))
    if step.why:
        yield labelled("Why", _text(step.why))
    yield from _blocks(step.kind, step.spec, step, place)
    if step.evidence:
        yield labelled("Evidence", _one_or_list([plain(piece(each)) for each in step.evidence]))
    if step.by_hand:
        yield labelled("By hand instead", _text(step.by_hand))
    if step.expect:
        yield labelled("Expected", _one_or_list(list(expected(step.expect))))
    if step.outputs:
        yield labelled("Gives", Markdown(", ".join(given(name, each) for name, each in step.outputs.items())))
    if step.retry and step.retry.within is None:
        yield Markdown(retried(step.retry))
    yield Markdown(
        "If it fails, the run only warns." if _only_warns(step, place) else failure(step, step.id in place.spare)
    )
    yield from handlers(step, place.lists[step.id], place.numbers)
    if step.undo:
        yield labelled(
            "To undo it", Markdown("\n\n".join(map(str, _blocks(step.undo.kind, step.undo.spec, step, place))))
        )


def _facts(step: Step, place: Place) -> Iterator[Markdown]:
    """Who does it and how, for how long at most, after which steps."""
    kind, who = place.kinds[step.kind], doer(step, place.kinds)
    if step.steps:
        yield Markdown(f"{len(step.steps)} steps")
    elif who is Doer.PERSON:
        role = step.role or next(iter(place.process.roles), "")
        words = _BY_PEOPLE.get(step.kind, kind.summary)
        yield from (Markdown(f"**{plain(role)}**"), Markdown(words)) if role else (_capital(words),)
    else:
        yield from (Markdown("Automatic"), Markdown(kind.summary)) if who is Doer.MACHINE else (_capital(kind.summary),)
        if step.role:
            yield Markdown(f"**{plain(step.role)}**")
    if step.timeout is not None:
        yield Markdown(f"at most {in_words(step.timeout)}")
    yield from order(step, place)


def _capital(words: str) -> Markdown:
    return Markdown(words[:1].upper() + words[1:])


def order(step: Step, place: Place) -> Iterator[Markdown]:
    """What it waits for, unless that is simply the step before it."""
    if step.needs == place.before[step.id]:
        return
    if not step.needs:
        yield Markdown("does not wait for the steps before it")
    elif step.join is None or step.join >= len(step.needs):
        yield Markdown(f"after {place.numbers(step.needs)}")
    else:
        count = "any" if step.join == 1 else str(step.join)
        yield Markdown(f"after {count} of {place.numbers(step.needs, 'or')}")


def _blocks(kind: str, spec: Any, step: Step, place: Place) -> Iterator[Markdown]:
    blocks = place.kinds[kind].describe(spec)
    for sort, several in groupby(blocks, key=type):
        if sort is Fact:
            yield _facts_listed([each for each in several if isinstance(each, Fact)])
        else:
            yield from (_block(each, step, place) for each in several)


def _facts_listed(facts: list[Fact]) -> Markdown:
    lines = [labelled(str(plain(fact.name)), _fact_text(fact.text)) for fact in facts]
    return lines[0] if len(lines) == 1 else bullets(lines)


def _block(block: Block, step: Step, place: Place) -> Markdown:
    match block:
        case Paragraph():
            return _text(block.text)
        case Code():
            return fence(block.text, block.language)
        case Form():
            return _form(block)
        case Choices():
            return _choices(block, step, place)
        case Fact():
            return _facts_listed([block])
        case Link():
            return _process(block, place)


def _form(form: Form) -> Markdown:
    return table(
        ("Fill in", "Name", "Accepts", "If left empty"),
        (
            (
                plain(field.title),
                code(field.name),
                field_takes(field),
                code(field.default) if field.default is not None else Markdown("refused" if field.required else "fine"),
            )
            for field in form.fields
        ),
    )


def _choices(block: Choices, step: Step, place: Place) -> Markdown:
    automatic = any(way.when for way in block.choices)
    targets = leads_to(step, place.lists[step.id], block)
    lines = []
    for way in block.choices:
        also = f" {_text(way.also)}" if way.also else " otherwise" if automatic else ""
        condition = f" when {code(way.when)}" if way.when else also
        steps = place.titled(targets[way.id])
        goes = f"go to {steps}" if steps else "nothing more to do"
        lines.append(Markdown(f"**{plain(way.title)}**{condition}: {goes}"))
    question = f"{_text(block.question)}\n\n" if block.question else ""
    several = "One or several of these:\n\n" if block.several else ""
    return Markdown(f"{question}{several}{bullets(lines)}")


def _process(block: Link, place: Place) -> Markdown:
    known = place.project.processes.get(block.process)
    if known is None:
        return Markdown(f"Carry out {code(block.process)}.")
    start = posixpath.dirname(page_of(place.process.id)) or "."
    label = plain(block.text or known.title)
    summary = f": {plain(known.summary)}" if known.summary else ""
    return Markdown(f"Carry out {link(label, posixpath.relpath(page_of(block.process), start))}{summary}")


def _one_or_list(items: list[Markdown]) -> Markdown:
    return items[0] if len(items) == 1 else bullets(items)


def _only_warns(step: Step, place: Place) -> bool:
    return not step.critical and step in place.process.checks
