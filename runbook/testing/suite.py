"""The tests of one process, carried out: what came of each, and what of the process they have tried."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from runbook.diagnostics import Severity
from runbook.engine.plans import plan_of
from runbook.kind import Kinds
from runbook.reading.layout import file_of_tests, process_file
from runbook.reading.library import Library, read_closure
from runbook.reading.tree import Tree, read_tree
from runbook.run.plan import Plan
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


def try_out(id: str, read: Callable[[str], bytes | None], kinds: Kinds, people: Iterable[str]) -> Tried:
    """Carry out the tests of a process; `read` gives a file's content, `people` are the paths of those about people."""
    library = read_closure(id, read, kinds, people)
    file = file_of_tests(id)
    content = read(file)
    if broken := _broken(library, id, file):
        verdicts = () if content is None else (Verdict(id, file, "all", 1, "", 0.0, broken),)
        return Tried(id, verdicts, frozenset(), None)
    plan = plan_of(id, library.project.processes, kinds)
    every = tuple(dict.fromkeys(ways(plan.process)))
    if content is None:
        return Tried(id, (), frozenset(), every)
    tree, mistakes = _read(file, content, library, plan)
    if tree is None or mistakes:
        return Tried(id, (Verdict(id, file, "all", 1, "", 0.0, mistakes),), frozenset(), every)
    verdicts_, hits = [], set()
    for case in cases_of(tree.data):
        began = time.perf_counter()
        if not isinstance(case, Case):
            at, error = case
            noticed, title = [Noticed(at, str(error), (error.help,) if error.help else ())], ""
        else:
            at, title = case.at, case.title
            trial = Trial(plan, case, library.organisation).tell()
            hits |= hits_of(trial.state, trial.events)
            noticed = [*trial.noticed, *(shortfalls(trial) if not trial.made_up else ())]
        found = tuple(_placed(tree, file, each) for each in noticed)
        name, line = str(at[1]), tree.place(at, key=True).line if found else 0
        verdicts_.append(Verdict(id, file, name, line, title, time.perf_counter() - began, found))
    return Tried(id, tuple(verdicts_), frozenset(hits), every)


def _broken(library: Library, id: str, file: str) -> tuple[Mismatch, ...]:
    """Why the tests of a process can't be carried out; empty when they can."""
    if id not in library.interfaces:
        return (Mismatch(file, 1, f"there is no process `{process_file(id)}`"),)
    if not library.broken:
        return ()
    errors = (each for each in library.diagnostics if each.severity is Severity.ERROR)
    return tuple(Mismatch(each.place.file, each.place.line, each.message, (each.help,)) for each in errors)


def _read(file: str, content: bytes, library: Library, plan: Plan) -> tuple[Tree | None, tuple[Mismatch, ...]]:
    from runbook.reading.process_tests import check_tests
    from runbook.reading.schema_tests import schema_of_tests
    from runbook.reading.shape import shape_of

    tree, found = read_tree(file, content)
    if tree is not None and not found:
        found = shape_of(schema_of_tests()).check(tree)
        if not found:
            found = tuple(check_tests(tree, plan.process, library.project.processes.get))
    return tree, tuple(Mismatch(file, each.place.line, each.message, (each.help,)) for each in found)


def _placed(tree: Tree, file: str, each: Noticed) -> Mismatch:
    return Mismatch(file, tree.place(each.at, key=True).line, each.text, each.more)
