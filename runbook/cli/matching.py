"""Finding what somebody means by a few letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runbook.errors import Misuse


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: the name it is chosen by, and what it is."""

    name: str
    about: str = ""


def matching(typed: str, choices: Sequence[Choice]) -> list[Choice]:
    """The choices that hold the letters of every typed word in their order, the closest first."""
    words = typed.lower().split()
    ranked = []
    for place, each in enumerate(choices):
        ranks = [_rank(word, each) for word in words]
        if all(rank is not None for rank in ranks):
            ranked.append((sum(rank for rank in ranks if rank is not None), place, each))
    return [each for _, _, each in sorted(ranked, key=lambda found: found[:2])]


def meant(typed: str, names: Sequence[str]) -> str:
    """The one name that is meant by its number, its text or its letters; `Misuse` when none or several are."""
    if typed in names:
        return typed
    if typed.isdecimal() and 1 <= int(typed) <= len(names):
        return names[int(typed) - 1]
    found = [each.name for each in matching(typed, [Choice(name) for name in names])]
    begun = [name for name in found if name.lower().startswith(typed.lower())]
    if len(begun) == 1 or len(found) == 1:
        return (begun if len(begun) == 1 else found)[0]
    listed = ", ".join(f"`{name}`" for name in found or names)
    if found:
        raise Misuse(f"`{typed}` could be {listed}", "type more of it")
    raise Misuse(f"`{typed}` is none of {listed}", "type a number or a name")


def _rank(word: str, choice: Choice) -> int | None:
    """How far the letters of a word lie apart, less for a name than for a description; None when they are not there."""
    ranks = [
        spread + extra
        for text, extra in ((choice.name.lower(), 0), (choice.about.lower(), 20))
        if (spread := _spread(word, text)) is not None
    ]
    return min(ranks, default=None)


def _spread(word: str, text: str) -> int | None:
    """How many other letters stand between those of the word, at the place where they are the closest."""
    if word in text:
        return 0 if text.startswith(word) or not text[text.index(word) - 1].isalnum() else 1
    best: int | None = None
    start = text.find(word[0])
    while start != -1:
        at = start
        for letter in word[1:]:
            at = text.find(letter, at + 1)
            if at == -1:
                return best
        spread = at - start + 2 - len(word)
        best = spread if best is None else min(best, spread)
        start = text.find(word[0], start + 1)
    return best
