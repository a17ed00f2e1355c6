"""A small project on a desk, and texts in which `@@` is the cursor."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from runbook.editing.desk import Desk
from runbook.kind import Kinds
from runbook.kinds import builtin
from runbook.reading.layout import Role, entry_of

ROOT = Path(__file__).resolve().parents[2]
PROCESS = "processes/web/restart.yaml"
CURSOR = "@@"

FILES = {
    "runbook.yaml": "runbook: 1\ntitle: A project\n",
    "operations/teams.yaml": "teams:\n  platform: {title: Platform, lead: ana}\n  desk: {title: Service desk}\n",
    "operations/people/ana.yaml": "name: Ana Berg\nteams: [platform]\n",
    "operations/people/bo.yaml": "name: Bo Lind\nmanager: ana\nteams: [platform]\n",
    "processes/web/group.yaml": "title: Web\nowner: platform\n",
    "processes/web/probe.yaml": (
        "runbook: 1\ntitle: Probe a host\ninputs:\n  host: {type: string, description: The host to look at}\n"
        "  port: {type: integer, default: 80}\nsteps:\n  - id: look\n    title: Look at it\n"
        "    shell: nc -z {{ inputs.host }} {{ inputs.port }}\n    outputs: {answer: stdout}\n"
        'outputs: {answer: "{{ steps.look.outputs.answer }}"}\n'
    ),
    PROCESS: """\
runbook: 1
title: Restart the web server
roles:
  operator: {summary: Does the work}
  approver: {team: platform, people: [ana, bo], not: operator}
inputs:
  host: {type: string, title: Host to restart}
  hosts: {type: array, items: {type: string}, default: []}
steps:
  - id: check
    title: Look before
    process: {use: web/probe, with: {host: "{{ inputs.host }}"}}
  - id: allow
    title: May it be restarted?
    needs: [check]
    approval: {role: approver, covers: [check]}
  - id: restart
    title: Restart it
    role: operator
    why: The old process leaks memory.
    shell: |
      echo "was {{ steps.check.outputs.answer }}"
      systemctl restart nginx
    outputs: {said: stdout}
    when: steps.check.outputs.answer != ''
    on_failure: {goto: check}
  - id: rest
    title: The others
    foreach: {items: "{{ inputs.hosts }}", as: server}
    needs: [restart]
    section:
      steps:
        - id: one
          title: One of them
          command: [echo, "{{ server }}", '{{ steps[''restart''].outputs.said | default(1) }}']
""",
    "processes/web/restart.answers.yaml": "restart: done\nallow: {approve: true, by: ana}\nrest.1/one: done\n",
}


@cache
def kinds() -> Kinds:
    """The kinds there are."""
    return builtin()


def desk(**texts: str) -> Desk:
    """The project, with some files as they are given: `restart` and `probe` are processes of the group `web`."""
    found = Desk(kinds())
    found.lay({path: text.encode() for path, text in {**FILES, **named(texts)}.items()})
    found.findings()
    return found


def named(texts: dict[str, str]) -> dict[str, str]:
    """Texts by their paths."""
    return {f"processes/web/{name}.yaml": text for name, text in texts.items()}


def cursor(text: str) -> tuple[str, int]:
    """The text without the cursor, and where that was."""
    assert text.count(CURSOR) == 1, text
    return text.replace(CURSOR, ""), text.index(CURSOR)


def behind(word: str, text: str = FILES[PROCESS]) -> int:
    """The offset in the middle of the word that a phrase ends with."""
    found = re.search(r"[\w-]+\Z", word)
    assert found
    return text.index(word) + len(word) - len(found[0]) // 2 - 1


def library() -> Desk:
    """The library of processes that comes with the program, on a desk."""
    paths = [ROOT / "runbook.yaml", *(ROOT / "processes").glob("*/*.yaml"), *(ROOT / "operations").rglob("*.yaml")]
    found = Desk(kinds())
    found.lay({path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths if path.is_file()})
    return found


def processes(found: Desk) -> list[str]:
    """The paths of its processes."""
    return [path for path in found.files if entry_of(path).role is Role.PROCESS]
