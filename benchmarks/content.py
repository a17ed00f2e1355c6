"""A project of many processes, the same for the same seed: what reading, checking and listing are measured on."""

from __future__ import annotations

import random
from pathlib import Path

FILES = 1_000
GROUPS = 20
SEED = 20_261_122

_VERBS = ("Check", "Rotate", "Restore", "Drain", "Resize", "Patch", "Archive", "Move", "Renew", "Count")
_NOUNS = ("the web servers", "old log files", "the order database", "a node", "expired keys", "the mail queue")


def write_project(root: Path, files: int = FILES, seed: int = SEED) -> int:
    """Write a project with so many processes of 12 steps; the bytes of all its files."""
    chance = random.Random(seed)
    texts = {"runbook.yaml": "runbook: 1\ntitle: A large department\nsummary: Made for measuring.\n"}
    for group in range(min(GROUPS, files)):
        texts[f"processes/team-{group:02}/group.yaml"] = (
            f"title: Team {group}\nsummary: What team {group} does.\nowner: team-{group:02}\n"
            "scope:\n  in: [Everything that was made for measuring]\n"
        )
    for number in range(files):
        texts[f"processes/team-{number % GROUPS:02}/procedure-{number:04}.yaml"] = process(number, chance)
    for path, text in texts.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return sum(len(text.encode()) for text in texts.values())


def process(number: int, chance: random.Random) -> str:
    """One process: 12 steps, three templates, a few `needs`, a decision and a form."""
    title = f"{chance.choice(_VERBS)} {chance.choice(_NOUNS)}"
    limit = chance.randint(50, 95)
    wide = sorted(chance.sample(("look", "space", "load"), 2))
    return f"""\
runbook: 1
title: {title} ({number})
summary: Procedure {number} of the measured project.
description: |
  What is done, by whom, and how one knows that it worked.
  It is the same kind of text that a person would write.
tags: [measured, batch-{number % 7}]
change: standard
prerequisites:
  - The host answers
roles:
  operator: {{summary: Carries it out}}
  owner: {{summary: Answers for the data, not: operator}}
inputs:
  host: {{type: string, pattern: '^[a-z0-9.-]+$', default: host-{number}, description: The machine it is about.}}
  keep: {{type: integer, minimum: 1, maximum: 90, default: {chance.randint(1, 90)}, description: Days to keep.}}
steps:
  - id: look
    title: Look at the host
    command: [ping, -c, "1", "{{{{ inputs.host }}}}"]
    timeout: 30s
    read_only: true
  - id: space
    title: How much space is left
    shell: df --output=pcent / | tail -n 1 | tr -d ' %'
    read_only: true
    outputs:
      percent: {{from: stdout, type: integer}}
  - id: load
    title: How busy it is
    needs: [look]
    command: [cat, /proc/loadavg]
    read_only: true
  - id: judge
    title: Judge the state
    needs: [{", ".join(sorted({*wide, "space"}))}]
    manual:
      text: Compare the figures with those of **last week**.
      fields:
        temperature: {{title: Temperature in the room, type: number, unit: C, min: 10, max: {limit}}}
        remark: {{title: What was noticed, required: false}}
  - id: choose
    title: Is there enough space
    decision:
      question: May the work begin?
      options:
        - {{id: enough, title: There is enough space, when: steps.space.outputs.percent < {limit}, goto: prepare}}
        - {{id: scarce, title: Space is scarce, goto: free}}
  - id: prepare
    title: Make a folder
    needs: [choose]
    command: [mkdir, -p, /var/tmp/procedure-{number}]
    idempotent: true
  - id: work
    title: Do the work
    shell: |
      cd /var/tmp/procedure-{number}
      find . -mtime +{{{{ inputs.keep }}}} -print > list.txt
    warning: Nobody else may work on the host meanwhile.
    on_failure: stop
  - id: free
    title: Free some space
    needs: [choose]
    manual: Ask the team to remove what it does not need.
  - id: join
    title: Wait until it has settled
    needs: [work, free]
    wait: 30s
  - id: prove
    title: Prove the result
    verify:
      command: [test, -d, /var/tmp]
      every: 5s
      within: 2m
  - id: sign
    title: The owner agrees
    approval: {{role: owner, text: "Look at the result of {{{{ inputs.host }}}} before you sign."}}
  - id: close
    title: Write it down
    manual: Note the result in the log of the team.
"""
