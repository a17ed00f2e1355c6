"""A procedure as a document: one page of Markdown, always in the same order, that a person can follow by hand."""

from __future__ import annotations

import functools
import shlex
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from runbook.clauses import Role, Template
from runbook.definition import OnFailure, Process, Project, Step, walk
from runbook.kind import Kinds
from runbook.outcome import Json
from runbook.phrases import Phrase, Say, english
from runbook.share import share
from runbook.views.diagram import legend, mermaid
from runbook.views.figures import due
from runbook.views.flow import alone
from runbook.views.language import ENGLISH, Language
from runbook.views.markdown import NOTHING, Markdown, bullets, code, fence, labelled, link, listed, plain, table
from runbook.views.prose import prose
from runbook.views.step import Place, place_of, step_texts
from runbook.views.values import as_code, input_takes

if TYPE_CHECKING:
    import jinja2


Drawn = Callable[[Process], Markdown]
"""Gives the diagram of a process as Markdown."""


@functools.cache
def templates() -> jinja2.Environment:
    """Our templates; what goes into one is escaped unless it is `Markdown` already."""
    import jinja2

    return jinja2.Environment(
        loader=jinja2.PackageLoader("runbook.views"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # the text is Markdown, and `finalize` escapes it
        finalize=lambda value: str(value if isinstance(value, Markdown) else plain(value)),
    )


def procedure(
    process: Process, project: Project, kinds: Kinds, language: Language = ENGLISH, diagram: Drawn | None = None
) -> str:
    """The page of one process; its diagram is Mermaid's, unless `diagram` gives another for it."""
    place, say = place_of(process, project, kinds, language), language.say
    several = sum(1 for _ in process.every_step()) > 1
    drawn = diagram or (lambda process: fence(mermaid(process, kinds, language), "mermaid"))
    parts: dict[str, Any] = {
        "say": say,
        "title": process.title,
        "written": process.is_written,
        "summary": process.summary,
        "facts": table(("", ""), _facts(place)),
        "description": prose(process.description, 3),
        "use_when": _texts(process.use_when),
        "prerequisites": _texts(process.prerequisites, "- [ ] "),
        "checks": list(step_texts(process.checks, place)),
        "hazards": bullets(_hazard(each, place) for each in process.hazards),
        "roles": bullets(
            labelled(str(plain(role.name)), role_text(role, not number, say))
            for number, role in enumerate(process.roles.values())
        ),
        "inputs": _inputs(process, say),
        "command": fence(command_line(process), "sh"),
        "diagram": drawn(process) if several else NOTHING,
        "legend": legend(process, kinds, language),
        "steps": list(step_texts(process.steps, place)),
        "on_failure": list(step_texts(process.on_failure, place)),
        "on_cancel": list(step_texts(process.on_cancel, place)),
        "finally": list(step_texts(process.finally_, place)),
        "outputs": bullets(_output(name, value) for name, value in process.outputs.items()),
        "failure": bullets(failures(place)),
        "references": bullets(link(plain(each["title"]), str(each["url"])) for each in process.references),
        "file": code(process.file),
    }
    return templates().get_template("procedure.md").render(parts)


def _texts(texts: tuple[str, ...], marker: str = "- ") -> Markdown:
    return bullets((prose(text) for text in texts), marker)


def _facts(place: Place) -> Iterator[tuple[Markdown, Markdown]]:
    """The rows of the table at the top."""
    process, say = place.process, place.say
    approvals = [step.id for step in process.every_step() if step.kind == "approval"]
    strict = say("only the {role} may deviate from it", role=process.authority) if process.mode == "strict" else ""
    rows = {
        say("Owner"): plain(process.owner),
        say("Practice"): plain(process.practice),
        say("Change"): plain(process.change),
        say("Strict"): plain(strict),
        say("Steps"): Markdown(_counted(place)),
        say("Approvals"): place.numbers(approvals),
        say("Tags"): Markdown(", ".join(str(code(tag)) for tag in process.tags)),
        say("Review"): Markdown(", ".join(_review(process, say))),
        say("Alone"): alone(process.concurrency, say) if process.concurrency else NOTHING,
    }
    for name, value in rows.items():
        if value:
            yield Markdown(f"**{name}**"), value


def _counted(place: Place) -> str:
    process, say = place.process, place.say
    if not process.is_written:
        return say("not written yet: it is only listed")
    counts = share(process.steps, place.kinds)
    doers = (
        (counts.automated, Phrase("{number} automated")),
        (counts.people, Phrase("{number} by people")),
        (counts.elsewhere, Phrase("{number} in other procedures")),
    )
    words = [f"{counts.total} ({', '.join(say(text, number=count) for count, text in doers if count)})"]
    if process.checks:
        words.append(say("before: {number} to check", number=len(process.checks)))
    if process.finally_:
        words.append(say("always at the end: {number}", number=len(process.finally_)))
    return "; ".join(words)


def _review(process: Process, say: Say) -> Iterator[str]:
    texts = {"every": Phrase("every {time}"), "last": Phrase("last {date}")}
    for name, text in texts.items():
        if name in process.review:
            given = plain(process.review[name])
            yield say(text, time=given, date=given)
    if next_one := due(process):
        yield say("next due {date}", date=next_one)


def _hazard(hazard: Any, place: Place) -> Markdown:
    text = prose(hazard["text"])
    if not hazard.get("step"):
        return text
    return Markdown(f"{place.number(hazard['step'], Phrase('Step {number}'))}: {text}")


def role_text(role: Role, first: bool, say: Say = english) -> Markdown:
    """Who may play a role; `first` for the one that whoever starts the run plays."""
    sentences = [str(plain(role.summary)).rstrip(".")]
    if first:
        sentences.append(say("Whoever starts the run plays this role"))
    if role.team:
        sentences.append(say("Team: {team}", team=plain(role.team)))
    if role.people:
        sentences.append(say("Only {people}", people=listed([code(each) for each in role.people], "or", say)))
    if role.excludes:
        others = listed([plain(other) for other in role.excludes], "or", say)
        sentences.append(say("Not the same person as the {roles}", roles=others))
    return Markdown(". ".join(each for each in sentences if each) + ".")


def _inputs(process: Process, say: Say) -> Markdown:
    if not process.inputs:
        return NOTHING
    rows = []
    for name, given in process.inputs.items():
        meaning = [plain(text) for text in (given.title, given.schema.get("description", "")) if text]
        default = Markdown(say("required")) if given.required else as_code(given.default)
        rows.append((code(name), Markdown(": ".join(str(each) for each in meaning)), input_takes(given, say), default))
    return table((say("Input"), say("Meaning"), say("Accepts"), say("Default")), rows)


def command_line(process: Process) -> str:
    """The command that runs a process, with a place for each input that it has to be given."""
    words = [f"-i {shlex.quote(name)}=..." for name, given in process.inputs.items() if given.required]
    return " ".join(["runbook run", shlex.quote(process.id), *words])


def _output(name: str, value: Template | Json) -> Markdown:
    return labelled(str(plain(name)), code(value.source) if isinstance(value, Template) else as_code(value))


def failures(place: Place) -> Iterator[Markdown]:
    """What a failure means here, and how to go on."""
    process, say = place.process, place.say
    steps = [step for step in process.every_step() if not step.steps and step not in process.checks]
    going_on = [
        step.id
        for step in walk(process.steps)
        if step.on_failure is OnFailure.CONTINUE and "on_failure" not in step.flow.do
    ]
    words = [say("A failed step stops the run: nothing new starts.")]
    if going_on:
        after = place.numbers(going_on, "or")
        words.append(say("After a failure of {steps} the later steps go on.", steps=after))
    own = [step.id for step in walk(process.steps) if "on_failure" in step.flow.do or step.flow.goto]
    if own:
        words.append(say("At {steps} its own steps for a failure come first.", steps=place.numbers(own)))
    yield Markdown(" ".join(words))
    if process.on_failure:
        heading = link(Markdown(say("When it is about to fail")), "#when-it-is-about-to-fail")
        yield Markdown(say("The steps under {heading} are carried out then.", heading=heading))
    if process.undone_on_failure:
        yield Markdown(say("What was done is undone then, the last first, by what stands under *To undo it*."))
    if process.finally_:
        heading = link(Markdown(say("Always at the end")), "#always-at-the-end")
        yield Markdown(say("The steps under {heading} are carried out all the same.", heading=heading))
    by_hand = [step.id for step in process.every_step() if step.by_hand]
    if by_hand:
        steps_by_hand = place.numbers(by_hand)
        yield Markdown(say("When the automation itself is broken, do it by hand: {steps}.", steps=steps_by_hand))
    acting = [step for step in steps if place.kinds[step.kind].acts]
    yield from _repeating(acting, place)
    yield Markdown(say("See where the run stands with `runbook status RUN`; go on with `runbook resume RUN`."))


def _repeating(acting: list[Step], place: Place) -> Iterator[Markdown]:
    unsafe = [step.id for step in acting if not step.repeatable]
    if acting and not unsafe:
        yield Markdown(place.say("Every automated step is safe to repeat."))
    elif unsafe:
        text = (
            Phrase("Find out what happened before you repeat {steps}; the other automated steps are safe to repeat.")
            if len(unsafe) < len(acting)
            else Phrase("Find out what happened before you repeat {steps}.")
        )
        yield Markdown(place.say(text, steps=place.numbers(unsafe, "or")))
