"""Whether a regular expression can be read, and whether it could keep a machine busy for ever."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from re import _constants as codes  # type: ignore[attr-defined]  # the one way to see how `re` reads a pattern
from re import _parser as parser  # type: ignore[attr-defined]  # the same
from typing import Any

_OTHER = 128
"""Stands for every character past ASCII."""
_ALL = (1 << _OTHER + 1) - 1
_MANY = 16
"""A repetition of up to so many times is not counted as endless."""
_LONGEST = 1_000


@functools.lru_cache(maxsize=1024)
def wrong_with(pattern: str) -> tuple[str, str] | None:
    """What is wrong with a pattern, as a message and a help line; None when nothing is."""
    if len(pattern) > _LONGEST:
        return f"a pattern may have {_LONGEST:,} characters, and this one has {len(pattern):,}", "use a shorter one"
    try:
        re.compile(pattern)
        tree = parser.parse(pattern)
        endless = any(_ambiguous(body) for body in _repeated(tree))
    except (re.error, OverflowError) as error:
        said = re.sub(r" at position \d+.*", "", str(error))
        return f"`{pattern}` is not a regular expression: {said}", "correct it, or put `\\` before a sign meant as text"
    except RecursionError:
        return "the pattern is nested too deeply", "use a simpler one"
    if endless:
        message = f"`{pattern}` can take for ever: a repetition inside of a repetition fits the same text in many ways"
        return message, "write the inner repetition so that a fixed character ends each round"
    return None


def _repeated(tree: Any) -> Iterator[Any]:
    """The bodies of all endless repetitions whose rounds can differ in length."""
    for code, value in tree:
        for body in _inside(code, value):
            if code in (codes.MAX_REPEAT, codes.MIN_REPEAT) and value[1] > _MANY and _varies(body):
                yield body
            yield from _repeated(body)


def _inside(code: Any, value: Any) -> list[Any]:
    """The patterns inside of one element."""
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT):
        return [value[2]]
    if code is codes.SUBPATTERN:
        return [value[3]]
    if code is codes.BRANCH:
        return list(value[1])
    if code is codes.ATOMIC_GROUP:
        return [value]
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        return [value[1]]
    return [each for each in value[1:] if each] if code is codes.GROUPREF_EXISTS else []


def _varies(body: Any) -> bool:
    shortest, longest = body.getwidth()
    return bool(shortest != longest)


def _ambiguous(body: Any) -> bool:
    """True unless each round of the body is marked off by a character that its varying parts can't hold."""
    elements = list(_flat(body))
    if len(elements) == 1 and elements[0][0] is codes.BRANCH:
        ways = elements[0][1][1]
        firsts = [_characters(list(way)[:1]) for way in ways]
        apart = all(not (a & b) for place, a in enumerate(firsts) for b in firsts[:place])
        return not apart or any(_varies(way) and _ambiguous(way) for way in ways)
    varying = 0
    marks: list[int] = []
    for element in elements:
        characters = _characters([element])
        if element[0] in (codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY):
            marks.append(characters)
        elif element[0] is not codes.AT:
            varying |= characters
    return not any(mark & varying == 0 for mark in marks)


def _flat(body: Any) -> Iterator[tuple[Any, Any]]:
    """The elements of a body, those of plain groups taken out of them."""
    for code, value in body:
        if code is codes.SUBPATTERN:
            yield from _flat(value[3])
        else:
            yield code, value


def _characters(elements: list[Any]) -> int:
    """The characters that these elements can match, as bits."""
    bits = 0
    for code, value in elements:
        if code is codes.LITERAL:
            bits |= 1 << min(value, _OTHER)
        elif code is codes.NOT_LITERAL:
            bits |= _ALL & ~(1 << value) if value < _OTHER else _ALL
        elif code is codes.ANY:
            bits |= _ALL & ~(1 << ord("\n"))
        elif code is codes.RANGE:
            low, high = min(value[0], _OTHER), min(value[1], _OTHER)
            bits |= (1 << high + 1) - (1 << low)
        elif code is codes.IN:
            negated = value[0][0] is codes.NEGATE
            inside = _characters(value[1:] if negated else value)
            bits |= (_ALL & ~inside) | 1 << _OTHER if negated else inside
        elif code is codes.CATEGORY:
            bits |= _CATEGORIES.get(value, _ALL)
        else:
            for body in _inside(code, value):
                bits |= _characters(list(body))
    return bits


def _matching(category: str) -> int:
    characters = (chr(number) for number in range(_OTHER))
    inside = sum(1 << ord(each) for each in characters if re.fullmatch(category, each))
    return inside | 1 << _OTHER


_CATEGORIES = {
    codes.CATEGORY_DIGIT: _matching(r"\d"),
    codes.CATEGORY_NOT_DIGIT: _matching(r"\D"),
    codes.CATEGORY_SPACE: _matching(r"\s"),
    codes.CATEGORY_NOT_SPACE: _matching(r"\S"),
    codes.CATEGORY_WORD: _matching(r"\w"),
    codes.CATEGORY_NOT_WORD: _matching(r"\W"),
}
