"""From a word without quotes to its value, by the core types of YAML 1.2, where all versions agree."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from runbook.diagnostics import Problem

MOST = 2**63

AMBIGUOUS = Problem(
    "RB030",
    "ambiguous-number",
    """\
A word without quotes looks like a number, but versions of YAML read it differently: `0755` is 493 in
one and 755 in another, `1_000` is a number in one and text in another, and so are `0b11` and `0o17`.

    mode: 0755

Write the number plainly (`755`, `1000`), or put quotes around what is meant as text (`"0755"`).
""",
)
NOT_FINITE = Problem(
    "RB031",
    "not-a-finite-number",
    """\
`.inf` and `.nan` are numbers in YAML, but there is no such number in JSON, in a form or in a record.

    max: .inf

Leave the field out when there is no limit, or put quotes around what is meant as text.
""",
)
OUT_OF_RANGE = Problem(
    "RB032",
    "number-out-of-range",
    """\
The number can't be held: whole numbers go from -2^63 to 2^63-1, others to about 1.8e308. It is often
not meant as a number at all.

    commit: 12e45678

Put quotes around it to keep it as text: `"12e45678"`.
""",
)

PROBLEMS = (AMBIGUOUS, NOT_FINITE, OUT_OF_RANGE)

WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
"""The words without quotes that are not text and not numbers."""

MAY_BE_NUMBER = frozenset("0123456789+-.")
"""What a number can begin with."""

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_HEX = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?\Z")
_UNDERSCORE = re.compile(r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|0x_*[0-9a-fA-F][0-9a-fA-F_]*)\Z")
_OTHER_BASE = re.compile(r"[-+]?(?:0b[01][01_]*|0o[0-7][0-7_]*|0x[0-9a-fA-F]+)\Z")
_NOT_FINITE = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_LONGEST_SHOWN = 40


def short(text: str) -> str:
    """The author's words as a message quotes them: in one line, not too long."""
    text = text.replace("\n", "\\n")
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A word that is not taken as it stands: what sort of problem, in words, and the value that stands in for it."""

    problem: Problem
    message: str
    help: str
    value: int | float | str


def number(word: str) -> int | float | str | Doubtful:
    """The value of a word that begins like a number; the word itself when it is none."""
    if _INTEGER.match(word):
        return _whole(word, 10)
    if _FLOAT.match(word):
        return _fraction(word)
    if _HEX.match(word):
        return _whole(word, 16)
    if _LEADING_ZERO.match(word):
        plain = re.sub(r"^([-+]?)0+(?=[0-9])", r"\1", word)
        return _ambiguous(word, "begins with a zero", plain)
    if "_" in word and _UNDERSCORE.match(word):
        return _ambiguous(word, "has an underscore in it", word.replace("_", ""))
    if _OTHER_BASE.match(word):
        digits = word.replace("_", "")
        plain = str(int(digits, 0)) if len(digits) <= _LONGEST_SHOWN else ""
        return _ambiguous(word, "is written in another base", plain)
    if _NOT_FINITE.match(word):
        help = f'leave the field out, or write `"{word}"` if it is text'
        return Doubtful(NOT_FINITE, f"`{word}` is not a number that can be recorded", help, word)
    return word


def _whole(word: str, base: int) -> int | Doubtful:
    if len(word) > 20 or not -MOST <= (value := int(word, base)) < MOST:
        return _out_of_range(word, "is too large for a whole number")
    return value


def _fraction(word: str) -> float | Doubtful:
    value = float(word)
    if math.isinf(value):
        return _out_of_range(word, "looks like a number, and is too large for one")
    if value == 0.0 and re.search("[1-9]", re.split("[eE]", word)[0]):
        return _out_of_range(word, "looks like a number, and is too small for one")
    return value


def _out_of_range(word: str, why: str) -> Doubtful:
    return Doubtful(OUT_OF_RANGE, f"`{short(word)}` {why}", "put quotes around it if it is text", word)


def _ambiguous(word: str, why: str, plain: str) -> Doubtful:
    message = f"`{short(word)}` {why}: versions of YAML read it differently"
    value = number(plain)
    if isinstance(value, int | float) and len(plain) <= _LONGEST_SHOWN:
        return Doubtful(AMBIGUOUS, message, f'write `{plain}` for the number, `"{short(word)}"` for the text', value)
    return Doubtful(AMBIGUOUS, message, "put quotes around it if it is text", word)
