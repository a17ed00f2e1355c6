"""A person, an expression, a signal or the clock picks one of several ways, or several of them.

When to use: the procedure forks. Give options a `when` and the machine decides; leave it out and a person does. An
option with `signal` or `after` is taken by what comes first, and the others are off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Choice, Choices
from runbook.clauses import Expression, Template
from runbook.durations import in_words
from runbook.errors import Refused
from runbook.kind import Reader, Reply, StepKind, Values
from runbook.outcome import Done, Failed, Outcome, Waiting, WaitsFor
from runbook.phrases import Phrase

SCHEMA = {
    "description": "A question and the ways to go on from it.",
    "type": "object",
    "properties": {
        "question": {"type": "string", "minLength": 1, "description": "What is decided, as Markdown."},
        "choose": {
            "enum": ["one", "several"],
            "description": "How many of the options are taken; `one` when left out.",
        },
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
                    "signal": {"$ref": "#/$defs/id", "description": "The signal that picks it."},
                    "after": {
                        "$ref": "#/$defs/duration",
                        "description": "It is picked when nothing else was for so long.",
                    },
                    "goto": {
                        "$ref": "#/$defs/id",
                        "description": "The step it leads to; further up, it is done anew, and what depends on it.",
                    },
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
    """One way out: its id, its text, what picks it (`after`: seconds), the step it leads to."""

    id: str
    title: str
    when: Expression | None
    goto: str | None
    signal: str = ""
    after: float | None = None

    @property
    def by_person(self) -> bool:
        """True when a person may pick it."""
        return self.when is None and not self.signal and self.after is None


@dataclass(frozen=True, slots=True)
class Spec:
    """A question and its ways out."""

    question: Template
    options: tuple[Option, ...]
    several: bool = False

    @property
    def automatic(self) -> bool:
        """True when an expression decides."""
        return any(option.when for option in self.options)


def read(value: Any, reader: Reader) -> Spec:
    return Spec(
        reader.template(value.get("question", ""), "question"),
        tuple(_option(each, reader, "options", number) for number, each in enumerate(value["options"])),
        value.get("choose") == "several",
    )


def _option(value: Any, reader: Reader, *at: str | int) -> Option:
    return Option(
        id=value["id"],
        title=value.get("title", value["id"].replace("-", " ").capitalize()),
        when=reader.condition(value["when"], *at, "when") if "when" in value else None,
        goto=value.get("goto"),
        signal=value.get("signal", ""),
        after=reader.duration(value["after"], *at, "after") if "after" in value else None,
    )


def perform(spec: Spec, values: Values) -> Outcome:
    if spec.automatic:
        return _decided(spec, values)
    options = [{"id": option.id, "title": option.title} for option in spec.options if option.by_person]
    prompt = {"text": values.text(spec.question), "options": options, **({"several": True} if spec.several else {})}
    signals = tuple(option.signal for option in spec.options if option.signal)
    ends = [option.after for option in spec.options if option.after is not None]
    waits_for = WaitsFor.PERSON if options else WaitsFor.SIGNAL if signals else WaitsFor.TIME
    return Waiting(waits_for, prompt, seconds=min(ends) if ends else None, signals=signals)


def _decided(spec: Spec, values: Values) -> Outcome:
    holding = [option for option in spec.options if option.when and values.holds(option.when)]
    otherwise = [option for option in spec.options if option.when is None]
    if spec.several:
        return _taken(spec, holding or otherwise[:1])
    chosen = (holding or otherwise)[:1]
    return _taken(spec, chosen) if chosen else Failed("no option of the decision holds")


def _taken(spec: Spec, chosen: list[Option]) -> Done:
    ids = [option.id for option in chosen]
    return Done({"choices": ids} if spec.several else {"choice": ids[0]})


def describe(spec: Spec) -> Iterator[Block]:
    choices = (
        Choice(each.id, each.title, each.when.source if each.when else "", each.goto or "", _also(each))
        for each in spec.options
    )
    yield Choices(spec.question.source, tuple(choices), spec.several)


def _also(option: Option) -> str:
    """What takes an option that no person takes."""
    if option.signal:
        return Phrase("when the signal `{signal}` comes", signal=option.signal)
    if option.after is not None:
        return Phrase("when nothing was chosen for {time}", time=in_words(option.after))
    return ""


def wake(spec: Spec, signal: str) -> Outcome:
    if signal:
        return _taken(spec, [option for option in spec.options if option.signal == signal][:1])
    timed = [option for option in spec.options if option.after is not None]
    return _taken(spec, [min(timed, key=lambda option: option.after or 0.0)])


def answer(spec: Spec, reply: Reply) -> Outcome:
    if reply.outcome == "failed":
        return Failed(reply.reason)
    by_id = {option.id: option for option in spec.options if option.by_person}
    listed = ", ".join(f"`{each}`" for each in by_id)
    if reply.outcome != "choose":
        raise Refused("this step is a decision and wants a choice", f"choose one of {listed}")
    chosen = list(dict.fromkeys(each.strip() for each in reply.choose.split(","))) if spec.several else [reply.choose]
    for each in chosen:
        if each not in by_id:
            raise Refused(f"`{each}` is not an option of this decision", f"choose one of {listed}")
    return _taken(spec, [by_id[each] for each in chosen])


KIND = StepKind(
    key="decision",
    summary="picks a way to go on",
    schema=SCHEMA,
    read=read,
    perform=perform,
    describe=describe,
    answer=answer,
    wake=wake,
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
