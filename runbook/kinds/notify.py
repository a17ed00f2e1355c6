"""A message to people: chat, mail, telephone, a webhook.

When to use: whoever has to know that something begins, is done or went wrong. Each channel is a turn of its own with a
checkpoint of its own: what was sent is not sent again, whatever happens to the others. Where a crash leaves open
whether a message went out, a person is asked. It needs the extra `notify`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Fact, Paragraph
from runbook.clauses import Foreach, Template
from runbook.errors import ExpressionError
from runbook.kind import Reader, StepKind, Values
from runbook.outcome import Act, Json, Outcome
from runbook.phrases import Phrase
from runbook.work.notify import send

_ADDRESS = re.compile(r"[a-z][a-z0-9+]*://", re.IGNORECASE)

SCHEMA = {
    "description": "Where the message goes, and what it says.",
    "type": "object",
    "properties": {
        "channels": {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": "^[a-z0-9][a-z0-9-]*$"},
            "additionalProperties": {"type": "string", "minLength": 1, "description": "An address of Apprise."},
            "description": "Mapping of name to address, in the form of Apprise: `mailtos://...`, `slack://...`, "
            "`jsons://...`; what must not be known in it is a secret.",
        },
        "title": {"type": "string", "minLength": 1, "description": "What it is about, in one line."},
        "text": {"type": "string", "minLength": 1, "description": "The message."},
        "urgency": {
            "enum": ["info", "success", "warning", "failure"],
            "description": "How channels that can tell it apart show it; `info` when left out.",
        },
    },
    "required": ["channels", "text"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Spec:
    """One message, and the addresses it goes to."""

    channels: Mapping[str, Template]
    channel: Template
    """Which one a turn is for."""
    title: Template
    text: Template
    urgency: str


def read(value: Any, reader: Reader) -> Spec:
    several = len(value["channels"]) > 1
    for name, text in value["channels"].items():
        if not text.startswith("{{") and not _ADDRESS.match(text):
            help = "it begins with the sort of channel, such as `mailtos://`"
            reader.mind(ExpressionError("this is no address of a channel", help), "channels", name)
    return Spec(
        channels={
            name: reader.template(text, "channels", name, sealed=True) for name, text in value["channels"].items()
        },
        channel=reader.template("{{ channel }}" if several else next(iter(value["channels"])), "channels"),
        title=reader.template(value.get("title", ""), "title"),
        text=reader.template(value["text"], "text"),
        urgency=value.get("urgency", "info"),
    )


def turns(spec: Spec) -> Foreach | None:
    """One turn for each channel when there are several, all at once, so that one that fails keeps no other waiting."""
    count = len(spec.channels)
    return Foreach(list(spec.channels), "channel", max_parallel=count) if count > 1 else None


def perform(spec: Spec, values: Values) -> Outcome:
    channel = values.text(spec.channel)
    title, text = " ".join(values.text(spec.title).split()), values.text(spec.text)
    request = {
        "channel": channel,
        "address": list(_parts(spec.channels[channel], values)),
        "title": title,
        "text": text,
        "urgency": spec.urgency,
    }
    return Act(work="notify", request=request, shown=f"To {channel}: " + (f"{title}\n\n{text}" if title else text))


def _parts(address: Template, values: Values) -> Iterator[Json]:
    """The address in parts, so that what is a value in it is known when it is put together."""
    for part in address.parts:
        if isinstance(part, str):
            yield part
        else:
            yield {"value": values.text(Template(address.source, ("", part)))}


def describe(spec: Spec) -> Iterator[Block]:
    yield Fact(Phrase("To"), ", ".join(spec.channels))
    if spec.title.source:
        yield Fact(Phrase("About"), spec.title.source)
    yield Paragraph(spec.text.source)


KIND = StepKind(
    key="notify",
    summary="tells people",
    schema=SCHEMA,
    read=read,
    perform=perform,
    describe=describe,
    acts=True,
    work=send,
    turns=turns,
    example="""\
id: tell
title: Tell the team
notify:
  channels:
    mail: mailtos://mail.example.org?from=runbook@example.org&to=it@example.org
    desk: jsons://desk.example.org/hooks/maintenance
  title: The maintenance of {{ inputs.host }} is over
  text: The service is up again.
""",
)
