"""A form at the terminal: its fields one by one, each checked at once; what is out of its limits is taken for a reason.

Rule 1: a signature is typed anew each time; nothing offers it, and nothing keeps what was typed of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from runbook.blocks import Field
from runbook.cli.loop import keys
from runbook.cli.loop.front import Line
from runbook.errors import Refused
from runbook.form import OutOfLimits, as_text, checked
from runbook.kind import Signatory
from runbook.outcome import Json
from runbook.run.commands import Answer
from runbook.run.evidence import missing
from runbook.run.progress import StepState
from runbook.views.asking import field_label

if TYPE_CHECKING:
    from runbook.cli.loop.asker import Asker

DEVIATE = (":d", ":deviate")
"""What is typed to have the value taken that was just refused for its limits."""


def check_attached(step: StepState) -> None:
    """Nothing when all is there that the step asks for; `Refused` says what is missing, before a form is filled in."""
    for each in missing(step):
        raise Refused(f"`{each.id}` ({each.title}) is missing", "a attaches it")


def filled_in(asker: Asker) -> Answer:
    """The answer that a person gives with the form of the step; why, where a value is out of its limits."""
    fields: tuple[Field, ...] = getattr(asker.step.step.spec, "fields", ())
    answers: dict[str, Json] = {}
    outside: list[str] = []
    for field in fields:
        typed, taken = typed_in(asker, field)
        if typed:
            answers[field.name] = typed
        if taken:
            outside.append(field.title)
    why = asker.reason("deviate", f"Why is it out of its limits ({', '.join(outside)})") if outside else ""
    return Answer(asker.step.path, "done", answers, deviation=why)


def typed_in(asker: Asker, field: Field) -> tuple[str, bool]:
    """What was typed, and whether it is taken although it is out of its limits."""
    if field.type == "signature":
        return _signature(asker, field), False
    found = asker.before.get(field.name)
    before = "" if found is None or field.type == "file" else as_text(found)
    options = ("yes", "no") if field.type == "boolean" else field.options
    if options and len(options) <= keys.MOST_DIGITS and (field.required or field.default):
        return _picked(asker, field, options, field.default or before), False
    refused = ""

    def check(typed: str) -> None:
        nonlocal refused
        if typed in DEVIATE:
            if not refused:
                raise Refused("no value was refused for its limits", f"give {field_label(field)}")
        elif typed:
            refused = ""
            try:
                _check(field, typed)
            except OutOfLimits as error:
                refused = typed
                raise Refused(str(error), f"{error.help}; :deviate takes it, and asks why") from None
        elif field.required:
            raise Refused(f"{field.title} must be filled in", f"give {field_label(field)}")

    usual = field.default or before if field.required or field.default else ""
    offered = "" if field.required or field.default else before
    files = field.type == "file"
    typed = asker.text(field.name, field_label(field), check, usual, options, before=offered, files=files)
    if typed not in DEVIATE:
        return typed, False
    asker.drafts.keep(asker.step.path, field.name, refused)
    return refused, True


def _check(field: Field, typed: str) -> None:
    if field.type != "file":
        checked(field, typed)
    elif not Path(typed).expanduser().is_file():
        raise Refused(f"`{typed}` is not a file", "name a file that is there")


def _signature(asker: Asker, field: Field) -> str:
    signer: Signatory = asker.signer

    def check(typed: str) -> None:
        if typed:
            checked(field, typed, signer)
        elif field.required:
            raise Refused(f"{field.title} must be signed", f"type `{signer.names[0]}`")

    return asker.front.line(Line(field_label(field), check), asker.open)


def _picked(asker: Asker, field: Field, options: tuple[str, ...], default: str) -> str:
    """A value by a single key; what was picked before is taken by the enter key."""
    drafted = asker.drafts.of(asker.step.path).get(field.name, "")
    default = drafted if drafted in options else default
    menu = keys.YES_NO if field.type == "boolean" else keys.of_field(options)
    typed = asker.front.key(menu, asker.open, field_label(field), default)
    asker.drafts.keep(asker.step.path, field.name, typed)
    return typed
