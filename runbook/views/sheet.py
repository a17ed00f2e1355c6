"""A process as the rows of a sheet of paper: every step in its order, with what is to be done, filled in and ticked.

The printed checklist and the empty forms are made from the same rows, so that what stands in one is in the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from runbook.blocks import Choices, Fact, Field
from runbook.definition import HANDLERS, Process, Project, Step
from runbook.durations import in_words
from runbook.errors import ExpressionError
from runbook.outcome import Act, Enter, Json, Outcome, Waiting
from runbook.phrases import Phrase, Say, said
from runbook.run.instructions import boxes_on_paper
from runbook.run.plan import Plan
from runbook.views.cautions import cautions
from runbook.views.evidence import piece
from runbook.views.figures import leads_to
from runbook.views.flow import handlers, sentences
from runbook.views.language import ENGLISH, Language
from runbook.views.markdown import Markdown, code, listed
from runbook.views.on_paper import Blanks, OnPaper, as_it_stands
from runbook.views.results import expected, failure, retried
from runbook.views.step import Place, order, place_of

_MOST_TURNS = 50
"""Items that each get a row of their own."""

_SOME = 3
"""Lines to sign where nobody knows how many have to."""

WHEN = {
    "on_failure": Phrase("Only if it fails"),
    "on_cancel": Phrase("Only if it is cancelled"),
    "before_retry": Phrase("Before each further attempt"),
    "due": Phrase("Only when it is overdue"),
    "review": Phrase("After an approval in an emergency"),
}
"""The headings over the steps for what can happen to a step."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way out of a decision: its id, its title, where it leads; `by_person` when a person may take it."""

    id: str
    title: str
    leads: str
    by_person: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One step on the sheet, or a heading. Longer texts are Markdown, with the marks of blanks in them."""

    path: str
    number: str
    title: str
    depth: int
    sort: str
    """`heading`, `work`, `command`, `choice`, `approval`, `wait`, or `rule` for what nobody answers."""
    role: str = ""
    verifier: str = ""
    before: tuple[Markdown, ...] = ()
    """What is to be known before it is begun: conditions, order, turns."""
    boxes: tuple[tuple[str, str], ...] = ()
    """Warnings: the word over each, and its text."""
    text: str = ""
    command: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    fields: tuple[Field, ...] = ()
    ways: tuple[Way, ...] = ()
    several: bool = False
    quorum: int = 0
    expected: tuple[Markdown, ...] = ()
    after: tuple[Markdown, ...] = ()
    """What happens otherwise: further attempts, failure, the way back."""
    undo: str = ""
    signature: bool = False

    @property
    def answered(self) -> bool:
        """True when somebody answers it."""
        return self.sort not in ("heading", "rule")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a process in a language, the inputs they were made with, and the blanks that are left in them."""

    process: Process
    inputs: Mapping[str, Json]
    rows: tuple[Row, ...]
    blanks: Blanks
    language: Language = ENGLISH


@dataclass(frozen=True, slots=True)
class _Around:
    """Where a step stands: what begins its path and its number, how deep, and what is known there."""

    plan: Plan
    place: Place
    values: OnPaper
    prefix: str = ""
    number: str = ""
    written: str = ""
    depth: int = 0
    within: tuple[str, ...] = ()

    @property
    def say(self) -> Say:
        """How the sheet is said."""
        return self.place.say


def sheet(plan: Plan, inputs: Mapping[str, Json], language: Language = ENGLISH) -> Sheet:
    """The sheet of a plan's process; `inputs` are those that are known."""
    blanks = Blanks()
    begun = _begun(plan, plan.process, inputs, blanks, language)
    return Sheet(plan.process, inputs, tuple(_process(begun)), blanks, language)


def _begun(
    plan: Plan,
    process: Process,
    inputs: Mapping[str, Json],
    blanks: Blanks,
    language: Language,
    around: _Around | None = None,
) -> _Around:
    """Where the steps of a process stand: on their own sheet, or at a step `around` that runs it."""
    place = place_of(process, Project("", processes=plan.processes), plan.kinds, language)
    number = around.number if around else ""
    numbers = {id: f"{number}.{step.number}" if number else step.number for id, step in place.steps.items()}
    values = OnPaper(inputs, blanks, numbers, say=language.say)
    if around is None:
        return _Around(plan, place, values, within=(process.id,))
    return replace(around, place=place, values=values, written="", within=(*around.within, process.id))


def _process(inside: _Around) -> Iterator[Row]:
    process, say, depth = inside.place.process, inside.say, inside.depth
    parts = (
        (say("Before the first step"), process.checks),
        (say("Steps"), process.steps),
        (say("Only when it is about to fail"), process.on_failure),
        (say("Only when it is cancelled"), process.on_cancel),
        (say("Always at the end"), process.finally_),
    )
    several = sum(1 for _, steps in parts if steps) > 1
    for title, steps in parts:
        if steps and several:
            yield Row("", "", title, depth, "heading")
        yield from _steps(steps, inside)


def _steps(steps: Sequence[Step], around: _Around) -> Iterator[Row]:
    for step in steps:
        yield from _step(step, around.prefix + step.id, around)


def _numbered(step: Step, around: _Around) -> str:
    if around.written and step.number.startswith(f"{around.written}."):
        return around.number + step.number[len(around.written) :]
    return f"{around.number}.{step.number}" if around.number else step.number


def _step(step: Step, path: str, around: _Around, number: str = "", title: str = "") -> Iterator[Row]:
    number = number or _numbered(step, around)
    inside = replace(around, number=number, written=step.number, depth=around.depth + 1)
    outcome = _outcome(step, around)
    row = _row(step, path, number, title or said(step.title, around.say), outcome, around)
    if step.flow.body is not None:
        yield from _turns(step, step.flow.body, path, row, inside)
    elif isinstance(outcome, Enter) or step.steps or step.use:
        yield replace(row, sort="heading")
        yield from _steps(step.steps, inside)
        if step.use and not getattr(step.spec, "detached", False) and step.use not in around.within:
            known = outcome.inputs if isinstance(outcome, Enter) else {}
            yield from _called(step.use, path, known, inside)
    else:
        yield row
    for name in HANDLERS:
        if name in step.flow.do:
            yield Row("", "", f"{around.say(WHEN[name])}: {number}", inside.depth, "heading")
            yield from _steps(step.flow.do[name], inside)


def _called(use: str, path: str, given: Mapping[str, Json], inside: _Around) -> Iterator[Row]:
    """The rows of a process that a step runs, with its usual values for what it is not given."""
    process, blanks, language = inside.plan.processes[use], inside.values.blanks, inside.place.language
    usual = {name: each.default for name, each in process.inputs.items() if not each.required}
    around = replace(inside, prefix=f"{path}/")
    yield from _process(_begun(inside.plan, process, {**usual, **given}, blanks, language, around))


def _turns(step: Step, body: Step, path: str, row: Row, inside: _Around) -> Iterator[Row]:
    """A step that is done several times: a part for each item where they are known, else one to be copied."""
    items = _items(step, inside)
    copied = () if items else (Markdown(inside.say("Copy the rows below for each further turn.")),)
    yield replace(row, sort="heading", before=(*row.before, *copied), fields=(), command="", text="")
    for turn, item in enumerate(items or [None], 1):
        name = step.flow.foreach.name if step.flow.foreach else ""
        extra = {**inside.values.extra, **({name: item} if items else {})}
        turned = replace(inside, values=replace(inside.values, extra=extra), prefix=f"{path}.{turn}/")
        title = f"{body.title} ({as_it_stands(str(item))})" if items else ""
        yield from _step(body, f"{path}.{turn}", turned, f"{inside.number}#{turn}", title)


def _items(step: Step, around: _Around) -> list[Json]:
    """The items of a step, when they are known and few enough to be listed."""
    if step.flow.foreach is None:
        return []
    given = step.flow.foreach.items
    try:
        found = around.values.value(given)
    except ExpressionError:
        return []
    if isinstance(found, dict):  # hosts; who is in a group, paper does not know
        found = found.get("hosts")
    known = isinstance(found, list) and not any(isinstance(each, str) and "\ue000" in each for each in found)
    return found if known and len(found) <= _MOST_TURNS else []


def _outcome(step: Step, around: _Around) -> Outcome | None:
    """What the step comes to with the values that are known; None where that can't be said."""
    try:
        return around.plan.kinds[step.kind].perform(step.spec, around.values)
    except (ExpressionError, AttributeError, LookupError, TypeError, ValueError):
        return None  # a kind may look closer at a value that is a blank


def _row(step: Step, path: str, number: str, title: str, outcome: Outcome | None, around: _Around) -> Row:
    place, say = around.place, around.say
    row = Row(
        path,
        number,
        as_it_stands(title),
        around.depth,
        _sort(step, around.plan),
        role=step.role or "",
        verifier=step.verifier,
        before=tuple(each for each in _before(step, place) if each),
        boxes=tuple((word, as_it_stands(text)) for word, text in cautions(step, place.process, say)),
        text=_text(step, outcome, around),
        facts=tuple(_facts(step, place, outcome)),
        fields=tuple(getattr(step.spec, "fields", ())),
        expected=tuple(expected(step.expect, say)) if step.expect else (),
        after=tuple(each for each in _after(step, place) if each),
        undo=_undo(step, around),
        signature=bool(getattr(step, "signed", False)),
    )
    if around.plan.acts(step):
        command = outcome.shown if isinstance(outcome, Act) else ""
        return replace(row, command=command, fields=boxes_on_paper(step))
    if step.kind == "decision":
        ways, several = _ways(step, place, around)
        return replace(row, ways=ways, several=several)
    if step.kind == "approval":
        return replace(
            row, quorum=_signatures(step), role=str(listed([Markdown(role) for role in step.spec.roles], say=say))
        )
    return row


def _sort(step: Step, plan: Plan) -> str:
    if plan.acts(step):
        return "command"
    if step.kind == "decision":
        people = not step.spec.automatic and any(option.by_person for option in step.spec.options)
        return "choice" if people else "rule"
    return {"approval": "approval", "wait": "wait", "set": "rule", "end": "rule"}.get(step.kind, "work")


def _signatures(step: Step) -> int:
    """How many lines to sign an approval has; some, where a share of those who may is wanted."""
    each = step.spec.quorum if isinstance(step.spec.quorum, int) else _SOME
    return len(step.spec.roles) * each


def _before(step: Step, place: Place) -> Iterator[Markdown]:
    if step.when:
        yield Markdown(place.say("Only when {condition}", condition=code(step.when.source)))
    yield from order(step, place)
    yield from sentences(step, place.numbers, place.say)


def _text(step: Step, outcome: Outcome | None, around: _Around) -> str:
    """The instruction, as Markdown with blanks."""
    if around.plan.acts(step):
        return as_it_stands(step.by_hand)
    if isinstance(outcome, Waiting):
        return str(outcome.prompt.get("text", ""))
    for name in ("text", "question"):
        if template := getattr(step.spec, name, None):
            return around.values.text(template)
    return ""


def _facts(step: Step, place: Place, outcome: Outcome | None) -> Iterator[tuple[str, str]]:
    """Named details in one line each."""
    say = place.say
    if isinstance(outcome, Act):
        if outcome.cwd not in ("", "."):
            yield say("In folder"), outcome.cwd
        for name, value in outcome.env.items():
            if not name.startswith("RB_"):
                yield say("With {name}", name=name), value
        if outcome.stdin:
            yield say("With input"), outcome.stdin
    elif isinstance(outcome, Waiting) and step.kind == "wait":
        if outcome.signals:
            yield say("Wait for"), say("the signal {signal}", signal=outcome.signals[0])
        elif outcome.seconds is not None:
            yield say("Wait"), said(in_words(outcome.seconds), say)
        elif outcome.until:
            yield say("Wait until"), outcome.until
    elif step.kind == "approval":
        facts = (each for each in place.kinds[step.kind].describe(step.spec) if isinstance(each, Fact))
        yield from ((said(each.name, say), said(each.text, say)) for each in facts)
    elif step.kind == "set":
        for name, value in step.spec.values.items():
            yield name, value.source if hasattr(value, "source") else str(value)
    if step.timeout is not None:
        yield say("At most"), said(in_words(step.timeout), say)
    for each in step.evidence:
        yield say("Keep"), piece(each, say)
    if getattr(step.spec, "detached", False):
        yield say("Nobody waits for it"), say("begin {process} with a form of its own", process=step.use)


def _ways(step: Step, place: Place, around: _Around) -> tuple[tuple[Way, ...], bool]:
    block = next(each for each in place.kinds[step.kind].describe(step.spec) if isinstance(each, Choices))
    targets = leads_to(step, place.lists[step.id], block)
    ways, say = [], place.say
    for way in block.choices:
        to = ", ".join(around.values.numbers.get(id, id) for id in targets[way.id])
        otherwise = say("otherwise") if step.spec.automatic else said(way.also, say)
        words = [
            say("when {condition}", condition=way.when) if way.when else otherwise,
            say("go to step {numbers}", numbers=to) if to else say("nothing more to do"),
        ]
        leads = "; ".join(each for each in words if each)
        by_person = not step.spec.automatic and not way.also
        ways.append(Way(way.id, as_it_stands(way.title), as_it_stands(leads), by_person))
    return tuple(ways), block.several


def _after(step: Step, place: Place) -> Iterator[Markdown]:
    say, retry = place.say, step.retry
    if retry and retry.within is not None:
        every, within = in_words(retry.delay), in_words(retry.within)
        yield Markdown(say("Look again every {time}, for at most {within}.", time=every, within=within))
    elif retry:
        yield Markdown(retried(retry, say))
    if not step.critical and step in place.process.checks:
        yield Markdown(say("If it fails, that is a warning, and the run goes on."))
    else:
        yield Markdown(failure(step, step.id in place.spare, say))
    yield from handlers(step, place.lists[step.id], place.numbers, say)


def _undo(step: Step, around: _Around) -> str:
    """How it is undone, as a text or a command."""
    if step.undo is None:
        return ""
    spec: Any = step.undo.spec
    try:
        outcome = around.plan.kinds[step.undo.kind].perform(spec, around.values)
    except (ExpressionError, AttributeError, LookupError, TypeError, ValueError):
        return ""
    if isinstance(outcome, Act):
        return f"`{' '.join(outcome.shown.split())}`"
    return str(outcome.prompt.get("text", "")) if isinstance(outcome, Waiting) else ""
