"""A program would run in a folder outside the project.

Why: what a process does is reviewed together with the files around it. A folder above the project is another one on
every machine.

Example:

    shell: {run: ls, cwd: ../../logs}

Instead: name a folder of the project. A script that has to work elsewhere says so itself: `cd /var/log/app`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.kinds.shell import is_outside
from runbook.reading.rule import Finding, Subject

CODE = "RB239"
NAME = "folder-outside"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds a `cwd` without values that leads out of the project; one with values is looked at when the step starts."""
    for at, program in subject.programs:
        cwd = getattr(program, "cwd", None)  # there is none where a program runs on another host
        if cwd and cwd.constant and is_outside(cwd.source):
            message = f"`{cwd.source}` is outside the project"
            yield Finding((*at, "cwd"), message, "name a folder inside it, or use `cd` in a script")
