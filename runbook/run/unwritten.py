"""A process that is only listed can't be carried out: there are no steps to do."""

from __future__ import annotations

from runbook.definition import Process
from runbook.errors import Refused


def check_written(process: Process) -> None:
    """`Refused` for a process whose steps are not written yet."""
    if not process.is_written:
        raise Refused(
            f"`{process.id}` is only listed: its steps are not written yet",
            f"write `steps` in {process.file}, then `runbook validate`",
        )
