"""A `{{ ... }}` stands where the shell would read its value as code, or not at all.

Why: a value never becomes text of a script: it travels in the environment, and the `{{ ... }}` becomes a quoted
reference to it. In single quotes, in comments, as the name of a program, and in what `eval`, `sh -c`, `ssh` or
`awk` run, there is no reference that is safe.

Example:

    shell: awk '/{{ inputs.word }}/' /var/log/syslog

Instead: hand the value over as an argument or in the environment: `awk -v word={{ inputs.word }} '$0 ~ word'
...`, or use `command`, which has no shell in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.build import Sort
from runbook.reading.rule import Finding, Subject

CODE = "RB224"
NAME = "shell-template"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds scripts whose `{{ ... }}` can't be turned into references."""
    for flaw in subject.flaws:
        if flaw.sort is Sort.SCRIPT:
            yield Finding(flaw.at, str(flaw.error), flaw.error.help, offset=flaw.error.column)
