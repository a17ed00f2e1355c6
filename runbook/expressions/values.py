"""What an expression may hold and how much of it: JSON values, their names in messages, their limits."""

from __future__ import annotations

import math

from runbook.errors import ExpressionError
from runbook.outcome import Json

MAX_STEPS = 200_000
MAX_TEXT = 1 << 20
MAX_ITEMS = 100_000
MAX_BITS = 256

Number = int | float


class Missing(ExpressionError):
    """A value that is not there: `default` and `is defined` answer it, anything else passes it on."""

    def __init__(self, message: str, help: str, path: str = "") -> None:
        super().__init__(message, help)
        self.path = path


class Budget:
    """What one evaluation may still spend."""

    __slots__ = ("steps",)

    def __init__(self) -> None:
        self.steps = MAX_STEPS

    def spend(self, steps: int) -> None:
        """Takes off what is about to be done, or refuses it."""
        self.steps -= steps
        if self.steps < 0:
            raise ExpressionError("the expression takes too long", "work on smaller data, or in a step of its own")

    def text(self, length: int) -> None:
        """Pays for reading or building a text of that many characters."""
        if length > MAX_TEXT:
            raise ExpressionError(f"the text would be longer than {MAX_TEXT:,} characters", "keep large data in a file")
        self.spend(1 + length // 16)

    def items(self, count: int) -> None:
        """Pays for reading or building a list of that many items."""
        if count > MAX_ITEMS:
            raise ExpressionError(f"the list would be longer than {MAX_ITEMS:,} items", "keep large data in a file")
        self.spend(1 + count)


def kind_of(value: Json) -> str:
    """The name of the sort of value, in the words of the language."""
    match value:
        case None:
            return "none"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list() | tuple():
            return "a list"
    return "a mapping"


def brief(text: str) -> str:
    """The text short enough for a message."""
    return text if len(text) <= 60 else text[:57] + "..."


def as_text(value: Json) -> str:
    """The value as it stands inside other text."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(capped(value))
        case None:
            raise ExpressionError("none cannot stand inside text", "give another value for it, or use `| tojson`")
    raise ExpressionError(f"{kind_of(value)} cannot stand inside text", "use `| tojson`, or `| join(', ')` for a list")


def is_number(value: Json) -> bool:
    """True for a whole or decimal number, which true and false are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def number(value: Json, asker: str) -> Number:
    """The value, when it is a number; `asker` is the operator or filter that needs one."""
    if not is_number(value):
        help = "join text with `~`" if asker == "+" else "turn text into a number with `| int` or `| float`"
        raise ExpressionError(f"`{asker}` needs a number, got {kind_of(value)}", help)
    return capped(value)


def capped(value: Number) -> Number:
    """The number, when it is neither endless nor beyond what the language holds."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ExpressionError("the number is too large, or not a number", "use smaller numbers")
    elif value.bit_length() > MAX_BITS:
        raise ExpressionError(f"the number has more than {MAX_BITS} bits", "use smaller numbers")
    return value


def text(value: Json, asker: str, budget: Budget) -> str:
    """The value, when it is text."""
    if not isinstance(value, str):
        raise ExpressionError(f"`{asker}` needs text, got {kind_of(value)}", "turn a number into text with `| string`")
    budget.text(len(value))
    return value


def items(value: Json, asker: str, budget: Budget) -> list[Json]:
    """The value, when it is a list."""
    if not isinstance(value, list):
        raise ExpressionError(f"`{asker}` needs a list, got {kind_of(value)}", "make a list of text with `| split`")
    budget.items(len(value))
    return value


def truth(value: Json, asker: str) -> bool:
    """The value, when it is true or false."""
    if not isinstance(value, bool):
        raise ExpressionError(
            f"{asker} must be true or false, got {kind_of(value)}", "compare it, such as `x == 'yes'`"
        )
    return value


def same(left: Json, right: Json, budget: Budget) -> bool:
    """True when both are the same JSON value; a number never equals true or false."""
    budget.spend(2)
    if is_number(left) and is_number(right):
        return bool(left == right)
    if isinstance(left, str) and isinstance(right, str):
        budget.spend(min(len(left), len(right)) // 16)
        return left == right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same(a, b, budget) for a, b in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key], budget) for key in left)
    return type(left) is type(right) and left == right


def ordered(sign: str, left: Json, right: Json) -> None:
    """Refuses to put two values in order unless both are numbers or both are text."""
    if is_number(left) and is_number(right):
        return
    if not (isinstance(left, str) and isinstance(right, str)):
        raise ExpressionError(
            f"`{sign}` cannot put {kind_of(left)} and {kind_of(right)} in order",
            "make both numbers with `| int` or `| float`",
        )
