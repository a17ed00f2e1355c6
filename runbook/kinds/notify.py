"""A message to people: chat, mail, telephone, a webhook.

When to use: whoever has to know that something begins, is done or went wrong. Each channel is a turn of its own with a
checkpoint of its own: what was sent is not sent again, whatever happens to the others. It needs the extra `notify`.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Fact, Paragraph
from runbook.clauses import Foreach, Template
from runbook.errors import ExpressionError
from runbook.kind import Reader, StepKind, Values, WorkFailed
from runbook.outcome import Act, Outcome

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
            "`jsons://...`; usually a secret.",
        },
        "title": {"type": "string", "minLength": 1, "description": "What it is about, in one line."},
        "text": {"type": "string", "minLength": 1, "description": "The message."},
        "format": {"enum": ["text", "markdown"], "description": "How the message is written; `text` when left out."},
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
    format: str
    urgency: str


def read(value: Any, reader: Reader) -> Spec:
    several = len(value["channels"]) > 1
    for name, address in value["channels"].items():
        if "{{" not in address and not _ADDRESS.match(address):
            what = f"`{address}` is no address of a channel"
            reader.mind(ExpressionError(what, "it begins with the sort of channel: `mailtos://`"), "channels", name)
    return Spec(
        channels={
            name: reader.template(address, "channels", name, sealed=True) for name, address in value["channels"].items()
        },
        channel=reader.template("{{ channel }}" if several else next(iter(value["channels"])), "channels"),
        title=reader.template(value.get("title", ""), "title"),
        text=reader.template(value["text"], "text"),
        format=value.get("format", "text"),
        urgency=value.get("urgency", "info"),
    )


def turns(spec: Spec) -> Foreach | None:
    """One turn for each channel, when there are several; one that fails leaves the others alone."""
    count = len(spec.channels)
    return Foreach(list(spec.channels), "channel", max_parallel=count) if count > 1 else None


def perform(spec: Spec, values: Values) -> Outcome:
    channel = values.text(spec.channel)
    title, text = values.text(spec.title), values.text(spec.text)
    request = {
        "channel": channel,
        "address": values.text(spec.channels[channel]),
        "title": title,
        "text": text,
        "format": spec.format,
        "urgency": spec.urgency,
    }
    return Act(
        work="notify", request=request, shown=f"To {channel}: {title}\n\n{text}" if title else f"To {channel}: {text}"
    )


def describe(spec: Spec) -> Iterator[Block]:
    yield Fact("To", ", ".join(spec.channels))
    if spec.title.source:
        yield Fact("About", spec.title.source)
    yield Paragraph(spec.text.source)


def work(request: Mapping[str, Any]) -> None:
    """Send the message over one channel."""
    try:
        from apprise import Apprise  # an extra: only those who have such steps need it
    except ImportError:
        raise WorkFailed("`notify` steps need the package apprise", "pip install 'runbook-toolkit[notify]'") from None

    channel = request["channel"]
    said = _Said()
    logging.getLogger("apprise").addHandler(said)
    sender = Apprise()
    if not sender.add(request["address"]):
        raise WorkFailed(f"the address of `{channel}` is none that can be sent to", "see the addresses of Apprise")
    sent = sender.notify(
        body=request["text"],
        title=request["title"],
        body_format=request["format"],
        notify_type=request["urgency"],
        interpret_escapes=False,
    )
    if not sent:
        why = said.lines[-1] if said.lines else "the channel did not take it"
        raise WorkFailed(f"`{channel}` was not told: {why}")
    print(json.dumps({"channel": channel, "sent": True}))


class _Said(logging.Handler):
    """What the library says when something goes wrong."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        print(text, file=sys.stderr)
        if record.levelno >= logging.WARNING:
            self.lines.append(text.rstrip(". "))


KIND = StepKind(
    key="notify",
    summary="tells people",
    schema=SCHEMA,
    read=read,
    perform=perform,
    describe=describe,
    acts=True,
    work=work,
    turns=turns,
    example="""\
id: tell
title: Tell the team
notify:
  channels: {mail: "mailto://mail.example.org?from=runbook@example.org&to=it@example.org"}
  title: The maintenance of {{ inputs.host }} is over
  text: The service is up again.
""",
)
