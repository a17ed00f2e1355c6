"""What the runs and the history tell, looked up beside everything else, as it may take a while.

Rule 1: it is looked up again only when the journal or the history has grown, and the longer it took, the more seldom.
"""

from __future__ import annotations

import dataclasses
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.workspace import Workspace
from runbook.errors import RunbookError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runbook.revision import Revisions
    from runbook.run.usage import Usage

_PAUSE = 2.0
"""Seconds between two looks."""
_SHARE = 20
"""What a look costs is at most one part in so many of the time."""


@dataclass(frozen=True, slots=True)
class Told:
    """How processes were used, and how their files have changed; `error` says why nothing is known of it."""

    used: Mapping[str, Usage]
    history: Revisions
    error: str = ""


class Latest:
    """Looks up, in a thread of its own, what the runs and the history tell."""

    def __init__(self, workspace: Workspace, pages: str = "") -> None:
        self.pages = pages
        """The folder of pages whose history is wanted as well."""
        self._workspace = workspace
        self._told: Told | None = None
        self._known = threading.Event()

    def start(self) -> None:
        """Begin to look."""
        threading.Thread(target=self._look_on, name="latest", daemon=True).start()

    def told(self, patience: float = 0.0) -> Told | None:
        """What was found last; None when nothing was within so many seconds."""
        self._known.wait(patience)
        return self._told

    def _look_on(self) -> None:
        stood: object = None
        while True:
            began, stands = time.thread_time(), (self._stands(), self.pages)
            if stands != stood:
                self._told, stood = self._look(), stands
                self._known.set()
            time.sleep(max(_PAUSE, _SHARE * (time.thread_time() - began)))

    def _look(self) -> Told:
        from runbook.app.using import revisions, usage
        from runbook.revision import Revisions

        workspace = dataclasses.replace(self._workspace)  # a journal is open in one thread
        try:
            return Told(usage(workspace), revisions(workspace, self.pages))
        except (RunbookError, OSError) as error:
            return Told({}, Revisions(), str(error))

    def _stands(self) -> list[tuple[int, int]]:
        """Stands for the journal and the newest commit as they are now."""
        journal = self._workspace.named_home / "journal.db"
        git = _git_folder(self._workspace.root)
        watched = [journal, journal.with_name("journal.db-wal")]
        watched += [git / "HEAD", git / "logs" / "HEAD"] if git else []
        return [_stamp(path) for path in watched]


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return (0, 0)
    return (found.st_size, found.st_mtime_ns)


def _git_folder(root: Path) -> Path | None:
    """Where git keeps what it knows of a project; None when it knows nothing."""
    for folder in (root, *root.parents):
        named = folder / ".git"
        if named.is_dir():
            return named
        if named.is_file():  # a second working tree of a repository
            word, _, place = named.read_text("utf-8", "replace").strip().partition(": ")
            return folder / place if word == "gitdir" else None
    return None


__all__ = ["Latest", "Told"]
