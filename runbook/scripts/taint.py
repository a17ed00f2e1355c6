"""Follows the values of a script through its variables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from runbook.scripts.commands import Command
from runbook.scripts.programs import DECLARERS
from runbook.scripts.words import Scan, Word

ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)\+?=", re.ASCII)
POSITIONAL = frozenset("123456789@*")


def tainted_by(scan: Scan, commands: list[Command], known: frozenset[str]) -> frozenset[str]:
    """The variables that hold a value, or something made of one; `known` do so from the start."""
    tainted = set(known)
    shifts = _shifts(scan, commands)
    count = -1

    def risky(word: Word) -> bool:
        return bool(word.values or word.names & tainted)

    while count != len(tainted):
        count = len(tainted)
        for command in commands:
            tainted.update(name for name, word in command.assignments if risky(word))
            tainted.update(_filled(command, risky))
            tainted.update(_called(scan.functions, command, risky, shifts))
    return frozenset(tainted)


def _filled(command: Command, risky: Callable[[Word], bool]) -> Iterator[str]:
    """The variables that this command fills with a value."""
    words = command.words
    name = words[0].plain if words else None
    if name in ("for", "select") and len(words) > 1:
        if any(map(risky, words[2:])) and words[1].plain:
            yield words[1].plain
    elif name in ("read", "mapfile", "readarray"):
        yield from (word.plain for word in words[1:] if word.plain and word.plain.isidentifier())
    elif name == "set" and any(map(risky, words[1:])):
        yield from POSITIONAL
    elif name == "printf" and len(words) > 3 and words[1].plain == "-v" and any(map(risky, words[3:])):
        yield words[2].plain or ""
    elif name in DECLARERS:
        for word in words[1:]:
            yield from _declared(word, risky)


def _declared(word: Word, risky: Callable[[Word], bool]) -> Iterator[str]:
    if risky(word) and (match := ASSIGNMENT.match(word.lead)):
        yield match[1]


def _called(functions: set[str], command: Command, risky: Callable[[Word], bool], shifts: int) -> Iterator[str]:
    """The positional parameters that hold a value because a function of the script is called with one."""
    at = next((at for at, word in enumerate(command.words) if word.plain in functions), None)
    if at is None:
        return
    arguments = command.words[at + 1 :]
    moved = any(word.splits or word.may_vanish for word in arguments)
    for place, word in enumerate(arguments, 1):
        if risky(word):
            first = 1 if moved else max(place - shifts, 1)
            yield from (str(number) for number in range(first, 10 if moved else place + 1))
            if first == 1:
                yield from "@*"


def _shifts(scan: Scan, commands: list[Command]) -> int:
    """By how many places positional parameters may move down."""
    moved = 0
    for command in commands:
        if command.words and command.words[0].plain == "shift":
            count = command.words[1].plain or "" if len(command.words) > 1 else "1"
            moved += int(count) if count.isdecimal() and len(count) < 4 and not scan.loops else 1000
    return moved
