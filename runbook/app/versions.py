"""Two versions of a process to compare: files, revisions of git, the project of today, what a run goes by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.carrying import resolve
from runbook.app.workspace import Workspace, here
from runbook.errors import Misuse

if TYPE_CHECKING:
    from runbook.definition import Process


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a process, with what it uses where that is known; `name` is what people call it."""

    name: str
    processes: Mapping[str, Process]
    root: str
    whole: bool = False
    """True when it has everything that its process uses."""


def version(workspace: Workspace, word: str, revision: str = "") -> Version:
    """The version that a word means: a file, `REV:path`, a process of the project, or a run."""
    from runbook.reading.layout import is_process_id, process_file

    if revision:
        if not is_process_id(word):
            raise Misuse(f"`{word}` is no process", "--from and --to go with a process, such as backup/restore-drill")
        return _earlier(workspace, workspace.root, revision, process_file(word), word)
    if Path(word).is_file():
        from runbook.engine.definitions import read_bounded

        path = Path(word)
        return _alone(workspace, word, path.stem, read_bounded(path))
    before, colon, path_in = word.partition(":")
    if colon:
        return _earlier(workspace, here(), before, path_in, Path(path_in).stem)
    if is_process_id(word):
        return today(workspace, word)
    if Path(word).is_dir():
        raise Misuse(f"`{word}` is a folder", "name two files, or one process")
    if word.endswith((".yaml", ".yml")) or Path(word).name != word:
        raise Misuse(f"there is no file `{word}`", "correct its path; for one in git write REV:PATH")
    plan = workspace.book.state(resolve(workspace, word)).plan
    return Version(f"run {word}", plan.processes, plan.root, whole=True)


def today(workspace: Workspace, process: str) -> Version:
    """What the files of the project say now; `Misuse` when they can't be read."""
    from runbook.app.definitions import read_one
    from runbook.diagnostics import Severity

    library = read_one(workspace, process)
    found = library.project.processes
    if process not in found:
        first = next(each for each in library.diagnostics if each.severity is Severity.ERROR)
        raise Misuse(f"{first.place.file}:{first.place.line}: {first.message}", "see `runbook validate`")
    return Version(process, {id: found[id] for id in found}, process, whole=True)


def pairs(before: Version, after: Version) -> list[tuple[Process | None, Process | None]]:
    """The processes to compare: the two named ones, and what both of them use where that is known."""
    mine, theirs = before.processes[before.root], after.processes[after.root]
    if not (before.whole and after.whole and before.root == after.root):
        return [(mine, theirs)]
    ids = [before.root, *(id for id in dict.fromkeys((*before.processes, *after.processes)) if id != before.root)]
    return [(before.processes.get(id), after.processes.get(id)) for id in ids]


def _earlier(workspace: Workspace, folder: Path, revision: str, path: str, id: str) -> Version:
    from runbook.engine.revisions import earlier

    return _alone(workspace, f"{revision}:{path}", id, earlier(folder, revision, path))


def _alone(workspace: Workspace, name: str, id: str, content: bytes) -> Version:
    """The process in one file, whatever else there is."""
    from runbook.reading.documents import Documents
    from runbook.reading.layout import Role

    documents = Documents(workspace.kinds)
    document = documents.read(Role.PROCESS, name, content)
    draft = documents.draft(id, name, document, "") if document.fits else None
    if draft is None:
        first = document.found[0]
        raise Misuse(f"{name}:{first.place.line}:{first.place.column}: {first.message}", first.help)
    return Version(name, {id: draft.process}, id)
