"""The tests of processes, carried out: what came of each, and what of its process it has tried."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from runbook.diagnostics import Severity
from runbook.engine.plans import plan_of
from runbook.errors import RunbookError
from runbook.kind import Kinds
from runbook.reading.documents import Documents
from runbook.reading.layout import Role, file_of_tests, process_file
from runbook.reading.library import Library, read_closure
from runbook.reading.process_tests import check_tests
from runbook.reading.tree import Tree
from runbook.run.plan import Plan
from runbook.source import Path
from runbook.testing.case import Case, cases_of
from runbook.testing.coverage import Hit, Key, hits_of, ways
from runbook.testing.told import shortfalls
from runbook.testing.trial import Noticed, Trial


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Something that is not as a test has it, with its place."""

    file: str
    line: int
    text: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one test."""

    process: str
    file: str
    name: str
    line: int
    title: str
    seconds: float
    mismatches: tuple[Mismatch, ...] = ()

    @property
    def passed(self) -> bool:
        """True when all was as the test has it."""
        return not self.mismatches


@dataclass(frozen=True, slots=True)
class Tried:
    """The tests of one process: what came of them, and what they have tried of it and of others."""

    process: str
    verdicts: tuple[Verdict, ...]
    hits: frozenset[Hit]
    ways: tuple[Key, ...] | None
    """Its steps and the ways on from them; None for one that is broken."""


class Bench:
    """Where tests are carried out: `read` gives a file's content, `people` are the paths of those about people.

    What can be used again for the next process is kept.
    """

    def __init__(self, read: Callable[[str], bytes | None], kinds: Kinds, people: Iterable[str] = ()) -> None:
        self._read = read
        self._kinds = kinds
        self._people = tuple(people)
        self._documents = Documents(kinds)

    def try_out(self, id: str) -> Tried:
        """Carry out the tests of a process."""
        library = read_closure(id, self._read, self._kinds, self._people, documents=self._documents)
        file = file_of_tests(id)
        content = self._read(file)
        if broken := _broken(library, id, file):
            return Tried(id, () if content is None else (_stillborn(id, file, broken),), frozenset(), None)
        plan = plan_of(id, library.project.processes, self._kinds)
        every = tuple(dict.fromkeys(ways(plan.process)))
        if content is None:
            return Tried(id, (), frozenset(), every)
        document = self._documents.read(Role.TEST, file, content)
        mistakes = document.found
        if document.tree is not None and document.fits:
            mistakes += tuple(check_tests(document.tree, plan.process, library.project.processes.get))
        if document.tree is None or mistakes:
            found = (Mismatch(file, each.place.line, each.message, (each.help,)) for each in mistakes)
            return Tried(id, (_stillborn(id, file, tuple(found)),), frozenset(), every)
        tried = [_tried(document.tree, file, plan, library, case) for case in cases_of(document.tree.data)]
        hits = frozenset[Hit]().union(*(hit for _, hit in tried))
        return Tried(id, tuple(verdict for verdict, _ in tried), hits, every)


def _tried(
    tree: Tree, file: str, plan: Plan, library: Library, case: Case | tuple[Path, RunbookError]
) -> tuple[Verdict, set[Hit]]:
    """What came of one test, and what it has tried."""
    began = time.perf_counter()
    hits: set[Hit] = set()
    if isinstance(case, Case):
        at, title = case.at, case.title
        trial = Trial(plan, case, library.organisation).tell()
        hits = hits_of(trial.state, trial.events)
        noticed = [*trial.noticed, *(shortfalls(trial) if not trial.made_up else ())]
    else:
        (at, error), title = case, ""
        noticed = [Noticed(at, str(error), (error.help,) if error.help else ())]
    found = tuple(Mismatch(file, tree.place(each.at, key=True).line, each.text, each.more) for each in noticed)
    line = tree.place(at, key=True).line
    return Verdict(plan.root, file, str(at[1]), line, title, time.perf_counter() - began, found), hits


def _stillborn(id: str, file: str, found: tuple[Mismatch, ...]) -> Verdict:
    """What came of a file whose tests can't be carried out."""
    return Verdict(id, file, "all", 1, "", 0.0, found)


def _broken(library: Library, id: str, file: str) -> tuple[Mismatch, ...]:
    """Why the tests of a process can't be carried out; empty when they can."""
    if id not in library.interfaces:
        return (Mismatch(file, 1, f"there is no process `{process_file(id)}`"),)
    if not library.broken:
        return ()
    errors = (each for each in library.diagnostics if each.severity is Severity.ERROR)
    return tuple(Mismatch(each.place.file, each.place.line, each.message, (each.help,)) for each in errors)
