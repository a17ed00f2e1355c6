"""What a filter or a test of the language is: what it does, what it takes, what it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from runbook.outcome import Json

TEXT, NUMBER, TRUTH, LIST, MAPPING = "text", "a number", "true or false", "a list", "a mapping"
"""The types of values, in the words of messages."""
ANY = ""
"""A type that nobody can know before."""

Flaw = tuple[str, str]
"""A message, and one thing to do."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A filter, or a test with `is`, by what it does with a value and its arguments."""

    work: Callable[..., Json]
    takes: tuple[str, ...] = (TEXT,)
    """The types its value may have; any when empty."""
    gives: str = TEXT
    arguments: tuple[str, ...] = ()
    """The type of each argument it may have."""
    least: int = 0
    """How many of them it needs."""
    written: Mapping[int, Callable[[str], Flaw | None]] = field(default_factory=dict)
    """Arguments that the author writes down as text, so that data never stands there, and what is wrong with one."""
