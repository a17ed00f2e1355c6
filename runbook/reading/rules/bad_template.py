"""Text with `{{ ... }}` in it can't be read.

Why: what stands between `{{` and `}}` is an expression, and has to be one. Statements (`{% %}`) and comments
(`{# #}`) are not part of the language.

Example:

    command: [cp, "{{ inputs.source }", /srv]

Instead: close what was opened: `"{{ inputs.source }}"`. For braces that are meant as text write `{{ '{{' }}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.notes import Sort
from runbook.reading.rule import Finding, Subject

CODE = "RB223"
NAME = "bad-template"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds texts whose `{{ ... }}` could not be read."""
    for flaw in subject.flaws:
        if flaw.sort is Sort.TEMPLATE:
            yield Finding(flaw.at, str(flaw.error), flaw.error.help, offset=flaw.error.column)
