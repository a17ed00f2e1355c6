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
from runbook.phrases import Phrase, Say, said
from runbook.share import Doer, doer
from runbook.views.cautions import HAZARD, cautions
from runbook.views.evidence import piece
from runbook.views.figures import just_before, leads_to, siblings, spare
from runbook.views.flow import handlers, sentences
from runbook.views.language import ENGLISH, Language
from runbook.views.markdown import (
    NOTHING,
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

_BY_PEOPLE = {
    "manual": Phrase("by hand"),
    "ask": Phrase("answers"),
    "decision": Phrase("decides"),
    "approval": Phrase("approves"),
}

_STEP = Phrase("step {number}")


@dataclass(frozen=True, slots=True)
class Place:
    """What the text of a step refers to: the process around it, the project, the kinds of steps, and its language."""

    process: Process
    project: Project
    kinds: Kinds
    steps: Mapping[str, Step]
    lists: Mapping[str, tuple[Step, ...]]
    before: Mapping[str, tuple[str, ...]]
    spare: frozenset[str] = frozenset()
    language: Language = ENGLISH

    @property
    def say(self) -> Say:
        """How the text is said."""
        return self.language.say

    def number(self, id: str, text: Phrase = _STEP) -> Markdown:
        """A link to a step of the same process: `step 3`."""
        return self._link(id, text)

    def numbers(self, ids: Sequence[str], last: str = "and") -> Markdown:
        """Links to several steps in one phrase: `steps 1, 2 and 3`."""
        if len(ids) < 2:
            return self.number(ids[0]) if ids else NOTHING
        return Markdown(self.say("steps {numbers}", numbers=listed([self._link(id) for id in ids], last, self.say)))

    def titled(self, ids: Sequence[str]) -> Markdown:
        """Links to the steps something leads to, the only one with its title."""
        return self._link(ids[0], Phrase("step {number}, {title}")) if len(ids) == 1 else self.numbers(ids)

    def _link(self, id: str, text: Phrase | None = None) -> Markdown:
        if id not in self.steps:
            return code(id)
        step = self.steps[id]
        words = self.say(text, number=step.number, title=plain(said(step.title, self.say))) if text else step.number
        return link(Markdown(words), f"#{anchor('step', id)}")


@dataclass(frozen=True, slots=True)
class StepText:
    """A step ready for the template: its anchor, its heading, and the parts below, empty ones left out."""

    anchor: str
    marks: Markdown
    heading: Markdown
    parts: tuple[Markdown, ...]


def place_of(process: Process, project: Project, kinds: Kinds, language: Language = ENGLISH) -> Place:
    """The place that all steps of one process share."""
    steps = {step.id: step for step in process.every_step()}
    return Place(process, project, kinds, steps, siblings(process), just_before(process), spare(process), language)


def page_of(process: str) -> str:
    """The path of a process's page below the root of the pages."""
    group, _, name = process.rpartition("/")
    return posixpath.join(group, "index.process.md" if name == "index" else f"{name}.md")


def step_texts(steps: tuple[Step, ...], place: Place, level: int = 3) -> Iterator[StepText]:
    """These steps, those inside of one, or about what happens to it, right after it and one level deeper."""
    for step in steps:
        heading = Markdown(f"{step.number}. {plain(said(step.title, place.say))}")
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
    say = place.say
    yield Markdown(" · ".join(str(word) for word in _facts(step, place)))
    if step.when:
        yield Markdown(say("**Only when** {condition}", condition=code(step.when.source)))
    yield Markdown(" ".join(str(each) for each in sentences(step, place.numbers, say)))
    for word, text in cautions(step, place.process, say):
        hazard = word == HAZARD
        yield alert("WARNING" if hazard else word, labelled(say("Hazard"), _text(text)) if hazard else _text(text))
    if step.why:
        yield labelled(say("Why"), _text(step.why))
    yield from _blocks(step.kind, step.spec, step, place)
    if step.evidence:
        yield labelled(say("Evidence"), _one_or_list([plain(piece(each, say)) for each in step.evidence]))
    if step.by_hand:
        yield labelled(say("By hand instead"), _text(step.by_hand))
    if step.expect:
        yield labelled(say("Expected"), _one_or_list(list(expected(step.expect, say))))
    if step.outputs:
        found = (given(name, each, say) for name, each in step.outputs.items())
        yield labelled(say("Gives"), Markdown(", ".join(found)))
    if step.retry and step.retry.within is None:
        yield Markdown(retried(step.retry, say))
    warns = _only_warns(step, place)
    yield Markdown(say("If it fails, the run only warns.") if warns else failure(step, step.id in place.spare, say))
    yield from handlers(step, place.lists[step.id], place.numbers, say)
    if step.undo:
        undo = "\n\n".join(map(str, _blocks(step.undo.kind, step.undo.spec, step, place)))
        yield labelled(say("To undo it"), Markdown(undo))


def _facts(step: Step, place: Place) -> Iterator[Markdown]:
    """Who does it and how, for how long at most, after which steps."""
    say, who = place.say, doer(step, place.kinds)
    words = say(place.kinds[step.kind].summary)
    if step.steps:
        yield Markdown(say("{number} steps", number=len(step.steps)))
    elif who is Doer.PERSON:
        role = step.role or next(iter(place.process.roles), "")
        words = say(_BY_PEOPLE[step.kind]) if step.kind in _BY_PEOPLE else words
        yield from (Markdown(f"**{plain(role)}**"), Markdown(words)) if role else (_capital(words),)
    else:
        yield from (Markdown(say("Automatic")), Markdown(words)) if who is Doer.MACHINE else (_capital(words),)
        if step.role:
            yield Markdown(f"**{plain(step.role)}**")
    if step.timeout is not None:
        yield Markdown(say("at most {time}", time=in_words(step.timeout)))
    yield from order(step, place)


def _capital(words: str) -> Markdown:
    return Markdown(words[:1].upper() + words[1:])


def order(step: Step, place: Place) -> Iterator[Markdown]:
    """What it waits for, unless that is simply the step before it."""
    if step.needs == place.before[step.id]:
        return
    if not step.needs:
        yield Markdown(place.say("does not wait for the steps before it"))
    elif step.join is None or step.join >= len(step.needs):
        yield Markdown(place.say("after {steps}", steps=place.numbers(step.needs)))
    else:
        text = Phrase("after any of {steps}") if step.join == 1 else Phrase("after {number} of {steps}")
        yield Markdown(place.say(text, number=step.join, steps=place.numbers(step.needs, "or")))


def _blocks(kind: str, spec: Any, step: Step, place: Place) -> Iterator[Markdown]:
    blocks = place.kinds[kind].describe(spec)
    for sort, several in groupby(blocks, key=type):
        if sort is Fact:
            yield _facts_listed([each for each in several if isinstance(each, Fact)], place.say)
        else:
            yield from (_block(each, step, place) for each in several)


def _facts_listed(facts: list[Fact], say: Say) -> Markdown:
    lines = [labelled(str(plain(said(fact.name, say))), _fact_text(said(fact.text, say))) for fact in facts]
    return lines[0] if len(lines) == 1 else bullets(lines)


def _block(block: Block, step: Step, place: Place) -> Markdown:
    match block:
        case Paragraph():
            return _text(block.text)
        case Code():
            return fence(block.text, block.language)
        case Form():
            return _form(block, place.say)
        case Choices():
            return _choices(block, step, place)
        case Fact():
            return _facts_listed([block], place.say)
        case Link():
            return _process(block, place)


def _form(form: Form, say: Say) -> Markdown:
    rows = []
    for field in form.fields:
        empty = Markdown(say("refused") if field.required else say("fine"))
        default = code(field.default) if field.default is not None else empty
        rows.append((plain(said(field.title, say)), code(field.name), field_takes(field, say), default))
    return table((say("Fill in"), say("Name"), say("Accepts"), say("If left empty")), rows)


def _choices(block: Choices, step: Step, place: Place) -> Markdown:
    automatic, say = any(way.when for way in block.choices), place.say
    targets = leads_to(step, place.lists[step.id], block)
    lines = []
    for way in block.choices:
        condition = ""
        if way.when:
            condition = say("when {condition}", condition=code(way.when))
        elif way.also:
            condition = str(_text(said(way.also, say)))
        elif automatic:
            condition = say("otherwise")
        steps = place.titled(targets[way.id])
        goes = say("go to {steps}", steps=steps) if steps else say("nothing more to do")
        lines.append(Markdown(f"**{plain(way.title)}**{f' {condition}' if condition else ''}: {goes}"))
    question = f"{_text(block.question)}\n\n" if block.question else ""
    several = f"{say('One or several of these:')}\n\n" if block.several else ""
    return Markdown(f"{question}{several}{bullets(lines)}")


def _process(block: Link, place: Place) -> Markdown:
    known = place.project.processes.get(block.process)
    if known is None:
        return Markdown(place.say("Carry out {process}.", process=code(block.process)))
    start = posixpath.dirname(page_of(place.process.id)) or "."
    label = plain(block.text or known.title)
    to = link(label, posixpath.relpath(page_of(block.process), start))
    if not known.summary:
        return Markdown(place.say("Carry out {process}", process=to))
    return Markdown(place.say("Carry out {process}: {summary}", process=to, summary=plain(known.summary)))


def _one_or_list(items: list[Markdown]) -> Markdown:
    return items[0] if len(items) == 1 else bullets(items)


def _only_warns(step: Step, place: Place) -> bool:
    return not step.critical and step in place.process.checks
