"""Reading a whole project: every process with everything that is wrong, in one pass over its files.

Rule 1: a malformed file is never silently missing. It takes part by its name, and its findings are reported.
Rule 2: nothing here touches a disk: files come in as bytes, and what is worth keeping goes out as a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runbook.collecting import without_collecting
from runbook.definition import Project
from runbook.diagnostics import Diagnostic, Severity
from runbook.kind import Kinds
from runbook.organisation import Organisation
from runbook.outcome import Json
from runbook.reading import layout
from runbook.reading.interface import Interface
from runbook.reading.keeping import Kept, kept
from runbook.reading.reading import Reading
from runbook.source import Source

if TYPE_CHECKING:
    from runbook.reading.allowing import Allowed, Judged
    from runbook.reading.documents import Documents


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
                "listed_only": each.whole and not each.written,
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
        reading = Reading(kinds, kept(cache, kinds), keep, signers, documents)
        for path, reason in (unreadable or {}).items():
            reading.miss(path, reason)
        for path in sorted(files):
            reading.take(path, files[path])
        return _library(reading)


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
        reading = Reading(kinds, Kept("") if documents else kept(None, kinds), True, signers, documents)
        reading.whole = False
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
        return _library(reading)


def _library(reading: Reading) -> Library:
    """What has come of a reading."""
    project = reading.finish()
    judged = _judged(reading)
    diagnostics = tuple(sorted(judged.found, key=_order))
    errors = {each.place.file for each in diagnostics if each.severity is Severity.ERROR}
    return Library(
        project=project,
        diagnostics=diagnostics,
        sources=_sources(reading.files, {each.place.file for each in diagnostics}),
        broken=frozenset(id for id, each in reading.interfaces.items() if each.file in errors),
        organisation=reading.about.organisation,
        interfaces=reading.interfaces,
        allowed=judged.allowed,
        cache=reading.kept.to_json(),
    )


def _judged(reading: Reading) -> Judged:
    """What was found, as the project wants to hear it."""
    from runbook.reading.allowing import MARKED, Judged, judged

    files, levels = reading.files, reading.levels
    if not levels and not any(MARKED.search(content) for content in files.values()):
        return Judged(tuple(reading.found))
    from runbook.reading.catalogue import catalogue

    return judged(reading.found, files, levels, layout.PROJECT, catalogue(reading.kinds).values())


def _sources(files: Mapping[str, bytes], paths: set[str]) -> dict[str, Source]:
    texts = ((path, files.get(path, b"").decode("utf-8", "replace")) for path in sorted(paths))
    return {path: Source(path, text.removeprefix("\ufeff")) for path, text in texts}


def _order(each: Diagnostic) -> tuple[str, int, int, str]:
    return each.place.file, each.place.line, each.place.column, each.code
