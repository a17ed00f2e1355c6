"""Reading a whole project: every process with everything that is wrong, in one pass over its files.

Rule 1: a malformed file is never silently missing. It takes part by its name, and its findings are reported.
Rule 2: nothing here touches a disk: files come in as bytes, and what is worth keeping goes out as a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from runbook.collecting import without_collecting
from runbook.definition import Process, ProcessGroup, Project
from runbook.diagnostics import Diagnostic, Severity
from runbook.inventory import NOWHERE, Inventory
from runbook.kind import Kinds
from runbook.organisation import NOBODY, Organisation
from runbook.outcome import Json
from runbook.reading import layout
from runbook.reading.build import build_group, build_project
from runbook.reading.interface import Interface
from runbook.reading.keeping import Kept, Verdict, digest_of, digest_of_all, kept
from runbook.reading.layout import HOSTS, Role
from runbook.source import Source

if TYPE_CHECKING:
    from runbook.reading.allowing import Allowed, Judged
    from runbook.reading.documents import Document, Documents, Draft
    from runbook.reading.tree import Tree


_AT_A_TIME = 100
"""Files that are held in memory together."""
_ABOUT_PEOPLE = (Role.PERSON, Role.TEAMS, Role.HOSTS)


@dataclass(frozen=True, slots=True)
class Library:
    """A project as it was read."""

    project: Project
    diagnostics: tuple[Diagnostic, ...]
    """Everything that is wrong, by file and place."""
    sources: Mapping[str, Source]
    """The files with findings, for excerpts."""
    broken: frozenset[str]
    """The ids of the processes with errors."""
    organisation: Organisation
    """Who there is."""
    interfaces: Mapping[str, Interface]
    """What lists need to know of every process, broken ones too."""
    allowed: tuple[Allowed, ...] = ()
    """What would be wrong, had its author not allowed it, and why."""
    cache: dict[str, Json] = field(default_factory=dict)
    """What makes the next reading of unchanged files cheap."""

    def entries(self) -> list[dict[str, Any]]:
        """The processes as a list shows them, by id."""
        return [
            {
                "id": each.id,
                "group": each.id.partition("/")[0],
                "title": each.title,
                "summary": each.summary,
                "owner": each.owner,
                "tags": list(each.tags),
                "steps": each.steps,
                "automated": each.automated,
                "broken": each.id in self.broken,
            }
            for _, each in sorted(self.interfaces.items())
        ]


def read_library(
    files: Mapping[str, bytes],
    kinds: Kinds,
    cache: Mapping[str, Any] | None = None,
    unreadable: Mapping[str, str] | None = None,
    keep: bool = False,
    signers: bool | None = None,
    documents: Documents | None = None,
) -> Library:
    """The project in these files (paths from its root), with all findings; `unreadable` are paths with the reason.

    `keep` spares those who want every process afterwards a second reading, at the price of memory.
    `signers`: whether somebody's key is known to check signatures by; left out, that is not looked into.
    `documents` is what has read files before, for whoever reads again and again.
    """
    with without_collecting():
        reading = _Reading(kinds, kept(cache, kinds), keep, signers, documents)
        for path, reason in (unreadable or {}).items():
            reading.miss(path, reason)
        for path in sorted(files):
            reading.take(path, files[path])
        return reading.finish()


def read_closure(
    id: str,
    read: Callable[[str], bytes | None],
    kinds: Kinds,
    people: Iterable[str] = (),
    signers: bool | None = None,
    documents: Documents | None = None,
) -> Library:
    """One process with its group and all processes it uses; `read` gives a file's content, None when there is none.

    `people` are the paths of the files about people; `signers` as in `read_library`; `documents` what reads a file,
    for whoever reads many of them.
    It is in neither `project.processes` nor `broken` when there is no such process.
    """
    with without_collecting():
        reading = _Reading(kinds, Kept("") if documents else kept(None, kinds), True, signers, documents)
        for path in people:
            if (content := read(path)) is not None:
                reading.take(path, content)
        wanted, seen = ["", id], {""}
        while wanted:
            next = wanted.pop(0)
            paths = [layout.process_file(next), layout.group_file(next.partition("/")[0])]
            if not next:
                paths = [layout.PROJECT]
            elif not layout.is_process_id(next):
                continue
            for path in paths:
                content = read(path) if path not in reading.files else None
                if content is not None:
                    reading.take(path, content)
            uses = reading.look(next).uses if layout.process_file(next) in reading.files else ()
            wanted += [use for use in uses if use not in seen]
            seen.update(uses)
        return reading.finish()


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


class _Reading:
    """One reading of one project; files come in by `take`, the library comes out of `finish`."""

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
        self.organisation = NOBODY
        self.surely = NOBODY
        """The same for the rules: nobody while a file about people is broken, so that its mistake is told alone."""
        self.inventory: Inventory | None = NOWHERE
        """The hosts there are; None while the file about them is broken."""
        self.about_people = ""
        """The hash of all files about people and hosts."""
        self.groups: dict[str, ProcessGroup] = {}
        self.described: dict[str, Document | None] = {}
        self.found: list[Diagnostic] = []
        self.unread: set[str] = set()

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

    def finish(self) -> Library:
        """The library, when all files have been taken."""
        project = self._described(Role.PROJECT, layout.PROJECT) if layout.PROJECT in self.files else None
        if layout.PROJECT not in self.files and layout.PROJECT not in self.unread:
            self.found.append(layout.missing_project())
        self._read_people()
        together = self._check_those_alone()
        for path in self.files:
            entry = layout.entry_of(path)
            if entry.role is Role.GROUP:
                self._group(entry.id)
        self._look_for_groups()
        for file in together:
            self._check(file)
        self._check_tests()
        judged = self._judged((project or {}).get("lint", {}))
        diagnostics = tuple(sorted(judged.found, key=_order))
        errors = {each.place.file for each in diagnostics if each.severity is Severity.ERROR}
        processes = _Processes(self)
        title = {"title": self._word(layout.PROJECT, "title")}
        return Library(
            project=build_project(project or title, dict(sorted(self.groups.items())), processes),
            diagnostics=diagnostics,
            sources=self._sources({each.place.file for each in diagnostics}),
            broken=frozenset(id for id, each in self.interfaces.items() if each.file in errors),
            organisation=self.organisation,
            interfaces=self.interfaces,
            allowed=judged.allowed,
            cache=self.kept.to_json(),
        )

    def _judged(self, levels: Mapping[str, str]) -> Judged:
        """What was found, as the project wants to hear it."""
        from runbook.reading.allowing import MARKED, Judged, judged

        if not levels and not any(b"allow" in content and MARKED.search(content) for content in self.files.values()):
            return Judged(tuple(self.found))
        from runbook.reading.catalogue import catalogue

        return judged(self.found, self.files, levels, layout.PROJECT, catalogue(self.kinds).values())

    def _read_people(self) -> None:
        paths = [path for path in self.files if layout.entry_of(path).role in _ABOUT_PEOPLE]
        unread = {path for path in self.unread if layout.entry_of(path).role in _ABOUT_PEOPLE}
        if not paths and not unread:
            return
        from runbook.reading.people import check_people, read_people

        data: dict[str, Json] = {}
        trees: dict[str, Tree] = {}
        for path in paths:
            document = self.documents.read(layout.entry_of(path).role, path, self.files[path])
            self.found += document.found
            if document.fits and document.tree is not None:
                data[path], trees[path] = document.tree.data, document.tree
        self.organisation = read_people(data)
        broken = {*unread, *(path for path in paths if path not in data)}
        self.surely = NOBODY if broken - {HOSTS} else self.organisation
        self.found += check_people(self.organisation, trees, broken - {HOSTS})
        if HOSTS in trees:
            from runbook.reading.hosts import check_hosts

            self.found += check_hosts(trees[HOSTS])
        self.inventory = None if HOSTS in broken else self.organisation.inventory
        self.about_people = digest_of_all(
            [*(f"{path} {digest_of(self.files[path])}" for path in paths), *sorted(unread)]
        )

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
            found += self.documents.check(file.draft, self.interfaces, self.surely, self.inventory, self.signers)
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
            found += tuple(check_tests(document.tree, self.process(id), _Processes(self).get))
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
        nobody_signs = ["nobody signs"] if self.signers is False else []
        return digest_of_all([*parts, *([self.about_people] if self.about_people else []), *nobody_signs])

    def _sources(self, paths: set[str]) -> dict[str, Source]:
        sources: dict[str, Source] = {}
        for path in sorted(paths):
            text = self.files.get(path, b"").decode("utf-8", "replace").removeprefix("\ufeff")
            sources[path] = Source(path, text)
        return sources

    def process(self, id: str) -> Process:
        """The process with that id, built now when it was not read before."""
        file = self.processes[id]
        if file.draft is None:
            self._read(file)
        assert file.draft is not None
        return file.draft.process


class _Processes(Mapping[str, Process]):
    """The processes that can be built; those that have not changed are built when somebody asks for them."""

    def __init__(self, reading: _Reading) -> None:
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


def _order(each: Diagnostic) -> tuple[str, int, int, str]:
    return each.place.file, each.place.line, each.place.column, each.code
