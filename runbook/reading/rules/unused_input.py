"""An input is asked for and never used.

Why: whoever starts the run gives it thought, and believes that it matters.

Example:

    inputs:
      host: {type: string, title: Host to restart}
    steps:
      - {id: restart, title: Restart it, shell: systemctl restart web}

Instead: use it, `{{ inputs.host }}`, or take it out.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.diagnostics import Severity
from runbook.reading.rule import Finding, Subject

CODE = "RB235"
NAME = "unused-input"
SEVERITY = Severity.WARNING


def check(subject: Subject) -> Iterator[Finding]:
    """Finds inputs that no expression looks up."""
    if not subject.process.inputs or subject.flaws:
        return
    used = {lookup.path[1:2] for lookup in subject.lookups if lookup.path[0] == "inputs"}
    if () in used:
        return
    for name in subject.process.inputs:
        if (name,) not in used:
            yield Finding(("inputs", name), f"the input `{name}` is never used", "use it, or take it out", key=True)
