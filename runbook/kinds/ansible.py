"""A playbook of Ansible.

When to use: where the way to set something up is a playbook already: the runbook decides when, who and whether, and
keeps what came out. It needs the extra `ansible`.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Code, Fact
from runbook.clauses import Template, as_written
from runbook.kind import Reader, StepKind, Values, WorkFailed
from runbook.kinds.shell import read_env
from runbook.outcome import Act, Json, Outcome
from runbook.work.files import inside

SCHEMA = {
    "description": "The playbook; or a mapping with what it is given.",
    "anyOf": [
        {"type": "string", "minLength": 1},
        {
            "type": "object",
            "properties": {
                "playbook": {"type": "string", "minLength": 1, "description": "The playbook, a file of the project."},
                "inventory": {"type": "string", "minLength": 1, "description": "The inventory, in the project."},
                "limit": {"type": "string", "minLength": 1, "description": "Which hosts of the inventory."},
                "vars": {"type": "object", "description": "Variables by name; texts may hold `{{ }}`."},
                "tags": {"type": "array", "items": {"type": "string"}, "description": "Only tasks with these tags."},
                "check": {"type": "boolean", "description": "`true`: it only looks what would be changed."},
                "env": {
                    "$ref": "#/$defs/env",
                    "description": "Variables for its environment: secrets, which it reads by `lookup('env', NAME)`.",
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
        vars=reader.below("vars").values(given.get("vars", {})),
        tags=tuple(given.get("tags", ())),
        check=given.get("check", False),
        env=read_env(given, reader),
    )


def perform(spec: Spec, values: Values) -> Outcome:
    request: dict[str, Json] = {
        "playbook": values.text(spec.playbook),
        "inventory": values.text(spec.inventory),
        "limit": values.text(spec.limit),
        "vars": values.value(spec.vars),
        "tags": list(spec.tags),
        "check": spec.check,
    }
    words = ["ansible-playbook", *_options(request)]
    if request["vars"]:
        words += ["--extra-vars", json.dumps(request["vars"], ensure_ascii=False)]
    env = {name: values.text(text) for name, text in spec.env}
    return Act(work="ansible", request=request, env=env, shown=shlex.join([*words, "--", request["playbook"]]))


def _options(request: Mapping[str, Any]) -> list[str]:
    """The options of the program; each value after a `=`, so that none is taken for an option."""
    words = ["--check"] if request["check"] else []
    given = (("inventory", request["inventory"]), ("limit", request["limit"]), ("tags", ",".join(request["tags"])))
    return words + [f"--{name}={value}" for name, value in given if value]


def describe(spec: Spec) -> Iterator[Block]:
    yield Code(f"ansible-playbook {spec.playbook.source}", "sh")
    for name, text in (("Inventory", spec.inventory), ("Hosts", spec.limit)):
        if text.source:
            yield Fact(name, text.source)
    for key, value in spec.vars.items():
        yield Fact(f"With {key}", as_written(value))


def work(request: Mapping[str, Any]) -> None:
    """Run the playbook; what it says goes to standard error, how it went for each host is printed as JSON."""
    try:
        from ansible_runner import run  # type: ignore[import-untyped]  # an extra, and it has no stubs
    except ImportError:
        what = "`ansible` steps need the package ansible-runner"
        raise WorkFailed(what, "pip install 'runbook-toolkit[ansible]'") from None

    playbook = inside(request["playbook"])
    if not os.path.isfile(playbook):
        raise WorkFailed(f"there is no playbook `{request['playbook']}` in the project", "see `playbook` of the step")
    inventory = inside(request["inventory"]) if request["inventory"] else None
    options = _options({**request, "inventory": "", "limit": ""})
    with tempfile.TemporaryDirectory(prefix="runbook-ansible-") as folder:
        ended = run(
            private_data_dir=folder,
            project_dir=os.getcwd(),
            playbook=playbook,
            inventory=inventory or "localhost ansible_connection=local",
            limit=request["limit"] or None,
            extravars=request["vars"] or None,
            cmdline=shlex.join(options) or None,
            event_handler=_told,
            quiet=True,
        )
        stats = ended.stats or {}
    hosts = sorted({host for each in stats.values() if isinstance(each, dict) for host in each})
    print(json.dumps({"status": ended.status, "hosts": {host: _of(host, stats) for host in hosts}}, ensure_ascii=False))
    if ended.rc:
        bad = [host for host in hosts if host in stats.get("failures", {}) or host in stats.get("dark", {})]
        raise WorkFailed(f"the playbook failed{' for ' + ', '.join(bad[:10]) if bad else ''}", exit_code=ended.rc)


def _told(event: Mapping[str, Any]) -> bool:
    text = str(event.get("stdout") or "")
    if text:
        print(text, file=sys.stderr, flush=True)
    return False  # nothing of it is kept in files


def _of(host: str, stats: Mapping[str, Any]) -> dict[str, int]:
    names = {"ok": "ok", "changed": "changed", "failures": "failed", "dark": "unreachable", "skipped": "skipped"}
    return {shown: int(stats.get(name, {}).get(host, 0)) for name, shown in names.items()}


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
    work=work,
    only_looks=only_looks,
    example="""\
id: configure
title: Configure the web servers
ansible:
  playbook: playbooks/web.yaml
  inventory: inventory/hosts.yaml
  limit: web
  vars: {version: "{{ inputs.version }}"}
""",
)
