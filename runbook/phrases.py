"""Words of ours, in English wherever they are taken for text, that a view can say in another language as well.

Rule 1: what an author wrote is never a `Phrase`, so it is never translated.
Rule 2: cutting or changing a `Phrase` makes plain English of it; it is said first, and changed then.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol


class Say(Protocol):
    """How a text of ours is said: in English by `english`, in another language by `Language.say`."""

    def __call__(self, text: str, /, **values: object) -> str:
        """The text, with the values that stand in braces in it; a `Phrase` among them is said as well."""


def english(text: str, /, **values: object) -> str:
    """A text as it stands in the code, with its values."""
    return text.format(**values) if values else text


class Phrase(str):
    """A text of ours and the values that stand in braces in it; as a `str` it is English."""

    __slots__ = ("text", "values")

    text: str
    values: dict[str, object]

    def __new__(cls, text: str, /, **values: object) -> Phrase:
        """The phrase, made to English text at once."""
        made = super().__new__(cls, english(text, **values))
        made.text, made.values = text, values
        return made


def said(text: str, say: Say) -> str:
    """Words as a language says them where they are ours; an author's stay as they are."""
    return say(text.text, **text.values) if isinstance(text, Phrase) else text


def joined(parts: Iterable[str], between: str) -> Phrase:
    """Several in a row, with what stands between them in every language."""
    named = {f"part{number}": part for number, part in enumerate(parts)}
    return Phrase(between.join(f"{{{name}}}" for name in named), **named)
