"""Reading one process of a project: what it says, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runbook.clauses import Expression, Template
from runbook.definition import Process
from runbook.diagnostics import Diagnostic
from runbook.inventory import Inventory
from runbook.kind import Kinds
from runbook.organisation import Organisation
from runbook.reading.build import build_process
from runbook.reading.catalogued import UNCATALOGUED, Catalogued
from runbook.reading.files import Document, Files
from runbook.reading.interface import Interface, interface_of
from runbook.reading.layout import Role
from runbook.reading.mending import hangs_on_the_rest, mended
from runbook.reading.notes import Notes
from runbook.reading.placing import placed
from runbook.reading.rule import subject_of
from runbook.reading.rules import builtin
from runbook.reading.text import limited
from runbook.reading.tree import Tree
from runbook.source import Path


@dataclass(frozen=True, slots=True)
class Draft:
    """A process that was built and that nobody has checked yet."""

    process: Process
    tree: Tree
    notes: Notes
    taken_out: tuple[Path, ...] = ()
    """What had to be left out of a misshapen file before it could be built."""


def _distinct(findings: Iterator[Diagnostic]) -> Iterator[Diagnostic]:
    seen: set[Diagnostic] = set()
    for each in findings:
        if each not in seen:
            seen.add(each)
            yield each


class Documents(Files):
    """What reads the files of one project, builds what they describe, and checks it; much is read only once."""

    def __init__(self, kinds: Kinds) -> None:
        super().__init__(kinds)
        self._templates: dict[str, Template] = {}
        self._expressions: dict[str, Expression] = {}
        self._looked_up: dict[str, tuple[tuple[tuple[str, ...], bool], ...]] = {}

    def draft(self, id: str, path: str, document: Document, owner: str) -> Draft | None:
        """The process that a document describes, or as much of it as has a shape; None when nothing has."""
        if document.tree is None:
            return None
        data: Any = document.tree.data
        taken_out: tuple[Path, ...] = ()
        if not document.fits:
            left = mended(data, self.shape(Role.PROCESS))
            if left is None:
                return None
            data, taken_out = left.data, tuple(left.taken_out)
        notes = Notes(templates=self._templates, expressions=self._expressions)
        process = build_process(id, path, data, self.kinds, owner, notes)
        return Draft(process, document.tree, notes, taken_out)

    def interface(self, id: str, path: str, document: Document, draft: Draft | None) -> Interface:
        """What others may know of a process; of a broken one, that it is there."""
        if draft is None or draft.taken_out:
            return Interface(id, path, document.word("title", id), owner=document.word("owner"), whole=False)
        return interface_of(draft.process, self.kinds)

    def check(
        self,
        draft: Draft,
        others: Mapping[str, Interface],
        organisation: Organisation,
        inventory: Inventory | None = None,
        signers: bool | None = None,
        catalogued: Catalogued = UNCATALOGUED,
    ) -> tuple[Diagnostic, ...]:
        """What the rules find in a process."""
        subject = subject_of(
            draft.process, draft.tree, self.kinds, others, organisation,
            notes=draft.notes, looked_up=self._looked_up, inventory=inventory,
            catalogued=catalogued, signers=signers,
        )  # fmt: skip

        def findings() -> Iterator[Diagnostic]:
            for rule in builtin():
                for finding in rule.check(subject):
                    if not (draft.taken_out and hangs_on_the_rest(rule.problem.rule, finding.at, draft.taken_out)):
                        yield placed(rule.problem, finding, draft.tree)

        return tuple(limited(_distinct(findings())))
