"""An expression names an input that the process does not have.

Why: the run would stop at that step, because a name without a value is an error.

Example:

    inputs:
      host: {type: string, title: Host to restart}
    steps:
      - {id: restart, title: Restart it, command: [ssh, "{{ inputs.hostname }}", reboot]}

Instead: write the name as it stands under `inputs`, or add the input there.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.diagnostics import suggestion
from runbook.reading.rule import Finding, Subject

CODE = "RB210"
NAME = "unknown-input"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds look-ups below `inputs` that are not declared."""
    known = subject.process.inputs
    for lookup in subject.lookups:
        if lookup.path[0] == "inputs" and len(lookup.path) > 1 and lookup.path[1] not in known:
            name = lookup.path[1]
            help = suggestion(name, known, f"declare `{name}` under `inputs`")
            yield lookup.found(f"there is no input `{name}`", help)
