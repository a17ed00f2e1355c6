"""Reading the files below `operations` that say how the department works, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.diagnostics import Diagnostic, Problem, Severity, found, suggestion
from runbook.operations.department import UNKNOWN, Operations
from runbook.organisation import NOBODY, Organisation
from runbook.reading.layout import person_file
from runbook.reading.operations import documents
from runbook.reading.shape import Shape, shape_of
from runbook.reading.tree import Tree, read_tree
from runbook.source import Place

if TYPE_CHECKING:
    from runbook.outcome import Json

UNKNOWN_FILE = Problem(
    "RB370",
    "unknown-operations-file",
    """\
A YAML file below `operations` stands where nothing looks for it, so what it says holds nowhere.

    operations/sla.yaml

Move it to the place of its sort: `operations/policies/sla.yaml`, `operations/calendars/ID.yaml`,
`operations/boards/ID.yaml`; the reference lists them all.
""",
    Severity.WARNING,
)

UNKNOWN_CALENDAR = Problem(
    "RB336",
    "unknown-calendar-of-person",
    """\
A person works by a calendar that nobody has written, so nobody can tell when they are there.

    # operations/people/ana.yaml
    calendar: offic

Write the id as the file in `operations/calendars` is called; `office` and `always` are there without one.
""",
)

PROBLEMS = (UNKNOWN_FILE, UNKNOWN_CALENDAR)


@dataclass(frozen=True, slots=True)
class Department:
    """The department as it was read."""

    operations: Operations = UNKNOWN
    found: tuple[Diagnostic, ...] = ()
    broken: frozenset[str] = frozenset()
    """The files that say nothing because of their mistakes."""


def read_department(files: Mapping[str, bytes | None], organisation: Organisation = NOBODY) -> Department:
    """Read these files, by path; None stands for the content of one that can't be read."""
    found_: list[Diagnostic] = []
    trees: dict[str, Tree] = {}
    shapes: dict[str, Shape] = {}
    for path, content in sorted(files.items()):
        document = next((each for each in documents() if each.holds(path)), None)
        if document is None:
            found_.append(_unknown(path))
            continue
        if content is None:
            continue
        tree, findings = read_tree(path, content)
        found_ += findings
        if tree is None:
            continue
        if document.name not in shapes:
            shapes[document.name] = shape_of(document.schema())
        misshapen = list(shapes[document.name].check(tree))
        found_ += misshapen
        if not misshapen:
            trees[path] = tree
    data: dict[str, Json] = {path: tree.data for path, tree in trees.items()}
    for path, tree in trees.items():
        for document in documents():
            if document.holds(path):
                found_ += document.check(tree, data, organisation)
    found_ += _calendars(data, organisation, {path for path in files if path not in data})
    return Department(Operations(data, organisation), tuple(found_), frozenset(files.keys() - data.keys()))


def _unknown(path: str) -> Diagnostic:
    folders = sorted({each.pattern.replace("\\", "").partition("(")[0] for each in documents()})
    help = f"move it to its place, one of {', '.join(f'`{each}`' for each in folders)}" if folders else "remove it"
    return found(UNKNOWN_FILE, f"nothing looks for `{path}`", help, Place(path, 1, 1, 1, 1))


def _calendars(data: Mapping[str, Json], organisation: Organisation, broken: Collection[str]) -> Iterator[Diagnostic]:
    """People whose calendar nobody has written; one that is broken is told of by itself."""
    from runbook.operations.department import each_in
    from runbook.operations.shipped_policy import CALENDARS

    known = {*CALENDARS, *(id for id, _ in each_in(data, "calendars"))}
    for id, person in organisation.people.items():
        if person.calendar and person.calendar not in known:
            path = f"operations/calendars/{person.calendar}.yaml"
            if path not in broken:
                place = Place(person_file(id), 1, 1, 1, 1)
                help = suggestion(person.calendar, known, f"write `{path}`")
                yield found(UNKNOWN_CALENDAR, f"there is no calendar `{person.calendar}`", help, place)
