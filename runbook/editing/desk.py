"""One project as an editor has it open: its files, those on the screen as they are there, and what is wrong in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from runbook.diagnostics import Diagnostic, Problem
from runbook.editing.fields import Guide
from runbook.editing.index import Index, index_of
from runbook.kind import Kinds
from runbook.organisation import NOBODY, Organisation
from runbook.reading import layout
from runbook.reading.catalogue import catalogue
from runbook.reading.documents import Documents
from runbook.reading.interface import Interface
from runbook.reading.layout import Role
from runbook.reading.library import Library, read_library
from runbook.reading.schemas import SORTS, schema_of
from runbook.reading.text import MAX_BYTES
from runbook.source import Source

_RENEWED = 200
"""Readings after which what was learnt by heart is forgotten: every letter somebody types adds to it."""


@dataclass(frozen=True, slots=True)
class _Indexed:
    content: bytes
    index: Index


class Desk:
    """The files of one project; `lay` puts them there, everything else asks about them."""

    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds
        self.problems: Mapping[str, Problem] = catalogue(kinds)
        self.files: Mapping[str, bytes] = {}
        self.interfaces: Mapping[str, Interface] = {}
        """What was last known of every process."""
        self.organisation: Organisation = NOBODY
        self._unreadable: Mapping[str, str] = {}
        self._library: Library | None = None
        self._fresh = False
        """True while nothing has changed since the last reading."""
        self._readings = 0
        self._documents = Documents(kinds)
        self._indexes: dict[str, _Indexed] = {}
        self._guides = {role: Guide(schema_of(role, kinds)) for role in SORTS}

    def lay(self, files: Mapping[str, bytes], unreadable: Mapping[str, str] | None = None) -> None:
        """Put the files of the project on the desk, by their paths; what can't be read, with the reason."""
        if files != self.files or (unreadable or {}) != self._unreadable:
            self.files, self._unreadable = dict(files), dict(unreadable or {})
            self._fresh = False

    def findings(self) -> tuple[Diagnostic, ...]:
        """Everything that is wrong in the project, by file and place."""
        if self._library is None or not self._fresh:
            cache = self._library.cache if self._library else None
            self._library = self._read(self.files, cache)
            self.interfaces, self.organisation = self._library.interfaces, self._library.organisation
            self._fresh = True
        return self._library.diagnostics

    def findings_with(self, files: Mapping[str, bytes]) -> tuple[Diagnostic, ...]:
        """What would be wrong if these files were as they are here."""
        self.findings()
        return self._read({**self.files, **files}, self._library.cache if self._library else None).diagnostics

    def _read(self, files: Mapping[str, bytes], cache: Mapping[str, object] | None) -> Library:
        self._readings += 1
        if self._readings % _RENEWED == 0:
            self._documents = Documents(self.kinds)
        known = {path: content for path, content in files.items() if layout.entry_of(path).role is not Role.NONE}
        return read_library(known, self.kinds, cache, self._unreadable, documents=self._documents)

    def source(self, path: str) -> Source:
        """The text of a file; empty when there is none."""
        text = self.files.get(path, b"").decode("utf-8", "replace").removeprefix("\ufeff")
        return Source(path, text)

    def guide(self, path: str) -> Guide | None:
        """The schema of a file; None for one that has none."""
        return self._guides.get(layout.entry_of(path).role)

    def index(self, path: str) -> Index:
        """What a file names and defines, as it stands on the desk."""
        content = self.files.get(path, b"")
        known = self._indexes.get(path)
        if known is None or known.content != content:
            text = content.decode("utf-8", "replace") if len(content) <= MAX_BYTES else ""
            known = _Indexed(content, index_of(path, layout.entry_of(path), text, self.guide(path)))
            self._indexes[path] = known
        return known.index

    def holding(self, word: str, *roles: Role) -> Iterator[Index]:
        """The files of those sorts in which a word stands somewhere."""
        wanted = word.encode()
        for path, content in self.files.items():
            if layout.entry_of(path).role in roles and wanted in content:
                yield self.index(path)

    def beside(self, ending: str) -> Iterator[str]:
        """The paths of the files beside processes whose names end like that, such as `.answers.yaml`."""
        return (path for path in self.files if path.startswith("processes/") and path.endswith(ending))
