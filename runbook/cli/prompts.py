"""The questions a person is asked at a step, in plain lines: nothing is taken for an answer that was not typed."""

from __future__ import annotations

from collections.abc import Callable

import click

from runbook.blocks import Field
from runbook.errors import Refused
from runbook.form import checked
from runbook.outcome import Json
from runbook.run.commands import Answer
from runbook.run.events import Status
from runbook.run.progress import StepState
from runbook.run.state import RunState
from runbook.views import asking
from runbook.views.style import Style
from runbook.views.visible import visible

Read = Callable[[str], str]
"""Asks a question and gives the line that was typed."""


class Pause(Exception):
    """The person leaves the run as it is."""


class Later(Exception):
    """The person leaves this step for later, or for somebody else."""


class Overtaken(Exception):
    """The step does not wait any more: somebody else, or time, was first."""


_WAY_OUT = """\
  later (l)      go on with other steps first
  pause (p)      leave the run as it is; `runbook resume` goes on (so does Ctrl-C, anywhere)
"""
_HELP = (
    """\
  done (enter)   it is done; asks for the form, if there is one
  skip (s)       leave it out; asks why
  failed (f)     it did not work; asks why
"""
    + _WAY_OUT
)
_CHOICE_HELP = (
    """\
  a number or a name takes that way
  failed (f)     nothing fits: the step fails; asks why
"""
    + _WAY_OUT
)
_APPROVAL_HELP = (
    """\
  yes (y)        approve; asks for a comment
  no (n)         reject: the step fails; asks why
"""
    + _WAY_OUT
)
_DOUBT_HELP = (
    """\
  worked (w)     it did its work; asks how you know
  redo (r)       start it again; asks why that is safe
  failed (f)     it did not work; asks why
"""
    + _WAY_OUT
)
_TAIL = "l later, p pause, ? help > "


def ask(state: RunState, step: StepState, style: Style, read: Read) -> Answer:
    """Show a step that waits and take the person's reply; `Later` or `Pause` when there is none."""
    doubtful = step.status is Status.IN_DOUBT
    for line in asking.doubt(step, style) if doubtful else asking.prompt(state, step, style):
        click.echo(line)
    if doubtful:
        return _doubt(step, read)
    if step.step.kind == "approval":
        return _approval(step, read)
    if step.prompt.get("options"):
        return _choice(step, read)
    return _work(step, read)


def _word(read: Read, question: str, words: dict[str, str], help: str, why: str = "") -> str:
    """One of `words` (what may be typed: what it means); asks again until it is."""
    while True:
        typed = read(question).lower()
        if typed in ("?", "help"):
            click.echo(help, nl=False)
            if why:
                click.echo(f"  why: {visible(why).strip()}")
        elif typed in ("p", "pause"):
            raise Pause
        elif typed in ("l", "later"):
            raise Later
        elif typed in words:
            return words[typed]
        else:
            click.echo("  type one of the words, or ? for help")


def _reason(read: Read, question: str) -> str:
    while True:
        typed = read(question)
        if typed in ("p", "pause"):
            raise Pause
        if typed:
            return typed
        click.echo("  a reason is needed; p pauses")


def _work(step: StepState, read: Read) -> Answer:
    words = {"": "done", "done": "done", "s": "skipped", "skip": "skipped", "f": "failed", "failed": "failed"}
    word = _word(read, f"[enter] done, s skip, f failed, {_TAIL}", words, _HELP, step.step.why)
    if word != "done":
        return Answer(step.path, word, reason=_reason(read, "  Why? "))
    fields: tuple[Field, ...] = getattr(step.step.spec, "fields", ())
    answers = {field.name: value for field in fields if (value := _field(read, field)) is not None}
    return Answer(step.path, "done", answers)


def _field(read: Read, field: Field) -> Json:
    """One field's answer, checked at once; None for an empty one that may be empty."""
    while True:
        typed = read("  " + asking.field_label(field)) or field.default
        if not typed:
            if not field.required:
                return None
            click.echo(f"    {visible(field.title)} must be filled in")
            continue
        try:
            return checked(field, typed)
        except Refused as error:
            click.echo(f"    {visible(str(error))}: {visible(error.help)}")


def _choice(step: StepState, read: Read) -> Answer:
    options = [str(option["id"]) for option in step.prompt["options"]]
    words = {str(number): option for number, option in enumerate(options, 1)}
    words.update((option, option) for option in options if option not in words)
    for word in ("f", "failed"):
        words.setdefault(word, "")
    question = f"1-{len(options)} or a name, f failed, {_TAIL}"
    chosen = _word(read, question, words, _CHOICE_HELP, step.step.why)
    if not chosen:
        return Answer(step.path, "failed", reason=_reason(read, "  Why? "))
    return Answer(step.path, "choose", choose=chosen)


def _approval(step: StepState, read: Read) -> Answer:
    words = {"y": "approve", "yes": "approve", "approve": "approve", "n": "reject", "no": "reject", "reject": "reject"}
    word = _word(read, f"y approve, n reject, {_TAIL}", words, _APPROVAL_HELP, step.step.why)
    if word == "reject":
        return Answer(step.path, word, reason=_reason(read, "  Why? "))
    return Answer(step.path, word, reason=read("  Comment (may be empty): "))


def _doubt(step: StepState, read: Read) -> Answer:
    words = {"w": "done", "worked": "done", "r": "redo", "redo": "redo", "f": "failed", "failed": "failed"}
    word = _word(read, f"w it worked, r redo, f failed, {_TAIL}", words, _DOUBT_HELP)
    return Answer(step.path, word, reason=_reason(read, "  How do you know? " if word == "done" else "  Why? "))
