"""A `{{ ... }}` stands where a shell or another program would read its value as code, or not at all.

Why: a value never becomes text of a script: it travels in the environment, and the `{{ ... }}` becomes a quoted
reference to it. In single quotes, in comments, as the name of a program, and in what `eval`, `sh -c`, `ssh` or
`awk` run, there is no reference that is safe. The same holds for the arguments and the input of a `command`, and for
the text of an `sql` query.

Example:

    shell: awk '/{{ inputs.word }}/' /var/log/syslog

Instead: hand the value over as an argument of its own, or in the environment:
`word={{ inputs.word }} awk '$0 ~ ENVIRON["word"]' ...`. In a query write `:word`, and the value under `params`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.notes import Sort
from runbook.reading.rule import Finding, Subject

CODE = "RB224"
NAME = "shell-template"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds scripts and arguments whose `{{ ... }}` something would run."""
    for flaw in subject.flaws:
        if flaw.sort is Sort.SCRIPT:
            yield Finding(flaw.at, str(flaw.error), flaw.error.help, offset=flaw.error.column)
