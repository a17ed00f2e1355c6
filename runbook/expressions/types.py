"""Of which type the value of an expression will be, and what can never come out, found without any value.

Rule 1: a type that is not known is never wrong: only what fails with every value of the known types is a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from runbook.expressions.asked import PREDICATES
from runbook.expressions.filters import FILTERS
from runbook.expressions.names import parts_of, path_of
from runbook.expressions.signatures import ANY, LIST, MAPPING, NUMBER, TEXT, TRUTH, Signature
from runbook.expressions.written import written
from runbook.outcome import Json

Known = Callable[[tuple[str, ...]], str]
"""The type of what a path such as `("inputs", "host")` looks up; empty when that is not known."""

NONE = "none"
SUMS = frozenset(("+", "-", "*", "/", "//", "%", "neg", "pos"))
ORDERS = frozenset(("<", "<=", ">", ">="))
SAME = frozenset(("==", "!="))
_OF_CONSTANTS = {str: TEXT, int: NUMBER, float: NUMBER, bool: TRUTH, type(None): NONE}
_PLAIN = (TEXT, NUMBER, TRUTH, LIST, NONE)
_JOINED = {"and": "`and` joins", "or": "`or` joins", "not": "`not` turns round"}


@dataclass(frozen=True, slots=True)
class Fault:
    """A part of an expression that can't be there: what is wrong with it, and what its type is."""

    tree: Json
    what: str
    help: str


def type_of(tree: Any, known: Known) -> str:
    """The type of the value; empty when that is not known before."""
    match tree:
        case ["const", value]:
            return _OF_CONSTANTS.get(type(value), ANY)
        case ["list", *_]:
            return LIST
        case ["~", *_]:
            return TEXT
        case ["if", _, then, otherwise] | ["filter", "default", then, [otherwise]]:
            first = type_of(then, known)
            return first if first == type_of(otherwise, known) else ANY
        case ["filter", name, *_]:
            return FILTERS[name].gives if name in FILTERS else ANY
        case ["name" | "item", *_]:
            path = path_of(tree)
            return known(path) if path else ANY
    return NUMBER if tree[0] in SUMS else TRUTH


def faults(tree: Any, known: Known) -> Iterator[Fault]:
    """What can't be, in an expression and everything inside of it."""
    match tree:
        case ["item", *_] if path_of(tree):
            yield from _looked_up(tree, known)
            return
        case ["filter", name, operand, arguments] if name in FILTERS:
            yield from _called(FILTERS[name], f"| {name}", operand, arguments, known)
        case ["test", name, operand, *arguments] if name in PREDICATES:
            yield from _called(PREDICATES[name], f"is {name}", operand, arguments, known)
        case ["chain", _, *rest]:
            for (sign, right), left in zip(rest, parts_of(tree), strict=False):
                yield from _compared(sign, left, right, known)
        case ["in" | "not in", part, whole]:
            yield from _within(part, whole, known)
        case [sign, left, right] if sign in SAME or sign in ORDERS:
            yield from _compared(sign, left, right, known)
        case _:
            yield from _operands(tree[0], [*parts_of(tree)], known)
    for part in parts_of(tree):
        yield from faults(part, known)


def _operands(sign: str, parts: list[Any], known: Known) -> Iterator[Fault]:
    if sign in SUMS:
        shown = {"neg": "-", "pos": "+"}.get(sign, sign)
        help = "join text with `~`, or make numbers of text with `| int`" if shown == "+" else "use a number"
        yield from _wrong(parts, (NUMBER,), f"`{shown}` calculates", help, known)
    elif sign in _JOINED:
        yield from _wrong(parts, (TRUTH,), f"{_JOINED[sign]} true and false", "compare it", known)
    elif sign == "if":
        yield from _wrong(parts[:1], (TRUTH,), "what stands after `if` is true or false", "compare it", known)
    elif sign == "~":
        help = "use `| tojson`, or `| join(', ')` for a list"
        yield from _wrong(parts, (TEXT, NUMBER, TRUTH), "can't stand inside text", help, known)


def _wrong(parts: list[Any], wanted: tuple[str, ...], why: str, help: str, known: Known) -> Iterator[Fault]:
    for part in parts:
        found = type_of(part, known)
        if not _fits(found, wanted):
            yield Fault(part, f"is {found}{' and' if why.startswith('can') else ', and'} {why}", help)


def _fits(found: str, wanted: tuple[str, ...]) -> bool:
    """Whether a value of that type may be one of those wanted; what has parts, such as a reading, is a mapping."""
    return found in (ANY, *wanted) or (MAPPING in wanted and found not in _PLAIN)


def _called(signature: Signature, call: str, operand: Any, arguments: list[Any], known: Known) -> Iterator[Fault]:
    found = type_of(operand, known)
    if signature.takes and not _fits(found, signature.takes):
        help = "turn it into text with `| string`" if signature.takes == (TEXT,) and found == NUMBER else ""
        yield Fault(operand, f"is {found}, and `{call}` needs {_either(signature.takes)}", help or _instead(signature))
    for wanted, argument in zip(signature.arguments, arguments, strict=False):
        given = type_of(argument, known)
        if wanted and not _fits(given, (wanted,)):
            yield Fault(argument, f"is {given}, and `{call}` takes {wanted} there", f"give it {wanted}")


def _instead(signature: Signature) -> str:
    if signature.takes == (LIST,):
        return "make a list of text with `| split` or `| lines`"
    if signature.takes == (NUMBER,):
        return "make a number of text with `| int` or `| float`"
    return f"use it on {_either(signature.takes)}"


def _either(types: tuple[str, ...]) -> str:
    return " or ".join((", ".join(types[:-1]), types[-1])) if len(types) > 1 else types[0]


def _compared(sign: str, left: Any, right: Any, known: Known) -> Iterator[Fault]:
    one, other = type_of(left, known), type_of(right, known)
    looked_up, constant = (right, left) if left[0] == "const" else (left, right)
    if looked_up[0] == "const" or ANY in (one, other):
        return
    seen, against = type_of(looked_up, known), type_of(constant, known)
    if sign in ORDERS and seen == against and seen not in (NUMBER, TEXT):
        yield Fault(looked_up, f"is {seen}, and `{sign}` puts numbers or texts in order", "compare with `==`")
    elif seen != against and (sign in ORDERS or NONE not in (seen, against)):
        what = "is never the same as" if sign in SAME else "can't be compared with"
        yield Fault(looked_up, f"is {seen} and {what} {against}", f"compare it with {seen}")


def _within(part: Any, whole: Any, known: Known) -> Iterator[Fault]:
    inside, around = type_of(part, known), type_of(whole, known)
    if around not in (ANY, LIST, TEXT, MAPPING):
        yield Fault(whole, f"is {around}, and `in` looks in a list, text or mapping", "compare with `==`")
    elif around in (TEXT, MAPPING) and inside not in (ANY, TEXT):
        yield Fault(part, f"is {inside} and never in {around}", "look for text, or in a list")
    elif whole[0] == "list":
        for each in whole[1:]:
            yield from _compared("==", part, each, known)


def _looked_up(tree: Any, known: Known) -> Iterator[Fault]:
    """An item of what has no items: text, numbers, true and false."""
    path = path_of(tree) or ()
    for length in range(2, len(path)):
        found = known(path[:length])
        if found in (TEXT, NUMBER, TRUTH):
            holder = ".".join(path[:length])
            yield Fault(tree, f"looks up an item, and `{holder}` is {found}", f"use `{holder}` itself")
            return


def described(tree: Json) -> str:
    """A part of an expression as its author would write it, short enough for a message."""
    shown = written(tree)
    return shown if len(shown) <= 60 else shown[:57] + "..."
