"""Runs that a step of another run leaves to themselves: carried out by a program of their own, from their beginning on.

Rule 1: the run is in the journal before anybody is started for it. When that fails, whoever comes next takes it up.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from runbook.engine.lease import holder
from runbook.journal.store import Store
from runbook.run.state import RunState


def left_alone(store: Store, home: Path, state: RunState) -> list[str]:
    """The runs that this one has left to themselves, that have programs to start, and that nobody carries out."""
    steps = (step for each in state.plan.processes.values() for step in each.every_step())
    if not any(getattr(step.spec, "detached", False) for step in steps):
        return []
    begun = (step.outputs.get("run", "") for step in state.steps.values() if getattr(step.step.spec, "detached", False))
    rows = (store.row(run) for run in begun if run)
    return [row.run for row in rows if row and row.status == "running" and not holder(home / "leases", row.run)]


def carry_out_alone(home: Path, root: Path, run: str) -> None:
    """Start a program that carries the run out, as far as it goes without people, and leave it to itself."""
    words = ["--project", str(root), "--home", str(home), "resume", run, "--yes"]
    nowhere = subprocess.DEVNULL
    with suppress(OSError):
        subprocess.Popen(
            [sys.executable, "-P", "-m", "runbook", *words],
            stdin=nowhere, stdout=nowhere, stderr=nowhere, cwd=root, start_new_session=True,
        )  # fmt: skip
