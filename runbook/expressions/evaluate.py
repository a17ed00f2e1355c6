"""The value of an expression, worked out over plain data and within a budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from runbook.clauses import Expression
from runbook.diagnostics import suggestion
from runbook.errors import ExpressionError
from runbook.expressions.asked import PREDICATES
from runbook.expressions.filters import FILTERS
from runbook.expressions.names import path_of
from runbook.expressions.values import (
    MAX_BITS,
    Budget,
    Missing,
    Number,
    as_text,
    brief,
    capped,
    kind_of,
    number,
    ordered,
    same,
    truth,
)
from runbook.outcome import Json

_MANY = 200
"""Beyond so many names no close one is looked for."""


def evaluate(expression: Expression, names: Mapping[str, Json]) -> Json:
    """The value of the expression over these names."""
    try:
        return _Evaluation(names).value(expression.tree)
    except Missing as error:
        error.column = max(expression.source.find(error.path), 0)
        raise
    except RecursionError:
        raise ExpressionError("the data is nested too deeply", "work on a part of it") from None


def condition(expression: Expression, names: Mapping[str, Json]) -> bool:
    """Whether the expression holds; its value must be true or false."""
    return truth(evaluate(expression, names), f"`{brief(expression.source.strip())}`")


class _Evaluation:
    """One walk over one tree."""

    __slots__ = ("budget", "names")

    def __init__(self, names: Mapping[str, Json]) -> None:
        self.names = names
        self.budget = Budget()

    def value(self, tree: Json) -> Json:
        """The value of one node."""
        self.budget.spend(1)
        match tree:
            case ["name", name]:
                if name not in self.names:
                    raise _missing(name, name, self.names, "")
                return self.names[name]
            case ["const", constant]:
                return constant
            case ["item", holder, key]:
                return self._item(tree, self.value(holder), self.value(key))
            case ["and" | "or" as word, left, right]:
                first = truth(self.value(left), f"what stands before `{word}`")
                if first is (word == "or"):
                    return first
                return truth(self.value(right), f"what stands after `{word}`")
            case ["not", operand]:
                return not truth(self.value(operand), "what stands after `not`")
            case ["if", test, then, otherwise]:
                return self.value(then if truth(self.value(test), "what stands after `if`") else otherwise)
            case ["test", "defined", operand]:
                return self._is_there(operand)
            case ["test", name, operand, *arguments]:
                return PREDICATES[name].work(self.budget, self.value(operand), *map(self.value, arguments))
            case ["filter", "default", operand, [otherwise]]:
                try:
                    return self.value(operand)
                except Missing:
                    return self.value(otherwise)
            case ["filter", name, operand, arguments]:
                return FILTERS[name].work(self.budget, self.value(operand), *map(self.value, arguments))
            case ["chain", first, *rest]:
                return self._chain(self.value(first), rest)
            case ["list", *parts]:
                return [self.value(part) for part in parts]
            case ["~", *parts]:
                texts = [as_text(self.value(part)) for part in parts]
                self.budget.text(sum(map(len, texts)))
                return "".join(texts)
            case ["neg" | "pos" as sign, operand]:
                found = number(self.value(operand), "-" if sign == "neg" else "+")
                return -found if sign == "neg" else found
        sign, left, right = tree
        return self._binary(sign, self.value(left), self.value(right))

    def _is_there(self, operand: Json) -> bool:
        try:
            self.value(operand)
        except Missing:
            return False
        return True

    def _chain(self, left: Json, rest: list[Json]) -> bool:
        for sign, operand in rest:
            right = self.value(operand)
            if not self._binary(sign, left, right):
                return False
            left = right
        return True

    def _item(self, tree: Json, holder: Json, key: Json) -> Json:
        if isinstance(holder, Mapping) and isinstance(key, str):
            if key in holder:
                return holder[key]
            above = _shown(tree[1])
            raise _missing(f"{above}.{brief(key)}", key, holder, above + ".")
        if isinstance(holder, list) and isinstance(key, int) and not isinstance(key, bool):
            if -len(holder) <= key < len(holder):
                return holder[key]
            raise Missing(f"`{_shown(tree[1])}` has no item {key}", f"it has {len(holder)} items, from 0 on")
        wanted = "a name" if isinstance(holder, Mapping) else "a number"
        if isinstance(holder, list | Mapping):
            raise ExpressionError(f"an item of {kind_of(holder)} is looked up by {wanted}", f"use {wanted}")
        raise Missing(
            f"`{_shown(tree[1])}` is {kind_of(holder)} and has no items", "look up items of mappings and lists only"
        )

    def _binary(self, sign: str, left: Json, right: Json) -> Json:
        match sign:
            case "==":
                return same(left, right, self.budget)
            case "!=":
                return not same(left, right, self.budget)
            case "in":
                return self._within(left, right)
            case "not in":
                return not self._within(left, right)
        if sign in _ORDER:
            ordered(sign, left, right)
            return _ORDER[sign](left, right)
        return _calculated(sign, number(left, sign), number(right, sign))

    def _within(self, part: Json, whole: Json) -> bool:
        if isinstance(whole, list):
            self.budget.items(len(whole))
            return any(same(part, item, self.budget) for item in whole)
        if isinstance(part, str) and isinstance(whole, str | Mapping):
            if isinstance(whole, str):
                self.budget.text(len(whole))
            return part in whole
        raise ExpressionError(
            f"`in` cannot look for {kind_of(part)} in {kind_of(whole)}", "look in a list, or for text in text"
        )


_ORDER: Mapping[str, Callable[[Json, Json], bool]] = {
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}


def _calculated(sign: str, left: Number, right: Number) -> Number:
    if sign in ("/", "//", "%") and right == 0:
        raise ExpressionError(f"`{sign}` by zero", "check for 0 before, such as `x / y if y != 0 else 0`")
    match sign:
        case "+":
            return capped(left + right)
        case "-":
            return capped(left - right)
        case "*":
            if (
                isinstance(left, int)
                and isinstance(right, int)
                and left.bit_length() + right.bit_length() > 2 * MAX_BITS
            ):
                raise ExpressionError(f"the number has more than {MAX_BITS} bits", "use smaller numbers")
            return capped(left * right)
        case "/":
            return capped(left / right)
        case "//":
            return capped(left // right)
    return capped(left % right)


def _shown(tree: Json) -> str:
    path = path_of(tree)
    return brief(".".join(path)) if path else "the value"


def _missing(path: str, key: str, known: Mapping[str, Json], above: str) -> Missing:
    help = "check the spelling, or give a value with `| default('x')`"
    if len(known) <= _MANY and len(key) <= 64:
        close = suggestion(key, (name for name in known if len(name) <= 64), "")
        if close:
            help = close.replace("`", f"`{above}", 1)
    return Missing(f"`{path}` is not defined", help, path)
