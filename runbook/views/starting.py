"""The first text of a project, a process group and a process: valid as it stands, and made to be changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from runbook.reading.layout import Role, as_id, entry_of
from runbook.reading.operations import documents

TEMPLATES = ("manual", "mixed")
"""`manual`: people do every step; `mixed`: the machine does it, and people know how to do it by hand."""

LISTED = "listed"
"""The template of a process whose steps are not written yet."""

FIRST_STEPS = ("Prepare the work", "Do the work", "Check the result")
"""The steps of a process for which none were named."""

FIRST_PROCESS = "first-steps/disk-check"
"""The process that a new project begins with."""

GITIGNORE = ".runbook/\n"

_PLAIN = re.compile(r"[A-Za-z]([A-Za-z0-9 ,.()/'-]*[A-Za-z0-9.)])?\Z")
_RESERVED = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}

_FIRST_PROCESS = """\
runbook: 1
title: Check how full the disk is
summary: See how much room is left, and note whether it is enough.
use_when:
  - You want to see what a process looks like
inputs:
  folder: {type: string, default: /, title: Folder whose disk is looked at, pattern: '^/'}
steps:
  - id: measure
    title: Measure the disk
    command: [df, -P, -h, "{{ inputs.folder }}"]
    manual: Run `df -P -h` and read the column `Capacity`.
    read_only: true
    outputs:
      used: {regex: '([0-9]+)%', type: integer}
  - id: judge
    title: Judge what is left
    why: Only you know what this machine is going to need.
    manual:
      text: The disk is {{ steps.measure.outputs.used }} % full. Decide whether that leaves enough room.
      fields:
        enough: {title: Is there enough room, type: boolean}
"""


def as_title(id: str) -> str:
    """What a group or process is called until somebody finds better words."""
    return id.replace("-", " ").capitalize()


def scalar(text: str) -> str:
    """A text as YAML takes it for this very text."""
    if _PLAIN.match(text) and text.lower() not in _RESERVED:
        return text
    return json.dumps(text, ensure_ascii=False)


def with_schema(path: str, text: str) -> str:
    """A definition file with the line that tells editors its schema, unless it has one."""
    if text.startswith("# yaml-language-server:"):
        return text
    role = entry_of(path).role
    kept = (each.name for each in documents() if each.holds(path)) if role is Role.OPERATIONS else ()
    sort = next(iter(kept), role.value)
    return f"# yaml-language-server: $schema={'../' * path.count('/')}schemas/{sort}.schema.json\n{text}"


def project(title: str) -> str:
    """The `runbook.yaml` of a project."""
    return f"runbook: 1\ntitle: {scalar(title)}\n"


def group(title: str, owner: str) -> str:
    """The `group.yaml` of a process group."""
    return f"title: {scalar(title)}\nowner: {scalar(owner)}\n"


def first_process() -> str:
    """A small process that runs on every machine."""
    return _FIRST_PROCESS


def process(title: str, owner: str, steps: Sequence[str], template: str) -> str:
    """A process with these steps; without an `owner` its group's answers for it."""
    owned = [f"owner: {scalar(owner)}"] if owner else []
    head = ["runbook: 1", f"title: {scalar(title)}", *owned]
    if template == LISTED:
        return "\n".join([*head, "# Only listed: add its `steps` when they are written down."]) + "\n"
    lines = [*head, "steps:"]
    ids: list[str] = []
    for step in steps or FIRST_STEPS:
        ids.append(_free(as_id(step), ids))
        lines += [f"  - id: {ids[-1]}", f"    title: {scalar(step)}", *_body(step, template)]
    return "\n".join(lines) + "\n"


def _body(title: str, template: str) -> Iterator[str]:
    if template == "mixed":
        yield f"    command: [echo, {json.dumps(title, ensure_ascii=False)}]  # put the program here that does it"
        yield "    manual: Describe here how a person does it by hand."
    else:
        yield "    manual: Describe here what to do, one action a sentence."


def _free(id: str, taken: Sequence[str]) -> str:
    number, free = 1, id
    while free in taken:
        number += 1
        free = f"{id[:60]}-{number}"
    return free
