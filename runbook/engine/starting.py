"""New projects and new processes on disk: what is there already is never overwritten."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.engine.files import is_definition, read_file
from runbook.errors import Misuse
from runbook.reading.layout import PROJECT, as_id, group_file, is_process_id, process_file
from runbook.views import starting

if TYPE_CHECKING:
    from runbook.kind import Kinds

_STARTERS = Path(__file__).parents[1] / "starters"


def starters() -> list[str]:
    """The libraries of processes that a project can start with."""
    return sorted(each.name for each in _STARTERS.iterdir() if each.is_dir() and each.name[0] not in "._")


def new_project(root: Path, kinds: Kinds, title: str, owner: str, starter: str) -> list[str]:
    """Make a project with a first process, or with all of a starter's: the files written."""
    name = root.resolve().name.replace("-", " ").replace("_", " ")
    texts = {PROJECT: starting.project(title or f"Procedures of {name}"), ".gitignore": starting.GITIGNORE}
    programs: set[str] = set()
    if starter:
        files, programs = _starter(starter)
    else:
        group = starting.FIRST_PROCESS.partition("/")[0]
        texts[group_file(group)] = starting.group(starting.as_title(group), owner or "operations")
        texts[process_file(starting.FIRST_PROCESS)] = starting.first_process()
        files = {}
    return _write_new(root, {**_encoded(texts), **files, **_schemas(kinds)}, programs)


def check_new(root: Path, id: str) -> None:
    """`Misuse` when there can't be a new process of that id: it is none, or it is taken."""
    group, slash, name = id.partition("/")
    if not slash:
        raise Misuse(f"`{id}` is not GROUP/PROCESS", f"write for example `servers/{as_id(id)}`")
    if name == "group":
        raise Misuse(f"`{id}` can't be a process: its file would be the group's", "choose another name")
    if not is_process_id(id):
        raise Misuse(
            f"`{id}` can't be the id of a process: it takes lower-case letters, digits and hyphens",
            f"did you mean `{as_id(group)}/{as_id(name)}`?",
        )
    if os.path.lexists(root / process_file(id)):
        raise Misuse(f"there is a process `{id}` already, in {process_file(id)}", "choose another name, or edit it")


def new_process(
    root: Path, kinds: Kinds, id: str, title: str, owner: str, steps: Sequence[str], template: str
) -> list[str]:
    """Add a process to the project, and its group when that is new: the files written.

    `Misuse` when the id is none, when nobody would own it, or when the texts can't be those of a process.
    """
    from runbook.reading.library import read_closure

    check_new(root, id)
    group, _, name = id.partition("/")
    texts = {}
    if read_file(root, group_file(group)) is None:
        if not owner:
            raise Misuse(f"nobody owns the new process group `{group}`", "add --owner TEAM")
        texts[group_file(group)] = starting.group(starting.as_title(group), owner)
    own = "" if texts else owner
    texts[process_file(id)] = starting.process(title or starting.as_title(name), own, steps, template)
    files = _encoded(texts)
    library = read_closure(id, lambda path: files.get(path) or read_file(root, path), kinds)
    for problem in library.diagnostics:
        if problem.place.file in files:
            raise Misuse(f"that makes no process: {problem.message}", problem.help)
    schemas = {path: text for path, text in _schemas(kinds).items() if not (root / path).exists()}
    return _write_new(root, {**files, **schemas})


def _starter(name: str) -> tuple[dict[str, bytes], set[str]]:
    """The files of a starter, and which of them are programs."""
    files: dict[str, bytes] = {}
    programs = set()
    for folder, folders, names in os.walk(_STARTERS / name, followlinks=True):
        folders[:] = sorted(each for each in folders if each[0] not in "._")
        for each in sorted(names):
            source = Path(folder) / each
            path = source.relative_to(_STARTERS / name).as_posix()
            if each[0] == "." or each.endswith(".pyc"):
                continue
            content = source.read_bytes()
            if is_definition(each) and (path.startswith("operations/") or path.count("/") == 2):
                content = starting.with_schema(path, content.decode("utf-8")).encode("utf-8")
            files[path] = content
            if os.access(source, os.X_OK):
                programs.add(path)
    return files, programs


def _encoded(texts: Mapping[str, str]) -> dict[str, bytes]:
    """Files as they are written: definitions with the line that tells editors their schema."""
    return {
        path: (starting.with_schema(path, text) if path.endswith(".yaml") else text).encode("utf-8")
        for path, text in texts.items()
    }


def _schemas(kinds: Kinds) -> dict[str, bytes]:
    from runbook.reading.catalogue import schemas

    return {f"schemas/{name}": text.encode("utf-8") for name, text in schemas(kinds).items()}


def _write_new(root: Path, files: Mapping[str, bytes], programs: set[str] | None = None) -> list[str]:
    """Write files that must not be there yet, all or none; the paths written.

    What is there and serves as well is left as it is. `Misuse` names what is in the way.
    """
    wanted = {path: content for path, content in files.items() if not _serves(root / path, content)}
    there = [path for path in wanted if os.path.lexists(root / path)]
    if there:
        listed = ", ".join(f"`{path}`" for path in there[:5]) + (f" and {len(there) - 5} more" if there[5:] else "")
        place = "" if root == Path() else f" in {root}"
        raise Misuse(f"{listed} {'is' if len(there) == 1 else 'are'} there already{place}", _way_out(there))
    for path, content in wanted.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = 0o777 if path in (programs or ()) else 0o666
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode), "wb") as stream:
            stream.write(content)
    return list(wanted)


def _serves(path: Path, content: bytes) -> bool:
    """True for a `.gitignore` or a schema that is there and says already what it should."""
    try:
        found = path.read_bytes()
    except OSError:
        return False
    ignores = path.name == ".gitignore" and bool({b".runbook", b".runbook/"} & set(found.split()))
    return ignores or (path.name.endswith(".schema.json") and found == content)


def _way_out(there: list[str]) -> str:
    if there == [".gitignore"]:
        return f"nothing was written; add the line `{starting.GITIGNORE.strip()}` to it, then try again"
    return "nothing was written; take another folder or name, or move them away"
