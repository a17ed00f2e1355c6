"""Tests of processes: found, carried out by several workers at the same time, and written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbook.app.workspace import Workspace
from runbook.errors import Misuse

if TYPE_CHECKING:
    from runbook.testing.coverage import Covered
    from runbook.testing.suite import Bench, Tried, Verdict
    from runbook.testing.writing import Draft

ALONE = 6
"""Processes that one worker tries sooner than several would begin."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of the tests of some processes."""

    verdicts: tuple[Verdict, ...]
    covered: tuple[Covered, ...]
    """How much of each process was tried, by whichever test."""
    untested: tuple[str, ...]
    """The processes without a test."""
    seconds: float
    broken: tuple[str, ...] = ()
    """The processes that have errors, so that nothing is known of them."""

    @property
    def passed(self) -> bool:
        """True when no test failed."""
        return all(each.passed for each in self.verdicts)

    @property
    def percent(self) -> float:
        """The part of all steps and ways that was tried."""
        from runbook.testing.coverage import percent

        return percent(self.covered)

    def to_json(self) -> dict[str, Any]:
        """The report as `runbook test --json` prints it."""
        return {
            "passed": self.passed,
            "percent": self.percent,
            "seconds": round(self.seconds, 3),
            "tests": [
                {
                    "process": each.process,
                    "name": each.name,
                    "title": each.title,
                    "file": each.file,
                    "line": each.line,
                    "passed": each.passed,
                    "seconds": round(each.seconds, 4),
                    "mismatches": [
                        {"file": one.file, "line": one.line, "message": one.text, "more": list(one.more)}
                        for one in each.mismatches
                    ],
                }
                for each in self.verdicts
            ],
            "coverage": [
                {
                    "process": each.process,
                    "percent": each.percent,
                    "steps": {"tried": each.steps[0], "all": each.steps[1]},
                    "ways": {"tried": each.ways[0], "all": each.ways[1]},
                    "missing": list(each.missing),
                }
                for each in self.covered
            ],
            "untested": list(self.untested),
            "broken": list(self.broken),
        }


def test(workspace: Workspace, paths: Sequence[str], workers: int) -> Report:
    """Carry out the tests of the processes that `paths` name, ids, files or folders; of all when there are none."""
    import time

    began = time.perf_counter()
    ids = _wanted(workspace, paths)
    tried = list(_tried(workspace, ids, workers))
    return _report(tried, time.perf_counter() - began)


def _report(tried: Sequence[Tried], seconds: float) -> Report:
    from runbook.testing.coverage import covered

    hits = frozenset().union(*(each.hits for each in tried))
    return Report(
        verdicts=tuple(verdict for each in tried for verdict in each.verdicts),
        covered=tuple(covered(each.ways, each.process, hits) for each in tried if each.ways is not None),
        untested=tuple(each.process for each in tried if not each.verdicts),
        seconds=seconds,
        broken=tuple(each.process for each in tried if each.ways is None),
    )


def _wanted(workspace: Workspace, paths: Sequence[str]) -> list[str]:
    """The processes that are meant, in order; `Misuse` for a word that means none."""
    from runbook.diagnostics import suggestion

    every = every_process(workspace.root)
    found: dict[str, None] = {}
    for path in paths or [""]:
        meant = [id for id in every if _means(workspace, path, id)]
        if not meant and path:
            raise Misuse(f"there is no process `{path}`", suggestion(path, every, "see `runbook list`"))
        found.update(dict.fromkeys(meant))
    return list(found)


def _means(workspace: Workspace, word: str, id: str) -> bool:
    if word in ("", id, id.partition("/")[0]):
        return True
    full = (workspace.start / word).resolve()
    own = workspace.root / "processes" / f"{id}.yaml"
    return full == own or full == own.with_suffix("").with_suffix(".test.yaml") or full in own.parents


def every_process(root: Path) -> list[str]:
    """The ids of the processes there are, by the names of their files."""
    from runbook.engine.files import definition_files
    from runbook.reading.layout import Role, entry_of

    entries = (entry_of(path) for path in definition_files(root))
    return sorted(entry.id for entry in entries if entry.role is Role.PROCESS)


def _tried(workspace: Workspace, ids: Sequence[str], workers: int) -> Iterator[Tried]:
    workers = min(workers, len(ids))
    if workers <= 1 or len(ids) <= ALONE:
        yield from map(_Attempt(workspace.root), ids)
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    attempt = _Attempt(workspace.root)
    _load(workspace.root)
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(workers, context) as pool:
        yield from pool.map(attempt, ids)


def _load(root: Path) -> None:
    """Load what every worker needs before they part, so that none has to load it again."""
    import networkx  # noqa: F401

    import runbook.testing.suite  # noqa: F401
    from runbook.engine.plugins import kinds_in

    kinds_in(root)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """Tries out one process of the project in a folder, in whichever worker."""

    root: Path

    def __call__(self, id: str) -> Tried:
        return _bench(self.root).try_out(id)


@cache
def _bench(root: Path) -> Bench:
    """The bench of one worker, kept from one process to the next."""
    from runbook.engine.files import people_files, read_file
    from runbook.engine.plugins import kinds_in
    from runbook.testing.suite import Bench

    return Bench(lambda path: read_file(root, path), kinds_in(root), people_files(root))


@dataclass(frozen=True, slots=True)
class Written:
    """A file of tests that was written: whether it passes as it stands, and what is left to do when it does not."""

    file: str
    process: str
    left: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """True when nothing is left to do."""
        return not self.left


def first_tests(workspace: Workspace, processes: Sequence[str], force: bool) -> list[Written]:
    """Write a first test of each process: its straight way, with the answers file beside it where there is one."""
    return _write(workspace, [(process, _first(workspace, process)) for process in processes], force)


def _first(workspace: Workspace, process: str) -> Draft:
    from runbook.app.definitions import plan, read_one
    from runbook.engine.files import read_file
    from runbook.reading.tree import read_tree
    from runbook.testing.writing import first_draft as draft

    library = read_one(workspace, process)
    if library.broken:
        raise Misuse(f"{process} has errors", "see `runbook validate`")
    beside = f"processes/{process}.answers.yaml"
    content = read_file(workspace.root, beside)
    tree = read_tree(beside, content)[0] if content else None
    answers = tree.data if tree is not None and isinstance(tree.data, dict) else None
    return draft(plan(workspace, library, process), answers, library.organisation)


def tests_from_runs(workspace: Workspace, runs: Sequence[str], force: bool) -> list[Written]:
    """Write tests that are what runs were, beside their processes as these are today; those of one in one file."""
    return _write(workspace, [_of_run(workspace, run) for run in runs], force)


def _of_run(workspace: Workspace, run: str) -> tuple[str, Draft]:
    from runbook.app.carrying import events
    from runbook.app.definitions import plan, read_one
    from runbook.app.seeing import check_sees_all
    from runbook.testing.writing import draft_of_run

    state = workspace.book.state(run)
    check_sees_all(workspace, state, "the test")
    process = state.plan.root
    library = read_one(workspace, process)
    if library.broken:
        raise Misuse(f"{process} has errors", "see `runbook validate`")
    made = draft_of_run(plan(workspace, library, process), state, list(events(workspace, run)), state.organisation)
    return process, made


def _write(workspace: Workspace, made: Sequence[tuple[str, Draft]], force: bool) -> list[Written]:
    """Write the tests of each process into its file; none before all of them are known."""
    from runbook.engine.files import write_new_file
    from runbook.reading.layout import file_of_tests
    from runbook.testing.writing import checked_text, together

    found = []
    for process in dict.fromkeys(each for each, _ in made):
        draft = together([draft for each, draft in made if each == process])
        file = file_of_tests(process)
        write_new_file(workspace.root, file, checked_text(file, draft.data), force)
        found.append(Written(file, process, tuple(dict.fromkeys(draft.left))))
    return found
