"""The definitions of a project: read, listed, explained, and bound to a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runbook.app.workspace import Workspace
from runbook.errors import MachineRefuses, Misuse

if TYPE_CHECKING:
    from runbook.diagnostics import Problem
    from runbook.reading.library import Library
    from runbook.run.plan import Plan


def read_all(workspace: Workspace, keep: bool = False) -> Library:
    """The whole project as it stands in the files, with everything that is wrong in it.

    `keep` what was read of each process, for whoever is going to ask for all of them.
    """
    from runbook.engine import index
    from runbook.engine.cache import VERDICTS, program
    from runbook.engine.files import has_signers, project_files
    from runbook.reading.library import read_library

    stamps = index.stamp(workspace.root)
    files, unreadable = project_files(workspace.root)
    cache = VERDICTS.load(workspace.shelf)
    library = read_library(files, workspace.kinds, cache, unreadable, keep, has_signers(workspace.root))
    VERDICTS.save(workspace.shelf, library.cache, cache)
    workspace.keep_out_of_git()
    if not unreadable:
        index.save(
            workspace.shelf,
            workspace.root,
            library.entries(),
            stamps,
            "" if library.diagnostics or library.allowed else program(),
        )
    return library


def faultless(workspace: Workspace) -> list[str] | None:
    """The processes there are, when not one file has changed since all were found faultless; else None."""
    from runbook.engine import index
    from runbook.engine.cache import program

    entries, judge = index.load(workspace.shelf, workspace.root)
    return [entry["id"] for entry in entries] if entries is not None and judge and judge == program() else None


def read_one(workspace: Workspace, process: str) -> Library:
    """One process and all it uses; `Misuse` when there is no such process."""
    from runbook.diagnostics import suggestion
    from runbook.engine.files import has_signers, people_files, read_file
    from runbook.reading.library import read_closure

    people = people_files(workspace.root)
    library = read_closure(
        process,
        lambda path: read_file(workspace.root, path),
        workspace.kinds,
        people,
        has_signers(workspace.root),
    )
    if process not in library.project.processes and process not in library.broken:
        known = [entry["id"] for entry in list_processes(workspace)]
        raise Misuse(f"there is no process `{process}`", suggestion(process, known, "see `runbook list`"))
    return library


def list_processes(workspace: Workspace) -> list[dict[str, Any]]:
    """Every process of the project: id, group, title, owner, steps, automated."""
    from runbook.engine.index import load

    entries, _ = load(workspace.shelf, workspace.root)
    if entries is not None:
        return entries
    library = read_all(workspace)
    for file in library.sources:
        if file.startswith("processes") and (workspace.root / file).is_dir():
            raise MachineRefuses(f"the folder {workspace.root / file} can't be read", "check its permissions")
    return library.entries()


def list_groups(workspace: Workspace) -> list[str]:
    """Every process group that is described, also those without a process."""
    return sorted(path.parent.name for path in (workspace.root / "processes").glob("*/group.yaml"))


def project_title(workspace: Workspace) -> str:
    """What the project is called; the name of its folder where its file does not say it."""
    from runbook.engine.files import read_file
    from runbook.reading.layout import PROJECT

    content = read_file(workspace.root, PROJECT) or b""
    for line in content.decode("utf-8", "replace").splitlines():
        word, colon, text = line.partition(":")
        if word == "title" and colon and text.strip()[:1].isalpha() and not set("#:") & set(text):
            return text.strip()  # the plain case, in which no library is needed to read it
    from runbook.reading.tree import read_tree

    tree, _ = read_tree(PROJECT, content)
    title = tree.data.get("title") if tree and isinstance(tree.data, dict) else None
    return (" ".join(title.split()) if isinstance(title, str) else "") or workspace.root.name


def explain(workspace: Workspace, code: str) -> Problem:
    """What a diagnostic's code means."""
    from runbook.diagnostics import suggestion
    from runbook.reading.catalogue import catalogue

    known = catalogue(workspace.kinds)
    by_rule = {problem.rule: problem for problem in known.values()}
    found = known.get(code.upper()) or by_rule.get(code)
    if found is None:
        raise Misuse(f"there is no diagnostic `{code}`", suggestion(code, [*known, *by_rule], "codes look like RB201"))
    return found


def plan(workspace: Workspace, library: Library, process: str) -> Plan:
    """What a run of a process, which was read and found good, would be bound to."""
    from runbook.engine.plans import plan_of

    return plan_of(process, library.project.processes, workspace.kinds)
