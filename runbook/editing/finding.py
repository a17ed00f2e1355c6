"""Where something is defined, and where else it is named, in all files of the project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from runbook.editing.desk import Desk
from runbook.editing.index import Index, Mention
from runbook.editing.positions import Span
from runbook.editing.vocabulary import Sort
from runbook.reading.layout import TEAMS, Role, entry_of, person_file, process_file

_OF_ONE_FILE = (Sort.STEP, Sort.ROLE, Sort.OUTPUT)
"""What is known in its own process alone."""
_EVERYWHERE = (Role.PROCESS, Role.GROUP, Role.PERSON, Role.TEAMS)


@dataclass(frozen=True, slots=True)
class Spot:
    """A stretch of one file of the project."""

    path: str
    span: Span


def definitions(desk: Desk, path: str, mention: Mention) -> list[Spot]:
    """Where it is defined: several places when several things have the name."""
    match mention.sort:
        case Sort.PROCESS:
            return _start_of(desk, process_file(mention.name))
        case Sort.PERSON:
            return _start_of(desk, person_file(mention.name))
        case Sort.TEAM:
            if TEAMS not in desk.files:
                return []
            return _defined(desk.index(TEAMS), mention)
        case Sort.INPUT if mention.of:
            file = process_file(mention.of)
            return _defined(desk.index(file), mention) if file in desk.files else []
        case Sort.OUTPUT:
            return [
                Spot(path, each.span)
                for each in desk.index(path).definitions(Sort.OUTPUT)
                if (each.name, each.of) == (mention.name, mention.of)
            ]
    return _defined(desk.index(path), mention)


def _defined(index: Index, mention: Mention) -> list[Spot]:
    return [Spot(index.path, each.span) for each in index.definitions(mention.sort) if each.name == mention.name]


def _start_of(desk: Desk, path: str) -> list[Spot]:
    """The first key of a file: its title or its name, where there is one."""
    if path not in desk.files:
        return []
    top = desk.index(path).top
    node = top.get("title") or top.get("name") or (top.children[0] if top.children else top)
    return [Spot(path, node.span)]


def references(desk: Desk, path: str, mention: Mention, with_definition: bool = True) -> list[Spot]:
    """Everywhere that it is named."""
    home = mention.of if mention.sort is Sort.INPUT and mention.of else _process_of(path)
    found = []
    for index in _files(desk, path, mention, home):
        for each in index.mentions:
            if _same(each, mention, index, home) and (with_definition or not each.defines):
                found.append(Spot(index.path, each.span))
    return found


def _files(desk: Desk, path: str, mention: Mention, home: str) -> Iterator[Index]:
    if mention.sort in _OF_ONE_FILE:
        yield desk.index(path)
    else:
        roles = (Role.PROCESS,) if mention.sort in (Sort.INPUT, Sort.PROCESS) else _EVERYWHERE
        yield from desk.holding(mention.name, *roles)


def _same(each: Mention, mention: Mention, index: Index, home: str) -> bool:
    if (each.sort, each.name) != (mention.sort, mention.name):
        return False
    if each.sort is Sort.INPUT:
        return (each.of or _process_of(index.path)) == home
    return each.sort is not Sort.OUTPUT or each.of == mention.of


def _process_of(path: str) -> str:
    entry = entry_of(path)
    return entry.id if entry.role is Role.PROCESS else ""
