"""A person, or an expression, picks one of several ways.

When to use: the procedure forks. Give options a `when` and the machine decides; leave it out and a person does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Choice, Choices
from runbook.clauses import Expression, Template
from runbook.errors import Refused
from runbook.kind import Reader, Reply, StepKind, Values
from runbook.outcome import Done, Failed, Outcome, Waiting, WaitsFor

SCHEMA = {
    "description": "A question and the ways to go on from it.",
    "type": "object",
    "properties": {
        "question": {"type": "string", "minLength": 1, "description": "What is decided, as Markdown."},
        "options": {
            "type": "array",
            "minItems": 2,
            "description": "The ways to go on.",
            "items": {
                "type": "object",
                "description": "One way to go on.",
                "properties": {
                    "id": {"$ref": "#/$defs/id", "description": "Its name, for answers and expressions."},
                    "title": {"type": "string", "minLength": 1, "description": "Its text for people."},
                    "when": {"$ref": "#/$defs/condition", "description": "The expression that picks it by itself."},
                    "goto": {"$ref": "#/$defs/id", "description": "The step it leads to, further down."},
                },
                "required": ["id"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["options"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Option:
    """One way out: its id, its text, the condition that picks it, the step it leads to."""

    id: str
    title: str
    when: Expression | None
    goto: str | None


@dataclass(frozen=True, slots=True)
class Spec:
    """A question and its ways out."""

    question: Template
    options: tuple[Option, ...]

    @property
    def automatic(self) -> bool:
        """True when an expression decides."""
        return any(option.when for option in self.options)


def read(value: Any, reader: Reader) -> Spec:
    return Spec(
        reader.template(value.get("question", ""), "question"),
        tuple(_option(each, reader, "options", number) for number, each in enumerate(value["options"])),
    )


def _option(value: Any, reader: Reader, *at: str | int) -> Option:
    return Option(
        id=value["id"],
        title=value.get("title", value["id"].replace("-", " ").capitalize()),
        when=reader.condition(value["when"], *at, "when") if "when" in value else None,
        goto=value.get("goto"),
    )


def perform(spec: Spec, values: Values) -> Outcome:
    if not spec.automatic:
        options = [{"id": option.id, "title": option.title} for option in spec.options]
        return Waiting(WaitsFor.PERSON, {"text": values.text(spec.question), "options": options})
    otherwise = None
    for option in spec.options:
        if option.when is None:
            otherwise = otherwise or option
        elif values.holds(option.when):
            return Done({"choice": option.id})
    return Done({"choice": otherwise.id}) if otherwise else Failed("no option of the decision holds")


def describe(spec: Spec) -> Iterator[Block]:
    choices = (
        Choice(each.id, each.title, each.when.source if each.when else "", each.goto or "") for each in spec.options
    )
    yield Choices(spec.question.source, tuple(choices))


def answer(spec: Spec, reply: Reply) -> Outcome:
    if reply.outcome == "failed":
        return Failed(reply.reason)
    ids = [option.id for option in spec.options]
    listed = ", ".join(f"`{each}`" for each in ids)
    if reply.outcome != "choose":
        raise Refused("this step is a decision and wants a choice", f"choose one of {listed}")
    if reply.choose not in ids:
        raise Refused(f"`{reply.choose}` is not an option of this decision", f"choose one of {listed}")
    return Done({"choice": reply.choose})


KIND = StepKind(
    key="decision",
    summary="picks a way to go on",
    schema=SCHEMA,
    read=read,
    perform=perform,
    describe=describe,
    answer=answer,
    skippable=False,
    example="""\
id: healthy
title: Decide whether the node is healthy
decision:
  question: Does the node serve traffic without errors?
  options:
    - {id: "yes", title: It does}
    - {id: "no", title: It does not, goto: take-out}
""",
)
