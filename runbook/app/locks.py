"""Who is inside of what only so many may be inside of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from runbook.app.workspace import Workspace


def rivals(workspace: Workspace, run: str) -> Callable[[str], Sequence[str]]:
    """Tells which other runs are inside of a key, the longest first."""

    def inside(key: str) -> list[str]:
        journal = workspace.existing_journal()
        rows = journal.locks() if journal else ()
        return list(dict.fromkeys(row.run for row in rows if row.granted and row.key == key and row.run != run))

    return inside
