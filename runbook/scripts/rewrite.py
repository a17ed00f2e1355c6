"""Scripts made safe for values: each becomes a reference to the environment, or the script is refused."""

from __future__ import annotations

import bisect
import functools
import re
import shlex
from collections.abc import Callable, Mapping

from runbook.clauses import Doubt, Expression, Script
from runbook.errors import ExpressionError
from runbook.scripts.commands import read_script
from runbook.scripts.danger import dangers
from runbook.scripts.marks import Marked, mark
from runbook.scripts.words import BARE, DOCUMENT, Scan

_EXAMPLE = re.compile(r"\{\{ inputs\.(?:host|user|count) \}\}")
_PLAIN = re.compile(r"[\w@%+=:,./ -]*", re.ASCII)
_UNSAFE_IN_DOCUMENT = re.compile(r"[\\$`]")


def rewrite(text: str) -> Script:
    """The script with its values taken from `RB_1`, `RB_2` ... of its environment."""
    marked, scan = _scanned(text)
    if scan is None:
        return Script(text, marked.text)
    names = _names(marked.expressions)
    number = {place: number for number, place in enumerate(marked.places)}
    doubts = [
        Doubt(program, marked.expressions[number[at]], marked.offset(at))
        for at, program in sorted(scan.options.items())
    ]

    def reference(number: int, context: str, at: int) -> tuple[str, int]:
        name = f"${{{names[marked.expressions[number].source]}}}"
        return (f'"{name}"' if context == BARE else name), 0

    rewritten = _placed(scan, reference)
    bindings = {names[one.source]: one for one in marked.expressions}
    return Script(text, rewritten, tuple(bindings.items()), tuple(doubts))


def open_quote(text: str) -> int | None:
    """Where a quote is opened that is never closed; None when there is none, or the script can't be read so far."""
    try:
        read_script(mark(text))
    except ExpressionError as error:
        return error.column if "quote is never closed" in str(error) else None
    return None


def shown(script: Script, values: Mapping[str, str]) -> str:
    """The author's script with the values in place, quoted so that it can be copied into a shell.

    `values` goes from the names of the bindings to their text; one without a value stays as `{{ ... }}`.
    """
    if not script.bindings:
        return script.text
    marked, scan = _scanned(script.source)
    assert scan is not None, "it has bindings"
    names = _names(marked.expressions)
    before: dict[str, str] = {}

    def copied(number: int, context: str, at: int) -> tuple[str, int]:
        expression = marked.expressions[number]
        name = names[expression.source]
        if name not in values:
            return f"{{{{ {expression.source} }}}}", 0
        value = values[name]
        if context == BARE:
            return shlex.quote(value), 0
        if context == DOCUMENT:
            if "\n" not in value:
                return _UNSAFE_IN_DOCUMENT.sub(r"\\\g<0>", value), 0
            before[name] = f"{name}={shlex.quote(value)}\n"
            return f"${{{name}}}", 0
        if _PLAIN.fullmatch(value):
            return value, 0
        alone = marked.text[at - 1 : at] == '"' == marked.text[at + 1 : at + 2] and marked.text[at - 2 : at - 1] != "\\"
        return (shlex.quote(value), 1) if alone else (f'"{shlex.quote(value)}"', 0)

    filled = _placed(scan, copied)
    return "".join(before.values()) + filled


@functools.lru_cache(maxsize=2_000)
def _scanned(text: str) -> tuple[Marked, Scan | None]:
    """The script as the shell reads it; None when nothing is put into it. Whoever shows it reads it a second time."""
    marked = mark(text)
    return marked, _read(marked) if marked.expressions else None


def _read(marked: Marked) -> Scan:
    """The script as the shell reads it, with every value in a place where it may stay."""
    scan, commands = read_script(marked)
    problems = sorted([*dangers(scan, commands), *scan.problems], key=lambda problem: problem[0])
    if problems:
        at, message, help = problems[0]
        nearest = marked.expressions[bisect.bisect_left(marked.places, at) % len(marked.places)]
        raise ExpressionError(message, named(help, nearest.source), marked.offset(at))
    for at in marked.places:
        if at not in scan.contexts:
            raise scan.unreadable(at, "it is not clear how the shell reads this place")
    return scan


def named(help: str, source: str) -> str:
    """A remedy that speaks of the author's own value instead of an example."""
    return _EXAMPLE.sub(lambda _: f"{{{{ {source} }}}}", help) if source else help


def _names(expressions: tuple[Expression, ...]) -> dict[str, str]:
    """The variable for the text of each expression, in the order of the script."""
    sources = dict.fromkeys(expression.source for expression in expressions)
    return {source: f"RB_{number}" for number, source in enumerate(sources, 1)}


def _placed(scan: Scan, make: Callable[[int, str, int], tuple[str, int]]) -> str:
    """The script with each value made into text; the second of the pair is how many characters around it go."""
    text = scan.text
    pieces: list[str] = []
    at = 0
    for number, place in enumerate(scan.marked.places):
        piece, around = make(number, scan.contexts[place], place)
        pieces += [text[at : place - around], piece]
        at = place + 1 + around
    return "".join([*pieces, text[at:]])
