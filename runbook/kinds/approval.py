"""A yes or no by somebody entitled.

When to use: before what must not happen on one person's word. A deadline refuses; nothing ever approves by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Fact, Paragraph
from runbook.clauses import Template
from runbook.durations import in_words
from runbook.errors import Refused
from runbook.kind import Reader, Reply, StepKind, Values
from runbook.outcome import Done, Failed, Outcome, Waiting, WaitsFor

SCHEMA = {
    "description": "The role that approves; or a mapping with quorum, exclusions and a deadline.",
    "anyOf": [
        {"$ref": "#/$defs/id"},
        {
            "type": "object",
            "properties": {
                "role": {"$ref": "#/$defs/id", "description": "Who may approve: a role of the process."},
                "text": {"type": "string", "minLength": 1, "description": "What is approved, as Markdown."},
                "quorum": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 20,
                    "description": "How many different people must approve; 1 when left out.",
                },
                "not": {"$ref": "#/$defs/roles", "description": "Who may not: `starter`, or roles of the process."},
                "deadline": {"$ref": "#/$defs/duration", "description": "After this long it is refused."},
                "on_timeout": {"enum": ["reject"], "description": "What a missed deadline means: always a refusal."},
            },
            "required": ["role"],
            "additionalProperties": False,
        },
    ],
}


@dataclass(frozen=True, slots=True)
class Spec:
    """Who approves what, how many of them, who may not, and until when (seconds)."""

    role: str
    text: Template
    quorum: int
    excludes: tuple[str, ...]
    deadline: float | None


def read(value: Any, reader: Reader) -> Spec:
    given: dict[str, Any] = {"role": value} if isinstance(value, str) else value
    excludes = given.get("not", ())
    return Spec(
        role=given["role"],
        text=reader.template(given.get("text", ""), "text"),
        quorum=given.get("quorum", 1),
        excludes=(excludes,) if isinstance(excludes, str) else tuple(excludes),
        deadline=reader.duration(given["deadline"], "deadline") if "deadline" in given else None,
    )


def perform(spec: Spec, values: Values) -> Outcome:
    prompt = {"text": values.text(spec.text), "role": spec.role, "quorum": spec.quorum}
    return Waiting(WaitsFor.PERSON, prompt, seconds=spec.deadline)


def describe(spec: Spec) -> Iterator[Block]:
    if spec.text.source:
        yield Paragraph(spec.text.source)
    yield Fact("Approved by", spec.role if spec.quorum == 1 else f"{spec.quorum} different people as {spec.role}")
    if spec.excludes:
        yield Fact("Not by", ", ".join(spec.excludes))
    if spec.deadline is not None:
        yield Fact("Refused", f"when nobody has decided after {in_words(spec.deadline)}")


def answer(spec: Spec, reply: Reply) -> Outcome:
    if reply.outcome in ("reject", "failed"):
        because = f": {reply.reason}" if reply.reason else ""
        return Failed(f"rejected by {reply.by}{because}")
    if reply.outcome != "approve":
        raise Refused("this step is an approval", "approve or reject it")
    people = [str(earlier["by"]) for earlier in reply.before]
    if reply.by in people:
        raise Refused(f"{reply.by} has approved already, and one person counts once", "ask somebody else to approve")
    people.append(reply.by)
    if len(people) < spec.quorum:
        return Waiting(WaitsFor.PERSON)
    return Done({"approved": True, "by": people})


def wake(spec: Spec, signal: str) -> Outcome:
    return Failed("nobody decided before the deadline")


KIND = StepKind(
    key="approval",
    summary="a yes or no by somebody entitled",
    schema=SCHEMA,
    read=read,
    perform=perform,
    describe=describe,
    answer=answer,
    wake=wake,
    skippable=False,
    example="""\
id: go-ahead
title: Approve the switch-over
approval: {role: approver, not: starter, deadline: 4h}
""",
)
