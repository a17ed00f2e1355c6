"""A project that is read again and again: a change costs what changed, and little more.

Rule 1: a process is built when somebody asks for it, and the same value as before while its file and owner are.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runbook.app.workspace import Workspace
from runbook.definition import Process

if TYPE_CHECKING:
    from runbook.engine.texts import Texts
    from runbook.reading.documents import Documents
    from runbook.reading.library import Library
    from runbook.views.site.card import Card


@dataclass(slots=True)
class _Built:
    """The processes that were built, each with the file and the owner of its group that it was built from."""

    known: dict[str, tuple[bytes, str, Process]] = field(default_factory=dict)
    building: threading.RLock = field(default_factory=threading.RLock)


class Processes(Mapping[str, Process]):
    """The processes of one reading; those that were built in an earlier one are not built again."""

    def __init__(self, library: Library, files: Mapping[str, bytes], built: _Built) -> None:
        self._library = library
        self._files = files
        self._built = built

    def __getitem__(self, id: str) -> Process:
        found = self._library.interfaces.get(id)
        if found is None or not found.whole:
            raise KeyError(id)
        group = self._library.project.groups.get(id.partition("/")[0])
        content, owner = self._files[found.file], group.owner if group else ""
        with self._built.building:
            before = self._built.known.get(id)
            if before is None or before[:2] != (content, owner):
                before = self._built.known[id] = (content, owner, self._library.project.processes[id])
        return before[2]

    def __iter__(self) -> Iterator[str]:
        return iter(self._library.project.processes)

    def __len__(self) -> int:
        return len(self._library.project.processes)


class Rereading:
    """Reads one project as often as it is asked to."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._texts: Texts | None = None
        self._kept: Mapping[str, Any] | None = None
        self._documents: Documents | None = None
        self._built = _Built()
        self._cards: dict[str, tuple[list[str | None], Card]] = {}

    def read(self) -> Library:
        """The project as it stands now."""
        from runbook.app.editing import texts
        from runbook.engine.cache import VERDICTS
        from runbook.engine.files import has_signers
        from runbook.reading.library import read_library

        before, self._texts = self._texts, texts(self.workspace, self._texts)
        if before is not None and before.files.get("runbook.yaml") != self._texts.files.get("runbook.yaml"):
            self._look_for_kinds()
        workspace, files = self.workspace, self._texts.files
        kept = VERDICTS.load(workspace.shelf) if self._kept is None else self._kept
        signers = has_signers(workspace.root)
        library = read_library(
            files, workspace.kinds, kept, self._texts.unreadable,
            keep=True, signers=signers, documents=None if self._kept is None else self._reader(),
        )  # fmt: skip
        if self._kept is None:
            VERDICTS.save(workspace.shelf, library.cache, dict(kept))
            workspace.keep_out_of_git()
        self._kept = library.cache
        processes = Processes(library, files, self._built)
        return dataclasses.replace(library, project=dataclasses.replace(library.project, processes=processes))

    def cards(self, library: Library) -> Mapping[str, Card]:
        """What lists show of each process of a library without errors."""
        from runbook.app.site import card_key, card_of, cards_of, whole

        keys = {id: card_key(library, id) for id in whole(library)}
        if not self._cards:
            cards = cards_of(self.workspace, library)
            self._cards = {id: (key, cards[id]) for id, key in keys.items()}
        else:
            self._cards = {
                id: before if key[0] and (before := self._cards.get(id)) and before[0] == key
                else (key, card_of(self.workspace, library, id))
                for id, key in keys.items()
            }  # fmt: skip
        return {id: card for id, (_, card) in self._cards.items()}

    def _reader(self) -> Documents:
        """What reads files, with everything that it has found out about them so far."""
        from runbook.reading.documents import Documents

        self._documents = self._documents or Documents(self.workspace.kinds)
        return self._documents

    def _look_for_kinds(self) -> None:
        """Take up the kinds of steps that the settings name now."""
        anew = dataclasses.replace(self.workspace)
        if anew.kinds.keys != self.workspace.kinds.keys:
            self.workspace, self._documents, self._built, self._cards = anew, None, _Built(), {}


__all__ = ["Rereading"]
