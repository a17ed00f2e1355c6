"""What a rule is: one way in which a process that is written correctly can still be wrong.

Rule 1: a rule only looks. It gets one process with what is known around it, and yields findings.
Rule 2: a mistake is reported once: a rule says nothing about what another rule has to find first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Field
from runbook.clauses import Doubt, Use
from runbook.definition import HANDLERS, Process, Step
from runbook.diagnostics import Problem
from runbook.expressions import names
from runbook.graph import Before, before, cycle, parts
from runbook.inventory import Inventory
from runbook.kind import Kinds
from runbook.organisation import Organisation
from runbook.reading.catalogued import UNCATALOGUED, Catalogued
from runbook.reading.interface import Interface
from runbook.reading.notes import Flaw, Notes
from runbook.reading.tree import Tree
from runbook.source import Path


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: where in the document, what, and one thing to do about it.

    `key`: the place is the key, not its value. `word` narrows the place down to where that word stands in
    the text; `offset` to where that character of it does.
    """

    at: Path
    message: str
    help: str
    key: bool = False
    word: str = ""
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """One value that an expression looks up, such as `("steps", "a", "outputs", "b")`."""

    use: Use
    path: tuple[str, ...]
    optional: bool
    """True when it may be missing: `is defined`, `| default(...)`."""

    @property
    def dotted(self) -> str:
        """The path as the author wrote it."""
        return ".".join(self.path)

    def found(self, message: str, help: str) -> Finding:
        """A finding at this look-up."""
        return Finding(self.use.at, message, help, word=self.dotted)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule looks at: one process, and what is known around it."""

    process: Process
    kinds: Kinds
    others: Mapping[str, Interface]
    """Every process of the project by id, this one included."""
    organisation: Organisation
    """Who there is."""
    inventory: Inventory | None
    """The hosts there are; None when that can't be told."""
    catalogued: Catalogued
    """What the department's catalogue holds."""
    signers: bool | None
    """True when somebody's key is known to check signatures by; None when nobody has looked for keys."""
    flaws: tuple[Flaw, ...]
    """Texts that could not be read."""
    doubts: tuple[tuple[Path, Doubt], ...]
    """Values that a program may take for an option, and the texts they stand in."""
    every: tuple[Step, ...]
    """All steps, those of sections included."""
    steps: Mapping[str, Step]
    """The same by id; the first, where two have the same."""
    lists: Mapping[str, tuple[Step, ...]]
    """Every list of steps: `:checks`, `:steps`, `:finally`, and each section by its id."""
    home: Mapping[str, str]
    """For each step, the name of the list it stands in."""
    orders: Mapping[str, Before]
    """For each list, what is surely over before what; not for a list that goes round in a circle."""
    decisions: tuple[Step, ...]
    """The steps that pick a way."""
    programs: tuple[tuple[Path, Any], ...]
    """What runs a script or a command, and where it stands: steps, what `verify` looks with, what `undo` does."""
    forms: tuple[Step, ...]
    """The steps at which a form is filled in."""
    lookups: tuple[Lookup, ...]
    tree: Tree
    """The document, for rules that ask how something was written."""
    _given: Mapping[Path, Mapping[str, Any]]

    def given(self, step: Step) -> Mapping[str, Any]:
        """The mapping in the document that the step was made from."""
        return self._given[step.at]

    def at(self, path: Path) -> Any:
        """The value in the document at a path."""
        return _value_at(self.process.data, path)

    def written(self, path: Path) -> str:
        """The first line of a value as it stands in the file, quotes and all."""
        place = self.tree.place(path)
        line = self.tree.source.line(place.line)
        return line[place.column - 1 : place.end_column - 1 if place.end_line == place.line else None]

    def listed(self, name: str) -> str:
        """The name of a list of steps for people: `checks`, or the section it belongs to."""
        owner, _, handler = name.partition(":")
        if not owner:
            return f"`{handler}`"
        return f"`{_WORDS.get(handler, handler)}` of `{owner}`" if handler else f"the section `{name}`"

    def around(self, name: str) -> str:
        """The id of the step that a list of steps is inside of; empty for the lists of the process itself."""
        return name.partition(":")[0]

    def seen(self, use: Use) -> tuple[str, ...]:
        """The names that an expression sees there besides the usual ones: of turns, of a failure, of a result."""
        if use.step is None or use.step not in self.steps:
            return use.extra
        step = self.steps[use.step]
        field = use.at[len(step.at) : len(step.at) + 1]
        own = () if field in (("when",), ("foreach",)) else turn_names(step)
        return (*use.extra, *own, *self._names_around(step.id))

    def _names_around(self, id: str) -> Iterator[str]:
        name = self.home[id]
        owner, _, handler = name.partition(":")
        if handler in (*HANDLERS, "on_failure"):
            yield "failure"
        if owner:
            if handler in ("", "before_retry"):
                yield from turn_names(self.steps[owner])
            yield from self._names_around(owner)


_WORDS = {"before_retry": "retry"}


def turn_names(step: Step) -> tuple[str, ...]:
    """What expressions inside of a step with turns see of the turn."""
    if step.flow.foreach:
        return (step.flow.foreach.name, "turn")
    return ("last", "turn") if step.flow.repeat else ()


def _value_at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _programs(steps: Iterable[Step]) -> Iterator[tuple[Path, Any]]:
    for step in steps:
        if hasattr(getattr(step.spec, "look", None), "env"):
            yield (*step.at, step.kind, step.spec.inner), step.spec.look
        elif hasattr(step.spec, "env"):
            yield (*step.at, step.kind), step.spec
        if step.undo and hasattr(step.undo.spec, "env"):
            yield (*step.at, "undo", step.undo.kind), step.undo.spec


def fields_of(subject: Subject) -> Iterator[tuple[Path, Field, Mapping[str, Any]]]:
    """The fields of all forms, each with its place and as it was written: of steps, and of whoever opens an item."""
    for step in subject.forms:
        own = subject.given(step)[step.kind]
        written = own["fields"] if isinstance(own, dict) else {}
        for field, (name, given) in zip(step.spec.fields, written.items(), strict=False):
            yield (*step.at, step.kind, "fields", name), field, given or {}
    written = subject.process.data.get("intake") or {}
    for field, (name, given) in zip(subject.process.listing.intake, written.items(), strict=False):
        yield ("intake", name), field, given or {}


Check = Callable[[Subject], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the sort of problem it finds, and how it looks for it."""

    problem: Problem
    check: Check


def subject_of(
    process: Process,
    tree: Tree,
    kinds: Kinds,
    others: Mapping[str, Interface],
    organisation: Organisation,
    *,
    notes: Notes,
    looked_up: dict[str, tuple[tuple[tuple[str, ...], bool], ...]],
    inventory: Inventory | None = None,
    catalogued: Catalogued = UNCATALOGUED,
    signers: bool | None = None,
) -> Subject:
    """The subject that rules look at; `looked_up` is what each expression names, kept from process to process."""
    lookups: list[Lookup] = []
    for use in process.uses:
        source = use.expression.source
        if source not in looked_up:
            looked_up[source] = tuple(names(use.expression.tree))
        lookups += [Lookup(use, path, optional) for path, optional in looked_up[source]]
    lists = parts(process)
    every = tuple(process.every_step())
    steps: dict[str, Step] = {}
    home: dict[str, str] = {}
    for step in every:
        steps.setdefault(step.id, step)
    for name, members in lists.items():
        for step in members:
            home.setdefault(step.id, name)
    return Subject(
        process=process,
        kinds=kinds,
        others=others,
        organisation=organisation,
        inventory=inventory,
        catalogued=catalogued,
        signers=signers,
        flaws=tuple(notes.flaws),
        doubts=tuple(notes.doubts),
        every=every,
        steps=steps,
        lists=lists,
        home=home,
        orders={name: before(members) for name, members in lists.items() if members and not cycle(members)},
        decisions=tuple(step for step in every if step.kind == "decision"),
        programs=tuple(_programs(every)),
        forms=tuple(step for step in every if getattr(step.spec, "fields", ())),
        lookups=tuple(lookups),
        tree=tree,
        _given={step.at: _value_at(process.data, step.at) for step in every},
    )
