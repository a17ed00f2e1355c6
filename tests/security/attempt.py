"""What an attempt is: one piece of hostile data on one way into the program, and how it shows that it succeeded.

Rule 1: an attempt really carries out what it is about, and looks for a trace that only its success would leave.
Rule 2: every trace is shown to work: each set has controls, which are the same data where nothing answers them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.security.ground import Ground

Outcome = Literal["refused", "harmless"]
"""How an attempt fails: it is turned away with a message, or taken for the data that it is."""


class Succeeded(AssertionError):
    """An attack has succeeded."""


@dataclass(frozen=True)
class Attempt:
    """One attempt: on which way in, with what."""

    way: str
    what: str
    work: Callable[[Ground], Outcome]


@dataclass(frozen=True)
class AttackSet:
    """Attempts of one sort; the docstring of its module says what they try, and what answers them."""

    name: str
    tries: str
    """What would happen if one succeeded."""
    answer: str
    """What in the program answers all of them."""
    attempts: tuple[Attempt, ...]
    controls: tuple[Attempt, ...]
    """What has to succeed, so that it is known that success is seen."""
    about: str = ""
    """What its module says of it."""


def succeeded(condition: object, what: str) -> None:
    """Raises when the trace of a success is there."""
    if condition:
        raise Succeeded(what)
