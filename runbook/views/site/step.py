"""One step on its page: who, when, what to look out for, what to do, what must come out of it, and what if not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from runbook.blocks import Block, Choices, Code, Fact, Field, Form, Link, Paragraph
from runbook.definition import Process, Step
from runbook.durations import in_words
from runbook.phrases import said
from runbook.share import Doer, doer
from runbook.views.cautions import cautions
from runbook.views.evidence import piece
from runbook.views.figures import leads_to
from runbook.views.flow import handlers, sentences
from runbook.views.markdown import Markdown, anchor
from runbook.views.results import expected, failure, given, retried
from runbook.views.site import markup
from runbook.views.site.code import code_block
from runbook.views.site.linking import leading
from runbook.views.site.paths import between, process_page
from runbook.views.step import Place, order
from runbook.views.values import field_takes

if TYPE_CHECKING:
    from runbook.run.usage import StepUsage
    from runbook.views.site.model import Site

_SIGNS = {"HAZARD": "hazard", "WARNING": "warning", "CAUTION": "caution", "NOTE": "note"}
_BY_PEOPLE = {"manual": "by hand", "ask": "answers", "decision": "decides", "approval": "approves"}
_HAPPENS = {
    "on_failure": "Only if it fails",
    "on_cancel": "Only if it is cancelled",
    "before_retry": "Before each further attempt",
    "due": "Only when it is overdue",
    "review": "In an emergency, afterwards",
}


@dataclass(frozen=True, slots=True)
class Box:
    """A warning before a step: its class, the word over it, its text."""

    sort: str
    word: str
    text: Markup


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of what is to be done, by the sort the template knows: `text`, `fields`, `facts`, `ways`, `process`."""

    sort: str
    content: Any


@dataclass(frozen=True, slots=True)
class Way:
    """One way out of a decision: its title, when it is taken by itself, and where it leads."""

    title: str
    when: Markup
    leads: tuple[tuple[str, str, str], ...]
    """The steps it leads to: target, number, title."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One step as the template takes it; what is empty is left out there."""

    id: str
    anchor: str
    number: str
    title: str
    level: int
    kind: str
    """The class of its sign: `person`, `machine`, `decision`, `approval`, `wait`, `process`, `section`."""
    role: str
    how: str
    facts: tuple[Markup, ...]
    when: Markup
    notes: tuple[Markup, ...]
    boxes: tuple[Box, ...]
    why: Markup
    pieces: tuple[Piece, ...]
    evidence: tuple[str, ...]
    by_hand: Markup
    expected: tuple[Markup, ...]
    gives: tuple[Markup, ...]
    after: tuple[Markup, ...]
    undo: tuple[Piece, ...]
    usage: StepUsage | None
    steps: tuple[Shown, ...] = ()
    handlers: tuple[tuple[str, tuple[Shown, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the steps of one process."""

    site: Site
    process: Process
    place: Place
    usage: Mapping[str, StepUsage]

    def steps(self, steps: tuple[Step, ...], level: int = 3) -> tuple[Shown, ...]:
        """The steps of a list, with those inside of each."""
        return tuple(self._step(step, level) for step in steps)

    def text(self, source: str) -> Markup:
        """An author's text."""
        return markup.text(source, leading(self.process.file, process_page(self.process.id), self.site))

    def _step(self, step: Step, level: int) -> Shown:
        place, say, kind = self.place, self.site.language.say, self.place.kinds[step.kind]
        pieces = tuple(self._pieces(step.kind, step.spec, step))
        undo = tuple(self._pieces(step.undo.kind, step.undo.spec, step)) if step.undo else ()
        who = doer(step, place.kinds)
        by_people = who is Doer.PERSON and not step.steps
        role = step.role or (next(iter(self.process.roles), "") if by_people else "")
        how = say(_BY_PEOPLE.get(step.kind, kind.summary)) if not step.steps else ""
        warns = not step.critical and step in self.process.checks
        fails = say("If it fails, the run only warns.") if warns else failure(step, step.id in place.spare, say)
        after = [
            Markdown(retried(step.retry, say)) if step.retry and step.retry.within is None else Markdown(""),
            Markdown(fails),
            *handlers(step, place.lists[step.id], place.numbers, say),
        ]
        return Shown(
            id=step.id,
            anchor=anchor("step", step.id),
            number=step.number,
            title=said(step.title, say),
            level=min(level, 6),
            kind=_sort(step, who),
            role=role,
            how=how,
            facts=tuple(self._facts(step)),
            when=markup.inline(Markdown(f"`{step.when.source}`")) if step.when else Markup(""),
            notes=tuple(markup.inline(each) for each in sentences(step, place.numbers, say)),
            boxes=tuple(self._boxes(step)),
            why=self.text(step.why) if step.why else Markup(""),
            pieces=pieces,
            evidence=tuple(piece(each, say) for each in step.evidence),
            by_hand=self.text(step.by_hand) if step.by_hand else Markup(""),
            expected=tuple(map(markup.inline, expected(step.expect, say))) if step.expect else (),
            gives=tuple(markup.inline(Markdown(given(name, each, say))) for name, each in step.outputs.items()),
            after=tuple(markup.inline(each) for each in after if each),
            undo=undo,
            usage=self.usage.get(step.id),
            steps=self.steps(step.steps, level + 1),
            handlers=tuple((say(_HAPPENS[name]), self.steps(each, level + 1)) for name, each in step.flow.do.items()),
        )

    def _boxes(self, step: Step) -> Iterator[Box]:
        say = self.site.language.say
        for word, text in cautions(step, self.process, say):
            yield Box(_SIGNS[word], said(word, say), self.text(text))

    def _facts(self, step: Step) -> Iterator[Markup]:
        say = self.site.language.say
        if step.steps:
            yield Markup.escape(self.site.language.count(len(step.steps), "{number} step", "{number} steps"))
        if step.timeout is not None:
            yield Markup.escape(say("at most {time}", time=in_words(step.timeout)))
        for each in order(step, self.place):
            yield markup.inline(each)
        if step.verifier:
            yield Markup.escape(say("verified by the {role}", role=step.verifier))

    def _pieces(self, kind: str, spec: Any, step: Step) -> Iterator[Piece]:
        facts: list[Fact] = []
        for block in self.place.kinds[kind].describe(spec):
            if isinstance(block, Fact):
                facts.append(block)
                continue
            if facts:
                yield self._facts_listed(facts)
                facts = []
            yield self._piece(block, step)
        if facts:
            yield self._facts_listed(facts)

    def _facts_listed(self, facts: list[Fact]) -> Piece:
        say = self.site.language.say
        return Piece("facts", tuple((said(each.name, say), markup.plain(said(each.text, say))) for each in facts))

    def _piece(self, block: Block, step: Step) -> Piece:
        match block:
            case Paragraph():
                return Piece("text", self.text(block.text))
            case Code():
                return Piece("text", code_block(block.text, block.language))
            case Form():
                return Piece("fields", tuple(map(self._field, block.fields)))
            case Choices():
                return Piece("ways", self._ways(block, step))
            case Link():
                return Piece("process", self._process(block))
            case Fact():
                return self._facts_listed([block])

    def _field(self, each: Field) -> dict[str, Any]:
        say = self.site.language.say
        empty = say("must be filled in") if each.required else say("may stay empty")
        return {
            "title": said(each.title, say),
            "name": each.name,
            "takes": markup.inline(field_takes(each, say)),
            "default": each.default if each.default is not None else empty,
            "given": each.default is not None,
        }

    def _ways(self, block: Choices, step: Step) -> dict[str, Any]:
        targets = leads_to(step, self.place.lists[step.id], block)
        automatic = any(way.when for way in block.choices)
        say, found = self.site.language.say, []
        for way in block.choices:
            when = markup.inline(Markdown(f"`{way.when}`")) if way.when else Markup("")
            if not way.when and (way.also or automatic):
                when = markup.inline(Markdown(said(way.also, say))) if way.also else Markup.escape(say("otherwise"))
            steps = [self.place.steps[id] for id in targets[way.id] if id in self.place.steps]
            leads = tuple((f"#{anchor('step', each.id)}", each.number, said(each.title, say)) for each in steps)
            found.append(Way(way.title, when, leads))
        return {
            "question": self.text(block.question) if block.question else Markup(""),
            "ways": tuple(found),
            "several": block.several,
        }

    def _process(self, block: Link) -> dict[str, str]:
        known = self.site.project.processes.get(block.process)
        page = between(process_page(self.process.id), process_page(block.process)) if known else ""
        title = block.text or (known.title if known else block.process)
        return {"page": page, "title": title, "summary": known.summary if known else ""}


def _sort(step: Step, who: Doer) -> str:
    """The class of the sign beside a step."""
    if step.steps:
        return "section"
    if step.kind in ("decision", "approval", "wait"):
        return step.kind
    return {Doer.PERSON: "person", Doer.MACHINE: "machine", Doer.PROCESS: "process"}[who]
