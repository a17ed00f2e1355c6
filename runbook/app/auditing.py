"""Whether what should come by itself does come: rungs and thresholds of all open items, worked out once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runbook.app.worklists import items, worklist
from runbook.app.workspace import Workspace

if TYPE_CHECKING:
    from runbook.operations.auditing import Missed


def audit_escalations(workspace: Workspace, grace: int) -> tuple[int, list[Missed]]:
    """How many items are open, and what is amiss with them, the longest overdue first; `grace` is in seconds."""
    from runbook.operations.auditing import audited
    from runbook.operations.seconds import seconds

    if workspace.existing_journal() is None:
        return 0, []
    judges, now = worklist(workspace).judges, seconds(workspace.clock())
    open_items = items(workspace)
    found = [missed for item in open_items for missed in audited(item, judges.of(item), now, grace)]
    return len(open_items), sorted(found, key=lambda each: (not each.late, -each.overdue, each.item))


def heartbeat(address: str) -> int:
    """Tell a watcher elsewhere that all is well; the status of its answer."""
    from runbook.engine.heartbeat import beat

    return beat(address)
