"""A project that is read again and again: a change costs what changed, and little more.

Rule 1: a process whose file and owner are as they were is the same value as before; so is the hash of its definition
while all it uses is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runbook.app.workspace import Workspace

if TYPE_CHECKING:
    from runbook.definition import Process
    from runbook.engine.texts import Texts
    from runbook.reading.documents import Documents
    from runbook.reading.library import Library


@dataclass(frozen=True, slots=True)
class Known:
    """A process as it was built, and from what."""

    content: bytes
    owner: str
    process: Process


class Rereading:
    """Reads one project as often as it is asked to."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.hashes: Mapping[str, str] = {}
        """Of each process of the last reading without errors, the hash of its definition and all it uses."""
        self._texts: Texts | None = None
        self._kept: Mapping[str, Any] | None = None
        self._documents: Documents | None = None
        self._known: Mapping[str, Known] = {}

    def read(self) -> Library:
        """The project as it stands now; without errors, every process of it is built."""
        from runbook.app.editing import texts
        from runbook.diagnostics import Severity
        from runbook.engine.cache import load, save
        from runbook.engine.files import has_signers
        from runbook.reading.documents import Documents
        from runbook.reading.library import read_library

        before, self._texts = self._texts, texts(self.workspace, self._texts)
        if before is not None and before.files.get("runbook.yaml") != self._texts.files.get("runbook.yaml"):
            self._look_for_kinds()
        workspace, files = self.workspace, self._texts.files
        kept = load(workspace.shelf) if self._kept is None else self._kept
        self._documents = self._documents or Documents(workspace.kinds)
        signers = has_signers(workspace.root)
        library = read_library(
            files, workspace.kinds, kept, self._texts.unreadable, keep=True, signers=signers, documents=self._documents
        )
        if self._kept is None:
            save(workspace.shelf, library.cache, dict(kept))
        self._kept = library.cache
        if any(each.severity is Severity.ERROR for each in library.diagnostics):
            return library
        return self._built(library, files)

    def _look_for_kinds(self) -> None:
        """Take up the kinds of steps that the settings name now."""
        anew = dataclasses.replace(self.workspace)
        if anew.kinds.keys != self.workspace.kinds.keys:
            self.workspace, self._documents, self._known, self.hashes = anew, None, {}, {}

    def _built(self, library: Library, files: Mapping[str, bytes]) -> Library:
        """The library with its processes, those that changed built anew."""
        project, known = library.project, dict[str, Known]()
        for id in project.processes:
            interface, group = library.interfaces[id], project.groups[id.partition("/")[0]]
            content, before = files[interface.file], self._known.get(id)
            if before is None or before.content != content or before.owner != group.owner:
                before = Known(content, group.owner, project.processes[id])
            known[id] = before
        changed = {id for id in {*known, *self._known} if known.get(id) is not self._known.get(id)}
        processes = {id: each.process for id, each in known.items()}
        library = dataclasses.replace(library, project=dataclasses.replace(project, processes=processes))
        self._hash(library, changed)
        self._known = known
        return library

    def _hash(self, library: Library, changed: set[str]) -> None:
        """The hashes of the processes that changed, and of those that use them, however far up."""
        from runbook.app.site import hash_of

        users: dict[str, list[str]] = {}
        for id, interface in library.interfaces.items():
            for used in interface.uses:
                users.setdefault(used, []).append(id)
        wanted, touched = list(changed), set[str]()
        while wanted:
            id = wanted.pop()
            if id not in touched:
                touched.add(id)
                wanted += users.get(id, ())
        processes = library.project.processes
        self.hashes = {
            id: hash_of(self.workspace, library, id) if id in touched or id not in self.hashes else self.hashes[id]
            for id in processes
        }


__all__ = ["Rereading"]
