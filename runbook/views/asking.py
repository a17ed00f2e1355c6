"""What a person is shown at a step, before the question: the task, its warnings, its form, and who may answer."""

from __future__ import annotations

from collections.abc import Iterator

from runbook.blocks import Field
from runbook.errors import ExpressionError
from runbook.form import expected
from runbook.outcome import Act
from runbook.run.events import Status
from runbook.run.evidence import missing
from runbook.run.progress import StepState
from runbook.run.state import RunState
from runbook.run.values import Names
from runbook.views.awaited import otherwise
from runbook.views.cautions import cautions
from runbook.views.evidence import as_shown, attached, file, piece
from runbook.views.lines import minute, sentence, shortened, wrapped
from runbook.views.markdown_terminal import boxed, lines
from runbook.views.origin import NOT_EXECUTED
from runbook.views.outline_step import code_lines
from runbook.views.standing import progress
from runbook.views.style import Style
from runbook.views.visible import visible
from runbook.views.wrote import excerpt


def introduction(state: RunState, style: Style, width: int) -> Iterator[str]:
    """What a person is shown before the first step: what the process is for, what can happen, what must be there."""
    process = state.plan.process
    yield style.bold(visible(process.title))
    yield from lines(process.summary, width, style.colour)
    if state.instructions:
        yield NOT_EXECUTED
    for hazard in process.hazards:
        if not hazard.get("step"):
            yield from boxed("HAZARD", hazard["text"], width, style.colour)
    if process.prerequisites:
        yield "Before you start:"
        yield from lines("\n".join(f"- {text}" for text in process.prerequisites), width, style.colour)


def resumption(state: RunState, style: Style, width: int) -> Iterator[str]:
    """What a person is shown who takes a run up again: where it stands, and what was left for them to know."""
    yield style.bold(visible(state.plan.process.title))
    over, total = progress(state)
    yield f"{over} of {total} steps over, started by {visible(state.started_by)}"
    if state.instructions:
        yield NOT_EXECUTED
    left = state.handed_over
    if left:
        to = visible(str(left["to"])) or "whoever goes on"
        yield f"Handed over by {visible(str(left['by']))} to {to}:"
        yield from (f"  {line}" for line in lines(str(left["text"]), width - 2, style.colour))


def prompt(state: RunState, step: StepState, style: Style, width: int) -> Iterator[str]:
    """What a person is shown at a step that waits for them."""
    yield from _head(state, step, style, width)
    yield from warnings(step, style, width)
    if "command" in step.prompt:
        yield from command(step, style, width)
    elif step.prompt.get("text"):
        yield from lines(str(step.prompt["text"]), width, style.colour)
    if step.performed:
        yield from _recorded(step, width)
    elif step.step.kind == "approval":
        yield _wanted(step)
    elif step.step.verifier and step.reason:
        yield from wrapped(f"It was sent back: {visible(step.reason)}", width, "", "  ")
    if step.prompt.get("several"):
        yield "One or several of these:"
    for number, option in enumerate(step.prompt.get("options", ()), 1):
        way = f"{number}) {visible(option['title'])} [{option['id']}]"
        yield from wrapped(way, width, "  ", "     ")
    if other := otherwise(step):
        yield from wrapped(f"If nobody chooses: {other}.", width, "", "  ")
    yield from _kept(step, width)
    yield from still_missing(step, width)


def command(step: StepState, style: Style, width: int) -> Iterator[str]:
    """What a person is to carry out instead of the machine: the command, where, with what, and how by hand."""
    asked = step.prompt
    yield "Run this yourself; nothing is executed here:"
    yield from (f"  {line}" for line in code_lines(str(asked["command"]), style))
    if "folder" in asked:
        yield from wrapped(f"In the folder {visible(str(asked['folder']))} of the project.", width)
    for name, value in asked.get("env", {}).items():
        yield f"  with {visible(name)}={visible(str(value))}"
    if "stdin" in asked:
        yield "With this as its input:"
        yield from (f"  {visible(line)}" for line in str(asked["stdin"]).splitlines())
    if step.failures:
        yield from wrapped(f"Attempt {step.failures + 1}; the one before: {visible(step.reason)}", width, "", "  ")
    if asked.get("text"):
        yield "By hand:"
        yield from (f"  {line}" for line in lines(str(asked["text"]), width - 2, style.colour))


def start(state: RunState, step: StepState, style: Style, width: int) -> Iterator[str]:
    """What is shown before a program that a person has to let start."""
    yield from _head(state, step, style, width)
    yield from warnings(step, style, width)
    yield "This will run:"
    yield from (f"  {line}" for line in code_lines(preview(state, step), style))


def undecided(state: RunState, step: StepState, style: Style, width: int) -> Iterator[str]:
    """What is known of a program that is in doubt, or has failed, before the question what to do."""
    doubtful = step.status is Status.IN_DOUBT
    yield from _head(state, step, style, width, " is in doubt" if doubtful else " has failed")
    if doubtful:
        yield from wrapped(f"It was started at {step.started_at} and nobody knows how it ended:", width)
    else:
        yield from wrapped(f"It failed: {visible(step.reason)}", width)
    shown = step.act.get("shown") or step.prompt.get("command", "")
    yield from (f"  {line}" for line in code_lines(str(shown), style))
    yield from excerpt(step.result)
    if step.step.by_hand:
        yield "By hand:"
        yield from (f"  {line}" for line in lines(step.step.by_hand, width - 2, style.colour))
    yield from _kept(step, width)
    yield from still_missing(step, width)


def still_missing(step: StepState, width: int) -> Iterator[str]:
    """The evidence that is not there yet, and how it gets there."""
    for each in missing(step, every=True):
        wanted = "Missing" if each.required else "May be attached"
        yield from wrapped(f"{wanted}: {piece(each)}", width, "", "  ")


def preview(state: RunState, step: StepState) -> str:
    """The command that a step would run now, with its values in place; why not, where that can't be said."""
    try:
        outcome = state.plan.kinds[step.step.kind].perform(step.step.spec, Names(state, step.siblings.scope))
    except ExpressionError as error:
        return f"# {error}"
    return outcome.shown if isinstance(outcome, Act) else ""


def why(step: StepState, style: Style, width: int) -> Iterator[str]:
    """Why the step is there, what must come of it, and how it is done by hand."""
    found = [("Why", step.step.why), ("By hand", step.step.by_hand)]
    for title, text in found:
        if text:
            yield f"{title}:"
            yield from (f"  {line}" for line in lines(text, width - 2, style.colour))
    if not any(text for _, text in found):
        yield f"The procedure does not say why `{step.path}` is there."


def warnings(step: StepState, style: Style, width: int) -> Iterator[str]:
    """The boxes before a step: what can happen, and that it can't be undone."""
    for word, text in cautions(step.step, step.siblings.scope.process):
        yield from boxed(word, text, width, style.colour)


def _head(state: RunState, step: StepState, style: Style, width: int, what: str = "") -> Iterator[str]:
    over, total = progress(state)
    yield ""
    title = f"--- {visible(step.step.title)} ({step.path}; {over} of {total} steps over){what}"
    yield from (style.bold(line) for line in wrapped(title, width, "", "    "))
    for turn in turns_of(step):
        yield from wrapped(turn, width, "", "  ")
    due = step.step.flow.due
    also = f" or {due.role}" if step.overdue and due and due.role else ""
    about = [
        f"for {step.step.verifier if step.performed else step.step.role}{also}"
        if step.step.role or also or step.performed
        else "",
        f"until {minute(step.until)}" if step.until else "",
        "overdue" if step.overdue else f"due {minute(step.overdue_at)}" if step.overdue_at else "",
    ]
    if any(about):
        yield sentence(", ".join(each for each in about if each))


def turns_of(step: StepState) -> Iterator[str]:
    """The turns that a step is in, the outermost first: `web-2 (2 of 5 of `deploy`)`."""
    around = step.siblings.owner or step.siblings.scope.owner
    if around is None:
        return
    yield from turns_of(around)
    if around.turns is None or around.step.flow.body is not step.step:
        return
    turn = int(step.path.rpartition(".")[2])
    if around.turns.items:
        item = shortened(around.turns.items[turn - 1])
        yield f"Turn {turn} of {len(around.turns.items)} of `{around.path}`: {item}"
    else:
        yield f"Turn {turn} of `{around.path}`"


def _recorded(step: StepState, width: int) -> Iterator[str]:
    """What somebody recorded, for the second person to look at."""
    done = step.performed
    yield from wrapped(f"Done by {visible(str(done['by']))}, who recorded:", width, "", "  ")
    values = {**done["outputs"], **done["answers"]}
    for name, value in values.items():
        yield from wrapped(f"{name} = {shortened(as_shown(value))}", width, "  ", "    ")
    if not values:
        yield "  nothing besides that it is done"
    yield "Is that right? You confirm it as the second person."


def _wanted(step: StepState) -> str:
    """Whose approval is wanted, and who has given it."""
    quorum = step.prompt.get("quorum", 1)
    if len(roles := step.prompt.get("roles", ())) > 1:
        said = ", ".join(f"{visible(str(each['by']))} as {each.get('role', '')}" for each in step.replies)
        return f"Wanted: the yes of {' and '.join(f'`{role}`' for role in roles)}" + (
            f"; so far: {said}" if said else ""
        )
    people = ", ".join(visible(str(reply["by"])) for reply in step.replies)
    wanted = "somebody as" if quorum == 1 else f"{quorum} different people as"
    return f"Wanted: the yes of {wanted} `{step.prompt['role']}`" + (f"; so far: {people}" if people else "")


def _kept(step: StepState, width: int) -> Iterator[str]:
    """What people noted about the step, and attached to it."""
    for note in step.notes:
        yield from wrapped(f"Note by {visible(note['by'])}: {visible(note['text'])}", width, "", "  ")
    for each in step.evidence:
        yield from wrapped(f"{attached(each)} by {visible(each['by'])}: {file(each)}", width, "", "  ")


def field_label(field: Field) -> str:
    """A form field as its question: `Inlet pressure (a number from 1 to 6 bar)`."""
    optional = "" if field.required else ", may be empty"
    return f"{visible(field.title)} ({expected(field)}{optional})"
