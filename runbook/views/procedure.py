"""A procedure as a document: one page of Markdown, always in the same order, that a person can follow by hand."""

from __future__ import annotations

import functools
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from runbook.clauses import Role, Template
from runbook.definition import OnFailure, Process, Project, Step, walk
from runbook.kind import Kinds
from runbook.outcome import Json
from runbook.share import Doer, share
from runbook.views.diagram import legend, mermaid
from runbook.views.figures import due
from runbook.views.flow import alone
from runbook.views.markdown import NOTHING, Markdown, bullets, code, fence, labelled, link, listed, plain, table
from runbook.views.prose import prose
from runbook.views.step import Place, place_of, step_texts
from runbook.views.values import as_code, input_takes

if TYPE_CHECKING:
    import jinja2


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


def procedure(process: Process, project: Project, kinds: Kinds) -> str:
    """The page of one process."""
    place = place_of(process, project, kinds)
    parts: dict[str, Any] = {
        "title": process.title,
        "summary": process.summary,
        "facts": table(("", ""), _facts(place)),
        "description": prose(process.description, 3),
        "use_when": _texts(process.use_when),
        "prerequisites": _texts(process.prerequisites, "- [ ] "),
        "checks": list(step_texts(process.checks, place)),
        "hazards": bullets(_hazard(each, place) for each in process.hazards),
        "roles": bullets(
            labelled(str(plain(role.name)), role_text(role, first=not number))
            for number, role in enumerate(process.roles.values())
        ),
        "inputs": _inputs(process),
        "command": fence(command_line(process), "sh"),
        "diagram": fence(mermaid(process, kinds), "mermaid") if sum(1 for _ in process.every_step()) > 1 else NOTHING,
        "legend": legend(process, kinds),
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
    process = place.process
    approvals = [step.id for step in process.every_step() if step.kind == "approval"]
    rows = {
        "Owner": plain(process.owner),
        "Practice": plain(process.practice),
        "Change": plain(process.change),
        "Strict": plain(f"only the {process.authority} may deviate from it" if process.mode == "strict" else ""),
        "Steps": Markdown(_counted(place)),
        "Approvals": place.numbers(approvals),
        "Tags": Markdown(", ".join(str(code(tag)) for tag in process.tags)),
        "Review": Markdown(_review(process)),
        "Alone": alone(process.concurrency) if process.concurrency else NOTHING,
    }
    for name, value in rows.items():
        if value:
            yield Markdown(f"**{name}**"), value


def _counted(place: Place) -> str:
    process = place.process
    counts = share(process.steps, place.kinds)
    doers = ((counts.automated, Doer.MACHINE), (counts.people, Doer.PERSON), (counts.elsewhere, Doer.PROCESS))
    words = ", ".join(f"{count} {who.value}" for count, who in doers if count)
    before = f"; before: {len(process.checks)} to check" if process.checks else ""
    after = f"; always at the end: {len(process.finally_)}" if process.finally_ else ""
    return f"{counts.total} ({words}){before}{after}"


def _review(process: Process) -> str:
    if not process.review:
        return ""
    words = [f"{word} {plain(process.review[word])}" for word in ("every", "last") if word in process.review]
    return ", ".join([*words, f"next due {due(process)}"] if due(process) else words)


def _hazard(hazard: Any, place: Place) -> Markdown:
    text = prose(hazard["text"])
    return Markdown(f"{place.number(hazard['step'], 'Step')}: {text}") if hazard.get("step") else text


def role_text(role: Role, first: bool) -> Markdown:
    """Who may play a role; `first` for the one that whoever starts the run plays."""
    sentences = [
        str(plain(role.summary)).rstrip("."),
        "Whoever starts the run plays this role" if first else "",
        f"Team: {plain(role.team)}" if role.team else "",
        f"Only {listed([code(person) for person in role.people], 'or')}" if role.people else "",
        f"Not the same person as the {listed([plain(other) for other in role.excludes], 'or')}"
        if role.excludes
        else "",
    ]
    return Markdown(". ".join(each for each in sentences if each) + ".")


def _inputs(process: Process) -> Markdown:
    if not process.inputs:
        return NOTHING
    rows = []
    for name, given in process.inputs.items():
        meaning = [plain(text) for text in (given.title, given.schema.get("description", "")) if text]
        default = Markdown("required") if given.required else as_code(given.default)
        rows.append((code(name), Markdown(": ".join(str(each) for each in meaning)), input_takes(given), default))
    return table(("Input", "Meaning", "Accepts", "Default"), rows)


def command_line(process: Process) -> str:
    """The command that runs a process, with a place for each input that it has to be given."""
    words = [f"-i {shlex.quote(name)}=..." for name, given in process.inputs.items() if given.required]
    return " ".join(["runbook run", shlex.quote(process.id), *words])


def _output(name: str, value: Template | Json) -> Markdown:
    return labelled(str(plain(name)), code(value.source) if isinstance(value, Template) else as_code(value))


def failures(place: Place) -> Iterator[Markdown]:
    """What a failure means here, and how to go on."""
    process = place.process
    steps = [step for step in process.every_step() if not step.steps and step not in process.checks]
    going_on = [
        step.id
        for step in walk(process.steps)
        if step.on_failure is OnFailure.CONTINUE and "on_failure" not in step.flow.do
    ]
    except_for = f" After a failure of {place.numbers(going_on, 'or')} the later steps go on." if going_on else ""
    own = [step.id for step in walk(process.steps) if "on_failure" in step.flow.do or step.flow.goto]
    first = f" At {place.numbers(own)} its own steps for a failure come first." if own else ""
    yield Markdown(f"A failed step stops the run: nothing new starts.{except_for}{first}")
    if process.on_failure:
        yield Markdown("The steps under [When it is about to fail](#when-it-is-about-to-fail) are carried out then.")
    if process.undone_on_failure:
        yield Markdown("What was done is undone then, the last first, by what stands under *To undo it*.")
    if process.finally_:
        yield Markdown("The steps under [Always at the end](#always-at-the-end) are carried out all the same.")
    by_hand = [step.id for step in process.every_step() if step.by_hand]
    if by_hand:
        yield Markdown(f"When the automation itself is broken, do it by hand: {place.numbers(by_hand)}.")
    acting = [step for step in steps if place.kinds[step.kind].acts]
    yield from _repeating(acting, place)
    yield Markdown("See where the run stands with `runbook status RUN`; go on with `runbook resume RUN`.")


def _repeating(acting: list[Step], place: Place) -> Iterator[Markdown]:
    unsafe = [step.id for step in acting if not step.repeatable]
    if acting and not unsafe:
        yield Markdown("Every automated step is safe to repeat.")
    elif unsafe:
        others = "; the other automated steps are safe to repeat" if len(unsafe) < len(acting) else ""
        yield Markdown(f"Find out what happened before you repeat {place.numbers(unsafe, 'or')}{others}.")
