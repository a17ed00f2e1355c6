"""A playbook of Ansible.

When to use: where the way to set something up is a playbook already: the runbook decides when, who and whether, and
keeps how it went for each host. It needs the extra `ansible`.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Code, Fact
from runbook.clauses import Template, as_written
from runbook.kind import Reader, StepKind, Values
from runbook.kinds.shell import read_env
from runbook.outcome import Act, Json, Outcome
from runbook.phrases import Phrase
from runbook.sealed import Sealed, seals
from runbook.work.ansible import options, play

SCHEMA = {
    "description": "The playbook; or a mapping with what it is given.",
    "anyOf": [
        {"type": "string", "minLength": 1},
        {
            "type": "object",
            "properties": {
                "playbook": {"type": "string", "minLength": 1, "description": "The playbook, a file of the project."},
                "inventory": {
                    "type": "string",
                    "minLength": 1,
                    "description": "The inventory, a file or folder of the project; this machine when left out.",
                },
                "limit": {"type": "string", "minLength": 1, "description": "Which hosts of the inventory."},
                "vars": {
                    "type": "object",
                    "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_]*$"},
                    "description": "Variables by name; texts may hold `{{ }}`, and are no templates to Ansible.",
                },
                "tags": {
                    "type": "array",
                    "items": {"type": "string", "minLength": 1},
                    "description": "Only tasks with these tags.",
                },
                "check": {"type": "boolean", "description": "`true`: it only looks what would be changed."},
                "env": {
                    "$ref": "#/$defs/env",
                    "description": "Variables for its environment, such as `ANSIBLE_CONFIG`.",
                },
            },
            "required": ["playbook"],
            "additionalProperties": False,
        },
    ],
}


@dataclass(frozen=True, slots=True)
class Spec:
    """A playbook and what it is given."""

    playbook: Template
    inventory: Template
    limit: Template
    vars: Mapping[str, Json]
    tags: tuple[str, ...]
    check: bool
    env: tuple[tuple[str, Template], ...]


def read(value: Any, reader: Reader) -> Spec:
    given: dict[str, Any] = {"playbook": value} if isinstance(value, str) else value
    at = () if isinstance(value, str) else ("playbook",)
    return Spec(
        playbook=reader.template(given["playbook"], *at),
        inventory=reader.template(given.get("inventory", ""), "inventory"),
        limit=reader.template(given.get("limit", ""), "limit"),
        vars=reader.values(given.get("vars", {}), "vars", sealed=True),
        tags=tuple(given.get("tags", ())),
        check=given.get("check", False),
        env=read_env(given, reader),
    )


def perform(spec: Spec, values: Values) -> Outcome:
    given: dict[str, Json] = values.value(spec.vars)
    env = {name: values.text(text) for name, text in spec.env}
    secrets: list[Json] = []
    for number, (at, parts) in enumerate(seals(given), 1):
        env[f"RUNBOOK_SECRET_{number}"] = Sealed.of(parts)
        secrets.append({"at": list(at), "env": f"RUNBOOK_SECRET_{number}"})
    request: dict[str, Json] = {
        "playbook": values.text(spec.playbook),
        "inventory": values.text(spec.inventory),
        "limit": values.text(spec.limit),
        "vars": _plain(given),
        "secrets": secrets,
        "tags": list(spec.tags),
        "check": spec.check,
    }
    words = ["ansible-playbook", *options(request)]
    if given:
        words += ["--extra-vars", json.dumps(given, ensure_ascii=False)]
    return Act(work="ansible", request=request, env=env, shown=shlex.join([*words, "--", request["playbook"]]))


def _plain(value: Json) -> Json:
    """The same with the name of a secret in its place; the secret itself goes by the environment."""
    match value:
        case Mapping():
            return {name: _plain(each) for name, each in value.items()}
        case list():
            return [_plain(each) for each in value]
    return "".join(value) if isinstance(value, Sealed) else value


def describe(spec: Spec) -> Iterator[Block]:
    yield Code(f"ansible-playbook {spec.playbook.source}", "sh")
    for name, text in ((Phrase("Inventory"), spec.inventory), (Phrase("Hosts"), spec.limit)):
        if text.source:
            yield Fact(name, text.source)
    for key, value in spec.vars.items():
        yield Fact(Phrase("With {name}", name=key), as_written(value))


def only_looks(spec: Spec) -> bool:
    """True when it only looks what would be changed."""
    return spec.check


KIND = StepKind(
    key="ansible",
    summary="runs a playbook",
    schema=SCHEMA,
    read=read,
    perform=perform,
    describe=describe,
    acts=True,
    work=play,
    only_looks=only_looks,
    example="""\
id: configure
title: Configure the web servers
ansible:
  playbook: playbooks/web.yaml
  inventory: inventory/hosts.yaml
  limit: "{{ inputs.host }}"
  vars: {folder: "{{ inputs.folder }}"}
""",
)
