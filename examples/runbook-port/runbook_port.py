"""Looks whether a TCP port answers.

When to use: before work that needs a service, and after work that brought it back.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Fact
from runbook.clauses import Template, as_written
from runbook.kind import Reader, StepKind, Values, WorkFailed
from runbook.outcome import Act, Json, Outcome

SCHEMA = {
    "description": "Where the service should answer.",
    "type": "object",
    "properties": {
        "host": {"type": "string", "minLength": 1, "description": "The name or address of the machine."},
        "port": {"type": ["integer", "string"], "description": "The number of the port."},
        "patience": {"$ref": "#/$defs/duration", "description": "How long it may take to answer; 5s when left out."},
    },
    "required": ["host", "port"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Spec:
    """A port of a machine, and the seconds it may take to answer."""

    host: Template
    port: Json
    patience: float


def read(value: Any, reader: Reader) -> Spec:
    """From what the author wrote to a spec; `reader` notes what is wrong at its line."""
    patience = reader.duration(value["patience"], "patience") if "patience" in value else 5.0
    return Spec(reader.template(value["host"], "host"), reader.values(value["port"], "port"), patience)


def perform(spec: Spec, values: Values) -> Outcome:
    """What is to happen, with the values that are known now. Nothing happens here."""
    host, port = values.text(spec.host), values.value(spec.port)
    request = {"host": host, "port": port, "patience": spec.patience}
    return Act(work="port", request=request, shown=f"nc -z {host} {port}")


def work(request: Mapping[str, Any]) -> None:
    """What happens, in a process of its own: print what was found, or fail with why."""
    host, port = request["host"], int(request["port"])
    begun = time.monotonic()
    try:
        socket.create_connection((host, port), request["patience"]).close()
    except OSError as error:
        raise WorkFailed(f"{host} does not answer at port {port}: {error}", "see whether the service runs") from None
    print(json.dumps({"milliseconds": round((time.monotonic() - begun) * 1000)}))


def describe(spec: Spec) -> Iterator[Block]:
    """How the documentation shows it, from which every view makes its own text."""
    yield Fact("Must answer", f"port {as_written(spec.port)} of {spec.host.source}")


KIND = StepKind(
    key="port",
    summary="looks whether a port answers",
    schema=SCHEMA,
    read=read,
    perform=perform,
    describe=describe,
    acts=True,
    read_only=True,
    work=work,
    example="""\
id: answers
title: The database answers
port: {host: db1.example.org, port: 5432, patience: 2s}
outputs:
  took: {json: milliseconds}
""",
)
