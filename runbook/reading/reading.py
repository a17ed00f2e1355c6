"""One pass over the files of a project: each is read once, checked with what it uses, and let go of.

Rule 1: a process is looked at before it is checked, as others need its interface; it is built only when somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from runbook.definition import Process, ProcessGroup, Project
from runbook.diagnostics import Diagnostic, Severity
from runbook.kind import Kinds
from runbook.reading import layout
from runbook.reading.about import ABOUT, NOTHING_ABOUT, read_about
from runbook.reading.build import build_group, build_project
from runbook.reading.catalogued import UNCATALOGUED, catalogued
from runbook.reading.digest import digest_of, digest_of_all
from runbook.reading.interface import Interface
from runbook.reading.keeping import Kept, Verdict
from runbook.reading.layout import Role

if TYPE_CHECKING:
    from runbook.reading.documents import Documents, Draft
    from runbook.reading.files import Document


_AT_A_TIME = 100
"""Files that are held in memory together."""


@dataclass(slots=True)
class _File:
    """One process file on its way: as it was kept, or as it was read."""

    id: str
    path: str
    content: bytes
    digest: str
    owner: str = ""
    verdict: Verdict | None = None
    document: Document | None = None
    draft: Draft | None = None
    found: tuple[Diagnostic, ...] = ()


class Reading:
    """One reading of one project; files come in by `take`, the project comes out of `finish`."""

    def __init__(self, kinds: Kinds, kept: Kept, keep: bool, signers: bool | None, documents: Documents | None) -> None:
        if documents is not None:
            self.documents = documents
        self.signers = signers
        self.kinds = kinds
        self.kept = kept
        self.keep = keep
        self.files: dict[str, bytes] = {}
        self.processes: dict[str, _File] = {}
        self.interfaces: dict[str, Interface] = {}
        self.about = NOTHING_ABOUT
        self.catalogued = UNCATALOGUED
        self.groups: dict[str, ProcessGroup] = {}
        self.described: dict[str, Document | None] = {}
        self.found: list[Diagnostic] = []
        self.unread: set[str] = set()
        self.whole = True
        """False when only some of the processes were taken."""
        self.levels: Mapping[str, str] = {}
        """The levels of rules that the project sets."""

    @cached_property
    def documents(self) -> Documents:
        """What reads a file; not needed, and not loaded, while nothing has changed."""
        from runbook.reading.documents import Documents

        return Documents(self.kinds)

    def miss(self, path: str, reason: str) -> None:
        """A file that is there and can't be read."""
        from runbook.reading.text import unreadable

        entry = layout.entry_of(path)
        self.found.append(unreadable(path, reason))
        self.unread.add(path)
        if entry.role is Role.PROCESS:
            self.interfaces[entry.id] = Interface(entry.id, path, entry.id, whole=False)

    def take(self, path: str, content: bytes) -> None:
        """A file with its content."""
        entry = layout.entry_of(path)
        if entry.role is Role.NONE:
            return
        self.files[path] = content
        if entry.role is Role.PROCESS:
            self.processes[entry.id] = _File(entry.id, path, content, digest_of(content))
        elif entry.role is Role.MISPLACED:
            self.found.append(layout.misplaced(path))

    def look(self, id: str) -> Interface:
        """The interface of a process that was taken: kept from before, or read now."""
        if id not in self.interfaces:
            file = self.processes[id]
            file.owner = self._group(id.partition("/")[0]).owner
            file.verdict = self.kept.verdict(file.path, file.digest, file.owner)
            self.interfaces[id] = file.verdict.interface if file.verdict else self._read(file)
        return self.interfaces[id]

    def _read(self, file: _File) -> Interface:
        file.document = self.documents.read(Role.PROCESS, file.path, file.content)
        file.draft = self.documents.draft(file.id, file.path, file.document, file.owner)
        return self.documents.interface(file.id, file.path, file.document, file.draft)

    def _group(self, id: str) -> ProcessGroup:
        if id not in self.groups:
            path = layout.group_file(id)
            data = self._described(Role.GROUP, path) if path in self.files else None
            if data is None:
                data = {"title": id.replace("-", " ").capitalize()}
                if path in self.files or path in self.unread:
                    data["owner"] = self._word(path, "owner") or "unknown"
            self.groups[id] = build_group(id, path, data)
        return self.groups[id]

    def _word(self, path: str, name: str) -> str:
        document = self.described.get(path)
        return document.word(name) if document else ""

    def _described(self, role: Role, path: str) -> dict[str, Any] | None:
        """The data of a group or of the project; None when its file is broken."""
        digest = digest_of(self.files[path])
        data: dict[str, Any] | None = self.kept.data(path, digest)
        if data is None:
            document = self.described[path] = self.documents.read(role, path, self.files[path])
            self.found += document.found
            if not document.fits:
                return None
            data = dict(document.data)
            if document.found:
                return data
        self.kept.keep_data(path, digest, data)
        return data

    def finish(self) -> Project:
        """Check everything, when all files have been taken; the project, with the processes that can be built."""
        project = self._described(Role.PROJECT, layout.PROJECT) if layout.PROJECT in self.files else None
        if layout.PROJECT not in self.files and layout.PROJECT not in self.unread:
            self.found.append(layout.missing_project())
        self._read_about()
        self.catalogued = catalogued((*self.files, *self.unread)) if self.whole else UNCATALOGUED
        self._read_department()
        together = self._check_those_alone()
        for path in self.files:
            entry = layout.entry_of(path)
            if entry.role is Role.GROUP:
                self._group(entry.id)
        self._look_for_groups()
        for file in together:
            self._check(file)
        self._check_tests()
        self.levels = (project or {}).get("lint", {})
        if self.whole and project and "docs" in project:
            from runbook.reading.docs import check_docs

            self.found += check_docs(project["docs"], self.files[layout.PROJECT], self.interfaces)
        title = {"title": self._word(layout.PROJECT, "title")}
        return build_project(project or title, dict(sorted(self.groups.items())), Processes(self))

    def _read_about(self) -> None:
        paths = [path for path in (*self.files, *self.unread) if layout.entry_of(path).role in ABOUT]
        if paths:
            self.about = read_about({path: self.files.get(path) for path in paths}, self.documents)
            self.found += self.about.found

    def _read_department(self) -> None:
        paths = [path for path in (*self.files, *self.unread) if layout.entry_of(path).role is Role.OPERATIONS]
        if not paths:
            return
        digests = (f"{path} {digest_of(self.files.get(path, b''))}" for path in sorted(paths))
        digest = digest_of_all([*digests, self.about.digest])
        if self.kept.data("operations", digest) is None:
            from runbook.reading.department import read_department

            found = read_department({path: self.files.get(path) for path in paths}, self.about.surely).found
            self.found += found
            if found:
                return
        self.kept.keep_data("operations", digest, {})

    def _look_for_groups(self) -> None:
        for id, group in self.groups.items():
            if group.file not in self.files and group.file not in self.unread:
                first = min(file.path for file in self.processes.values() if file.id.startswith(f"{id}/"))
                self.found.append(layout.missing_group(id, first))

    def _check_those_alone(self) -> list[_File]:
        """Looks at every process, and checks those that use no other; the rest, which wait for each other.

        A few at a time: looking at many before checking many is quick, and letting go of them soon saves memory.
        """
        together: list[_File] = []
        files = iter(self.processes.values())
        while some := list(islice(files, _AT_A_TIME)):
            alone: list[_File] = []
            for file in some:
                uses = self.look(file.id).uses
                ready = file.draft is not None and not file.draft.taken_out and not uses
                (alone if ready else together).append(file)
            for file in alone:
                self._check(file)
                if not self.keep:
                    file.document = file.draft = None
        return together

    def _check(self, file: _File) -> None:
        around = self._around(file.id)
        if file.verdict is not None:
            if file.verdict.around == around:
                self.found += file.verdict.warnings
                self.kept.keep(file.path, file.verdict)
                return
            self._read(file)
        assert file.document is not None
        found = file.document.found
        if file.draft is not None:
            found += self.documents.check(
                file.draft, self.interfaces, self.about.surely, self.about.inventory, self.signers, self.catalogued
            )
            if all(each.severity is not Severity.ERROR for each in found):
                verdict = Verdict(file.digest, file.owner, around, self.interfaces[file.id], found)
                self.kept.keep(file.path, verdict)
        self.found += found

    def _check_tests(self) -> None:
        """Looks at the tests, each beside the process they are of."""
        for path, content in self.files.items():
            if (entry := layout.entry_of(path)).role is Role.TEST:
                self._check_test(path, content, entry.id)

    def _check_test(self, path: str, content: bytes, id: str) -> None:
        from runbook.reading.process_tests import check_tests, orphan

        if id not in self.processes:
            if layout.process_file(id) not in self.unread:
                self.found.append(orphan(path))
            return
        digest = digest_of_all([digest_of(content), self.processes[id].digest, self._around(id)])
        if self.kept.data(path, digest) is not None:
            self.kept.keep_data(path, digest, {})
            return
        document = self.documents.read(Role.TEST, path, content)
        found = document.found
        if document.fits and document.tree is not None and self.interfaces[id].whole:
            found += tuple(check_tests(document.tree, self.process(id), Processes(self).get))
        self.found += found
        if not found:
            self.kept.keep_data(path, digest, {})

    def _around(self, id: str) -> str:
        """The hash of all that a process uses, however far down, of the people and hosts there are, and if any sign."""
        seen: set[str] = set()
        wanted = list(self.interfaces[id].uses)
        while wanted:
            next = wanted.pop()
            if next not in seen:
                seen.add(next)
                wanted += self.interfaces[next].uses if next in self.interfaces else ()
        parts = [f"{id} {self.processes[id].digest}" for id in sorted(seen) if id in self.processes]
        known = [digest for digest in (self.about.digest, self.catalogued.digest) if digest]
        nobody_signs = ["nobody signs"] if self.signers is False else []
        return digest_of_all([*parts, *known, *nobody_signs])

    def process(self, id: str) -> Process:
        """The process with that id, built now when it was not read before."""
        file = self.processes[id]
        if file.draft is None:
            self._read(file)
        assert file.draft is not None
        return file.draft.process


class Processes(Mapping[str, Process]):
    """The processes that can be built; those that have not changed are built when somebody asks for them."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._ids = sorted(id for id in reading.processes if reading.interfaces[id].whole)

    def __getitem__(self, id: str) -> Process:
        if id not in self._reading.processes or not self._reading.interfaces[id].whole:
            raise KeyError(id)
        return self._reading.process(id)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)
