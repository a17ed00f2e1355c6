"""A yes or no by somebody entitled.

When to use: before what must not happen on one person's word. A deadline refuses, or asks others as well; nothing ever
approves by itself.
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
from runbook.phrases import Phrase, joined

SCHEMA = {
    "description": "The role that approves; or a mapping with quorum, exclusions and a deadline.",
    "anyOf": [
        {"$ref": "#/$defs/id"},
        {
            "type": "object",
            "properties": {
                "role": {"$ref": "#/$defs/id", "description": "Who may approve: a role of the process."},
                "text": {"type": "string", "minLength": 1, "description": "What is approved, as Markdown."},
                "roles": {
                    "type": "array",
                    "items": {"$ref": "#/$defs/id"},
                    "minItems": 1,
                    "description": "Several roles that all have to approve, in place of `role`.",
                },
                "order": {
                    "enum": ["parallel", "sequential"],
                    "description": "`sequential`: the roles decide one after the other; `parallel` when left out.",
                },
                "quorum": {
                    "description": "How many people of each role: a number, `all`, or `50%`; 1 when left out.",
                    "anyOf": [
                        {"type": "integer", "minimum": 1, "maximum": 20, "description": "So many."},
                        {"enum": ["all"], "description": "All who may."},
                        {"type": "string", "pattern": "^(100|[1-9][0-9]?)%$", "description": "So much of all who may."},
                    ],
                },
                "not": {
                    "$ref": "#/$defs/roles",
                    "description": "Who may not: `starter`, `implementer`, `author`, or roles of the process.",
                },
                "covers": {
                    "type": "array",
                    "items": {"$ref": "#/$defs/id"},
                    "description": "Steps whose outputs and evidence are approved with it: a change asks for it again.",
                },
                "expires": {
                    "$ref": "#/$defs/duration",
                    "description": "How long a yes counts before what needs it begins.",
                },
                "deadline": {"$ref": "#/$defs/duration", "description": "After this long it is refused, or escalated."},
                "on_timeout": {
                    "enum": ["reject", "escalate"],
                    "description": "What a missed deadline means: a refusal, or that `escalate_to` may decide as well.",
                },
                "escalate_to": {
                    "$ref": "#/$defs/id",
                    "description": "The role that may decide as well after the deadline.",
                },
                "send_back_to": {
                    "$ref": "#/$defs/id",
                    "description": "The step that is done anew when changes are wanted.",
                },
                "emergency": {
                    "type": "object",
                    "properties": {
                        "role": {"$ref": "#/$defs/id", "description": "Who may say yes at once, with a reason."},
                        "within": {
                            "$ref": "#/$defs/duration",
                            "description": "When those who usually decide have to have looked at it.",
                        },
                    },
                    "required": ["role", "within"],
                    "additionalProperties": False,
                    "description": "A way past those who decide, which they look at afterwards.",
                },
            },
            "additionalProperties": False,
        },
    ],
}


@dataclass(frozen=True, slots=True)
class Spec:
    """Who approves what, how many of them, who may not, and until when (seconds)."""

    roles: tuple[str, ...]
    text: Template
    quorum: int | str
    """How many of each role: a number, `all`, or a share such as `50%`."""
    excludes: tuple[str, ...]
    deadline: float | None
    """When it is refused; None when it is not, or when others may decide as well then."""
    sequential: bool = False
    covers: tuple[str, ...] = ()
    expires: float | None = None
    escalate_after: float | None = None
    escalate_to: str = ""
    send_back_to: str = ""
    emergency: str = ""
    """The role that may say yes at once."""
    review_within: float = 0.0
    """When those who usually decide have to have looked at such a yes."""

    @property
    def role(self) -> str:
        """The role that approves; the first of several."""
        return self.roles[0]

    def needed(self, fitting: int) -> int:
        """How many people of one role have to approve when so many may; 0 where that can't be told."""
        if isinstance(self.quorum, int):
            return self.quorum
        share = 100 if self.quorum == "all" else int(self.quorum.rstrip("%"))
        return -(-fitting * share // 100)


def read(value: Any, reader: Reader) -> Spec:
    given: dict[str, Any] = {"role": value} if isinstance(value, str) else value
    excludes = given.get("not", ())
    escalates = given.get("on_timeout") == "escalate"
    deadline = reader.duration(given["deadline"], "deadline") if "deadline" in given else None
    emergency = given.get("emergency", {})
    return Spec(
        roles=tuple(given["roles"]) if "roles" in given else (given.get("role", ""),),
        text=reader.template(given.get("text", ""), "text"),
        quorum=given.get("quorum", 1),
        excludes=(excludes,) if isinstance(excludes, str) else tuple(excludes),
        deadline=None if escalates else deadline,
        sequential=given.get("order") == "sequential",
        covers=tuple(given.get("covers", ())),
        expires=reader.duration(given["expires"], "expires") if "expires" in given else None,
        escalate_after=deadline if escalates else None,
        escalate_to=given.get("escalate_to", ""),
        send_back_to=given.get("send_back_to", ""),
        emergency=emergency.get("role", ""),
        review_within=reader.duration(emergency["within"], "emergency", "within") if emergency else 0.0,
    )


def perform(spec: Spec, values: Values) -> Outcome:
    prompt: dict[str, Any] = {"text": values.text(spec.text), "role": spec.role, "quorum": spec.quorum}
    if len(spec.roles) > 1:
        prompt["roles"] = list(spec.roles)
    if spec.send_back_to:
        prompt["send_back_to"] = spec.send_back_to
    return Waiting(WaitsFor.PERSON, prompt, seconds=spec.deadline)


def describe(spec: Spec) -> Iterator[Block]:
    if spec.text.source:
        yield Paragraph(spec.text.source)
    yield Fact(Phrase("Approved by"), _approvers(spec))
    if spec.excludes:
        yield Fact(Phrase("Not by"), joined((_EXCLUDED.get(each, each) for each in spec.excludes), ", "))
    if spec.covers:
        covered = ", ".join(spec.covers)
        yield Fact(Phrase("Asked again"), Phrase("when what {steps} gave has changed", steps=covered))
    if spec.expires is not None:
        yield Fact(Phrase("Counts for"), in_words(spec.expires))
    if spec.deadline is not None:
        after = in_words(spec.deadline)
        yield Fact(Phrase("Refused"), Phrase("when nobody has decided after {time}", time=after))
    if spec.escalate_after is not None:
        after = in_words(spec.escalate_after)
        to = Phrase("to {role} when nobody has decided after {time}", role=spec.escalate_to, time=after)
        yield Fact(Phrase("Escalated"), to)
    if spec.emergency:
        within = in_words(spec.review_within)
        words = Phrase(
            "{role} may approve at once; the others look at it within {time}", role=spec.emergency, time=within
        )
        yield Fact(Phrase("In an emergency"), words)


_EXCLUDED = {"starter": Phrase("starter"), "implementer": Phrase("implementer"), "author": Phrase("author")}


def _approvers(spec: Spec) -> str:
    """Who has to approve, and how many of them."""
    roles = _in_turn(spec)
    if spec.quorum == 1:
        return roles
    if spec.quorum == "all":
        return Phrase("all who may, as {roles}", roles=roles)
    if isinstance(spec.quorum, str):
        return Phrase("{share} of all who may, as {roles}", share=spec.quorum, roles=roles)
    return Phrase("{number} different people as {roles}", number=spec.quorum, roles=roles)


def _in_turn(spec: Spec) -> str:
    roles: str = spec.roles[0]
    for role in spec.roles[1:]:
        text = Phrase("{roles}, then {next}") if spec.sequential else Phrase("{roles} and {next}")
        roles = Phrase(text, roles=roles, next=role)
    return roles


def answer(spec: Spec, reply: Reply) -> Outcome:
    if reply.outcome in ("reject", "failed"):
        because = f": {reply.reason}" if reply.reason else ""
        return Failed(f"rejected by {reply.by}{because}")
    if reply.outcome != "approve":
        raise Refused("this step is an approval", "approve or reject it")
    if reply.missing:
        return Waiting(WaitsFor.PERSON)
    return Done({"approved": True, "by": [*(str(earlier["by"]) for earlier in reply.before), reply.by]})


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
